"""Bindings: which conversation belongs to which person."""

import logging
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from storage.columns import upsert
from storage.people_rows import Binding
from storage.schema_people import bindings
from storage.sealed_tables import BINDINGS
from storage.sealing import KeyRing, SealBroken
from storage.session import Session

_log = logging.getLogger(__name__)

_BIND = upsert(bindings)
_BY_KEY = sa.select(bindings.c.person).where(bindings.c.key == sa.bindparam("at_key"))
_OF = sa.select(bindings).where(bindings.c.person == sa.bindparam("of")).order_by(bindings.c.since)
_UNBIND = sa.delete(bindings).where(bindings.c.key == sa.bindparam("at_key"))
_UNBIND_PERSON = sa.delete(bindings).where(bindings.c.person == sa.bindparam("of"))


class Bindings:
    """The `bindings` table. A conversation is found by its opaque key; its address is sealed; nobody's user name."""

    __slots__ = ("_keys", "_session")

    def __init__(self, session: Session, keys: KeyRing) -> None:
        self._session = session
        self._keys = keys

    async def bind(self, person: str, channel: str, address: str, now: datetime) -> None:
        """Give a conversation to a person, and to nobody else. Raises StorageError on an unknown person."""
        row = {"key": self._keys.opaque(channel, address), "person": person, "channel": channel, "since": now}
        sealed = BINDINGS.seal(self._keys, address, row)
        await self._session.execute(_BIND, {**row, "sealed": sealed})

    async def by_key(self, conversation_key: str) -> str | None:
        """Give the id of the person a conversation belongs to, by `KeyRing.opaque` of channel and address."""
        found = await self._session.execute(_BY_KEY, {"at_key": conversation_key})
        person: str | None = found.scalar_one_or_none()
        return person

    async def of(self, person: str) -> Sequence[Binding]:
        """Give a person's conversations, oldest first; one whose seal is broken is left out."""
        found = []
        for row in await self._session.execute(_OF, {"of": person}):
            try:
                address = BINDINGS.open(self._keys, row.sealed, row._mapping)  # noqa: SLF001 - public
            except SealBroken:
                _log.warning("a binding with a broken seal was left out")
                continue
            found.append(Binding(row.person, row.channel, address, row.since, row.key))
        return found

    async def unbind_key(self, conversation_key: str) -> bool:
        """Take a conversation from whoever has it, by its opaque key; False when nobody had."""
        return (await self._session.execute(_UNBIND, {"at_key": conversation_key})).rowcount == 1

    async def unbind_person(self, person: str) -> int:
        """Take every conversation from a person; gives back how many."""
        return (await self._session.execute(_UNBIND_PERSON, {"of": person})).rowcount
