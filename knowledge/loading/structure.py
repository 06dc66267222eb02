"""Cuts a text along its own structure into passages with exact offsets.

Understood are: headings ("#", 编/章/节, a part's number on a line of its own with the heading below it,
short lines that stand alone), articles (条 with its 款 and 项), bullets, outline numbers (一、 （一） 1.),
questions with their answers; what shows none of these is cut by paragraphs.
"""

import re

from knowledge.loading import marks
from knowledge.loading.assembly import Assembly
from knowledge.loading.dates import DATE
from knowledge.loading.lines import Line, lines_of
from knowledge.loading.marks import Mark
from knowledge.model import Section

_HISTORY = re.compile(rf"[(（]?{DATE}")
_LONGEST_PLAIN_HEADING = 20
_NOT_PLAIN = re.compile(r"\d{4}|[:：|，,；]|\d[-./]\d|http")


def split(text: str) -> tuple[Section, ...]:
    """Give back the passages of `text` in order, none overlapping, with `text[start:end] == section.text`.

    Every character is in exactly one section, save white space, signs (bullets, "#", 记者:/答:) and
    headings; a heading is in the `path` of what stands under it, or a section of its own where nothing does.
    A passage holds at most `lines.LONGEST` code points. Time is linear in the length of `text`.
    """
    splitter = _Splitter(text)
    index = 0
    while index < len(splitter.lines):
        index += splitter.take(index)
    return splitter.assembly.done()


class _Splitter:
    """Decides what each line is; each `_take_…` gives back how many lines it used, 0 if none."""

    def __init__(self, text: str) -> None:
        self.lines = lines_of(text)
        self.assembly = Assembly(text)
        self._bullets = 0
        self._last_article = 0
        self._interview = _is_interview(self.lines)
        self._has_articles = any(
            found[1] for line in self.lines if line.text[0] == "第" and (found := marks.article(line.text))
        )

    def take(self, index: int) -> int:
        """Place the line at `index`."""
        line = self.lines[index]
        return (
            self._take_heading(line)
            or self._take_part(index, line)
            or self._take_article(line)
            or self._take_speaker(line)
            or self._take_interlude(index, line)
            or self._take_within_article(index, line)
            or self._take_within_speech(line)
            or self._take_outline(line)
            or self._take_bullet(line)
            or self._take_plain_heading(index, line)
            or self._take_paragraph(line)
        )

    def _take_heading(self, line: Line) -> int:
        mark = marks.heading(line.text)
        words = line.text[mark.skip :] if mark else line.text
        if mark and marks.article(words):
            return self._take_article(Line(line.start + mark.skip, line.end, words))
        mark = mark or marks.division(line.text)
        return self._open(mark, words, line.start, line.end) if mark else 0

    def _take_part(self, index: int, line: Line) -> int:
        mark = marks.part(line.text)
        title = self._next(index)
        if not mark or not title or self._in_article():
            return 0
        if not marks.like_heading(title.text) or marks.part(title.text) or marks.heading(title.text):
            return 0
        self._open(mark, title.text, line.start, title.end)
        return 2

    def _take_article(self, line: Line) -> int:
        found = marks.article(line.text)
        if not found:
            return 0
        mark, set_off = found
        number = marks.number(mark.label)
        if not set_off and number != self._last_article + 1:
            return 0
        self.assembly.flush()
        self.assembly.seen(line.start)
        self.assembly.question = None
        self._last_article = number
        self.assembly.begin("article", line.start, line.end, mark.label)
        return 1

    def _take_speaker(self, line: Line) -> int:
        if not self._interview:
            return 0
        mark = marks.speaker(line.text)
        if not mark and self.assembly.block and self.assembly.block.kind == "question":
            mark = marks.named_speaker(line.text)
        if not mark or (mark.kind == "answer" and self.assembly.question is None):
            return 0
        self.assembly.flush()
        start = line.start + mark.skip
        if mark.kind == "question":
            self.assembly.seen(line.start)
            self.assembly.question = ()
            self.assembly.begin("question", start, line.end)
        elif start < line.end:
            self.assembly.begin("answer", start, line.end)
        return 1

    def _take_interlude(self, index: int, line: Line) -> int:
        """Take a heading between an answer and the next question."""
        following = self._next(index)
        if self.assembly.question is None or not following or not _asks(following):
            return 0
        if not marks.like_heading(line.text):
            return 0
        return self._open(marks.outline(line.text) or marks.PLAIN_HEADING, line.text, line.start, line.end)

    def _take_within_article(self, index: int, line: Line) -> int:
        if not self._in_article():
            return 0
        following = self._next(index)
        if following and marks.article(following.text) and marks.like_heading(line.text):
            mark = marks.outline(line.text)
            if mark:
                return self._open(mark, line.text, line.start, line.end)
        self.assembly.extend(line.start, line.end)
        return 1

    def _take_within_speech(self, line: Line) -> int:
        if self.assembly.question is None:
            return 0
        if self.assembly.block and self.assembly.block.kind == "question":
            self.assembly.extend(line.start, line.end)
        else:
            self.assembly.begin("answer", line.start, line.end)
        return 1

    def _take_outline(self, line: Line) -> int:
        mark = marks.outline(line.text)
        if not mark:
            return 0
        if marks.like_heading(line.text):
            return self._open(mark, line.text, line.start, line.end)
        self.assembly.flush()
        self.assembly.seen(line.start)
        self.assembly.close(mark.rank)
        self._bullets = 0
        self.assembly.begin("item", line.start, line.end, mark.label)
        self.assembly.flush()
        title = marks.run_in_title(line.text)
        if title:
            self.assembly.open_run_in(mark.rank, title, mark.label)
        return 1

    def _take_bullet(self, line: Line) -> int:
        mark = marks.bullet(line.text)
        if not mark:
            return 0
        self.assembly.flush()
        self.assembly.seen(line.start)
        self._bullets += 1
        above = self.assembly.label_above()
        label = f"{above}·{self._bullets}" if above else ""
        self.assembly.begin("item", line.start + mark.skip, line.end, label)
        return 1

    def _take_plain_heading(self, index: int, line: Line) -> int:
        """Take a short line that stands alone, with a paragraph (no other short line) below it: 解读."""
        following = self._next(index)
        alone = (line.gap or index == 0) and following is not None and following.gap
        if self._has_articles or not following or not alone:
            return 0
        short = len(line.text) <= _LONGEST_PLAIN_HEADING and marks.like_heading(line.text)
        if not short or _NOT_PLAIN.search(line.text):
            return 0
        if len(following.text) <= 2 * _LONGEST_PLAIN_HEADING and not _has_weight(following.text):
            return 0
        return self._open(marks.PLAIN_HEADING, line.text, line.start, line.end)

    def _take_paragraph(self, line: Line) -> int:
        table = " | " in line.text
        history = not self.assembly.structured and bool(_HISTORY.match(line.text))
        block = self.assembly.block
        if block and ((table and block.table and not line.gap) or (history and block.history)):
            self.assembly.extend(line.start, line.end)
            return 1
        block = self.assembly.begin("paragraph", line.start, line.end)
        block.table = table
        block.history = history
        return 1

    def _open(self, mark: Mark, title: str, start: int, end: int) -> int:
        self._bullets = 0
        self.assembly.open_heading(mark.rank, title, mark.label, start, end)
        return 1

    def _in_article(self) -> bool:
        return self.assembly.block is not None and self.assembly.block.kind == "article"

    def _next(self, index: int) -> Line | None:
        return self.lines[index + 1] if index + 1 < len(self.lines) else None


def _has_weight(line: str) -> bool:
    """Whether a line, short as it may be, is something a heading can stand above."""
    return line[-1] in "。！!？?：:" or bool(marks.bullet(line) or marks.outline(line) or marks.speaker(line))


def _asks(line: Line) -> bool:
    mark = marks.speaker(line.text)
    return bool(mark and mark.kind == "question")


def _is_interview(lines: list[Line]) -> bool:
    """Whether a question is answered: by an 答, or twice or more by a named speaker."""
    named = 0
    asked = False
    for line in lines:
        mark = marks.speaker(line.text)
        if mark and mark.kind == "question":
            asked = True
        elif asked and mark:
            return True
        elif asked and marks.named_speaker(line.text):
            named += 1
            asked = False
    return named >= 2
