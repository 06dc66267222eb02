"""One state of the whole database, read while others go on writing."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from storage.backend import backend_of
from storage.failures import failure, vendor_errors_translated
from storage.session import Session
from storage.sqlite_file import SqliteSession
from yanlu.errors import StorageError
from yanlu.texts import backup as texts

_WAIT = 15.0
"""Seconds to wait for a connection."""
_AS_OF_NOW = sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


@asynccontextmanager
async def snapshot(url: str) -> AsyncIterator[Session]:
    """Give a session that reads the database as it was at its first statement, and can write nothing.

    PostgreSQL: a read-only transaction at REPEATABLE READ. SQLite: a read transaction of a connection of its own,
    which in WAL mode holds nobody up. Raises StorageError when there is no database yet, and what the drivers do.
    """
    backend = backend_of(url, busy_timeout=_WAIT)
    try:
        if not backend.exists():
            raise failure(StorageError, texts.NOTHING_THERE)
        if backend.shared:
            async with backend.transaction() as session:
                await session.execute(_AS_OF_NOW)
                yield session
        else:
            with _sqlite(url) as reading:
                yield reading
    finally:
        await backend.close()


@contextmanager
def _sqlite(url: str) -> Iterator[SqliteSession]:
    engine = sa.create_engine(
        URL.create("sqlite", database=make_url(url).database),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"isolation_level": None, "timeout": _WAIT, "check_same_thread": False},
    )
    with vendor_errors_translated():
        connection = engine.connect()
    try:
        raw: Any = connection.connection.dbapi_connection
        with vendor_errors_translated():
            raw.execute("PRAGMA query_only=ON")
            raw.execute("BEGIN")
        yield SqliteSession(connection)
    finally:
        connection.close()
        engine.dispose()
