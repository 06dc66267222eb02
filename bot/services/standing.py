"""Where one stands: duties, coverage, tickets and figures, gathered from the store within a transaction.

No record's words are opened for lists and figures, save those that must say how a talk was led before it
counts or not (delegated, collective).
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast, get_args

from bot.services.cadences import Cadences, load_cadences
from bot.services.coverage import Coverage, Met, coverage, doubtful, grouped
from bot.services.directory import Directory, DirectoryService
from bot.services.duties import Obligation, Period, obligations
from bot.services.figures import Figures, figures
from bot.services.files.statement import DutyReport, DutyTalks, OwedTalk
from bot.services.ledgers import tickets_of
from bot.services.talk_record import TALK, Mode, number_of
from knowledge.records import load_record_kinds
from storage import Database, Excuse, RecordEntry, RecordQuery, StoredTicket, TicketQuery, UnitOfWork
from yanlu.errors import DatabaseCorrupt

MOST_TICKETS = 20_000
PAGE = 200
FEW = 300
"""Up to so many organisations or subjects are asked for by name; more are sifted from all."""
_KEPT = 8
MODES = get_args(Mode)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Question:
    directory: Directory
    cadences: Cadences
    period: Period
    today: date


class StandingService:
    """Answers from posts, appointments and records as they are in the given transaction.

    Periods are `duties.Period`; a coverage counts talks of whole calendar years (see `duties.obligations`).
    """

    def __init__(self, directories: DirectoryService) -> None:
        self._directories = directories
        self._kept: dict[tuple[Period, date], tuple[_Question, tuple[Obligation, ...]]] = {}

    async def owed_by(self, work: UnitOfWork, person: str, period: Period, today: date) -> Coverage:
        """What a person owes others, and what has been done of it."""
        return await self.owed_where(work, period, today, lambda each: person in each.owers)

    async def owed_in(
        self, work: UnitOfWork, organisation: str, period: Period, today: date, *, below: bool = True
    ) -> Coverage:
        """What is owed to people of an organisation and of those below it.

        Not `below`: what is owed to its own people, and what it owes itself.
        """
        directory = await self._directories.of(work)
        scope = frozenset(directory.below(organisation)) if below else frozenset({organisation})
        return await self.owed_where(
            work,
            period,
            today,
            lambda each: each.organisation in scope or (not below and each.owed_by == organisation),
        )

    async def owed_where(
        self,
        work: UnitOfWork,
        period: Period,
        today: date,
        wanted: Callable[[Obligation], bool] = lambda _: True,
    ) -> Coverage:
        """What is owed anywhere, as far as it is wanted, and what has been done of it."""
        every = await self.obligations(work, period, today)
        owed = [each for each in every if wanted(each)]
        entries = await self.entries(work, owed)
        return await counted(work, owed, entries, await _excuses(work, owed), today)

    async def overdue_tickets(  # noqa: PLR0913 - each is said by name
        self,
        work: UnitOfWork,
        today: date,
        *,
        organisations: Sequence[str] | None = None,
        responsible: str | None = None,
        limit: int = PAGE,
        offset: int = 0,
    ) -> Sequence[StoredTicket]:
        """Open tickets past their day, the longest overdue first. Whoever shows them asks `entitlements` first."""
        query = TicketQuery(
            organisations=None if organisations is None else tuple(organisations),
            responsible=responsible,
            due_before=today,
        )
        return await work.tickets.find(query, limit=limit, offset=offset)

    async def figures(
        self, work: UnitOfWork, organisations: Sequence[str] | None, period: Period, today: date
    ) -> Figures:
        """The statistics of the ledgers that organisations keep (all when None), and of the tickets they must close."""
        places = None if organisations is None else tuple(organisations)
        entries = await work.ledger.entries(
            RecordQuery(organisations=places, since=period.start, until=period.end, states=("filed", "void"))
        )
        tickets = await work.tickets.find(TicketQuery(organisations=places), limit=MOST_TICKETS)
        return figures(entries, tickets, period, today)

    async def statement(self, work: UnitOfWork, person: str, year: int, today: date) -> DutyReport:
        """The data of a head's 述职材料: the year's talks they led, what they owe, and the tickets of those talks."""
        period = Period.year(year)
        as_of = min(today, period.end)
        directory = await self._directories.of(work)
        owed = await self.owed_by(work, person, period, as_of)
        led = await work.ledger.entries(
            RecordQuery(person=person, part="talker", kinds=(TALK,), since=period.start, until=as_of)
        )
        led = sorted(led, key=lambda each: (each.day, each.id))
        by_type = grouped(led, lambda each: each.talk_type or "")
        every = {record.id: record for met in owed.mets for record in met.records}
        every.update({each.id: each for each in led})
        return DutyReport(
            head=directory.who(person, as_of),
            year=year,
            as_of=as_of,
            talks={talk_type: _numbers(records) for talk_type, records in by_type.items()},
            duties=_duties(owed, directory),
            supplementary=_numbers([each for each in led if each.supplementary]),
            tickets=await tickets_of(work, [each.id for each in led]),
            numbers={id_: number_of(record) for id_, record in every.items()},
            names=_names(directory),
        )

    async def obligations(self, work: UnitOfWork, period: Period, today: date) -> tuple[Obligation, ...]:
        """All that is owed in a period; the same object as long as posts, cadences and day are the same."""
        question = await self._question(work, period, today)
        asked, found = self._kept.get((period, today), (None, ()))
        if asked != question:
            found = _owed(question)
        self._keep(question, found)
        return found

    async def worked_out(self, database: Database, now: datetime, period: Period, today: date) -> None:
        """Have `obligations` at hand: worked out in a thread and outside of any transaction, so that nobody waits."""
        async with database.transaction(now) as work:
            question = await self._question(work, period, today)
        if self._kept.get((period, today), (None, ()))[0] != question:
            self._keep(question, await asyncio.to_thread(_owed, question))

    async def _question(self, work: UnitOfWork, period: Period, today: date) -> _Question:
        directory = await self._directories.of(work)
        return _Question(directory, await load_cadences(work, directory), period, today)

    def _keep(self, question: _Question, found: tuple[Obligation, ...]) -> None:
        key = question.period, question.today
        self._kept.pop(key, None)
        while len(self._kept) >= _KEPT:
            self._kept.pop(next(iter(self._kept)))
        self._kept[key] = (question, found)

    async def entries(self, work: UnitOfWork, owed: Sequence[Obligation]) -> Sequence[RecordEntry]:
        """The talks that could count for some obligations."""
        if not owed:
            return ()
        directory = await self._directories.of(work)
        subjects = {each.subject for each in owed}
        places = {post.organisation for each in subjects for post in directory.posts_of(each)}
        return await work.ledger.entries(
            RecordQuery(
                kinds=(TALK,),
                talk_types=tuple(sorted({each.talk_type for each in owed})),
                subjects_of=tuple(sorted(places)) if len(places) <= FEW else None,
                person=next(iter(subjects)) if len(subjects) == 1 else None,
                part="subject",
                since=min(each.window.start for each in owed),
                until=max(each.window.end for each in owed),
            )
        )


def _owed(question: _Question) -> tuple[Obligation, ...]:
    return obligations(question.directory, question.cadences, question.period, question.today)


async def counted(
    work: UnitOfWork,
    owed: Sequence[Obligation],
    entries: Sequence[RecordEntry],
    reasons: Sequence[Excuse],
    today: date,
) -> Coverage:
    """How obligations stand by some records; the words of those in doubt are asked how they were led."""
    found = coverage(owed, entries, reasons, today)
    unmet = [each.obligation for each in found.mets if not each.done]
    modes = await _modes(work, doubtful(unmet, entries))
    return coverage(owed, entries, reasons, today, modes) if modes else found


async def _excuses(work: UnitOfWork, owed: Sequence[Obligation]) -> list[Excuse]:
    subjects = sorted({each.subject for each in owed})
    named = subjects if len(subjects) <= FEW else None
    found: list[Excuse] = []
    for period in sorted({each.period for each in owed}):
        found += await work.standing.excuses(named, period)
    return found


async def _modes(work: UnitOfWork, ids: Iterable[int]) -> Mapping[int, Mode]:
    """How talks were led, from their words."""
    found: dict[int, Mode] = {}
    for id_ in ids:
        try:
            stored = await work.ledger.get(id_)
        except DatabaseCorrupt:
            log.warning("record %d has a broken seal and was counted by its clear columns alone", id_)
            continue
        mode = stored.body.get("mode") if stored else None
        if mode in MODES:
            found[id_] = cast("Mode", mode)
    return found


def _numbers(entries: Iterable[RecordEntry]) -> tuple[str, ...]:
    return tuple(number_of(each) for each in entries)


def _names(directory: Directory) -> dict[str, str]:
    people = {each.id: each.name for each in directory.people.values()}
    return people | {each.id: each.name for each in directory.organisations.values()}


def _duties(owed: Coverage, directory: Directory) -> tuple[DutyTalks, ...]:
    """A head's duties by type and pace, in the order of the talk types."""
    order = [each.code for each in load_record_kinds().talks]
    by_pace = grouped(owed.mets, lambda each: (each.obligation.talk_type, each.obligation.cadence))
    return tuple(
        DutyTalks(
            talk_type=talk_type,
            owed=tuple(_owed_talk(met, directory) for met in mets),
            per_year=cadence.per_year,
            days=cadence.days,
        )
        for (talk_type, cadence), mets in sorted(
            by_pace.items(), key=lambda pair: (order.index(pair[0][0]), pair[0][1].words)
        )
    )


def _owed_talk(met: Met, directory: Directory) -> OwedTalk:
    owed = met.obligation
    return OwedTalk(
        person=directory.who(owed.subject, min(owed.due, met.today), owed.organisation),
        held=_numbers(met.records),
        needed=owed.needed,
        due=owed.due,
        reason=met.excuse.reason if met.excuse else None,
        overdue=met.overdue,
    )
