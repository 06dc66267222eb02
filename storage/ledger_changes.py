"""What has changed in the ledgers since somebody last looked: for sums kept in memory. No words are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from storage.ledger_rows import RecordEntry
from storage.record_queries import ENTRY_COLUMNS, entry_of
from storage.schema_ledger import excuses, record_versions, record_voids, records
from storage.session import Session

_MOST = 5_000
"""Records changed at once; beyond that everything is counted anew."""
_BATCH = 500
_COUNTS = sa.select(
    sa.select(sa.func.count()).select_from(record_versions).scalar_subquery().label("versions"),
    sa.select(sa.func.count()).select_from(record_voids).scalar_subquery().label("voids"),
    sa.select(sa.func.coalesce(sa.func.max(records.c.id), 0)).scalar_subquery().label("last"),
)
_NEW = sa.select(records.c.id).where(records.c.id > sa.bindparam("last")).limit(_MOST + 1)
_CORRECTED = sa.select(record_versions.c.record, sa.func.max(record_versions.c.version)).where(
    record_versions.c.version > 1
).group_by(record_versions.c.record)  # fmt: skip
_VOIDS = sa.select(record_voids.c.record)
_ENTRIES = sa.select(*ENTRY_COLUMNS).where(records.c.id.in_(sa.bindparam("ids", expanding=True)))
_EXCUSED = sa.select(excuses.c.subject, excuses.c.talk_type, excuses.c.period).where(
    excuses.c.period.in_(sa.bindparam("periods", expanding=True))
)


@dataclass(frozen=True, slots=True)
class LedgerMark:
    """A moment of the ledgers: nothing is ever deleted there, so that equal numbers mean equal content."""

    versions: int
    voids: int
    last: int
    corrected: Mapping[int, int] = field(default_factory=dict, compare=False)
    voided: frozenset[int] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class LedgerChanges:
    """The records that are new, corrected or void since a mark, as they are now.

    `known` is False when it cannot be told, and everything may be different.
    """

    mark: LedgerMark
    entries: tuple[RecordEntry, ...] = ()
    known: bool = True


class LedgerWatch:
    """Looks at the ledgers' counts."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    async def since(self, mark: LedgerMark | None) -> LedgerChanges:
        """Tell what changed since a mark, with the new one: ask before reading what is to be kept.

        On PostgreSQL a record may show after one with a higher id; the counts then do not add up, and nothing is known.
        """
        row = (await self._session.execute(_COUNTS)).one()
        if mark is not None and (row.versions, row.voids) == (mark.versions, mark.voids):
            return LedgerChanges(mark)
        corrected = {each[0]: int(each[1]) for each in await self._session.execute(_CORRECTED)}
        voided = frozenset(each[0] for each in await self._session.execute(_VOIDS))
        now = LedgerMark(int(row.versions), int(row.voids), int(row.last), corrected, voided)
        if mark is None:
            return LedgerChanges(now, known=False)
        new = [each[0] for each in await self._session.execute(_NEW, {"last": mark.last})]
        again = {id_: version for id_, version in corrected.items() if mark.corrected.get(id_) != version}
        steps = len(new) + sum(version - mark.corrected.get(id_, 1) for id_, version in again.items())
        known = mark.versions + steps == now.versions and mark.voids + len(voided - mark.voided) == now.voids
        changed = {*new, *again, *(voided - mark.voided)}
        if not known or len(changed) > _MOST:
            return LedgerChanges(now, known=False)
        return LedgerChanges(now, await self._entries(sorted(changed)))

    async def excused(self, periods: tuple[str, ...]) -> frozenset[tuple[str, str, str]]:
        """Give (subject, talk type, period) of what a reason is kept for."""
        rows = await self._session.execute(_EXCUSED, {"periods": list(periods)})
        return frozenset((row.subject, row.talk_type, row.period) for row in rows)

    async def _entries(self, ids: Sequence[int]) -> tuple[RecordEntry, ...]:
        found: list[RecordEntry] = []
        for start in range(0, len(ids), _BATCH):
            rows = await self._session.execute(_ENTRIES, {"ids": ids[start : start + _BATCH]})
            found.extend(entry_of(row) for row in rows)
        return tuple(found)
