"""A text as lines with exact offsets, and cutting of what is too long for one passage."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LONGEST = 800
"""Code points above which a passage is cut further."""

_SENTENCE_END = re.compile(r"[。!?！？;；…][”’\"'」』）)]*")
_CLAUSE_END = re.compile(r"[,，、:：\s]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its margins: `text == whole[start:end]`, never empty.

    `gap` tells whether a blank line stands before it.
    """

    start: int
    end: int
    text: str
    gap: bool = False


Stretch = tuple[int, int]


def lines_of(text: str) -> list[Line]:
    """Give back the lines of `text` that hold something, in order, without margins."""
    lines: list[Line] = []
    start = 0
    gap = False
    for raw in text.split("\n"):
        bare = raw.strip()
        if bare:
            left = start + len(raw) - len(raw.lstrip())
            lines.append(Line(left, left + len(bare), bare, gap))
        gap = not bare
        start += len(raw) + 1
    return lines


def cut(text: str, stretches: Sequence[Stretch], longest: int = LONGEST) -> Iterator[Stretch]:
    """Join neighbouring `stretches` (lines of one passage) while they fit; cut those that do not fit alone.

    Gives back stretches in order, without margins, at most `longest` long; a sentence that is longer
    is cut at a comma, and where it has none, anywhere.
    """
    start = end = -1
    for left, right in stretches:
        if start >= 0 and right - start <= longest:
            end = right
            continue
        if start >= 0:
            yield from _sentences(text, start, end, longest)
        start, end = left, right
    if start >= 0:
        yield from _sentences(text, start, end, longest)


def _sentences(text: str, start: int, end: int, longest: int) -> Iterator[Stretch]:
    while end - start > longest:
        stop = _last_end(text, start, start + longest)
        yield start, start + len(text[start:stop].rstrip())
        start = stop + len(text[stop:end]) - len(text[stop:end].lstrip())
    if start < end:
        yield start, end


def _last_end(text: str, start: int, limit: int) -> int:
    for pattern in (_SENTENCE_END, _CLAUSE_END):
        stop = -1
        for match in pattern.finditer(text, start + 1, limit):
            stop = match.end()
        if stop > start:
            return stop
    return limit
