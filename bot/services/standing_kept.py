"""How duties stand, kept between requests: only what a changed record concerns is counted anew.

A page of the console must not count a city's talks each time. What one subject is owed of one talk type depends on
no other subject's talks, so that it is kept by subject and type, as long as what is owed is the same: another
period, another day or a change of posts counts anew only where it makes a difference. Of more talks than are needed
only the first are kept. No words are kept.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from bot.services.coverage import Coverage, Met
from bot.services.duties import Obligation, Period
from bot.services.standing import StandingService, counted
from storage import Database, RecordEntry, UnitOfWork

if TYPE_CHECKING:
    from storage.ledger_changes import LedgerMark

PERIODS = 8
"""So many periods are kept."""
SLICE = 100
"""So many subjects' talks of a type are counted in one transaction of `prepare`."""
_Group = tuple[str, str]
"""Subject and talk type."""
Wanted = Callable[[Obligation], bool]


def anything(_: Obligation) -> bool:
    """Want every obligation."""
    return True


@dataclass(slots=True)
class _Kept:
    """A period's obligations, the places of each group in them, and how those counted stand, by place."""

    owed: tuple[Obligation, ...]
    places: dict[_Group, list[int]]
    mets: list[Met | None]
    whole: bool = False
    """Whether all are counted."""

    @classmethod
    def new(cls, owed: tuple[Obligation, ...]) -> "_Kept":
        places: dict[_Group, list[int]] = {}
        for place, each in enumerate(owed):
            places.setdefault((each.subject, each.talk_type), []).append(place)
        return cls(owed, places, [None] * len(owed))

    def missing(self, wanted: Wanted) -> list[_Group]:
        """The groups that must be counted first."""
        if self.whole:
            return []
        left = [each for each, met in zip(self.owed, self.mets, strict=True) if met is None]
        self.whole = not left
        return list(dict.fromkeys((each.subject, each.talk_type) for each in left if wanted(each)))

    def put(self, places: Iterable[int], mets: Iterable[Met]) -> None:
        """Keep how some stand, without reasons and without talks beyond those needed."""
        for place, met in zip(places, mets, strict=True):
            self.mets[place] = replace(met, records=met.records[: met.obligation.needed], excuse=None)

    def adopt(self, other: "_Kept", today: date) -> None:
        """Take over the groups that another period, or the one before, has counted for the very same obligations."""
        for group, places in self.places.items():
            theirs = other.places.get(group, ())
            if self.mets[places[0]] is not None or len(theirs) != len(places):
                continue
            mets = [other.mets[place] for place in theirs]
            for place, met in zip(places, mets, strict=True):
                if met is None or met.obligation != self.owed[place]:
                    break
            else:
                self.put(places, [replace(met, today=today) for met in mets if met is not None])

    def drop(self, ids: frozenset[int]) -> None:
        """Forget the groups in which one of these records counted."""
        for met in list(self.mets):
            if met is None or ids.isdisjoint(met.ids):
                continue
            self.whole = False
            for place in self.places[met.obligation.subject, met.obligation.talk_type]:
                self.mets[place] = None

    def joined(self, entries: Iterable[RecordEntry]) -> dict[_Group, list[RecordEntry]]:
        """Records by the groups kept that they may newly count for."""
        found: dict[_Group, list[RecordEntry]] = {}
        for entry in entries:
            for subject in entry.whose("subject"):
                group = (subject, entry.talk_type or "")
                if any(self.mets[place] is not None for place in self.places.get(group, ())):
                    found.setdefault(group, []).append(entry)
        return found


class KeptStanding:
    """Answers as StandingService does, from memory where nothing has changed. Ask in transactions that only read."""

    def __init__(self, standing: StandingService) -> None:
        self._standing = standing
        self._kept: dict[tuple[Period, date], _Kept] = {}
        self._mark: LedgerMark | None = None
        self._turn = asyncio.Lock()

    async def prepare(
        self, database: Database, now: datetime, period: Period, today: date, wanted: Wanted = anything
    ) -> None:
        """Count what `covered` will ask for, piece by piece, so that nobody's turn waits for all of it."""
        await self._standing.worked_out(database, now, period, today)
        while True:
            async with database.transaction(now) as work, self._turn:
                kept = await self._current(work, period, today)
                missing = kept.missing(wanted)
                await self._count(work, kept, missing[:SLICE], today)
            if len(missing) <= SLICE:
                return

    async def covered(
        self, work: UnitOfWork, period: Period, today: date, wanted: Wanted = anything
    ) -> Coverage:
        """As `StandingService.owed_where`, without reasons, and of more talks than are needed only the first."""
        async with self._turn:
            kept = await self._current(work, period, today)
            await self._count(work, kept, kept.missing(wanted), today)
            mets = tuple(met for met in kept.mets if met is not None and wanted(met.obligation))
        return Coverage(mets, today)

    async def _current(self, work: UnitOfWork, period: Period, today: date) -> _Kept:
        owed = await self._standing.obligations(work, period, today)
        changes = await work.ledger_watch.since(self._mark)
        if not changes.known:
            self._kept = {}
        elif changes.entries:
            for (_, day), each in self._kept.items():
                await self._follow(work, each, changes.entries, day)
        self._mark = changes.mark
        kept = self._kept.get((period, today))
        if kept is None or kept.owed is not owed:
            kept = _Kept.new(owed)
            for each in reversed(self._kept.values()):
                kept.adopt(each, today)
        others = {each: value for each, value in self._kept.items() if each[1] == today and each[0] != period}
        while len(others) >= PERIODS:
            others.pop(next(iter(others)))
        self._kept = {**others, (period, today): kept}
        return kept

    @staticmethod
    async def _follow(work: UnitOfWork, kept: _Kept, changed: Collection[RecordEntry], today: date) -> None:
        """Take in what changed: a record that counted has its group counted anew, any other joins its groups."""
        kept.drop(frozenset(each.id for each in changed))
        joined = kept.joined(changed)
        places = [place for group in joined for place in kept.places[group]]
        mets = [met for place in places if (met := kept.mets[place]) is not None]
        entries = {entry.id: entry for met in mets for entry in met.records}
        entries |= {entry.id: entry for group in joined.values() for entry in group}
        owed = [kept.owed[place] for place in places]
        found = await counted(work, owed, list(entries.values()), (), today)
        kept.put(places, found.mets)

    async def _count(self, work: UnitOfWork, kept: _Kept, missing: Iterable[_Group], today: date) -> None:
        """Count some groups."""
        places = sorted(place for group in missing for place in kept.places[group])
        if not places:
            return
        owed = [kept.owed[place] for place in places]
        entries = await self._standing.entries(work, owed)
        found = await counted(work, owed, entries, (), today)
        kept.put(places, found.mets)
