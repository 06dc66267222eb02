"""`yanlu backup` and `yanlu restore`: everything that lasts, in one file, out of and into either database.

The rows of the tables in `storage.backup_tables.KEPT`, not the database's own pages: what is left out (drafts, the
outbox, sessions) is then nowhere in the file, nor in its free pages; and what was backed up from SQLite can be
restored into PostgreSQL. Why, and what it costs: docs/adr/0008-backup.md. The key file is never part of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from storage.backend import backend_of
from storage.backup_file import BackupReader, BackupWriter, Manifest, new_file
from storage.backup_tables import KEPT
from storage.failures import failure
from storage.installation import MIGRATIONS, alembic_config, key_verified, revision_of
from storage.key_file import read_key_file
from storage.schema import REVISION
from storage.sealing import KeyRing, SealBroken, key_lost
from storage.snapshot import snapshot
from yanlu.errors import DatabaseCorrupt, SchemaMismatch, StorageError
from yanlu.texts import backup as texts
from yanlu.texts import storage as storage_texts

_BATCH = 200
"""Rows at a time; one of them may be a piece of a file of 64 KiB."""
_BUSY_SECONDS = 15.0
_KEY_CHECK = "key_check"


@dataclass(frozen=True, slots=True)
class BackupContents:
    """What a backup came to: when it was made, at which migration, rows by table, bytes of the file."""

    made: datetime
    revision: str
    rows: Mapping[str, int]
    size: int


def kept_keys(key_file: Path, setting: str | None = None) -> KeyRing:
    """Load keys that are there already: from the setting, else the file; none is ever made.

    Raises KeyLost when there are none, or they cannot be read.
    """
    if setting and setting.strip():
        return KeyRing.parse(setting)
    found = read_key_file(key_file)
    if found is None:
        raise key_lost(texts.NO_KEY)
    return found


async def back_up(url: str, path: Path, *, keys: KeyRing, now: datetime) -> BackupContents:
    """Write one state of the whole database to a new file, while others go on writing to it.

    Raises StorageError when there is nothing to back up, SchemaMismatch when the database is newer or not ours,
    KeyLost when the keys are not its own, StateUnwritable when the file is there already or cannot be written; no
    file is left then.
    """
    async with snapshot(url) as session:
        revision = await revision_of(session)
        if revision is None:
            raise failure(StorageError, texts.NOTHING_THERE)
        if revision > REVISION:
            raise failure(SchemaMismatch, storage_texts.NEWER_SCHEMA)
        await key_verified(session, keys)
        with new_file(path) as file, BackupWriter(file) as writer:
            await session.run(lambda connection: _write_tables(connection, writer))
            manifest = writer.finish(revision, keys, now)
    return _contents(manifest, path)


async def restore(path: Path, url: str, *, keys: KeyRing) -> BackupContents:
    """Put a backup into an empty database, whole or not at all, and bring it up to this version.

    The file is checked to its last byte before the database is touched. Raises what `BackupReader.opened` does,
    SchemaMismatch when a newer version made it, StorageError when the database is not empty. One at a time.
    """
    with BackupReader.opened(path, keys) as reader:
        _check(reader, keys)
        _check_no_log_is_left(url)
        backend = backend_of(url, busy_timeout=_BUSY_SECONDS)
        try:
            await backend.alone(lambda connection: _fill(connection, reader))
        finally:
            await backend.close()
        return _contents(reader.manifest, path)


def _contents(manifest: Manifest, path: Path) -> BackupContents:
    rows = {name: part.rows for name, part in manifest.tables.items()}
    return BackupContents(manifest.made, manifest.revision, rows, path.stat().st_size)


# Out of a database.


def _write_tables(connection: sa.Connection, writer: BackupWriter) -> None:
    for table in _reflected(connection).sorted_tables:
        every = sa.select(table).order_by(*table.primary_key).execution_options(yield_per=_BATCH)
        with connection.execute(every) as rows:
            writer.table(table.name, list(table.columns.keys()), rows)


def _reflected(connection: sa.Connection) -> sa.MetaData:
    """The tables that are kept, as they stand in the database: at an older migration, without the newer ones."""
    found = sa.MetaData()
    there = set(sa.inspect(connection).get_table_names())
    found.reflect(connection, only=[name for name in KEPT if name in there])
    return found


# Into a database.


def _check(reader: BackupReader, keys: KeyRing) -> None:
    """Raise unless this version knows the backup's migration and tables, and the newest key is among `keys`."""
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    tables = reader.manifest.tables
    if reader.manifest.revision not in known or not tables.keys() <= KEPT.keys():
        raise failure(SchemaMismatch, texts.NEWER)
    at = tables[_KEY_CHECK].columns.index("sealed")
    for row in reader.rows(_KEY_CHECK):
        try:
            keys.open(row[at], _KEY_CHECK, "1")
        except SealBroken:
            raise key_lost(texts.OTHER_KEY) from None


def _check_no_log_is_left(url: str) -> None:
    """Raise when a log lies where its database is missing: SQLite would delete it, and all that was in it."""
    place = make_url(url)
    if place.get_backend_name() != "sqlite" or place.database is None:
        return
    path = Path(place.database)
    if not path.exists() or path.stat().st_size == 0:
        logs = [path.with_name(f"{path.name}{end}") for end in ("-wal", "-journal")]
        if any(each.exists() and each.stat().st_size for each in logs):
            raise failure(StorageError, texts.LOG_LEFT)


def _fill(connection: sa.Connection, reader: BackupReader) -> None:
    from alembic import command

    if sa.inspect(connection).get_table_names():
        raise failure(StorageError, texts.NOT_EMPTY)
    config = alembic_config(connection)
    command.upgrade(config, reader.manifest.revision)
    tables = _reflected(connection)
    for table in reversed(tables.sorted_tables):
        connection.execute(table.delete())  # what the migrations put there
    for table in tables.sorted_tables:
        _insert(connection, table, reader)
    _go_on_counting(connection, tables)
    if connection.dialect.name == "postgresql":  # a table with checks still to be made cannot be migrated
        connection.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
    command.upgrade(config, "head")


def _insert(connection: sa.Connection, table: sa.Table, reader: BackupReader) -> None:
    """Insert the rows of a table; what they say of other rows of it comes after them all."""
    part = reader.manifest.tables.get(table.name)
    if part is None or set(part.columns) != set(table.columns.keys()):
        raise failure(DatabaseCorrupt, texts.BROKEN)
    selves = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    keys = [column.name for column in table.primary_key]
    naive = connection.dialect.name == "sqlite"
    later: list[dict[str, Any]] = []
    rows = (_row(part.columns, values, naive=naive) for values in reader.rows(table.name))
    while batch := list(islice(rows, _BATCH)):
        for row in batch:
            if any(row[name] is not None for name in selves):
                later.append({f"this_{name}": row[name] for name in keys} | {n: row[n] for n in selves})
                row.update(dict.fromkeys(selves))
        connection.execute(sa.insert(table), batch)
    if later:
        this = [table.c[name] == sa.bindparam(f"this_{name}") for name in keys]
        connection.execute(sa.update(table).where(*this), later)


def _row(columns: tuple[str, ...], values: tuple[Any, ...], *, naive: bool) -> dict[str, Any]:
    if naive:
        values = tuple(_without_zone(value) for value in values)
    return dict(zip(columns, values, strict=True))


def _without_zone(value: Any) -> Any:  # noqa: ANN401 - a value of any column
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value


def _go_on_counting(connection: sa.Connection, tables: sa.MetaData) -> None:
    """Let PostgreSQL count on after the highest ids; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table, column in _single_keys(tables):
        sequence = connection.execute(
            sa.select(sa.func.pg_get_serial_sequence(table.name, column.name))
        ).scalar_one()
        last = connection.execute(sa.select(sa.func.max(column))).scalar_one()
        if sequence is not None and last is not None:
            connection.execute(sa.select(sa.func.setval(sequence, last)))


def _single_keys(tables: sa.MetaData) -> Iterator[tuple[sa.Table, sa.Column[Any]]]:
    for table in tables.sorted_tables:
        if len(table.primary_key) == 1:
            (column,) = table.primary_key
            if isinstance(column.type, sa.Integer):
                yield table, column
