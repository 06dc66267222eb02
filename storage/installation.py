"""The state of a database: which migration it has had, and whether the keys at hand are its own."""

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from storage.failures import failure
from storage.schema import VERSION_TABLE, key_check, metadata
from storage.sealing import KeyRing, SealBroken, key_lost
from storage.session import Session
from yanlu.errors import SchemaMismatch
from yanlu.texts import storage as texts

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"

_KNOWN_WORD = b"yanlu"
_ROW = ("key_check", "1")
_CHECK = sa.select(key_check.c.sealed).where(key_check.c.id == 1)
_CLAIM = sa.text("INSERT INTO key_check (id, sealed) VALUES (1, :sealed) ON CONFLICT DO NOTHING").bindparams(
    sa.bindparam("sealed", type_=sa.LargeBinary)
)
_REVISION = sa.text(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608 - a constant of ours


async def revision_of(session: Session) -> str | None:
    """Read the newest migration applied; None if empty. Raises SchemaMismatch on tables not ours."""
    found: set[str] = set()

    def look(connection: sa.Connection) -> None:
        found.update(sa.inspect(connection).get_table_names())

    await session.run(look)
    if VERSION_TABLE in found:
        revision: str | None = (await session.execute(_REVISION)).scalar_one_or_none()
        return revision
    if found & set(metadata.tables):
        raise failure(SchemaMismatch, texts.FOREIGN_TABLES)
    return None


def schema_migrated(connection: sa.Connection) -> None:
    """Apply every migration in the transaction of `connection`.

    Raises SchemaMismatch when the database has had a migration this version does not know.
    """
    from alembic import command
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = alembic_config(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    if not set(context.get_current_heads()) <= known:
        raise failure(SchemaMismatch, texts.NEWER_SCHEMA)
    command.upgrade(config, "head")


def alembic_config(connection: sa.Connection) -> "Config":
    """Alembic's settings for our migrations over an open connection, wherever the package is installed."""
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


async def key_verified(session: Session, keys: KeyRing, *, first: bool = False) -> None:
    """Raise KeyLost unless `keys` open this database; with `first`, a new one becomes theirs."""
    if first:
        await session.execute(_CLAIM, {"sealed": keys.seal(_KNOWN_WORD, *_ROW)})
    sealed = (await session.execute(_CHECK)).scalar_one_or_none()
    try:
        keys.open(sealed or b"", *_ROW)
    except SealBroken:
        raise key_lost(texts.KEY_WRONG) from None
