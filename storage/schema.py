"""The tables. Every change here needs a migration in `storage/migrations/versions`.

Columns named `sealed` hold what `storage.sealing` made; names and addresses appear only as opaque keys.
The tables of people, of ledgers, of reports, of the console and of the web pages' seats stand in
`storage.schema_people`, `storage.schema_ledger`, `storage.schema_cases`, `storage.schema_console` and
`storage.schema_seats`.
"""

import sqlalchemy as sa

from storage.columns import Instant, Number, Words, metadata
from storage.schema_cases import (
    audit,
    audit_head,
    case_checks,
    case_chunks,
    case_facts,
    case_files,
    case_keys,
    case_messages,
    case_parts,
    case_receipts,
    case_recovery,
    cases,
    handlers,
    passing,
    recovery_keys,
)
from storage.schema_console import (
    account_codes,
    accounts,
    console_sessions,
    handler_offers,
    job_results,
    jobs,
    sign_in_links,
    sign_ins,
)
from storage.schema_ledger import (
    confirmations,
    excuses,
    plans,
    record_bands,
    record_people,
    record_versions,
    record_voids,
    records,
    reminders,
    ticket_notes,
    tickets,
)
from storage.schema_people import (
    bindings,
    directory,
    invitations,
    organisations,
    people,
    posts,
    unit_settings,
)
from storage.schema_seats import seat_files, seat_lines, seat_mail, seats

__all__ = [
    "REVISION",
    "VERSION_TABLE",
    "Instant",
    "Number",
    "Words",
    "account_codes",
    "accounts",
    "audit",
    "audit_head",
    "bindings",
    "case_checks",
    "case_chunks",
    "case_facts",
    "case_files",
    "case_keys",
    "case_messages",
    "case_parts",
    "case_receipts",
    "case_recovery",
    "cases",
    "confirmations",
    "console_sessions",
    "directory",
    "documents",
    "drafts",
    "excuses",
    "feedback",
    "handler_offers",
    "handlers",
    "invitations",
    "job_results",
    "jobs",
    "key_check",
    "library",
    "metadata",
    "organisations",
    "outbox",
    "passages",
    "passing",
    "people",
    "plans",
    "posts",
    "questions",
    "record_bands",
    "record_people",
    "record_versions",
    "record_voids",
    "records",
    "recovery_keys",
    "reminders",
    "seat_files",
    "seat_lines",
    "seat_mail",
    "seats",
    "sign_in_links",
    "sign_ins",
    "ticket_notes",
    "tickets",
    "unit_settings",
    "updates",
]

REVISION = "0006"
"""The newest migration: a start with nothing to migrate need not import Alembic to know (a test compares)."""

VERSION_TABLE = "yanlu_schema"

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
