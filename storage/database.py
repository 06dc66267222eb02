"""The database as the rest of the house sees it: open, migrate, check, transactions."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.backend import Backend, backend_of
from storage.failures import failure
from storage.installation import key_verified, revision_of, schema_migrated
from storage.key_file import create_key_file, read_key_file
from storage.schema import REVISION
from storage.sealing import KeyRing, key_lost
from storage.work import UnitOfWork
from yanlu.errors import SchemaMismatch
from yanlu.texts import storage as texts

BUSY_TIMEOUT = timedelta(seconds=15)


def utc_now() -> datetime:
    """Tell the time for a database that was given no clock."""
    return datetime.now(UTC)


class Database:
    """One database and the keys that open it. Belongs to the event loop it is first used in."""

    def __init__(self, backend: Backend, *, keys: KeyRing, clock: Callable[[], datetime]) -> None:
        self._backend = backend
        self._clock = clock
        self.keys = keys

    @classmethod
    def open(
        cls,
        url: str,
        *,
        keys: KeyRing,
        clock: Callable[[], datetime] = utc_now,
        busy_timeout: timedelta = BUSY_TIMEOUT,
    ) -> "Database":
        """Open `sqlite:///…` or `postgresql://…`; connects at first use. Raises SettingsError.

        `clock` tells the time for transactions that are not given one.
        """
        return cls(backend_of(url, busy_timeout=busy_timeout.total_seconds()), keys=keys, clock=clock)

    @property
    def shared(self) -> bool:
        """Whether several processes work on it at once."""
        return self._backend.shared

    async def migrate(self) -> None:
        """Bring the schema to this version, all or nothing; several processes may do so at once.

        Raises SchemaMismatch when the database is newer or not ours, KeyLost when the keys are not its own.
        """
        async with self._backend.transaction() as session:
            current = await revision_of(session)
        if current != REVISION:
            await self._backend.alone(schema_migrated)
        async with self._backend.transaction() as session:
            await key_verified(session, self.keys, first=True)

    async def check(self) -> bool:
        """Raise unless the database is reachable, sound, writable, migrated and opened by the keys.

        Raises DatabaseCorrupt, DatabaseUnavailable, StateUnwritable, SchemaMismatch or KeyLost.
        An empty database passes, and gives False.
        """
        await self._backend.check()
        async with self._backend.transaction() as session:
            current = await revision_of(session)
            if current is None:
                return False
            if current != REVISION:
                older = current < REVISION
                raise failure(SchemaMismatch, texts.OLDER_SCHEMA if older else texts.NEWER_SCHEMA)
            await key_verified(session, self.keys)
        return True

    @asynccontextmanager
    async def transaction(self, now: datetime | None = None) -> AsyncIterator[UnitOfWork]:
        """One transaction: commits at the end of the block, rolls back when the block raises.

        `now` (aware) decides what has expired; without it the clock does. On SQLite the transactions of a
        process queue up, so nothing slow (network, a model) belongs inside the block.
        """
        now = now or self._clock()
        async with self._backend.transaction() as session:
            memory = self._backend.passing
            passing = None if memory is None else memory.begun(now)
            yield UnitOfWork(session, self.keys, now, self._backend.lock, passing)
            if passing is not None:
                passing.hand_over()

    async def close(self) -> None:
        """Close every connection."""
        await self._backend.close()


async def load_keys(url: str, *, key_file: Path, setting: str | None = None) -> KeyRing:
    """Load an installation's keys: from the setting, else the key file, which is made for a fresh database.

    Raises KeyLost when the file is missing though the database holds sealed rows (nothing is overwritten),
    or when setting or file are malformed; StateUnwritable when the file cannot be made.
    """
    if setting and setting.strip():
        return KeyRing.parse(setting)
    kept = read_key_file(key_file)
    if kept is not None:
        return kept
    backend = backend_of(url, busy_timeout=BUSY_TIMEOUT.total_seconds())
    try:
        if backend.exists():
            async with backend.transaction() as session:
                if await revision_of(session) is not None:
                    raise key_lost(texts.KEY_MISSING)
    finally:
        await backend.close()
    logging.getLogger(__name__).info("made a new key file")
    return create_key_file(key_file)
