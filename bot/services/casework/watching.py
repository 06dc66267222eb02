"""What notices wait to be told, kept between ticks: only cases that something happened to are looked at again.

What happens to a case is a line of the audit log, so that the lines since the last look name the cases. All are
looked at, in parts, when the day, the establishment or what units have set for their working time is another.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from bot.services.casework.access import Desk
from bot.services.casework.deadlines import SETTING
from bot.services.casework.notices import DELAYED, TOLD, Notice, Office
from bot.services.casework.open_deadlines import counted, left_open
from bot.services.casework.queue import latest_news
from bot.services.casework.rechecks import SEVERAL
from bot.services.casework.settling import ground_of, parts
from bot.services.unit_calendar import NAMES
from storage import AuditEntry, Database, UnitOfWork

MOST_STEPS = 5_000
"""Lines of the audit log read since the last look; after more, all cases are looked at."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A notice that was not told yet, and from when on it may leave."""

    notice: Notice
    leaves: datetime


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the notices of every case depend on."""

    today: date
    standing: str
    settings: Mapping[str, Mapping[str, Any]]


@dataclass(slots=True)
class _Look:
    """One look: how far the log was, what notices depend on, and which cases are to be looked at."""

    step: int
    ground: _Ground
    office: Office
    news: Mapping[str, int] = field(default_factory=dict)
    numbers: Collection[str] = ()
    whole: bool = False


class NoticeWatch:
    """`look` before asking what is `due`."""

    def __init__(self, database: Database, desk: Desk, random: Random) -> None:
        """`random` draws the delays."""
        self._database = database
        self._desk = desk
        self._random = random
        self._waiting: dict[str, dict[str, Waiting]] = {}
        self._step = 0
        self._ground: _Ground | None = None

    async def look(self, now: datetime, today: date) -> None:
        """Look at the cases that something happened to since the last time."""
        async with self._database.transaction(now) as work:
            look = await self._begun(work, today)
        for part in parts(sorted(look.numbers)):
            async with self._database.transaction(now) as work:
                await self._looked_at(work, part, look, now)
        if look.whole:
            self._waiting = {number: kept for number, kept in self._waiting.items() if number in look.numbers}
        self._step, self._ground = look.step, look.ground

    def due(self, now: datetime) -> list[Notice]:
        """Give what may leave by now."""
        return [
            each.notice for kept in self._waiting.values() for each in kept.values() if each.leaves <= now
        ]

    def told(self, number: str, key: str) -> None:
        """Forget a notice that was told."""
        kept = self._waiting.get(number, {})
        kept.pop(key, None)
        if not kept:
            self._waiting.pop(number, None)

    async def _begun(self, work: UnitOfWork, today: date) -> _Look:
        step, _ = await work.audit.head()
        settings = await work.unit_settings.named((*NAMES, SETTING))
        ground = _Ground(today, await ground_of(work, self._desk, today), settings)
        if (step, ground) == (self._step, self._ground):
            return _Look(step, ground, await Office.of(work, self._desk, today))
        office = await Office.of(work, self._desk, today)
        filled = await _filled(work, office)
        steps = await work.audit.since(self._step, limit=MOST_STEPS + 1)
        whole = ground != self._ground or len(steps) > MOST_STEPS
        numbers = frozenset(await work.cases.living()) if whole else filled | self._touched(steps)
        return _Look(step, ground, office, await latest_news(work), numbers, whole)

    def _touched(self, steps: Collection[AuditEntry]) -> frozenset[str]:
        """The cases that something happened to; a notice that another worker told only ends its waiting."""
        for each in steps:
            if each.case is not None and each.action.startswith(TOLD):
                self.told(each.case, each.action)
        return frozenset(
            each.case for each in steps if each.case is not None and not each.action.startswith(TOLD)
        )

    async def _looked_at(
        self, work: UnitOfWork, numbers: Collection[str], look: _Look, now: datetime
    ) -> None:
        cases = {each.row.number: each for each in await work.cases.routed(numbers)}
        told = await work.audit.kind_of(sorted(numbers), TOLD)
        for number in numbers:
            before = self._waiting.pop(number, {})
            case = cases.get(number)
            wanted = () if case is None else look.office.notices(case, look.news.get(number))
            kept = {
                each.key: self._kept(each, before, look.office, now)
                for each in wanted
                if each.key not in told.get(number, ())
            }
            if kept:
                self._waiting[number] = kept

    def _kept(self, notice: Notice, before: Mapping[str, Waiting], office: Office, now: datetime) -> Waiting:
        """The notice, with the time it has to leave since it was first wanted."""
        known = before.get(notice.key)
        if known is not None:
            return Waiting(notice, known.leaves)
        if notice.kind not in DELAYED:
            return Waiting(notice, now)
        most = office.desk_of(notice.row.organisation).terms.notice_minutes
        return Waiting(notice, now + timedelta(minutes=self._random.uniform(0, most)))


async def _filled(work: UnitOfWork, office: Office) -> frozenset[str]:
    """Give cases without a deadline theirs, which was unknown while no calendar reached it; gives which.

    Nothing else of them changes.
    """
    numbers = [each.number for each in await work.cases.undated() if left_open(each)]
    if numbers:
        await work.lock(SEVERAL)
    found: list[str] = []
    for number in numbers:
        await work.lock(f"case {number}")
        row = await work.cases.get(number)
        due = None if row is None else await counted(work, row, office.desk_of(row.organisation))
        if row is not None and due is not None:
            await work.cases.set_status(
                number, row.status, row.internal, row.changed, due=due, erase_after=row.erase_after
            )
            found.append(number)
    return frozenset(found)
