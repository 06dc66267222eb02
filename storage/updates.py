"""Which deliveries were applied, so that each is applied once though delivered several times."""

from datetime import date, datetime

import sqlalchemy as sa

from storage.schema import updates
from storage.sealing import KeyRing
from storage.session import Session

_ADD = sa.text(
    "INSERT INTO updates (opaque, applied) VALUES (:opaque, :applied) ON CONFLICT (opaque) DO NOTHING"
).bindparams(sa.bindparam("applied", type_=sa.Date))
_PURGE = sa.delete(updates).where(updates.c.applied < sa.bindparam("before", type_=sa.Date))


class Updates:
    """The `updates` table. Delivery ids are kept opaque."""

    __slots__ = ("_keys", "_now", "_session")

    def __init__(self, session: Session, keys: KeyRing, now: datetime) -> None:
        self._session = session
        self._keys = keys
        self._now = now

    async def first_time(self, channel: str, update: str) -> bool:
        """Record a delivery; False when it was applied before (then do nothing).

        Waits for another worker that is applying the same delivery right now.
        """
        opaque = self._keys.opaque(f"update {channel}", update)
        result = await self._session.execute(_ADD, {"opaque": opaque, "applied": self._now.date()})
        return result.rowcount == 1

    async def purge(self, before: date) -> int:
        """Forget deliveries applied before that day; gives back how many."""
        return (await self._session.execute(_PURGE, {"before": before})).rowcount
