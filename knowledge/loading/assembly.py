"""Puts passages together as lines go by: the headings in force, the passage being collected, what is done."""

import re
from dataclasses import dataclass, field, replace

from knowledge.loading import marks
from knowledge.loading.lines import LONGEST, Stretch, cut
from knowledge.model import PassageKind, Section

_SPACES = re.compile(r"\s+")


@dataclass(slots=True)
class Heading:
    """A heading in force. `used` tells whether something stands under it."""

    rank: int
    title: str
    label: str
    start: int
    end: int
    used: bool = False


@dataclass(slots=True)
class Block:
    """A passage being collected; `table` and `history` mark runs of lines that belong together."""

    kind: PassageKind
    path: tuple[str, ...]
    label: str
    stretches: list[Stretch] = field(default_factory=list)
    table: bool = False
    history: bool = False


class Assembly:
    """Collects the sections of `text`; what is given must come in order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._sections: list[Section] = []
        self._headings: list[Heading] = []
        self._first_structure: int | None = None
        self._orphan_end = -1
        self.block: Block | None = None
        self.question: tuple[str, ...] | None = None
        """What was asked; () while the question is being read, None outside an interview."""

    @property
    def structured(self) -> bool:
        """Whether anything but paragraphs has been seen."""
        return self._first_structure is not None

    def seen(self, start: int) -> None:
        """Note that structure stands at `start`: paragraphs before the first are the preamble."""
        if self._first_structure is None:
            self._first_structure = start

    def label_above(self) -> str:
        """Give back the number of the innermost heading that has one, without brackets."""
        label = next((heading.label for heading in reversed(self._headings) if heading.label), "")
        return label.strip("（）()")

    def open_heading(self, rank: int, title: str, label: str, start: int, end: int) -> None:
        """Put a heading in force; those at its rank or below end here."""
        self.flush()
        self.seen(start)
        self.close(rank)
        self.question = None
        self._headings.append(Heading(rank, _SPACES.sub(" ", title), label, start, end))

    def open_run_in(self, rank: int, title: str, label: str) -> None:
        """Put in force the title that opened a paragraph already collected."""
        self._headings.append(Heading(rank, title, label, 0, 0, used=True))

    def close(self, rank: int) -> None:
        """Leave the headings at or below `rank`; one that has nothing under it becomes a section."""
        while self._headings and self._headings[-1].rank >= rank:
            heading = self._headings.pop()
            if not heading.used:
                self._emit_heading(heading)

    def begin(self, kind: PassageKind, start: int, end: int, label: str = "") -> Block:
        """Begin a passage under the headings (and the question) in force."""
        self.flush()
        self.block = Block(kind, self._path() + (self.question or ()), label, [(start, end)])
        return self.block

    def extend(self, start: int, end: int) -> None:
        """Add a line to the passage that was begun."""
        if self.block:
            if self.block.stretches == [(self.block.stretches[0][0],) * 2]:
                self.block.stretches.clear()  # 记者: on a line of its own, its words on the next
            self.block.stretches.append((start, end))

    def flush(self) -> None:
        """End the passage that was begun, if any."""
        block, self.block = self.block, None
        if not block:
            return
        if block.kind == "question":
            words = self._text[block.stretches[0][0] : block.stretches[-1][1]]
            self.question = (_SPACES.sub(" ", words),)
            block.path += self.question
        for start, end in cut(self._text, block.stretches):
            self._emit(block.kind, block.path, block.label, start, end)

    def done(self) -> tuple[Section, ...]:
        """End everything and give back the sections; paragraphs above all structure are the preamble."""
        self.flush()
        self.close(0)
        first = self._first_structure
        if first is None:
            return tuple(self._sections)
        return tuple(
            replace(section, kind="preamble")
            if section.kind == "paragraph" and section.end <= first
            else section
            for section in self._sections
        )

    def _path(self) -> tuple[str, ...]:
        return tuple(heading.title for heading in self._headings)

    def _emit(self, kind: PassageKind, path: tuple[str, ...], label: str, start: int, end: int) -> None:
        for heading in self._headings:
            heading.used = True
        self._sections.append(Section(start, end, self._text[start:end], kind, path, label))

    def _emit_heading(self, heading: Heading) -> None:
        """Make a section of a heading with nothing under it.

        Those that follow each other, as in a table of contents, become one.
        """
        path = self._path()
        if heading.rank >= marks.OUTLINE_RANK:
            self._emit("item", path, heading.label, heading.start, heading.end)
            return
        last = self._sections[-1] if self._sections else None
        if (
            last
            and last.end == self._orphan_end
            and last.path == path
            and heading.end - last.start <= LONGEST
        ):
            self._sections[-1] = replace(last, end=heading.end, text=self._text[last.start : heading.end])
        else:
            self._emit("paragraph", path, "", heading.start, heading.end)
        self._orphan_end = heading.end
