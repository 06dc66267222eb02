"""The default database: one SQLite file, one kept connection, statements run in place.

A hop to another thread and back costs 60 µs of CPU and, under load, a wait for the interpreter lock; a
prepared statement on a local file costs 10 to 20 µs, and SQLAlchemy's aiosqlite adapter takes four hops for
each. So statements run in the event loop's thread, and only what waits for the disk (commit, rollback,
the integrity check) runs in another. Measured for a chat turn: 4.0 ms of CPU by aiosqlite, 0.8 ms so.

WAL lets readers of other processes go on beside the writer. `synchronous=FULL` syncs the log at each commit:
with NORMAL a commit survives kill -9 but not a power cut, and what was acknowledged must survive both
(DESIGN section 1, promise 3). The price is one fsync a commit.
"""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, create_engine, exc
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from storage.failures import failure, is_busy, translated, vendor_errors_translated
from storage.session import Parameters, Rows
from yanlu.errors import DatabaseCorrupt, DatabaseUnavailable, StateUnwritable
from yanlu.texts import storage as texts

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA journal_size_limit=67108864",
    "PRAGMA secure_delete=ON",  # what was deleted is overwritten with zeros: free pages tell nothing
)
_FIRST_WAIT, _LONGEST_WAIT = 0.001, 0.05  # seconds

T = TypeVar("T")


class SqliteSession:
    """Runs statements in place."""

    __slots__ = ("_connection",)
    skips_locked = False

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def execute(self, statement: Executable, parameters: Parameters | None = None) -> Rows:
        """Run one statement, once for each set of parameters."""
        try:
            return self._connection.execute(statement, parameters)
        except exc.DBAPIError as error:
            raise translated(error) from None

    async def run(self, work: Callable[[Connection], None]) -> None:
        """Run a function that needs a synchronous connection (migrations)."""
        with vendor_errors_translated():
            work(self._connection)


class SqliteBackend:
    """One file. Transactions of this process queue for the one connection; other processes are waited for."""

    shared = False

    def __init__(self, url: URL, *, busy_timeout: float) -> None:
        """`busy_timeout`: seconds to wait for other writers."""
        name = url.database or ":memory:"
        self._path = None if name == ":memory:" else Path(name)
        self._busy_timeout = busy_timeout
        self._disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        self._engine = create_engine(
            URL.create("sqlite", database=name),
            poolclass=NullPool,
            hide_parameters=True,
            # no isolation level: transactions are begun here, not guessed by the driver;
            # no timeout: waiting is the event loop's work, see `_when_free`
            connect_args={"isolation_level": None, "timeout": 0, "check_same_thread": False},
        )
        self._turn = asyncio.Lock()
        self._kept: tuple[Connection, sqlite3.Connection] | None = None

    def exists(self) -> bool:
        """Tell whether there is a file with anything in it."""
        return self._path is not None and self._path.exists() and self._path.stat().st_size > 0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[SqliteSession]:
        """Hold the write lock from the start, so that writers never deadlock."""
        async with self._own_turn() as (connection, raw), self._begun(connection, raw) as session:
            yield session

    async def alone(self, work: Callable[[Connection], None]) -> None:
        """Run `work` as one transaction with foreign keys off, as SQLite needs to rebuild a table."""
        async with self._own_turn() as (connection, raw):
            raw.execute("PRAGMA foreign_keys=OFF")
            try:
                async with self._begun(connection, raw) as session:
                    await session.run(work)
                    if raw.execute("PRAGMA foreign_key_check").fetchone():
                        raise failure(DatabaseCorrupt, texts.CORRUPT)
            finally:
                raw.execute("PRAGMA foreign_keys=ON")

    async def lock(self, session: object, key: str) -> None:
        """Do nothing: writers are serial, so a transaction has every lock already."""

    async def check(self) -> None:
        """Read every page, and write one."""
        async with self._own_turn() as (_, raw):
            with vendor_errors_translated():
                rows = await self._on_disk(lambda: raw.execute("PRAGMA quick_check").fetchall())
            if rows != [("ok",)]:
                raise failure(DatabaseCorrupt, texts.CORRUPT)
            (version,) = raw.execute("PRAGMA user_version").fetchone()
            await self._when_free(lambda: raw.execute(f"PRAGMA user_version={int(version)}"))

    async def close(self) -> None:
        """Close the file; the last process to do so folds the log into it."""
        async with self._turn:
            if self._kept is not None:
                connection, _ = self._kept
                self._kept = None
                connection.close()
            self._engine.dispose()
            self._disk.shutdown(wait=False)

    @asynccontextmanager
    async def _own_turn(self) -> AsyncIterator[tuple[Connection, sqlite3.Connection]]:
        """Have the kept connection while nobody else in this process has it."""
        try:
            if self._turn.locked():
                # not `wait_for`: before Python 3.12 it may swallow a cancellation
                async with asyncio.timeout(self._busy_timeout):
                    await self._turn.acquire()
            else:
                await self._turn.acquire()
        except TimeoutError:
            raise failure(DatabaseUnavailable, texts.BUSY) from None
        try:
            if self._kept is None:
                self._make_file()
                self._kept = await self._when_free(self._connect)
            yield self._kept
        finally:
            self._turn.release()

    @asynccontextmanager
    async def _begun(self, connection: Connection, raw: sqlite3.Connection) -> AsyncIterator[SqliteSession]:
        await self._when_free(lambda: raw.execute("BEGIN IMMEDIATE"))
        try:
            connection.begin()
            yield SqliteSession(connection)
            with vendor_errors_translated():
                await self._on_disk(connection.commit)
        except BaseException:
            connection.rollback()
            raw.rollback()  # SQLAlchemy takes a failed commit for the end of the transaction
            raise

    def _connect(self) -> tuple[Connection, sqlite3.Connection]:
        connection = self._engine.connect()
        raw: Any = connection.connection.dbapi_connection
        try:
            for pragma in _PRAGMAS:
                raw.execute(pragma)
        except sqlite3.Error:
            connection.close()
            raise
        return connection, raw

    async def _when_free(self, attempt: Callable[[], T]) -> T:
        """Try until no other process holds the file, for as long as the busy timeout."""
        try:
            return attempt()
        except (sqlite3.Error, exc.DBAPIError) as error:
            failed: Exception = error
        clock = asyncio.get_running_loop().time
        deadline, wait = clock() + self._busy_timeout, _FIRST_WAIT
        while is_busy(failed) and clock() < deadline:
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)
            try:
                return attempt()
            except (sqlite3.Error, exc.DBAPIError) as error:
                failed = error
        raise translated(failed) from None

    async def _on_disk(self, work: Callable[[], T]) -> T:
        """Run `work` in the disk's thread, to its end even when the caller is cancelled meanwhile."""
        future = asyncio.get_running_loop().run_in_executor(self._disk, work)
        cancelled: asyncio.CancelledError | None = None
        while not future.done():
            try:
                await asyncio.wait((future,))
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is None:
            return future.result()
        future.exception()
        raise cancelled

    def _make_file(self) -> None:
        """Make the file readable by its owner only; SQLite gives its log the same mode."""
        if self._path is None:
            return
        if self._path.is_dir():
            raise failure(DatabaseCorrupt, texts.IS_DIRECTORY)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError:
            raise failure(StateUnwritable, texts.UNWRITABLE) from None
