"""Our tagged talk sentences (`data/talks/tagged_*.txt`), which the tagger learns from.

A line holds `name|unit|position`, the moment of writing, and the sentence with `[tag|words]` marks, parted by tabs.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Final

TAGS: Final = {
    "y": "talk type",
    "w": "talker",
    "s": "subject",
    "u": "unit and title of the subject",
    "d": "day",
    "t": "clock time",
    "p": "place",
    "r": "recorder",
    "c": "companion",
    "e": "who delegated the talk",
    "g": "group of subjects",
    "k": "topic",
    "b": "problem",
    "q": "demand",
    "l": "deadline",
    "a": "attitude of the subject",
    "x": "word for an entry made later",
    "z": "reason of it",
}
_MARK: Final = re.compile(r"\[([a-z])\|([^\[\]]*)\]")


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote the sentence: name, unit and position as his post has them."""

    name: str
    unit: str
    position: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters `start` to `end` of a text and their tag (TAGS)."""

    tag: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tagged:
    """A sentence with its stretches in order, none overlapping."""

    author: Author
    now: datetime
    text: str
    stretches: tuple[Stretch, ...]
    source: str = ""

    def words(self, stretch: Stretch) -> str:
        """The words of a stretch."""
        return self.text[stretch.start : stretch.end]


def covered(stretches: Iterable[Stretch], size: int, tags: str = "") -> bytearray:
    """A 1 for each character of a text of `size` that lies in a stretch of these tags (all, where none are named)."""
    mask = bytearray(size)
    for each in stretches:
        if not tags or each.tag in tags:
            mask[each.start : each.end] = b"\1" * (each.end - each.start)
    return mask


def parse_tagged(line: str, source: str = "") -> Tagged:
    """Read one line. Raises ValueError when it is not in the format."""
    who, now, marked = line.split("\t")
    name, unit, position = who.split("|")
    marked = marked.replace("\\n", "\n")
    pieces: list[str] = []
    stretches: list[Stretch] = []
    length = at = 0
    for mark in _MARK.finditer(marked):
        pieces.append(marked[at : mark.start()])
        length += len(pieces[-1])
        words = mark[2]
        if mark[1] not in TAGS or not words:
            raise ValueError(f"unknown or empty mark: {mark[0]}")
        stretches.append(Stretch(mark[1], length, length + len(words)))
        pieces.append(words)
        length += len(words)
        at = mark.end()
    pieces.append(marked[at:])
    text = "".join(pieces)
    if "[" in text or "]" in text:
        raise ValueError(f"a mark that cannot be read: {line}")
    return Tagged(Author(name, unit, position), datetime.fromisoformat(now), text, tuple(stretches), source)


@cache
def load_tagged() -> tuple[Tagged, ...]:
    """The built-in sentences, in the order of their files."""
    folder = resources.files("knowledge").joinpath("data/talks")
    files = sorted(
        (each for each in folder.iterdir() if each.name.startswith("tagged_")), key=lambda f: f.name
    )
    return tuple(
        parse_tagged(line, file.name)
        for file in files
        for line in _lines(file.read_text("utf-8").splitlines())
    )


def _lines(lines: Iterable[str]) -> Iterable[str]:
    return (line for line in lines if line.strip() and not line.startswith("#"))
