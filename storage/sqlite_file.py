"""The file of SQLite, a connection to it, and what stands in one transaction of it."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Executable, exc

from storage.failures import failure, translated, vendor_errors_translated
from storage.session import Parameters, Rows
from yanlu.errors import DatabaseCorrupt, StateUnwritable
from yanlu.texts import storage as texts

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA journal_size_limit=67108864",
    "PRAGMA secure_delete=ON",  # what was deleted is overwritten with zeros: free pages tell nothing
)


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


class Group:
    """Transactions that are written together. `done` tells those who have left what became of it."""

    __slots__ = ("done", "size", "written")

    def __init__(self) -> None:
        self.size = 0
        self.written = False
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def end(self, error: BaseException | None) -> None:
        """Tell all; None when everything is on the disk."""
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)
            self.done.exception()  # seen: there may be nobody who waits


def connected(engine: Engine) -> tuple[Connection, sqlite3.Connection]:
    """Open the file, set as it is to be; gives the connection and the driver's own."""
    connection = engine.connect()
    raw: Any = connection.connection.dbapi_connection
    try:
        for pragma in _PRAGMAS:
            raw.execute(pragma)
    except sqlite3.Error:
        connection.close()
        raise
    return connection, raw


def whole(raw: sqlite3.Connection) -> None:
    """Raise DatabaseCorrupt where a row names another that is not there."""
    if raw.execute("PRAGMA foreign_key_check").fetchone():
        raise failure(DatabaseCorrupt, texts.CORRUPT)


def make_file(path: Path) -> None:
    """Make the file readable by its owner only; SQLite gives its log the same mode."""
    if path.is_dir():
        raise failure(DatabaseCorrupt, texts.IS_DIRECTORY)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError:
        raise failure(StateUnwritable, texts.UNWRITABLE) from None
