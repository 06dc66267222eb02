"""The cells of a ruled form, before they are Word."""

from dataclasses import dataclass
from typing import Literal

from yanlu.texts import files as words

Align = Literal["left", "center", "right", "both"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row: its text (a line end begins a paragraph), how many columns it takes.

    `merge`: "start" begins a cell that goes on downwards in every row that says "on".
    """

    text: str = ""
    span: int = 1
    style: str = words.CELL_STYLE
    align: Align | None = None
    merge: Literal["start", "on"] | None = None


def label(text: str, span: int = 1, merge: Literal["start", "on"] | None = None) -> Cell:
    """A cell that names what stands beside or below it."""
    return Cell(text, span, words.LABEL_STYLE, merge=merge)
