"""Charts as SVG, made on the server: numbers in, markup out. Pure.

No script, no style, no fixed colours: classes take their colours from console.css, light and dark. Each chart has a
title and a description for screen readers, and stands beside a table of the same figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from markupsafe import Markup

from bot.services.files.plain_text import cleaned

WIDTH = 360
"""The width of the drawing, so that it can be read on a phone without being made smaller."""
MOST_BARS = 60
TRACK = 340
"""The length of a full bar."""
COLUMN = 120
"""The height of the highest column."""
_LEFT = 10
_ROW = 40
_LABEL_SIGNS = 17


@dataclass(frozen=True, slots=True)
class Share:
    """A bar: how much of how many. `whole` 0 is shown as an empty track."""

    label: str
    part: int
    whole: int
    said: str

    @property
    def share(self) -> float:
        """From 0 to 1, whatever the numbers."""
        return min(1.0, max(0.0, self.part / self.whole)) if self.whole > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Stack:
    """A column: what is done, still to do, and overdue, from the bottom up; none below zero."""

    label: str
    done: int
    left: int
    overdue: int

    @property
    def segments(self) -> tuple[tuple[str, int], ...]:
        """Class and count of each."""
        parts = (("done", self.done), ("left", self.left), ("overdue", self.overdue))
        return tuple((name, max(0, count)) for name, count in parts)

    @property
    def total(self) -> int:
        """All of it."""
        return sum(count for _, count in self.segments)


def share_bars(name: str, title: str, description: str, bars: Sequence[Share]) -> Markup:
    """Draw a bar for each, at most MOST_BARS; `name` makes the ids unique within a page."""
    shown = bars[:MOST_BARS]
    rows = [_share_row(bar, place * _ROW) for place, bar in enumerate(shown)]
    return _framed(name, title, description, max(1, len(shown)) * _ROW + 4, rows)


def month_columns(name: str, title: str, description: str, columns: Sequence[Stack]) -> Markup:
    """Draw a column for each, at most MOST_BARS; the highest is COLUMN high."""
    shown = columns[:MOST_BARS]
    most = max((each.total for each in shown), default=0)
    step = TRACK / max(1, len(shown))
    base = COLUMN + 24
    parts = [_line(base)]
    for place, each in enumerate(shown):
        parts.append(_column(each, _LEFT + place * step, step, most, base))
    return _framed(name, title, description, base + 24, parts)


def _share_row(bar: Share, top: int) -> Markup:
    length = _number(bar.share * TRACK)
    filled = (
        Markup('<rect class="done" x="{}" y="{}" width="{}" height="12"/>').format(_LEFT, top + 22, length)
        if bar.share
        else ""
    )
    return Markup(
        '<text x="{}" y="{}">{}</text><text class="said" x="{}" y="{}" text-anchor="end">{}</text>'
        '<rect class="track" x="{}" y="{}" width="{}" height="12"/>{}'
    ).format(
        _LEFT, top + 16, _short(bar.label), _LEFT + TRACK, top + 16, cleaned(bar.said),
        _LEFT, top + 22, TRACK, filled,
    )  # fmt: skip


def _column(column: Stack, left: float, step: float, most: int, base: int) -> Markup:
    width = step * 0.64
    x = left + (step - width) / 2
    parts, top = [], float(base)
    for name, count in column.segments:
        height = COLUMN * count / most if most else 0.0
        if count:
            top -= height
            parts.append(
                Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
                    name, _number(x), _number(top), _number(width), _number(height)
                )
            )
    middle = _number(left + step / 2)
    if column.total:
        parts.append(
            Markup('<text class="said" x="{}" y="{}" text-anchor="middle">{}</text>').format(
                middle, _number(top - 4), column.total
            )
        )
    parts.append(
        Markup('<text class="axis" x="{}" y="{}" text-anchor="middle">{}</text>').format(
            middle, base + 16, _short(column.label)
        )
    )
    return Markup("").join(parts)


def _line(base: int) -> Markup:
    return Markup('<line class="base" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
        _LEFT, base, _LEFT + TRACK, base
    )


def _framed(name: str, title: str, description: str, height: int, parts: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-labelledby="{0}-t {0}-d" '
        'viewBox="0 0 {1} {2}" width="{1}" height="{2}">'
        '<title id="{0}-t">{3}</title><desc id="{0}-d">{4}</desc>{5}</svg>'
    ).format(name, WIDTH, height, cleaned(title), cleaned(description), Markup("").join(parts))


def _number(value: float) -> str:
    """Write a length with two decimals at most. Raises ValueError on what is none."""
    if not isfinite(value):
        raise ValueError(value)
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _short(label: str) -> str:
    line = " ".join(cleaned(label).split())
    return line if len(line) <= _LABEL_SIGNS else line[: _LABEL_SIGNS - 1] + "…"
