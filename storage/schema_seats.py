"""The tables of the web pages' conversations, on PostgreSQL only: UNLOGGED, always empty on SQLite."""

import sqlalchemy as sa

from storage.columns import Number, metadata

seats = sa.Table(
    "seats",
    metadata,
    sa.Column("key", sa.Text, primary_key=True, comment="An opaque name of the seat."),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="The state of its page."),
    sa.Column("size", sa.Integer, nullable=False, comment="Characters of its messages."),
    sa.Column("turn", Number, nullable=False, comment="Counts transactions: who was longest away gives way."),
    sa.Column("expires", sa.Date, nullable=False, index=True, comment="The last day."),
    sqlite_with_rowid=False,
    comment="Pages of seats, under keys that only their browsers have: UNLOGGED on PostgreSQL, empty on SQLite.",
)

seat_lines = sa.Table(
    "seat_lines",
    metadata,
    sa.Column("seat", sa.ForeignKey(seats.c.key, ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
    comment="Their messages.",
)

seat_files = sa.Table(
    "seat_files",
    metadata,
    sa.Column("seat", sa.ForeignKey(seats.c.key, ondelete="CASCADE"), primary_key=True),
    sa.Column("id", sa.Text, primary_key=True, comment="Random."),
    sa.Column("number", sa.Integer, nullable=False, comment="Of its message."),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
    comment="Files to download.",
)

seat_mail = sa.Table(
    "seat_mail",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column(
        "seat", sa.Text, nullable=False, index=True, comment="An opaque name; its page may be yet to come."
    ),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="To the seat's public key."),
    sa.Column("expires", sa.Date, nullable=False, comment="The last day."),
    comment="Messages on their way to a page.",
)
