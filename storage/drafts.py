"""Drafts: small sealed values under an opaque conversation key, with a short life."""

import logging
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from storage.schema import Instant, drafts
from storage.sealing import KeyRing, SealBroken
from storage.session import Session

_log = logging.getLogger(__name__)

_AT = sa.and_(drafts.c.key == sa.bindparam("at_key"), drafts.c.slot == sa.bindparam("at_slot"))
_GET = sa.select(drafts.c.sealed).where(_AT, drafts.c.expires > sa.bindparam("now"))
_BOTH = sa.select(drafts.c.slot, drafts.c.sealed).where(
    drafts.c.key == sa.bindparam("at_key"),
    drafts.c.slot.in_([sa.bindparam("one"), sa.bindparam("other")]),
    drafts.c.expires > sa.bindparam("now"),
)
_PUT = sa.text(
    "INSERT INTO drafts (key, slot, sealed, expires) VALUES (:key, :slot, :sealed, :expires)"
    " ON CONFLICT (key, slot) DO UPDATE SET sealed = excluded.sealed, expires = excluded.expires"
).bindparams(sa.bindparam("sealed", type_=sa.LargeBinary), sa.bindparam("expires", type_=Instant))
_DELETE = sa.delete(drafts).where(_AT)
_PURGE = sa.delete(drafts).where(drafts.c.expires <= sa.bindparam("now"))


class DraftStore(Protocol):
    """Where drafts live: this table, or (anonymous reports) memory that no backup reaches."""

    async def get(self, key: str, slot: str) -> bytes | None:
        """Give the value; None when there is none or it has expired."""
        ...

    async def both(self, key: str, one: str, other: str) -> tuple[bytes | None, bytes | None]:
        """Give the values of two slots, each as `get` does."""
        ...

    async def put(self, key: str, slot: str, value: bytes, expires: datetime) -> None:
        """Keep a value until `expires` (aware), in place of the one before."""
        ...

    async def delete(self, key: str, slot: str) -> None:
        """Forget a value; no matter if there is none."""
        ...

    async def purge(self, now: datetime) -> int:
        """Forget what has expired; gives back how many."""
        ...


class Drafts:
    """The `drafts` table."""

    __slots__ = ("_keys", "_now", "_session")

    def __init__(self, session: Session, keys: KeyRing, now: datetime) -> None:
        self._session = session
        self._keys = keys
        self._now = now

    async def get(self, key: str, slot: str) -> bytes | None:
        """Give the value; None when there is none, or it has expired, or its seal is broken (it is deleted).

        Raises KeyLost when it was sealed with a key that is no longer there.
        """
        parameters = {"at_key": key, "at_slot": slot, "now": self._now}
        sealed = (await self._session.execute(_GET, parameters)).scalar_one_or_none()
        return None if sealed is None else await self._opened(key, slot, sealed)

    async def both(self, key: str, one: str, other: str) -> tuple[bytes | None, bytes | None]:
        """Give the values of two slots, each as `get` does, with one statement."""
        parameters = {"at_key": key, "one": one, "other": other, "now": self._now}
        rows = (await self._session.execute(_BOTH, parameters)).all()
        opened = {slot: await self._opened(key, slot, sealed) for slot, sealed in rows}
        return opened.get(one), opened.get(other)

    async def put(self, key: str, slot: str, value: bytes, expires: datetime) -> None:
        """Keep a value until `expires` (aware), in place of the one before."""
        sealed = self._keys.seal(value, "drafts", key, slot)
        await self._session.execute(_PUT, {"key": key, "slot": slot, "sealed": sealed, "expires": expires})

    async def delete(self, key: str, slot: str) -> None:
        """Forget a value; no matter if there is none."""
        await self._session.execute(_DELETE, {"at_key": key, "at_slot": slot})

    async def purge(self, now: datetime) -> int:
        """Forget what has expired; gives back how many."""
        return (await self._session.execute(_PURGE, {"now": now})).rowcount

    async def _opened(self, key: str, slot: str, sealed: bytes) -> bytes | None:
        try:
            return self._keys.open(sealed, "drafts", key, slot)
        except SealBroken:
            _log.warning("a draft with a broken seal was deleted")
            await self.delete(key, slot)
            return None
