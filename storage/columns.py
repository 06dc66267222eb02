"""What the tables are made of: column types, and the metadata that holds every table."""

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


class Instant(sa.TypeDecorator[datetime]):
    """An aware time, stored in UTC on every database. Refuses naive times."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Bring into UTC; SQLite keeps it without zone, in a form that sorts."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time must have a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Give back aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Words(sa.TypeDecorator[tuple[str, ...]]):
    """A tuple of strings, stored as a JSON array."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: sa.Dialect) -> str:  # noqa: ARG002 - SQLAlchemy's form
        """Write as JSON."""
        return json.dumps(value or (), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> tuple[str, ...]:  # noqa: ARG002 - as above
        """Read from JSON."""
        return tuple(json.loads(value or "[]"))


class Json(sa.TypeDecorator[Any]):
    """A JSON value, stored as text; arrays come back as lists."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str:  # noqa: ARG002, ANN401 - as above, any JSON
        """Write as JSON."""
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:  # noqa: ARG002, ANN401 - as above
        """Read from JSON."""
        if value == "[]":  # most of a long list of records says this
            return []
        return None if value is None else json.loads(value)


Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""An id the database counts up; SQLite counts only in columns declared INTEGER."""

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def upsert(table: sa.Table, *, replace: bool = True) -> sa.TextClause:
    """Insert a row with all the table's columns; one with the same key is replaced, or left as it is."""
    keys = [column.name for column in table.primary_key]
    rest = [column.name for column in table.columns if column.name not in keys]
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in rest)
    statement = (
        f'INSERT INTO "{table.name}" ({_quoted(keys + rest)})'  # noqa: S608 - names of our own tables
        f" VALUES ({', '.join(f':{name}' for name in keys + rest)}) ON CONFLICT ({_quoted(keys)})"
        f" {f'DO UPDATE SET {changes}' if replace else 'DO NOTHING'}"
    )
    return sa.text(statement).bindparams(
        *(sa.bindparam(column.name, type_=column.type) for column in table.columns)
    )


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
