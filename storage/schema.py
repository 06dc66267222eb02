"""The tables. Every change here needs a migration in `storage/migrations/versions`.

Columns named `sealed` hold what `storage.sealing` made; names and addresses appear only as opaque keys.
"""

import json
from datetime import UTC, datetime

import sqlalchemy as sa

REVISION = "0001"
"""The newest migration: a start with nothing to migrate need not import Alembic to know (a test compares)."""

VERSION_TABLE = "yanlu_schema"


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

key_check = sa.Table(
    "key_check",
    metadata,
    sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    comment="A known word, sealed: tells whether the key at hand is the one this database was made with.",
)

updates = sa.Table(
    "updates",
    metadata,
    sa.Column("opaque", sa.Text, primary_key=True),
    sa.Column("applied", sa.Date, nullable=False, index=True),
    sqlite_with_rowid=False,
    comment="Deliveries already applied.",
)

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("slot", sa.Text, primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("expires", Instant, nullable=False, index=True),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("recipient", sa.Text, nullable=False, comment="Opaque key of the address."),
    sa.Column("nonce", sa.LargeBinary, nullable=False, comment="Names the row in the seal."),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("due", Instant, nullable=False, comment="Not handed out before; a lease moves it on."),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Index(None, "channel", "recipient", "id"),
    sqlite_autoincrement=True,  # a late `done` must never hit a message that was given a used id
)

library = sa.Table(
    "library",
    metadata,
    sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("version", Number, nullable=False),
    comment="One row: counts the changes to the documents.",
)

documents = sa.Table(
    "documents",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False, index=True),
    sa.Column("ingested", Instant, nullable=False),
    sa.Column("issuer", sa.Text),
    sa.Column("issued", sa.Date),
    sa.Column("effective", sa.Date),
    sa.Column("retired", sa.Date),
    sa.Column("source", sa.Text),
    sa.Column("digest", sa.Boolean, nullable=False),
    sa.UniqueConstraint("title", "version"),
)

passages = sa.Table(
    "passages",
    metadata,
    sa.Column("document", sa.ForeignKey(documents.c.id, ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("path", Words, nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("measure", sa.Text),
)

questions = sa.Table(
    "questions",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("nonce", sa.LargeBinary, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="The question and the note."),
    sa.Column("asked", sa.Date, nullable=False),
    sa.Column("status", sa.Text, nullable=False, index=True),
    sa.Column("answer", sa.Text),
    sa.Column("measure", sa.Text),
    sa.Column("answered", sa.Date),
    sa.Column("title", sa.Text),
    sa.Column("quote", sa.Text),
    sa.Column("document", sa.Text),
    sa.Column("version", sa.Integer),
    sa.Column("start", sa.Integer),
    sa.Column("end", sa.Integer),
    sa.CheckConstraint("status IN ('open', 'confirmed')", name="status"),
    sqlite_autoincrement=True,
)

feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("nonce", sa.LargeBinary, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="The question."),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("measure", sa.Text),
    sa.Column("helpful", sa.Boolean, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sqlite_autoincrement=True,
)
