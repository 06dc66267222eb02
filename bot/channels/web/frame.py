"""A page whose fixed words are rendered once; what differs is put between them as bytes."""

import re
from collections.abc import Callable, Mapping

from markupsafe import Markup

_PLACE = re.compile("\x02([a-z]+)\x03")


def place(name: str) -> Markup:
    """Mark, in a template, where something is put in."""
    return Markup("\x02{}\x03").format(name)


class Frame:
    """A rendered template with places in it."""

    def __init__(self, markup: str) -> None:
        words = _PLACE.split(markup)
        self._fixed = [word.encode() for word in words[::2]]
        self._places = words[1::2]

    def filled(self, values: Mapping[str, bytes]) -> bytes:
        """Give the page; each place gets its value, which must be markup."""
        pieces = [self._fixed[0]]
        for name, after in zip(self._places, self._fixed[1:], strict=True):
            pieces.append(values[name])
            pieces.append(after)
        return b"".join(pieces)


class Frames:
    """The frames of one template, one for each state of it, made at first use."""

    def __init__(self, make: Callable[..., str]) -> None:
        """`make` renders the template; it is given the state's words by name."""
        self._make = make
        self._made: dict[tuple[bool, ...], Frame] = {}

    def of(self, **state: bool) -> Frame:
        """Give the frame of a state."""
        key = tuple(state.values())
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = Frame(self._make(**state))
        return found
