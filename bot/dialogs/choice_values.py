"""What the value of a choice says: "NAME:ACTION:NUMBER…". It comes from outside, so anything may stand in it."""

from bot.conversation.messages import Turn

MOST = 2**31 - 1
"""The highest id a table holds."""
_BEGIN = frozenset({"", "start", "resume", "fresh"})


def number_in(text: str) -> int | None:
    """A number as ids and years are written, None for anything else."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MOST))):
        return None
    return int(text) if int(text) <= MOST else None


def asked_for(turn: Turn) -> tuple[str, int | None]:
    """The action and the number of a choice "NAME:ACTION:NUMBER"; ("", None) for a turn that is none."""
    if turn.kind != "choice":
        return "", None
    _, action, number = (*turn.text.split(":"), "", "")[:3]
    return action, number_in(number)


def begins(turn: Turn, *actions: str) -> bool:
    """Tell whether a turn may begin a form: by words, by a plain start, or by an action with its number."""
    if turn.kind != "choice" or turn.text.partition(":")[2] in _BEGIN:
        return True
    action, number = asked_for(turn)
    return action in actions and number is not None
