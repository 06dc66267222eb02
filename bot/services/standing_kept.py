"""How duties stand, kept between requests: only what a changed record concerns is counted anew.

A page of the console must not count a city's talks each time. What one subject is owed of one talk type depends on
no other subject's talks, so that it is kept by subject and type, as long as posts, cadences and day are the same.
Of more talks than are needed only the first are kept. No words are kept.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.services.coverage import Coverage, Met
from bot.services.duties import Obligation, Period
from bot.services.standing import StandingService, counted
from storage import Database, RecordEntry, UnitOfWork
from storage.ledger_changes import LedgerChanges, LedgerMark

PERIODS = 8
"""So many periods are kept."""
SLICE = 200
"""So many subjects' talks of a type are counted in one transaction of `prepare`."""
_Group = tuple[str, str]
"""Subject and talk type."""
Wanted = Callable[[Obligation], bool]


def anything(_: Obligation) -> bool:
    """Want every obligation."""
    return True


@dataclass(slots=True)
class _Kept:
    """A period's obligations, the places of each group in them, and how those counted stand."""

    owed: tuple[Obligation, ...]
    places: dict[_Group, list[int]]
    mark: LedgerMark
    mets: dict[int, Met]

    @classmethod
    def new(cls, owed: tuple[Obligation, ...], mark: LedgerMark) -> "_Kept":
        places: dict[_Group, list[int]] = {}
        for place, each in enumerate(owed):
            places.setdefault(_group(each), []).append(place)
        return cls(owed, places, mark, {})

    def missing(self, wanted: Wanted) -> list[_Group]:
        """The groups that must be counted first."""
        return list(
            dict.fromkeys(
                _group(each)
                for place, each in enumerate(self.owed)
                if place not in self.mets and wanted(each)
            )
        )

    def drop(self, ids: frozenset[int]) -> None:
        """Forget the groups in which one of these records counted."""
        gone = {_group(met.obligation) for met in self.mets.values() if not ids.isdisjoint(met.ids)}
        for place in [place for group in gone for place in self.places[group]]:
            self.mets.pop(place, None)

    def joined(self, entries: Iterable[RecordEntry]) -> dict[_Group, list[RecordEntry]]:
        """Records by the groups kept that they may newly count for."""
        found: dict[_Group, list[RecordEntry]] = {}
        for entry in entries:
            for subject in entry.whose("subject"):
                group = (subject, entry.talk_type or "")
                if any(place in self.mets for place in self.places.get(group, ())):
                    found.setdefault(group, []).append(entry)
        return found


class KeptStanding:
    """Answers as StandingService does, from memory where nothing has changed. Ask in transactions that only read."""

    def __init__(self, standing: StandingService) -> None:
        self._standing = standing
        self._kept: dict[tuple[Period, date], _Kept] = {}
        self._turn = asyncio.Lock()

    async def prepare(
        self, database: Database, now: datetime, period: Period, today: date, wanted: Wanted = anything
    ) -> None:
        """Count what `covered` will ask for, piece by piece, so that nobody's turn waits for all of it."""
        while True:
            async with database.transaction(now) as work, self._turn:
                kept = await self._current(work, period, today)
                missing = kept.missing(wanted)
                await self._count(work, period, kept, missing[:SLICE], today)
            if len(missing) <= SLICE:
                return

    async def covered(
        self, work: UnitOfWork, period: Period, today: date, wanted: Wanted = anything
    ) -> Coverage:
        """As `StandingService.owed_where`, without reasons, and of more talks than are needed only the first."""
        async with self._turn:
            kept = await self._current(work, period, today)
            await self._count(work, period, kept, kept.missing(wanted), today)
            mets = tuple(kept.mets[place] for place, each in enumerate(kept.owed) if wanted(each))
        return Coverage(mets, today)

    async def _current(self, work: UnitOfWork, period: Period, today: date) -> _Kept:
        owed = await self._standing.obligations(work, period, today)
        kept = self._kept.get((period, today))
        changes = await work.ledger_watch.since(kept.mark if kept is not None else None)
        if kept is None or kept.owed is not owed or not changes.known:
            kept = _Kept.new(owed, changes.mark)
        else:
            await self._follow(work, kept, changes, today)
        others = {each: value for each, value in self._kept.items() if each[1] == today and each[0] != period}
        while len(others) >= PERIODS:
            others.pop(next(iter(others)))
        self._kept = {**others, (period, today): kept}
        return kept

    @staticmethod
    async def _follow(work: UnitOfWork, kept: _Kept, changes: LedgerChanges, today: date) -> None:
        """Take in what changed: a record that counted has its group counted anew, any other joins its groups."""
        kept.drop(frozenset(each.id for each in changes.entries))
        joined = kept.joined(changes.entries)
        places = [place for group in joined for place in kept.places[group]]
        entries = {entry.id: entry for place in places for entry in kept.mets[place].records}
        entries |= {entry.id: entry for group in joined.values() for entry in group}
        owed = [kept.owed[place] for place in places]
        found = await counted(work, owed, list(entries.values()), (), today)
        kept.mets |= {place: _first(met) for place, met in zip(places, found.mets, strict=True)}
        kept.mark = changes.mark

    async def _count(
        self, work: UnitOfWork, period: Period, kept: _Kept, missing: Iterable[_Group], today: date
    ) -> None:
        """Count some groups."""
        groups = frozenset(missing)
        if not groups:
            return
        places = [place for place, each in enumerate(kept.owed) if _group(each) in groups]
        found = await self._standing.owed_where(work, period, today, lambda each: _group(each) in groups)
        kept.mets |= {place: _first(met) for place, met in zip(places, found.mets, strict=True)}


def _group(owed: Obligation) -> _Group:
    return owed.subject, owed.talk_type


def _first(met: Met) -> Met:
    """The same without reasons and without talks beyond those needed."""
    return replace(met, records=met.records[: met.obligation.needed], excuse=None)
