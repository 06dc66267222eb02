"""Files of coverage, made as long jobs: the yearly statement, the year's figures, the list of people as Excel.

The same services make them as in the chat. What is read is read in small transactions, what is written is written
in a thread, so that nobody's turn waits for it.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.channels.web.console.coverage_view import Asked, Line, Viewer, in_order
from bot.channels.web.console.frame import Call
from bot.channels.web.console.jobs import Progress, Work
from bot.channels.web.console.parts import ConsoleParts
from bot.conversation.messages import OutgoingFile
from bot.services.coverage import Coverage
from bot.services.directory import Directory
from bot.services.duties import Obligation, Period
from bot.services.entitlements import may, may_ticket
from bot.services.files import file_name
from bot.services.record_files import XLSX, Reader, UnitYear, export_query, statement_file, year_file
from bot.services.standing_kept import KeptStanding, Wanted
from bot.services.talk_record import TALK
from storage import JobResult, Organisation, RecordEntry, StoredTicket, TicketQuery
from yanlu.errors import AccessDenied, DatabaseCorrupt
from yanlu.texts import console_coverage as texts

_PAGE = 500
_REPORTING = frozenset({"head", "discipline", "organisation"})


@dataclass(frozen=True, slots=True)
class _Order:
    """What somebody asked for, and when."""

    viewer: Viewer
    unit: Organisation
    asked: Asked
    now: datetime
    places: tuple[str, ...]
    """The organisation and all below it."""


class CoverageFiles:
    """Gives the work of each kind of job; whoever starts one has asked who may see the organisation."""

    def __init__(self, parts: ConsoleParts, kept: KeptStanding) -> None:
        self._database = parts.database
        self._standing = parts.standing
        self._kept = kept

    def makers(self, call: Call, unit: Organisation, asked: Asked) -> Mapping[str, Work]:
        """The kinds of jobs (`texts.JOB_KINDS`)."""
        viewer = Viewer(call.visitor.person, call.directory, call.today)
        order = _Order(viewer, unit, asked, call.now, call.directory.below(unit.id))
        return {
            "statement": lambda progress: self._statement(order, progress),
            "figures": lambda progress: self._figures(order, progress),
            "coverage": lambda progress: self._list(order, progress),
        }

    async def _statement(self, order: _Order, progress: Progress) -> JobResult:
        viewer = order.viewer
        head = head_of(viewer.person, order.unit.id, viewer.directory, viewer.today)
        if head is None:
            raise AccessDenied(texts.NO_STATEMENT)
        progress(0, 2)
        async with self._database.transaction(order.now) as work:
            report = await self._standing.statement(work, head, order.asked.year, viewer.today)
        progress(1, 2)
        return _result(texts.STATEMENT_READY, await asyncio.to_thread(statement_file, report))

    async def _figures(self, order: _Order, progress: Progress) -> JobResult:
        viewer, year = order.viewer, Period.year(order.asked.year)
        steps = 15
        entries: list[RecordEntry] = []
        for done, month in enumerate(_months(year)):
            progress(done, steps)
            async with self._database.transaction(order.now) as work:
                found = await work.ledger.entries(export_query(order.places, (), TALK, month))
            entries += [
                each
                for each in found
                if each.state == "filed" and may(viewer.person, "count", each, viewer.directory, viewer.today)
            ]
        progress(12, steps)
        tickets = await self._open_tickets(order)
        progress(13, steps)
        places = frozenset(order.places)
        covered = await self._covered(order, year, lambda owed: owed.organisation in places)
        progress(14, steps)
        shown = UnitYear(order.unit.id, order.asked.year, entries, tickets, covered)
        reader = Reader(viewer.person, viewer.directory, viewer.today)
        return _result(texts.FIGURES_READY, await asyncio.to_thread(year_file, shown, reader))

    async def _list(self, order: _Order, progress: Progress) -> JobResult:
        progress(0, 2)
        viewer, places = order.viewer, frozenset(order.places)

        def wanted(owed: Obligation) -> bool:
            return order.asked.wants(owed, places, order.unit.id)

        covered = await self._covered(order, order.asked.period, wanted)
        periods = tuple(sorted({each.obligation.period for each in covered.mets}))
        async with self._database.transaction(order.now) as work:
            excused = await work.ledger_watch.excused(periods)
            reasons = {
                (each.subject, each.talk_type, each.period): each
                for period in periods
                for each in await work.standing.excuses(None, period)
            }
        mets = in_order(covered.mets, order.asked.state, excused, viewer.directory)
        progress(1, 2)
        lines = [viewer.line(each, reasons) for each in mets]
        name = file_name(
            order.unit.name,
            order.asked.period.label,
            texts.LIST_NAME,
            suffix="xlsx",
            otherwise=texts.LIST_NAME,
        )
        content = await asyncio.to_thread(list_xlsx, lines, order.unit.name, order.asked.period, viewer.today)
        return _result(texts.list_made(len(lines)), OutgoingFile(name, content, XLSX))

    async def _covered(self, order: _Order, period: Period, wanted: Wanted) -> Coverage:
        today = order.viewer.today
        await self._kept.prepare(self._database, order.now, period, today, wanted)
        async with self._database.transaction(order.now) as work:
            return await self._kept.covered(work, period, today, wanted)

    async def _open_tickets(self, order: _Order) -> list[StoredTicket]:
        """Open tickets of the organisation and those below it that are counted for the viewer."""
        viewer, found = order.viewer, []
        query, offset, more = TicketQuery(organisations=order.places, open=True), 0, True
        while more:
            async with self._database.transaction(order.now) as work:
                page = await work.tickets.find(query, limit=_PAGE, offset=offset)
                for each in page:
                    try:
                        stored = await work.ledger.get(each.record)
                    except DatabaseCorrupt:
                        continue
                    if stored is not None and may_ticket(
                        viewer.person, "count", each, stored.entry, viewer.directory, viewer.today
                    ):
                        found.append(each)
            offset, more = offset + _PAGE, len(page) == _PAGE
        return found


def head_of(person: str, organisation: str, directory: Directory, today: date) -> str | None:
    """Whose statement somebody may have made in an organisation: their own, or that of the head they write for."""
    posts = [each for each in directory.posts_of(person, today) if each.organisation == organisation]
    if any(each.role in _REPORTING for each in posts):
        return person
    if any(each.role == "liaison" for each in posts):
        return next((each.id for each in directory.heads(organisation, today)), None)
    return None


def list_xlsx(lines: Sequence[Line], unit: str, period: Period, today: date) -> bytes:
    """The list as an Excel file."""
    from bot.services.files.workbook import Column, Sheet, workbook

    columns = (
        Column(texts.PERSON, 28),
        Column(texts.TYPE, 16),
        Column(texts.STATE, 16),
        Column(texts.HELD, 12),
        Column(texts.TALKS, 32),
        Column(texts.WHO_OWES, 32),
        Column(texts.DUE, 14, "date"),
        Column(texts.WHY_NOT, 36),
    )
    heading = texts.people_title(unit, period.label)
    sheet = Sheet(texts.PEOPLE_TITLE, heading, columns, _rows(lines), notes=(texts.PERIOD_HINT,))
    return workbook([sheet], title=heading, made=today)


def _rows(lines: Sequence[Line]) -> Iterator[tuple[str | date, ...]]:
    for line in lines:
        talks = "\n".join(
            f"{each.day.isoformat()} {each.talkers}" if each.day else texts.HIDDEN_TALK for each in line.talks
        )
        yield (
            line.who,
            line.talk_type,
            texts.MARKS[line.state],
            line.progress or str(len(line.talks)),
            talks,
            line.owers,
            line.due,
            line.reason,
        )


def _months(year: Period) -> Iterator[Period]:
    """The twelve months of a year."""
    start = year.start
    while start <= year.end:
        after = (start + timedelta(days=31)).replace(day=1)
        yield Period(start, after - timedelta(days=1))
        start = after


def _result(words: str, file: OutgoingFile) -> JobResult:
    return JobResult(words, file.name, file.media_type, file.content)
