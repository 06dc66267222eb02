"""Sessions of the web console, that any worker can serve.

A session is found by a keyed hash of the browser's token. A handler's private key waits in it under a key made of
the token and the installation's own key: the database alone opens nothing, nor does a worker's disk with it; the
browser's cookie is needed as well, and is kept nowhere here.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import nacl.bindings as sodium
import sqlalchemy as sa
from nacl.exceptions import CryptoError

from storage.case_rows import Handler
from storage.handler_keys import Unlocked
from storage.report_sealing import KeyPair
from storage.schema_console import console_sessions
from storage.sealing import KeyRing, joined
from storage.session import Session

_PURPOSE = "console session"
_NONCE_BYTES = 24
_AT = console_sessions.c.id == sa.bindparam("at_id")
_BEGIN = sa.insert(console_sessions)
_GET = sa.select(console_sessions).where(_AT)
_TOUCH = sa.update(console_sessions).where(_AT).values(used=sa.bindparam("now"))
_KEEP = (
    sa.update(console_sessions)
    .where(_AT)
    .values(opened=sa.bindparam("new_opened"), opened_at=sa.bindparam("now"))
)
_END = sa.delete(console_sessions).where(_AT)
_OF = (
    sa.select(console_sessions)
    .where(console_sessions.c.person == sa.bindparam("of"))
    .order_by(console_sessions.c.used.desc())
)
_END_OF = sa.delete(console_sessions).where(
    console_sessions.c.person == sa.bindparam("of"), console_sessions.c.id != sa.bindparam("but")
)
_LOCK_OF = (
    sa.update(console_sessions)
    .where(console_sessions.c.person == sa.bindparam("of"))
    .values(opened=None, opened_at=None)
)
_LOCK_IDLE = (
    sa.update(console_sessions)
    .where(console_sessions.c.used < sa.bindparam("before"), console_sessions.c.opened.is_not(None))
    .values(opened=None, opened_at=None)
)
_PURGE = sa.delete(console_sessions).where(console_sessions.c.used < sa.bindparam("before"))


@dataclass(frozen=True, slots=True)
class ConsoleSession:
    """A browser that signed in. `opened_at`: when a handler's passphrase was given in it, None while locked."""

    id: str
    person: str
    began: datetime
    used: datetime
    opened: bytes | None = field(repr=False)
    opened_at: datetime | None


class ConsoleSessions:
    """The `console_sessions` table."""

    __slots__ = ("_keys", "_session")

    def __init__(self, session: Session, keys: KeyRing) -> None:
        self._session = session
        self._keys = keys

    async def begin(self, token: str, person: str, now: datetime) -> None:
        """Let the browser that has `token` in as a person."""
        row = {"id": self._id(token), "person": person, "began": now, "used": now}
        await self._session.execute(_BEGIN, row)

    async def get(self, token: str) -> ConsoleSession | None:
        """Give the session of a token; None when there is none. How old it may be is the caller's to say."""
        row = (await self._session.execute(_GET, {"at_id": self._id(token)})).one_or_none()
        return None if row is None else ConsoleSession(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name

    async def touch(self, token: str, now: datetime) -> None:
        """Keep that the person is at it."""
        await self._session.execute(_TOUCH, {"at_id": self._id(token), "now": now})

    async def keep(self, token: str, unlocked: Unlocked, now: datetime) -> None:
        """Keep a handler's private key in the session, under its token."""
        id_, nonce = self._id(token), os.urandom(_NONCE_BYTES)
        sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
            unlocked.pair.private, _named(id_, unlocked.handler), nonce, self._wrapping(token)
        )
        await self._session.execute(_KEEP, {"at_id": id_, "new_opened": nonce + sealed, "now": now})

    def unlocked(self, token: str, session: ConsoleSession, handler: Handler) -> Unlocked | None:
        """Open what `keep` kept for a handler; None while locked, or when it is not this handler's or not whole."""
        if session.opened is None:
            return None
        nonce, sealed = session.opened[:_NONCE_BYTES], session.opened[_NONCE_BYTES:]
        try:
            private = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
                sealed, _named(session.id, handler), nonce, self._wrapping(token)
            )
            return Unlocked(handler, KeyPair.of(private))
        except (CryptoError, ValueError, TypeError):
            return None

    async def lock(self, token: str) -> None:
        """Forget the private key in a session; it goes on without."""
        await self._session.execute(_KEEP, {"at_id": self._id(token), "new_opened": None, "now": None})

    async def lock_of(self, person: str) -> None:
        """Forget the private key in all of a person's sessions."""
        await self._session.execute(_LOCK_OF, {"of": person})

    async def lock_idle(self, before: datetime) -> None:
        """Forget the private keys in sessions that were not used since."""
        await self._session.execute(_LOCK_IDLE, {"before": before})

    async def end(self, token: str) -> None:
        """End a session; no matter if there is none."""
        await self._session.execute(_END, {"at_id": self._id(token)})

    async def end_of(self, person: str, *, but: str = "") -> int:
        """End a person's sessions, all but the one of a token; gives back how many."""
        keep = self._id(but) if but else ""
        return (await self._session.execute(_END_OF, {"of": person, "but": keep})).rowcount

    async def of(self, person: str) -> Sequence[ConsoleSession]:
        """Give a person's sessions, the one used last first."""
        return [ConsoleSession(**row._mapping) for row in await self._session.execute(_OF, {"of": person})]  # noqa: SLF001 - as above

    async def purge(self, before: datetime) -> None:
        """Forget the sessions that were not used since."""
        await self._session.execute(_PURGE, {"before": before})

    def _id(self, token: str) -> str:
        return self._keys.opaque(_PURPOSE, token)

    def _wrapping(self, token: str) -> bytes:
        return self._keys.derived("console key", token)


def _named(id: str, handler: Handler) -> bytes:  # noqa: A002 - the word of the row
    return joined((b"yanlu console", b"\x01", id, handler.id, handler.public))
