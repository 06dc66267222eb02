"""Which database a URL names, and what each must offer."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from sqlalchemy import Connection
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from storage.failures import failure
from storage.passing import PassingMemory
from storage.session import Session
from storage.sqlite import SqliteBackend
from yanlu.errors import SettingsError
from yanlu.texts import storage as texts


class Backend(Protocol):
    """One kind of database."""

    shared: bool
    """Whether several processes work on it at once."""

    @property
    def passing(self) -> PassingMemory | None:
        """What is in passing, None where several processes share it and it has a table."""
        ...

    def exists(self) -> bool:
        """Give False when there is certainly nothing there yet."""
        ...

    def transaction(self) -> AbstractAsyncContextManager[Session]:
        """Commit at the end of the block, roll back when it raises."""
        ...

    async def alone(self, work: Callable[[Connection], None]) -> None:
        """Run `work` as one transaction with nobody else migrating."""
        ...

    async def lock(self, session: Session, key: str) -> None:
        """Keep other transactions that lock the same key waiting until this one ends."""
        ...

    async def check(self) -> None:
        """Raise unless the database is sound and writable."""
        ...

    async def close(self) -> None:
        """Give everything back."""
        ...


def backend_of(url: str, *, busy_timeout: float) -> Backend:
    """Choose the backend for a URL; connects to nothing yet. Raises SettingsError."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise failure(SettingsError, texts.BAD_ADDRESS) from None
    kind = parsed.drivername.partition("+")[0]
    if kind == "sqlite":
        return SqliteBackend(parsed, busy_timeout=busy_timeout)
    if kind in ("postgresql", "postgres"):
        from storage.postgresql import PostgresBackend  # 60 ms that a start on SQLite need not spend

        return PostgresBackend(_for_asyncpg(parsed), busy_timeout=busy_timeout)
    raise failure(SettingsError, texts.BAD_ADDRESS)


def _for_asyncpg(url: URL) -> URL:
    """Name the same database through asyncpg, which says `ssl` where libpq says `sslmode`."""
    url = url.set(drivername="postgresql+asyncpg")
    sslmode = url.query.get("sslmode")
    return url.difference_update_query(["sslmode"]).update_query_dict({"ssl": sslmode}) if sslmode else url
