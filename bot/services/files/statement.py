"""述职材料: a draft on the supervision of heads below, in which every figure names the records behind it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from bot.services.files.cells import Cell, label
from bot.services.talk_record import Who
from storage import StoredTicket
from yanlu.texts import duty_report as said
from yanlu.texts import files as words

if TYPE_CHECKING:
    from docx.document import Document as Page

_IN_LINE = 4
"""Record numbers or people named in the sentence itself; more of them stand further down."""
_A_LINE = 3
"""Record numbers in a line of that table."""


@dataclass(frozen=True, slots=True)
class OwedTalk:
    """Somebody to whom a talk is owed: the numbers of the talks held, by when, and why not.

    `overdue` is for one still owed whose day has passed.
    """

    person: Who
    held: tuple[str, ...] = ()
    needed: int = 1
    due: date | None = None
    reason: str | None = None
    overdue: bool = False

    @property
    def done(self) -> bool:
        """Whether as many were held as were owed."""
        return len(self.held) >= self.needed


@dataclass(frozen=True, slots=True)
class DutyTalks:
    """A duty of the head: a type, its cadence (a setting of the unit), and those it is owed to."""

    talk_type: str
    owed: tuple[OwedTalk, ...]
    per_year: int | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class DutyReport:
    """What the draft is filled from.

    `talks` holds the numbers of the year's talks by type, `supplementary` those of them written up later;
    `tickets` are what these talks opened, as they stand; `numbers` shows records by id, `names` people and
    organisations.
    """

    head: Who
    year: int
    as_of: date
    talks: Mapping[str, tuple[str, ...]]
    duties: tuple[DutyTalks, ...] = ()
    supplementary: tuple[str, ...] = ()
    tickets: tuple[StoredTicket, ...] = ()
    numbers: Mapping[int, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


def statement_docx(report: DutyReport) -> bytes:
    """The draft as a docx file, marked as one on every page."""
    from bot.services.files.word_page import new_page, saved, write

    sources = _Sources()
    page = new_page(said.TITLE, header=said.DRAFT)
    write(page, said.TITLE, words.TITLE_STYLE)
    write(page, said.subtitle(report.head.shown, report.year, report.as_of), words.CELL_STYLE, align="center")
    write(page, said.DRAFT_NOTE, words.NOTE_STYLE)
    for heading, lines in (
        (said.OVERALL, _overall(report, sources)),
        (said.DUTIES, _duties(report, sources)),
        (said.TICKETS, _tickets(report, sources)),
        (said.UNDONE, _undone(report)),
        (said.TO_ADD, iter((said.TO_ADD_LINE,))),
    ):
        write(page, heading, words.HEADING_STYLE)
        for line in lines:
            write(page, line)
    _appendix(page, sources)
    return saved(page, report.as_of)


class _Sources:
    """The figures in the order they are named, each with its value and its records."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str]] = []

    def records(self, figure: str, value: str, numbers: Sequence[str]) -> str:
        """Note a figure counted from records; gives the words that stand behind it."""
        lines = [words.listed(numbers[start : start + _A_LINE]) for start in range(0, len(numbers), _A_LINE)]
        self.rows.append((figure, value, said.lines(lines) or said.NO_RECORD))
        if not numbers:
            return ""
        return (
            said.source_short(words.listed(numbers))
            if len(numbers) <= _IN_LINE
            else said.source_row(len(self.rows))
        )

    def posts(self, figure: str, value: str) -> str:
        """Note a figure that comes from posts and settings."""
        self.rows.append((figure, value, said.FROM_POSTS))
        return said.source_row(len(self.rows))

    def people(self, figure: str, people: Sequence[str]) -> str:
        """Note a figure of people without a record; they are named here when they are few, and later in any case."""
        self.rows.append((figure, said.people(len(people)), said.ONE_BY_ONE if people else said.NO_RECORD))
        if not people:
            return ""
        return said.missing_source(people) if len(people) <= _IN_LINE else said.SEE_ONE_BY_ONE


def _overall(report: DutyReport, sources: _Sources) -> Iterator[str]:
    every = list(dict.fromkeys(number for numbers in report.talks.values() for number in numbers))
    source = sources.records(said.ALL_TALKS, words.times(len(every)), every)
    yield said.talks_line(report.head.shown, len(every), source)
    parts = [
        said.type_line(
            talk_type,
            len(numbers),
            sources.records(said.type_figure(talk_type), words.times(len(numbers)), numbers),
        )
        for talk_type, numbers in report.talks.items()
        if numbers
    ]
    if parts:
        yield said.types_line(parts)
    late = report.supplementary
    if every:
        source = sources.records(said.SUPPLEMENTARY, words.times(len(late)), late)
        yield said.supplementary_line(len(late), source)


def _duties(report: DutyReport, sources: _Sources) -> Iterator[str]:
    if not report.duties:
        yield said.NO_DUTIES
    for duty in report.duties:
        talk_type = duty.talk_type
        done = [each for each in duty.owed if each.done]
        missing = [each for each in duty.owed if not each.done]
        numbers = list(dict.fromkeys(number for each in done for number in each.held))
        named = (
            sources.posts(said.owed_figure(talk_type), said.people(len(duty.owed))),
            sources.records(said.held_figure(talk_type), said.people(len(done)), numbers),
            sources.people(said.missing_figure(talk_type), [each.person.shown for each in missing]),
        )
        counts = (len(duty.owed), len(done), len(missing))
        yield said.duty_line(talk_type, said.cadence(duty.per_year, duty.days), counts, named)


def _tickets(report: DutyReport, sources: _Sources) -> Iterator[str]:
    closed = [each for each in report.tickets if each.closed and each.closed <= report.as_of]
    still = [each for each in report.tickets if each not in closed]
    late = [each for each in still if each.due and each.due < report.as_of]

    def figure(name: str, tickets: Sequence[StoredTicket]) -> tuple[int, str]:
        numbers = list(dict.fromkeys(_record_of(report, each) for each in tickets))
        return len(tickets), sources.records(name, said.items(len(tickets)), numbers)

    yield said.tickets_line(*figure(said.OPENED, report.tickets))
    if report.tickets:
        yield said.closed_line(
            figure(said.CLOSED, closed), figure(said.OPEN, still), figure(said.OVERDUE, late)
        )


def _undone(report: DutyReport) -> Iterator[str]:
    """Who has not been talked to, and what has not been put right in time, one by one."""
    lines = [*_not_talked_to(report), *_not_put_right(report)]
    yield from (words.item(place, line) for place, line in enumerate(lines, 1))
    if not lines:
        yield said.NOTHING_UNDONE


def _not_talked_to(report: DutyReport) -> Iterator[str]:
    for duty in report.duties:
        for each in duty.owed:
            if not each.done:
                yield said.missing_line(
                    each.person.shown,
                    duty.talk_type,
                    said.progress(each.held, each.needed),
                    said.until(each.due, overdue=each.overdue),
                    each.reason,
                )


def _not_put_right(report: DutyReport) -> Iterator[str]:
    for each in report.tickets:
        if each.due and each.due < report.as_of and not (each.closed and each.closed <= report.as_of):
            who = report.names.get(each.responsible or "") or report.names.get(each.organisation, "")
            days = (report.as_of - each.due).days
            yield said.overdue_line(
                each.text, who, each.due, days, said.source_short(_record_of(report, each))
            )


def _record_of(report: DutyReport, ticket: StoredTicket) -> str:
    return report.numbers.get(ticket.record) or f"{ticket.record:06d}"


def _appendix(page: "Page", sources: _Sources) -> None:
    from bot.services.files.word_page import add_row, add_table, write

    write(page, said.SOURCES, words.HEADING_STYLE)
    table = add_table(page, (12, 40, 14, 90))
    add_row(table, [label(each) for each in said.SOURCES_HEAD], header=True)
    for place, (figure, value, numbers) in enumerate(sources.rows, 1):
        cells = [Cell(str(place), align="center"), Cell(figure), Cell(value, align="center")]
        add_row(table, [*cells, Cell(numbers, style=words.NOTE_STYLE)])
