"""The web console: accounts, sessions, sign-ins, one-time links, offers to handlers, long jobs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | Sequence[str] | None = "0003"
branch_labels: None = None
depends_on: None = None

Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Instant = sa.DateTime(timezone=True)

TABLES = (
    *("accounts", "account_codes", "console_sessions", "sign_ins"),
    *("sign_in_links", "handler_offers", "jobs", "job_results"),
)


def upgrade() -> None:
    _create_accounts()
    _create_sessions()
    _create_offers()
    _create_jobs()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["person"], ["people.id"], name=f"fk_{table}_person")


def _create_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("person", sa.Text, nullable=False),
        sa.Column(
            "hash", sa.Text, nullable=False, comment="Argon2id of the passphrase, in its own notation."
        ),
        sa.Column("created", Instant, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False, comment="Wrong tries in a row."),
        sa.Column("failed_at", Instant, comment="The last of them."),
        _person("accounts"),
        sa.PrimaryKeyConstraint("person", name="pk_accounts"),
    )
    op.create_table(
        "account_codes",
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="The secret of the one-time codes."),
        sa.Column("step", Number, nullable=False, comment="The last step used: no code opens twice."),
        _person("account_codes"),
        sa.PrimaryKeyConstraint("person", name="pk_account_codes"),
    )


def _create_sessions() -> None:
    op.create_table(
        "console_sessions",
        sa.Column("id", sa.Text, nullable=False, comment="Keyed hash of the browser's token."),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("began", Instant, nullable=False),
        sa.Column("used", Instant, nullable=False),
        sa.Column("opened", sa.LargeBinary, comment="A handler's private key, under the browser's token."),
        sa.Column("opened_at", Instant, comment="When the passphrase was given for it."),
        _person("console_sessions"),
        sa.PrimaryKeyConstraint("id", name="pk_console_sessions"),
    )
    op.create_index("ix_console_sessions_person", "console_sessions", ["person"])
    op.create_table(
        "sign_ins",
        sa.Column("id", Number, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        _person("sign_ins"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_ins"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sign_ins_person", "sign_ins", ["person"])
    op.create_table(
        "sign_in_links",
        sa.Column("opaque", sa.Text, nullable=False, comment="Keyed hash of the code."),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("expires", Instant, nullable=False),
        _person("sign_in_links"),
        sa.PrimaryKeyConstraint("opaque", name="pk_sign_in_links"),
    )
    op.create_index("ix_sign_in_links_person", "sign_in_links", ["person"])


def _create_offers() -> None:
    op.create_table(
        "handler_offers",
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("offered", sa.Date, nullable=False),
        _person("handler_offers"),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.id"], name="fk_handler_offers_organisation"
        ),
        sa.PrimaryKeyConstraint("person", name="pk_handler_offers"),
    )


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Text, nullable=False, comment="Random."),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("began", Instant, nullable=False),
        sa.Column("beat", Instant, nullable=False, comment="When it last said that it goes on."),
        sa.CheckConstraint("state IN ('running', 'done', 'failed')", name=op.f("ck_jobs_state")),
        _person("jobs"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_person", "jobs", ["person"])
    op.create_table(
        "job_results",
        sa.Column("job", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="What came of it: words, and a file."),
        sa.ForeignKeyConstraint(["job"], ["jobs.id"], name="fk_job_results_job"),
        sa.PrimaryKeyConstraint("job", name="pk_job_results"),
    )
