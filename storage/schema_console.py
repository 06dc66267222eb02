"""The tables of the web console: accounts, sessions, sign-ins, one-time links, offers to handlers, long jobs."""

import sqlalchemy as sa

from storage.columns import Instant, Number, metadata
from storage.schema_people import organisations, people

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("person", sa.ForeignKey(people.c.id), primary_key=True),
    sa.Column("hash", sa.Text, nullable=False, comment="Argon2id of the passphrase, in its own notation."),
    sa.Column("created", Instant, nullable=False),
    sa.Column("failed", sa.Integer, nullable=False, comment="Wrong tries in a row."),
    sa.Column("failed_at", Instant, comment="The last of them."),
)

account_codes = sa.Table(
    "account_codes",
    metadata,
    sa.Column("person", sa.ForeignKey(people.c.id), primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="The secret of the one-time codes."),
    sa.Column("step", Number, nullable=False, comment="The last step used: no code opens twice."),
)

console_sessions = sa.Table(
    "console_sessions",
    metadata,
    sa.Column("id", sa.Text, primary_key=True, comment="Keyed hash of the browser's token."),
    sa.Column("person", sa.ForeignKey(people.c.id), nullable=False, index=True),
    sa.Column("began", Instant, nullable=False),
    sa.Column("used", Instant, nullable=False),
    sa.Column("opened", sa.LargeBinary, comment="A handler's private key, under the browser's token."),
    sa.Column("opened_at", Instant, comment="When the passphrase was given for it."),
)

sign_ins = sa.Table(
    "sign_ins",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("person", sa.ForeignKey(people.c.id), nullable=False, index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

sign_in_links = sa.Table(
    "sign_in_links",
    metadata,
    sa.Column("opaque", sa.Text, primary_key=True, comment="Keyed hash of the code."),
    sa.Column("person", sa.ForeignKey(people.c.id), nullable=False, index=True),
    sa.Column("expires", Instant, nullable=False),
)

handler_offers = sa.Table(
    "handler_offers",
    metadata,
    sa.Column("person", sa.ForeignKey(people.c.id), primary_key=True),
    sa.Column("organisation", sa.ForeignKey(organisations.c.id), nullable=False),
    sa.Column("offered", sa.Date, nullable=False),
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.Text, primary_key=True, comment="Random."),
    sa.Column("person", sa.ForeignKey(people.c.id), nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("began", Instant, nullable=False),
    sa.Column("beat", Instant, nullable=False, comment="When it last said that it goes on."),
    sa.CheckConstraint("state IN ('running', 'done', 'failed')", name="state"),
)

job_results = sa.Table(
    "job_results",
    metadata,
    sa.Column("job", sa.ForeignKey(jobs.c.id), primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="What came of it: words, and a file."),
)
