"""The tables of reports: cases, who can open them, what was said, handlers, audit, drafts in passing.

Clear is what a queue needs, days and never times, and nothing of the reporter. No case table has a key that counts
up: a case is found by its random number, and on SQLite a table without row ids is kept in the order of its key. What
stays is the order in which pages were filled, and on PostgreSQL ctid and xmin of a row: whoever has the raw files
may learn from them in which order rows came, not when. The audit log is in order by its nature, and tells that one
case of a day was filed before another.

PostgreSQL keeps what was deleted until it vacuums, and both databases in their write-ahead logs for a while: a case
that was erased is out of reach of the program at once, and off the disk with the next vacuum or checkpoint.
"""

from typing import get_args

import sqlalchemy as sa

from storage.case_rows import InternalStatus, ReporterStatus
from storage.columns import Number, metadata
from storage.schema_people import organisations, people


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(each) for each in values)})"


handlers = sa.Table(
    "handlers",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("person", sa.ForeignKey(people.c.id), nullable=False),
    sa.Column("organisation", sa.ForeignKey(organisations.c.id), nullable=False, index=True),
    sa.Column("public", sa.LargeBinary, nullable=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False, comment="The private key, under the passphrase."),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("operations", sa.Integer, nullable=False),
    sa.Column("memory", sa.Integer, nullable=False),
    sa.Column("vouch", sa.Text, nullable=False, comment="Keyed hash of whose public key this is."),
    sa.Column("enrolled", sa.Date, nullable=False),
    sa.Column("revoked", sa.Date),
    sa.Index(
        "uq_handlers_active_person",
        "person",
        unique=True,
        sqlite_where=sa.text("revoked IS NULL"),
        postgresql_where=sa.text("revoked IS NULL"),
    ),
    sqlite_with_rowid=False,
)

recovery_keys = sa.Table(
    "recovery_keys",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("organisation", sa.ForeignKey(organisations.c.id), nullable=False),
    sa.Column("public", sa.LargeBinary, nullable=False),
    sa.Column("vouch", sa.Text, nullable=False, comment="Keyed hash of whose public key this is."),
    sa.Column("created", sa.Date, nullable=False),
    sa.Column("retired", sa.Date),
    sa.Index(
        "uq_recovery_keys_current",
        "organisation",
        unique=True,
        sqlite_where=sa.text("retired IS NULL"),
        postgresql_where=sa.text("retired IS NULL"),
    ),
    sqlite_with_rowid=False,
)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("number", sa.Text, primary_key=True, comment="Random."),
    sa.Column("organisation", sa.ForeignKey(organisations.c.id), nullable=False, comment="Who receives."),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("priority", sa.Boolean, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("internal", sa.Text, nullable=False),
    sa.Column("filed", sa.Date, nullable=False),
    sa.Column("changed", sa.Date, nullable=False),
    sa.Column("due", sa.Date, comment="The next deadline."),
    sa.Column("late", sa.Boolean, nullable=False, comment="A deadline has been missed."),
    sa.Column("closed", sa.Date),
    sa.Column("erase_after", sa.Date),
    sa.Column("erased", sa.Date),
    sa.Column("merged_into", sa.ForeignKey("cases.number")),
    sa.CheckConstraint(_one_of("status", get_args(ReporterStatus)), name="status"),
    sa.CheckConstraint(_one_of("internal", get_args(InternalStatus)), name="internal"),
    sa.Index("ix_cases_due", "due"),
    sa.Index("ix_cases_erase_after", "erase_after"),
    sa.Index("ix_cases_organisation", "organisation", "filed"),
    sqlite_with_rowid=False,
)

case_facts = sa.Table(
    "case_facts",
    metadata,
    sa.Column("case", sa.ForeignKey(cases.c.number), primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="Whom routing must keep out."),
    sqlite_with_rowid=False,
)

case_keys = sa.Table(
    "case_keys",
    metadata,
    sa.Column("case", sa.ForeignKey(cases.c.number), primary_key=True),
    sa.Column("handler", sa.ForeignKey(handlers.c.id), primary_key=True, index=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="The data key, to the handler's public key."),
    sqlite_with_rowid=False,
)

case_recovery = sa.Table(
    "case_recovery",
    metadata,
    sa.Column("case", sa.ForeignKey(cases.c.number), primary_key=True),
    sa.Column("recovery", sa.ForeignKey(recovery_keys.c.id), nullable=False, index=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="The data key, to the recovery key."),
    sqlite_with_rowid=False,
)

case_receipts = sa.Table(
    "case_receipts",
    metadata,
    sa.Column("locator", sa.Text, primary_key=True, comment="Keyed hash of the receipt."),
    sa.Column("case", sa.ForeignKey(cases.c.number), nullable=False, unique=True),
    sa.Column("wrapped", sa.LargeBinary, nullable=False, comment="The data key, under the receipt."),
    sqlite_with_rowid=False,
)

case_parts = sa.Table(
    "case_parts",
    metadata,
    sa.Column("case", sa.ForeignKey(cases.c.number), primary_key=True),
    sa.Column("place", sa.Text, primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="The report, or the contact."),
    sqlite_with_rowid=False,
)

case_messages = sa.Table(
    "case_messages",
    metadata,
    sa.Column("case", sa.ForeignKey(cases.c.number), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="Who says what."),
    sqlite_with_rowid=False,
)

case_files = sa.Table(
    "case_files",
    metadata,
    sa.Column("case", sa.ForeignKey(cases.c.number), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="Name and type."),
    sqlite_with_rowid=False,
)

case_chunks = sa.Table(
    "case_chunks",
    metadata,
    sa.Column("case", sa.Text, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("chunk", sa.LargeBinary, nullable=False, comment="Number 0 is the header."),
    sa.ForeignKeyConstraint(
        ["case", "position"], [case_files.c.case, case_files.c.position], name="fk_case_chunks_file"
    ),
    sqlite_with_rowid=False,
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", Number, primary_key=True, autoincrement=False, comment="From 1, without gaps."),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("case", sa.Text, index=True),
    sa.Column("link", sa.LargeBinary, nullable=False, comment="Keyed hash of this row and the link before."),
    # all that tells which cases have news, so that a long queue is put in order without reading the log itself
    sa.Index("ix_audit_action", "action", "case", "actor", "id"),
)

audit_head = sa.Table(
    "audit_head",
    metadata,
    sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("last", Number, nullable=False),
    sa.Column("link", sa.LargeBinary, nullable=False),
    sa.Column("mark", sa.LargeBinary, nullable=False, comment="Keyed hash of the two."),
    comment="One row: where the audit log ends, so that one cut short is noticed.",
)

case_checks = sa.Table(
    "case_checks",
    metadata,
    sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("people", Number, nullable=False, comment="The version of the directory."),
    sa.Column("handlers", sa.Text, nullable=False, comment="A fingerprint of who receives reports."),
    sa.Column("step", Number, nullable=False, comment="The last step of the audit log before it."),
    comment="One row: for what all cases were last looked at, whether those who can open them still may.",
)

passing = sa.Table(
    "passing",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("slot", sa.Text, primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("expires", sa.Date, nullable=False, index=True, comment="The last day."),
    sqlite_with_rowid=False,
    comment="Drafts of reports: UNLOGGED on PostgreSQL, always empty on SQLite.",
)
