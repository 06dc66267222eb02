"""Joins the lines of a page back into paragraphs."""

import re
import unicodedata
from collections.abc import Sequence

from knowledge.loading import furniture, marks

_SENTENCE_END = "。！？!?；;：:”』」）)"
_FULL = 0.88
_LATIN = re.compile(r"[A-Za-z0-9,.;]$")
_NARROWEST = 30


def looks_wrapped(lines: Sequence[str]) -> bool:
    """Whether most of the lines break off in mid-sentence at one width, as in text wrapped at a column."""
    widths = [_width(line) for line in lines if line]
    if len(widths) < 6 or max(widths) > 200:
        return False
    full = _full_width(widths)
    broken = sum(_width(line) >= full and line[-1] not in _SENTENCE_END for line in lines if line)
    return full >= _NARROWEST and broken >= 0.4 * len(widths)


def joined(lines: Sequence[str]) -> list[str]:
    """Give back `lines` with each paragraph on one line.

    A line goes on with the next one if it reaches the right margin, ends no sentence, and the next line opens
    nothing (no number, bullet or heading). No character is lost but the line break.
    """
    full = _full_width([_width(line) for line in lines if line])
    result: list[str] = []
    open_paragraph = False
    for line in lines:
        if open_paragraph and line and not _opens(line):
            space = " " if _LATIN.search(result[-1]) and line[0].isascii() and line[0].isalnum() else ""
            result[-1] += space + line
        else:
            result.append(line)
        open_paragraph = bool(line) and _width(line) >= full and not _is_closed(line)
    return result


def _is_closed(line: str) -> bool:
    return line[-1] in _SENTENCE_END or bool(marks.heading(line)) or " | " in line


def _opens(line: str) -> bool:
    return bool(
        marks.heading(line)
        or marks.division(line)
        or marks.article(line)
        or marks.outline(line)
        or marks.bullet(line)
        or marks.speaker(line)
        or " | " in line
        or furniture.is_edge(line)
    )


def _full_width(widths: Sequence[int]) -> float:
    """Give back the width from which a line is full: near that of the widest lines, outliers left aside."""
    if not widths:
        return 0.0
    ordered = sorted(widths)
    return _FULL * ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


def _width(line: str) -> int:
    """Columns: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line)
