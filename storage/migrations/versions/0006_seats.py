"""Pages of seats that any worker can serve: in UNLOGGED tables, sealed under keys that only the browsers have."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | Sequence[str] | None = "0005"
branch_labels: None = None
depends_on: None = None

Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    unlogged = ["UNLOGGED"] if op.get_bind().dialect.name == "postgresql" else []
    op.create_table(
        "seats",
        sa.Column("key", sa.Text, nullable=False, comment="An opaque name of the seat."),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="The state of its page."),
        sa.Column("size", sa.Integer, nullable=False, comment="Characters of its messages."),
        sa.Column(
            "turn", Number, nullable=False, comment="Counts transactions: who was longest away gives way."
        ),
        sa.Column("expires", sa.Date, nullable=False, comment="The last day."),
        sa.PrimaryKeyConstraint("key", name="pk_seats"),
        comment="Pages of seats, under keys that only their browsers have: UNLOGGED on PostgreSQL, empty on SQLite.",
        prefixes=unlogged,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_seats_expires", "seats", ["expires"])
    op.create_table(
        "seat_lines",
        sa.Column("seat", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["seat"], ["seats.key"], name="fk_seat_lines_seat", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("seat", "number", name="pk_seat_lines"),
        comment="Their messages.",
        prefixes=unlogged,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "seat_files",
        sa.Column("seat", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False, comment="Random."),
        sa.Column("number", sa.Integer, nullable=False, comment="Of its message."),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["seat"], ["seats.key"], name="fk_seat_files_seat", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("seat", "id", name="pk_seat_files"),
        comment="Files to download.",
        prefixes=unlogged,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "seat_mail",
        sa.Column("id", Number, nullable=False),
        sa.Column("seat", sa.Text, nullable=False, comment="An opaque name; its page may be yet to come."),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="To the seat's public key."),
        sa.Column("expires", sa.Date, nullable=False, comment="The last day."),
        sa.PrimaryKeyConstraint("id", name="pk_seat_mail"),
        comment="Messages on their way to a page.",
        prefixes=unlogged,
    )
    op.create_index("ix_seat_mail_seat", "seat_mail", ["seat"])


def downgrade() -> None:
    for table in ("seat_mail", "seat_files", "seat_lines", "seats"):
        op.drop_table(table)
