"""How offered choices are addressed where one types: answers by number or label, controls by their word.

A form's controls (back, cancel …) carry values "dialog:.word…". They take no numbers, so that at an open
text field a typed number stays an answer.
"""

import unicodedata
from collections.abc import Iterable

from bot.conversation.messages import Choice, Say

_SPOKEN = frozenset({"skip", "back", "cancel", "keep", "done", "clear"})
_NUMBER_FRAME = "[]()〔〕【】.、。 "


def spoken(choice: Choice) -> bool:
    """Tell whether a choice is a control that is addressed by its word only."""
    rest = choice.value.partition(":")[2]
    return rest.startswith(".") and rest[1:].partition("=")[0] in _SPOKEN


def offered_by(says: Iterable[Say]) -> tuple[Choice, ...]:
    """Give the choices a typed reply may mean: those of the last message that offers any."""
    offered: tuple[Choice, ...] = ()
    for say in says:
        if say.choices:
            offered = tuple(choice for row in say.choices for choice in row)
    return offered


def numbered(offered: Iterable[Choice]) -> tuple[Choice, ...]:
    """Give the choices that take numbers, in order; the first is number 1."""
    return tuple(choice for choice in offered if not spoken(choice))


def picked(text: str, offered: Iterable[Choice]) -> Choice | None:
    """Find the choice that a typed text means by its number or whole label, None when it means none."""
    offered = tuple(offered)
    if not offered or len(text) > 100:
        return None
    wanted = _folded(text)
    for choice in offered:
        if _folded(choice.label) == wanted:
            return choice
    number = wanted.strip(_NUMBER_FRAME)
    if number.isascii() and number.isdecimal() and len(number) <= 3:
        numbers = numbered(offered)
        if 1 <= int(number) <= len(numbers):
            return numbers[int(number) - 1]
    return None


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
