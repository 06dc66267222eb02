"""The tables of the first job: updates, drafts, outbox, documents, questions, feedback."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | Sequence[str] | None = None
branch_labels: None = None
depends_on: None = None

Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Instant = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "key_check",
        sa.Column("id", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_key_check"),
        comment="A known word, sealed: tells whether the key at hand is the one this database was made with.",
    )
    op.create_table(
        "updates",
        sa.Column("opaque", sa.Text, nullable=False),
        sa.Column("applied", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("opaque", name="pk_updates"),
        sqlite_with_rowid=False,
        comment="Deliveries already applied.",
    )
    op.create_index("ix_updates_applied", "updates", ["applied"])
    op.create_table(
        "drafts",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("slot", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("expires", Instant, nullable=False),
        sa.PrimaryKeyConstraint("key", "slot", name="pk_drafts"),
    )
    op.create_index("ix_drafts_expires", "drafts", ["expires"])
    op.create_table(
        "outbox",
        sa.Column("id", Number, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False, comment="Opaque key of the address."),
        sa.Column("nonce", sa.LargeBinary, nullable=False, comment="Names the row in the seal."),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("due", Instant, nullable=False, comment="Not handed out before; a lease moves it on."),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_channel_recipient_id", "outbox", ["channel", "recipient", "id"])
    _create_library()
    _create_questions()


def _create_library() -> None:
    library = op.create_table(
        "library",
        sa.Column("id", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_library"),
        comment="One row: counts the changes to the documents.",
    )
    op.bulk_insert(library, [{"id": 1, "version": 0}])
    op.create_table(
        "documents",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("ingested", Instant, nullable=False),
        sa.Column("issuer", sa.Text),
        sa.Column("issued", sa.Date),
        sa.Column("effective", sa.Date),
        sa.Column("retired", sa.Date),
        sa.Column("source", sa.Text),
        sa.Column("digest", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
        sa.UniqueConstraint("title", "version", name="uq_documents_title_version"),
    )
    op.create_index("ix_documents_sha256", "documents", ["sha256"])
    op.create_table(
        "passages",
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("measure", sa.Text),
        sa.PrimaryKeyConstraint("document", "position", name="pk_passages"),
        sa.ForeignKeyConstraint(
            ["document"], ["documents.id"], name="fk_passages_document", ondelete="CASCADE"
        ),
    )


def _create_questions() -> None:
    op.create_table(
        "questions",
        sa.Column("id", Number, nullable=False),
        sa.Column("nonce", sa.LargeBinary, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="The question and the note."),
        sa.Column("asked", sa.Date, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("measure", sa.Text),
        sa.Column("answered", sa.Date),
        sa.Column("title", sa.Text),
        sa.Column("quote", sa.Text),
        sa.Column("document", sa.Text),
        sa.Column("version", sa.Integer),
        sa.Column("start", sa.Integer),
        sa.Column("end", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
        sa.CheckConstraint("status IN ('open', 'confirmed')", name=op.f("ck_questions_status")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_questions_status", "questions", ["status"])
    op.create_table(
        "feedback",
        sa.Column("id", Number, nullable=False),
        sa.Column("nonce", sa.LargeBinary, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="The question."),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("measure", sa.Text),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    for table in ("feedback", "questions", "passages", "documents", "library"):
        op.drop_table(table)
    for table in ("outbox", "drafts", "updates", "key_check"):
        op.drop_table(table)
