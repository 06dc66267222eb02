"""The tables of the ledgers: records and their versions, tickets, plans, confirmations, excuses, reminders.

Clear columns are what is looked for: kinds, days, states, ids. Every word is in a column named `sealed`.
"""

import sqlalchemy as sa

from storage.columns import Instant, Json, Number, Words, metadata
from storage.schema_people import organisations, people

records = sa.Table(
    "records",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("talk_type", sa.Text),
    sa.Column("organisation", sa.ForeignKey(organisations.c.id), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, comment="The newest; the other columns are as it says."),
    sa.Column("author", sa.ForeignKey(people.c.id), nullable=False, comment="Who filed the first version."),
    sa.Column("filed", Instant, nullable=False),
    sa.Column("supplementary", sa.Boolean, nullable=False),
    sa.Column("people", Json, nullable=False, comment="What record_people holds, to be read in one piece."),
    sa.Column("alike", Json, nullable=False),
    sa.CheckConstraint("state IN ('filed', 'void')", name="state"),
    sa.Index("ix_records_ledger", "organisation", "day", "state", "kind", "talk_type"),
    sa.Index("ix_records_day", "day"),
    sa.Index("ix_records_author", "author"),
    sqlite_autoincrement=True,
)

record_versions = sa.Table(
    "record_versions",
    metadata,
    sa.Column("record", sa.ForeignKey(records.c.id), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("author", sa.ForeignKey(people.c.id), nullable=False),
    sa.Column("written", Instant, nullable=False),
    sa.Column(
        "sealed", sa.LargeBinary, nullable=False, comment="Body, reason, and the clear columns of then."
    ),
)

record_voids = sa.Table(
    "record_voids",
    metadata,
    sa.Column("record", sa.ForeignKey(records.c.id), primary_key=True),
    sa.Column("author", sa.ForeignKey(people.c.id), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="The reason."),
)

record_people = sa.Table(
    "record_people",
    metadata,
    sa.Column("record", sa.ForeignKey(records.c.id), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("part", sa.Text, nullable=False),
    sa.Column("person", sa.ForeignKey(people.c.id), nullable=False),
    sa.Column("organisation", sa.ForeignKey(organisations.c.id)),
    sa.CheckConstraint("part IN ('talker', 'subject', 'recorder', 'companion')", name="part"),
    sa.Index("ix_record_people_person", "person", "part", "record"),
    sa.Index("ix_record_people_organisation", "organisation", "part", "record"),
)

record_bands = sa.Table(
    "record_bands",
    metadata,
    sa.Column(
        "band", Number, primary_key=True, autoincrement=False, comment="Keyed hash of ledger and band."
    ),
    sa.Column("record", sa.ForeignKey(records.c.id), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

tickets = sa.Table(
    "tickets",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("record", sa.ForeignKey(records.c.id), nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("organisation", sa.ForeignKey(organisations.c.id), nullable=False),
    sa.Column("responsible", sa.ForeignKey(people.c.id)),
    sa.Column("due", sa.Date),
    sa.Column("opened", sa.Date, nullable=False),
    sa.Column("closed", sa.Date),
    sa.Column("nonce", sa.LargeBinary, nullable=False, comment="Names the row in the seal."),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="What is to be put right."),
    sa.CheckConstraint("kind IN ('problem', 'requirement')", name="kind"),
    sa.Index("ix_tickets_organisation", "organisation", "closed", "due"),
    sa.Index("ix_tickets_responsible", "responsible", "closed", "due"),
    sa.Index("ix_tickets_due", "closed", "due"),
    sqlite_autoincrement=True,
)

ticket_notes = sa.Table(
    "ticket_notes",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("ticket", sa.ForeignKey(tickets.c.id), nullable=False, index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("author", sa.ForeignKey(people.c.id), nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("nonce", sa.LargeBinary, nullable=False, comment="Names the row in the seal."),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="What was done."),
    sa.CheckConstraint("action IN ('note', 'due', 'close', 'reopen')", name="action"),
    sqlite_autoincrement=True,
)

plans = sa.Table(
    "plans",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("talk_type", sa.Text, nullable=False),
    sa.Column("organisation", sa.ForeignKey(organisations.c.id), nullable=False),
    sa.Column("talker", sa.ForeignKey(people.c.id), nullable=False),
    sa.Column("subjects", Words, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("author", sa.ForeignKey(people.c.id), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("record", sa.ForeignKey(records.c.id)),
    sa.Column("nonce", sa.LargeBinary, nullable=False, comment="Names the row in the seal."),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="Time, place, matters."),
    sa.CheckConstraint("state IN ('planned', 'done', 'cancelled')", name="state"),
    sa.Index("ix_plans_talker", "talker", "day"),
    sa.Index("ix_plans_organisation", "organisation", "day"),
    sa.Index("ix_plans_day", "state", "day"),
    sqlite_autoincrement=True,
)

confirmations = sa.Table(
    "confirmations",
    metadata,
    sa.Column("record", Number, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("subject", sa.ForeignKey(people.c.id), primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="What they object to."),
    sa.ForeignKeyConstraint(["record", "version"], [record_versions.c.record, record_versions.c.version]),
    sa.CheckConstraint("state IN ('asked', 'confirmed', 'objected')", name="state"),
    sa.Index("ix_confirmations_subject", "subject", "state"),
)

excuses = sa.Table(
    "excuses",
    metadata,
    sa.Column("period", sa.Text, primary_key=True),
    sa.Column("subject", sa.ForeignKey(people.c.id), primary_key=True),
    sa.Column("talk_type", sa.Text, primary_key=True),
    sa.Column("author", sa.ForeignKey(people.c.id), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="The reason."),
)

reminders = sa.Table(
    "reminders",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("recipient", sa.ForeignKey(people.c.id), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("due", Instant, nullable=False),
    sa.Column("sent", Instant),
    sa.UniqueConstraint("key", "recipient"),
    sa.Index("ix_reminders_due", "sent", "due"),
    sa.Index("ix_reminders_recipient", "recipient", "due"),
    sqlite_autoincrement=True,
)
