"""PostgreSQL, for more than one machine: chosen by the URL alone."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from storage.failures import failure, translated, vendor_errors_translated
from storage.session import Parameters, Rows, Session
from yanlu.errors import DatabaseUnavailable, StateUnwritable
from yanlu.texts import storage as texts

CONNECTIONS = 10
"""To the server at a time; further transactions wait in line."""
_MIGRATING = 0x79616E6C75  # "yanlu": the advisory lock of a migration
_ADVISORY_LOCK = sa.text("SELECT pg_advisory_xact_lock(:name)").bindparams(
    sa.bindparam("name", type_=sa.BigInteger)
)
_READ_ONLY = sa.text("SELECT current_setting('transaction_read_only')")

log = logging.getLogger(__name__)


class PostgresSession:
    """Runs statements over asyncpg."""

    __slots__ = ("_connection",)
    skips_locked = True

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def execute(self, statement: sa.Executable, parameters: Parameters | None = None) -> Rows:
        """Run one statement, once for each set of parameters."""
        with vendor_errors_translated():
            return await self._connection.execute(statement, parameters)

    async def run(self, work: Callable[[sa.Connection], None]) -> None:
        """Run a function that needs a synchronous connection (migrations)."""
        with vendor_errors_translated():
            await self._connection.run_sync(work)


class PostgresBackend:
    """A pool of connections to one PostgreSQL database."""

    shared = True
    passing = None

    def __init__(self, url: URL, *, busy_timeout: float) -> None:
        """`busy_timeout`: seconds to wait for a free connection, a lock, or the server."""
        wait = f"{int(busy_timeout * 1000)}"
        self._busy_timeout = busy_timeout
        self._queue = asyncio.Semaphore(CONNECTIONS)
        self._engine = create_async_engine(
            url,
            hide_parameters=True,
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_timeout=busy_timeout,
            pool_pre_ping=True,
            connect_args={
                "timeout": busy_timeout,
                "server_settings": {
                    "application_name": "yanlu",
                    "TimeZone": "UTC",
                    "lock_timeout": wait,
                    "idle_in_transaction_session_timeout": "300000",  # a hung worker gives its locks back
                },
            },
        )

    def exists(self) -> bool:
        """Leave the question to the server."""
        return True

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[PostgresSession]:
        """Run at READ COMMITTED."""
        async with self._own_turn(), self._connected() as connection:
            with vendor_errors_translated():
                await connection.begin()
            yield PostgresSession(connection)
            with vendor_errors_translated():
                await connection.commit()

    @asynccontextmanager
    async def _own_turn(self) -> AsyncIterator[None]:
        """Queue for a connection, first come first served: the pool itself may keep one waiting for ever."""
        try:
            async with asyncio.timeout(self._busy_timeout):  # not `wait_for`: see storage.sqlite
                await self._queue.acquire()
        except TimeoutError:
            raise failure(DatabaseUnavailable, texts.BUSY) from None
        try:
            yield
        finally:
            self._queue.release()

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection]:
        connection = self._engine.connect()
        try:
            await connection.start()
        except (sa.exc.SQLAlchemyError, OSError) as error:
            raise translated(error) from None
        try:
            yield connection
        finally:
            with vendor_errors_translated():
                await connection.close()

    async def alone(self, work: Callable[[sa.Connection], None]) -> None:
        """Run `work` in one transaction, after any other worker that does the same."""
        async with self.transaction() as session:
            await session.execute(sa.text("SET LOCAL lock_timeout = 0"))
            await session.execute(_ADVISORY_LOCK, {"name": _MIGRATING})
            await session.run(work)

    async def lock(self, session: Session, key: str) -> None:
        """Wait until no other transaction holds this key; held until the transaction ends."""
        digest = hashlib.blake2b(key.encode(), digest_size=8, person=b"yanlu lock").digest()
        await session.execute(_ADVISORY_LOCK, {"name": int.from_bytes(digest, signed=True)})

    async def check(self) -> None:
        """Reach the server, and find it writable."""
        async with self.transaction() as session:
            if (await session.execute(_READ_ONLY)).scalar_one() == "on":
                raise failure(StateUnwritable, texts.UNWRITABLE)

    async def close(self) -> None:
        """Close every connection, when the transactions under way have ended, if they do within the busy timeout."""
        places = 0
        try:
            async with asyncio.timeout(self._busy_timeout):
                while places < CONNECTIONS:
                    await self._queue.acquire()
                    places += 1
        except TimeoutError:
            log.warning(
                "%d transactions were still under way when the database was closed", CONNECTIONS - places
            )
        finally:
            await self._engine.dispose()
            for _ in range(places):
                self._queue.release()
