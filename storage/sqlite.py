"""The default database: one SQLite file, one kept connection, statements run in place.

A hop to another thread and back costs 60 µs of CPU and, under load, a wait for the interpreter lock; a
prepared statement on a local file costs 10 to 20 µs, and SQLAlchemy's aiosqlite adapter takes four hops for
each. So statements run in the event loop's thread, and only what waits for the disk (commit, rollback,
the integrity check) runs in another. Measured for a chat turn: 4.0 ms of CPU by aiosqlite, 0.8 ms so.

WAL lets readers of other processes go on beside the writer. `synchronous=FULL` syncs the log at each commit:
with NORMAL a commit survives kill -9 but not a power cut, and what was acknowledged must survive both
(DESIGN section 1, promise 3). The price is one fsync a commit, which transactions that wait for each other
share: those that stand in line when one ends go on in the same transaction of the file, each within a savepoint
of its own, and all return when the last has written for all (group commit).
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, create_engine, exc
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from storage.failures import failure, is_busy, translated, vendor_errors_translated
from storage.passing import PassingMemory
from storage.sqlite_file import Group, SqliteSession, connected, make_file, whole
from yanlu.errors import DatabaseCorrupt, DatabaseUnavailable, StorageError
from yanlu.texts import storage as texts

_FIRST_WAIT, _LONGEST_WAIT = 0.001, 0.05  # seconds
MOST_TOGETHER = 16
"""So many transactions are written together at most: nobody waits for more than those in front."""

T = TypeVar("T")


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
        self.passing: PassingMemory = PassingMemory()
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._group: Group | None = None
        self._kept: tuple[Connection, sqlite3.Connection] | None = None

    def exists(self) -> bool:
        """Tell whether there is a file with anything in it."""
        return self._path is not None and self._path.exists() and self._path.stat().st_size > 0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[SqliteSession]:
        """Hold the write lock from the start, so that writers never deadlock."""
        async with self._own_turn() as (connection, raw):
            group = await self._joined(connection, raw)
            try:
                yield SqliteSession(connection)
            except BaseException as error:
                self._undo(group, error)
                raise
            first = self._ended(group, raw)
            last = not self._waiting or group.size >= MOST_TOGETHER
            if last:
                await self._write(group)
        if not last:
            await self._carried(group, leading=first)

    async def alone(self, work: Callable[[Connection], None]) -> None:
        """Run `work` as one transaction with foreign keys off, as SQLite needs to rebuild a table."""
        async with self._own_turn() as (connection, raw):
            await self._write_open()
            raw.execute("PRAGMA foreign_keys=OFF")
            try:
                group = await self._joined(connection, raw)
                try:
                    await SqliteSession(connection).run(work)
                    whole(raw)
                except BaseException as error:
                    self._undo(group, error)
                    raise
                await self._write(group)
            finally:
                raw.execute("PRAGMA foreign_keys=ON")

    async def lock(self, session: object, key: str) -> None:
        """Do nothing: writers are serial, so a transaction has every lock already."""

    async def check(self) -> None:
        """Read every page, and write one."""
        async with self._own_turn() as (_, raw):
            await self._write_open()
            with vendor_errors_translated():
                rows = await self._on_disk(lambda: raw.execute("PRAGMA quick_check").fetchall())
            if rows != [("ok",)]:
                raise failure(DatabaseCorrupt, texts.CORRUPT)
            (version,) = raw.execute("PRAGMA user_version").fetchone()
            await self._when_free(lambda: raw.execute(f"PRAGMA user_version={int(version)}"))

    async def close(self) -> None:
        """Close the file; the last process to do so folds the log into it."""
        async with self._turn:
            await self._write_open()
            if self._kept is not None:
                connection, _ = self._kept
                self._kept = None
                connection.close()
            self._engine.dispose()
            self._disk.shutdown(wait=False)

    @asynccontextmanager
    async def _own_turn(self) -> AsyncIterator[tuple[Connection, sqlite3.Connection]]:
        """Have the kept connection while nobody else in this process has it."""
        self._waiting += 1
        try:
            if self._turn.locked() or self._waiting > 1:
                # not `wait_for`: before Python 3.12 it may swallow a cancellation
                async with asyncio.timeout(self._busy_timeout):
                    await self._turn.acquire()
            else:
                await self._turn.acquire()
        except TimeoutError:
            raise failure(DatabaseUnavailable, texts.BUSY) from None
        finally:
            self._waiting -= 1
        try:
            if self._kept is None:
                if self._path is not None:
                    make_file(self._path)
                self._kept = await self._when_free(lambda: connected(self._engine))
            yield self._kept
        finally:
            self._turn.release()

    async def _joined(self, connection: Connection, raw: sqlite3.Connection) -> Group:
        """Go on in the open group, or begin one."""
        if self._group is not None:
            raw.execute("SAVEPOINT member")
            return self._group
        await self._when_free(lambda: raw.execute("BEGIN IMMEDIATE"))
        connection.begin()
        self._group = Group()
        return self._group

    def _ended(self, group: Group, raw: sqlite3.Connection) -> bool:
        """Count a transaction in; tells whether it is the first of its group."""
        if group.size:
            raw.execute("RELEASE member")
        group.size += 1
        return group.size == 1

    def _undo(self, group: Group, error: BaseException) -> None:
        """Take back what one transaction did, and leave those before it in the group alone."""
        assert self._kept is not None
        _, raw = self._kept
        if group.size and raw.in_transaction:
            raw.execute("ROLLBACK TO member")
            raw.execute("RELEASE member")
            return
        # alone so far; or SQLite itself has given everything up, as it may when the disk is full
        lost = error if isinstance(error, StorageError) else failure(DatabaseUnavailable, texts.BUSY)
        self._end(group, lost)

    def _end(self, group: Group, error: BaseException | None) -> None:
        assert self._kept is not None
        connection, raw = self._kept
        self._group = None
        if error is not None:
            connection.rollback()
            raw.rollback()  # SQLAlchemy takes a failed commit for the end of the transaction
        self.passing.settle(written=error is None)
        group.end(error)

    async def _write(self, group: Group) -> None:
        """Bring a group to the disk and tell its members, also when the caller is cancelled meanwhile."""
        assert self._kept is not None
        connection, _ = self._kept

        def commit() -> None:
            connection.commit()
            group.written = True

        try:
            with vendor_errors_translated():
                await self._on_disk(commit)
        except BaseException as error:
            lost = error if isinstance(error, StorageError) else failure(DatabaseUnavailable, texts.BUSY)
            self._end(group, None if group.written else lost)
            raise
        self._end(group, None)

    async def _write_open(self) -> None:
        """Bring the group that is open to the disk; its members hear of a fault."""
        if self._group is not None:
            with suppress(StorageError):
                await self._write(self._group)

    async def _carried(self, group: Group, *, leading: bool) -> None:
        """Return when a group that was left open is on the disk; who leads it writes unless somebody did before.

        To the end even when cancelled meanwhile: others rely on the leader, and what is done cannot be taken back.
        """
        cancelled: asyncio.CancelledError | None = None
        while not group.done.done():
            try:
                if not leading:
                    await asyncio.wait((group.done,))
                    continue
                async with self._turn:
                    if self._group is group:
                        await self._write_open()
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            raise cancelled
        await group.done

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
