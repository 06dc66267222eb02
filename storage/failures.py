"""Where vendor errors end: what SQLite, asyncpg and SQLAlchemy raise becomes an error of `yanlu.errors`.

Vendor messages may quote values (`Key (x)=(…) already exists`), so none is passed on, chained or logged.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from yanlu.errors import (
    DatabaseCorrupt,
    DatabaseUnavailable,
    StateUnwritable,
    StorageError,
    YanluError,
)
from yanlu.texts import storage as texts

_SQLITE: dict[int, tuple[type[YanluError], texts.Sentences]] = {
    sqlite3.SQLITE_CORRUPT: (DatabaseCorrupt, texts.CORRUPT),
    sqlite3.SQLITE_NOTADB: (DatabaseCorrupt, texts.CORRUPT),
    sqlite3.SQLITE_FULL: (StateUnwritable, texts.FULL),
    sqlite3.SQLITE_READONLY: (StateUnwritable, texts.UNWRITABLE),
    sqlite3.SQLITE_PERM: (StateUnwritable, texts.UNWRITABLE),
    sqlite3.SQLITE_CANTOPEN: (StateUnwritable, texts.UNWRITABLE),
    sqlite3.SQLITE_IOERR: (DatabaseUnavailable, texts.UNAVAILABLE),
    sqlite3.SQLITE_BUSY: (DatabaseUnavailable, texts.BUSY),
    sqlite3.SQLITE_LOCKED: (DatabaseUnavailable, texts.BUSY),
    sqlite3.SQLITE_CONSTRAINT: (StorageError, texts.WRITE_CONFLICT),
}
"""SQLite primary result codes (sqlite.org/rescode.html)."""

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)

_SQLSTATE: dict[str, tuple[type[YanluError], texts.Sentences]] = {
    "08": (DatabaseUnavailable, texts.UNAVAILABLE),
    "28": (DatabaseUnavailable, texts.UNAVAILABLE),
    "3D": (DatabaseUnavailable, texts.UNAVAILABLE),
    "40": (DatabaseUnavailable, texts.BUSY),
    "57": (DatabaseUnavailable, texts.UNAVAILABLE),
    "23": (StorageError, texts.WRITE_CONFLICT),
    "25006": (StateUnwritable, texts.UNWRITABLE),
    "25P03": (DatabaseUnavailable, texts.BUSY),
    "42501": (StateUnwritable, texts.UNWRITABLE),
    "53100": (StateUnwritable, texts.FULL),
    "53": (DatabaseUnavailable, texts.BUSY),
    "55P03": (DatabaseUnavailable, texts.BUSY),
    "XX001": (DatabaseCorrupt, texts.CORRUPT),
    "XX002": (DatabaseCorrupt, texts.CORRUPT),
}
"""PostgreSQL error codes, whole or by class (appendix A of its manual)."""


def failure(kind: type[YanluError], sentences: texts.Sentences) -> YanluError:
    """Make an error of that kind with its three sentences."""
    happened, kept, next_step = sentences
    return kind(happened, kept=kept, next_step=next_step)


@contextmanager
def vendor_errors_translated() -> Iterator[None]:
    """Raise an error of `yanlu.errors` where a database driver would raise its own."""
    try:
        yield
    except (exc.DBAPIError, exc.TimeoutError, sqlite3.Error) as error:
        raise translated(error) from None


def is_busy(error: Exception) -> bool:
    """Tell whether another process holds what SQLite needs, so that waiting helps."""
    origin = error.orig if isinstance(error, exc.DBAPIError) else error
    return isinstance(origin, sqlite3.Error) and _primary_code(origin) in _BUSY


def translated(error: Exception) -> YanluError:
    """Choose the error of `yanlu.errors` for what a driver, SQLAlchemy or the network raised."""
    if isinstance(error, exc.TimeoutError):
        return failure(DatabaseUnavailable, texts.BUSY)
    if isinstance(error, OSError):
        return failure(DatabaseUnavailable, texts.UNAVAILABLE)
    origin = error.orig if isinstance(error, exc.DBAPIError) else error
    if isinstance(origin, sqlite3.Error):
        return _from_sqlite(origin)
    state = getattr(origin, "sqlstate", None)
    if isinstance(state, str):
        return _from_sqlstate(state)
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return failure(DatabaseUnavailable, texts.UNAVAILABLE)
    return failure(StorageError, texts.failed(type(origin).__name__))


def _primary_code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _from_sqlite(error: sqlite3.Error) -> YanluError:
    code = _primary_code(error)
    found = _SQLITE.get(code)
    return failure(*found) if found else failure(StorageError, texts.failed(f"SQLITE-{code}"))


def _from_sqlstate(state: str) -> YanluError:
    found = _SQLSTATE.get(state) or _SQLSTATE.get(state[:2])
    return failure(*found) if found else failure(StorageError, texts.failed(state))
