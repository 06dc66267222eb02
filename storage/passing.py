"""Drafts of reports in passing: what must never reach a disk that is backed up (DESIGN section 3).

On SQLite they live in the memory of the process and die with it. On PostgreSQL, where several workers share them,
they stand in an UNLOGGED table: sealed, without a word in the write-ahead log, in no physical backup, and emptied by
the server after a crash. A `pg_dump` does contain them unless it is told `--no-unlogged-table-data`. Their key is an
opaque name of the conversation and their expiry a day: but whoever has the running server *and* the key file can
open a draft that is still there, and find out by trying which conversation it belongs to.
"""

import logging
from datetime import UTC, date, datetime

import sqlalchemy as sa

from storage.columns import upsert
from storage.schema_cases import passing
from storage.sealing import KeyRing, SealBroken
from storage.session import Session

_log = logging.getLogger(__name__)

_AT = sa.and_(passing.c.key == sa.bindparam("at_key"), passing.c.slot == sa.bindparam("at_slot"))
_GET = sa.select(passing.c.sealed).where(_AT, passing.c.expires >= sa.bindparam("today"))
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
        if sealed is None:
            return None
        try:
            return self._keys.open(sealed, "passing", key, slot)
        except SealBroken:
            _log.warning("a draft in passing with a broken seal was deleted")
            await self.delete(key, slot)
            return None

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


class PassingMemory:
    """What one database's process keeps in passing. Its transactions run one after another."""

    def __init__(self) -> None:
        self._kept: dict[_Name, _Kept] = {}

    def begun(self, now: datetime) -> "PassingTurn":
        """Give a transaction's view: its changes are seen by others once it says `commit`."""
        return PassingTurn(self._kept, now)


class PassingTurn:
    """Drafts in memory within one transaction, as a `DraftStore`."""

    __slots__ = ("_changed", "_kept", "_now")

    def __init__(self, kept: dict[_Name, _Kept], now: datetime) -> None:
        self._kept = kept
        self._now = now
        self._changed: dict[_Name, _Kept | None] = {}

    async def get(self, key: str, slot: str) -> bytes | None:
        """Give the value; None when there is none or it has expired."""
        found = self._changed[key, slot] if (key, slot) in self._changed else self._kept.get((key, slot))
        return None if found is None or found[1] <= self._now else found[0]

    async def put(self, key: str, slot: str, value: bytes, expires: datetime) -> None:
        """Keep a value until `expires` (aware), in place of the one before."""
        self._changed[key, slot] = (value, expires)

    async def delete(self, key: str, slot: str) -> None:
        """Forget a value; no matter if there is none."""
        self._changed[key, slot] = None

    async def purge(self, now: datetime) -> int:
        """Forget what has expired; gives back how many."""
        standing = {**self._kept, **self._changed}
        gone = [name for name, found in standing.items() if found is not None and found[1] <= now]
        self._changed |= dict.fromkeys(gone)
        return len(gone)

    def commit(self) -> None:
        """Make the changes everybody's."""
        for name, found in self._changed.items():
            if found is None:
                self._kept.pop(name, None)
            else:
                self._kept[name] = found


def _day(moment: datetime) -> date:
    if moment.tzinfo is None:
        raise ValueError("a time must have a time zone")
    return moment.astimezone(UTC).date()
