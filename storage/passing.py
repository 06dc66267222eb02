"""Drafts of reports in passing: what must never reach a disk that is backed up (DESIGN section 3).

On SQLite they live in the memory of the process and die with it. On PostgreSQL, where several workers share them,
they stand in an UNLOGGED table: sealed, without a word in the write-ahead log, in no physical backup, and emptied by
the server after a crash. A `pg_dump` does contain them unless it is told `--no-unlogged-table-data`. Their key is an
opaque name of the conversation and their expiry a day: but whoever has the running server *and* the key file can
open a draft that is still there, and find out by trying which conversation it belongs to.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, date, datetime

import sqlalchemy as sa

from storage.columns import upsert
from storage.schema_cases import passing
from storage.sealing import KeyRing, SealBroken
from storage.session import Session

_log = logging.getLogger(__name__)

_AT = sa.and_(passing.c.key == sa.bindparam("at_key"), passing.c.slot == sa.bindparam("at_slot"))
_GET = sa.select(passing.c.sealed).where(_AT, passing.c.expires >= sa.bindparam("today"))
_BOTH = sa.select(passing.c.slot, passing.c.sealed).where(
    passing.c.key == sa.bindparam("at_key"),
    passing.c.slot.in_([sa.bindparam("one"), sa.bindparam("other")]),
    passing.c.expires >= sa.bindparam("today"),
)
_PUT = upsert(passing)
_DELETE = sa.delete(passing).where(_AT)
_PURGE = sa.delete(passing).where(passing.c.expires < sa.bindparam("today"))

_Name = tuple[str, str]
_Kept = tuple[bytes, datetime]


class PassingTable:
    """The `passing` table, as a `DraftStore`. A value lives until the end of the (UTC) day it expires on."""

    __slots__ = ("_keys", "_session", "_today")

    def __init__(self, session: Session, keys: KeyRing, now: datetime) -> None:
        self._session = session
        self._keys = keys
        self._today = _day(now)

    async def get(self, key: str, slot: str) -> bytes | None:
        """Give the value; None when there is none, or it has expired, or its seal is broken (it is deleted)."""
        parameters = {"at_key": key, "at_slot": slot, "today": self._today}
        sealed = (await self._session.execute(_GET, parameters)).scalar_one_or_none()
        return None if sealed is None else await self._opened(key, slot, sealed)

    async def both(self, key: str, one: str, other: str) -> tuple[bytes | None, bytes | None]:
        """Give the values of two slots, each as `get` does, with one statement."""
        parameters = {"at_key": key, "one": one, "other": other, "today": self._today}
        rows = (await self._session.execute(_BOTH, parameters)).all()
        opened = {slot: await self._opened(key, slot, sealed) for slot, sealed in rows}
        return opened.get(one), opened.get(other)

    async def put(self, key: str, slot: str, value: bytes, expires: datetime) -> None:
        """Keep a value until the end of the day of `expires`, in place of the one before."""
        sealed = self._keys.seal(value, "passing", key, slot)
        row = {"key": key, "slot": slot, "sealed": sealed, "expires": _day(expires)}
        await self._session.execute(_PUT, row)

    async def delete(self, key: str, slot: str) -> None:
        """Forget a value; no matter if there is none."""
        await self._session.execute(_DELETE, {"at_key": key, "at_slot": slot})

    async def purge(self, now: datetime) -> int:
        """Forget what has expired; gives back how many."""
        return (await self._session.execute(_PURGE, {"today": _day(now)})).rowcount

    async def _opened(self, key: str, slot: str, sealed: bytes) -> bytes | None:
        try:
            return self._keys.open(sealed, "passing", key, slot)
        except SealBroken:
            _log.warning("a draft in passing with a broken seal was deleted")
            await self.delete(key, slot)
            return None


class PassingMemory:
    """What one database's process keeps in passing.

    Its transactions run one after another, but several may be written to the disk together: what those that have
    ended left is seen by the next ones, and is kept when the disk has it (`settle`), or given up with the rest.
    """

    def __init__(self) -> None:
        self._kept: dict[_Name, _Kept] = {}
        self._ahead: dict[_Name, _Kept | None] = {}

    def begun(self, now: datetime) -> "PassingTurn":
        """Give a transaction's view: its changes are seen by others once it says `hand_over`."""
        return PassingTurn(self, now)

    def found(self, name: _Name) -> _Kept | None:
        """Give what stands under a name, also when it is not written yet."""
        return self._ahead[name] if name in self._ahead else self._kept.get(name)

    def names(self) -> set[_Name]:
        """Give all names under which something stands or stood a moment ago."""
        return {*self._kept, *self._ahead}

    def take_over(self, changed: Mapping[_Name, _Kept | None]) -> None:
        """Make an ended transaction's changes those of the group it is written with."""
        self._ahead.update(changed)

    def settle(self, *, written: bool) -> None:
        """Keep what the ended transactions changed, or forget that they did."""
        for name, found in self._ahead.items() if written else ():
            if found is None:
                self._kept.pop(name, None)
            else:
                self._kept[name] = found
        self._ahead.clear()


class PassingTurn:
    """Drafts in memory within one transaction, as a `DraftStore`."""

    __slots__ = ("_changed", "_memory", "_now")

    def __init__(self, memory: PassingMemory, now: datetime) -> None:
        self._memory = memory
        self._now = now
        self._changed: dict[_Name, _Kept | None] = {}

    async def get(self, key: str, slot: str) -> bytes | None:
        """Give the value; None when there is none or it has expired."""
        return self._get((key, slot))

    async def both(self, key: str, one: str, other: str) -> tuple[bytes | None, bytes | None]:
        """Give the values of two slots, each as `get` does."""
        return self._get((key, one)), self._get((key, other))

    async def put(self, key: str, slot: str, value: bytes, expires: datetime) -> None:
        """Keep a value until `expires` (aware), in place of the one before."""
        self._changed[key, slot] = (value, expires)

    async def delete(self, key: str, slot: str) -> None:
        """Forget a value; no matter if there is none."""
        self._changed[key, slot] = None

    async def purge(self, now: datetime) -> int:
        """Forget what has expired; gives back how many."""
        names = self._memory.names().union(self._changed)
        gone = [name for name in names if (found := self._found(name)) is not None and found[1] <= now]
        self._changed |= dict.fromkeys(gone)
        return len(gone)

    def hand_over(self) -> None:
        """Make the changes everybody's, on condition that the disk takes what they belong to."""
        self._memory.take_over(self._changed)

    def _found(self, name: _Name) -> _Kept | None:
        return self._changed[name] if name in self._changed else self._memory.found(name)

    def _get(self, name: _Name) -> bytes | None:
        found = self._found(name)
        return None if found is None or found[1] <= self._now else found[0]


def _day(moment: datetime) -> date:
    if moment.tzinfo is None:
        raise ValueError("a time must have a time zone")
    return moment.astimezone(UTC).date()
