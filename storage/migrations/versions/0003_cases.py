"""Sealed reports: handlers, cases and who can open them, their conversation and files, audit, drafts in passing."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | Sequence[str] | None = "0002"
branch_labels: None = None
depends_on: None = None

Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")

STATUSES = ("incomplete", "received", "accepted", "transferred", "handling", "closed", "outside")
INTERNAL = (
    *("waiting", "screening", "approval", "accepted", "forwarded", "returned", "inquiry", "verification"),
    *("shelved", "dismissed", "handed_over", "answer_due", "answered", "review", "archived"),
)


def upgrade() -> None:
    _create_handlers()
    _create_cases()
    _create_keys()
    _create_contents()
    _create_audit()
    _create_passing()


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(each) for each in values)})"


def _create_handlers() -> None:
    op.create_table(
        "handlers",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("public", sa.LargeBinary, nullable=False),
        sa.Column(
            "wrapped", sa.LargeBinary, nullable=False, comment="The private key, under the passphrase."
        ),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("operations", sa.Integer, nullable=False),
        sa.Column("memory", sa.Integer, nullable=False),
        sa.Column("vouch", sa.Text, nullable=False, comment="Keyed hash of whose public key this is."),
        sa.Column("enrolled", sa.Date, nullable=False),
        sa.Column("revoked", sa.Date),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_handlers_organisation"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_handlers_person"),
        sa.PrimaryKeyConstraint("id", name="pk_handlers"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_handlers_organisation", "handlers", ["organisation"])
    _create_unique("uq_handlers_active_person", "handlers", "person", "revoked IS NULL")
    op.create_table(
        "recovery_keys",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("public", sa.LargeBinary, nullable=False),
        sa.Column("vouch", sa.Text, nullable=False, comment="Keyed hash of whose public key this is."),
        sa.Column("created", sa.Date, nullable=False),
        sa.Column("retired", sa.Date),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_recovery_keys_organisation"),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_keys"),
        sqlite_with_rowid=False,
    )
    _create_unique("uq_recovery_keys_current", "recovery_keys", "organisation", "retired IS NULL")


def _create_unique(name: str, table: str, column: str, where: str) -> None:
    op.create_index(
        name, table, [column], unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )


def _create_cases() -> None:
    op.create_table(
        "cases",
        sa.Column("number", sa.Text, nullable=False, comment="Random."),
        sa.Column("organisation", sa.Text, nullable=False, comment="Who receives."),
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
        sa.Column("merged_into", sa.Text),
        sa.CheckConstraint(_one_of("status", STATUSES), name=op.f("ck_cases_status")),
        sa.CheckConstraint(_one_of("internal", INTERNAL), name=op.f("ck_cases_internal")),
        sa.ForeignKeyConstraint(["merged_into"], ["cases.number"], name="fk_cases_merged_into"),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_cases_organisation"),
        sa.PrimaryKeyConstraint("number", name="pk_cases"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_cases_due", "cases", ["due"])
    op.create_index("ix_cases_erase_after", "cases", ["erase_after"])
    op.create_index("ix_cases_organisation", "cases", ["organisation", "filed"])


def _create_keys() -> None:
    op.create_table(
        "case_facts",
        sa.Column("case", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="Whom routing must keep out."),
        sa.ForeignKeyConstraint(["case"], ["cases.number"], name="fk_case_facts_case"),
        sa.PrimaryKeyConstraint("case", name="pk_case_facts"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_keys",
        sa.Column("case", sa.Text, nullable=False),
        sa.Column("handler", sa.Text, nullable=False),
        sa.Column(
            "sealed", sa.LargeBinary, nullable=False, comment="The data key, to the handler's public key."
        ),
        sa.ForeignKeyConstraint(["case"], ["cases.number"], name="fk_case_keys_case"),
        sa.ForeignKeyConstraint(["handler"], ["handlers.id"], name="fk_case_keys_handler"),
        sa.PrimaryKeyConstraint("case", "handler", name="pk_case_keys"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_case_keys_handler", "case_keys", ["handler"])
    op.create_table(
        "case_recovery",
        sa.Column("case", sa.Text, nullable=False),
        sa.Column("recovery", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="The data key, to the recovery key."),
        sa.ForeignKeyConstraint(["case"], ["cases.number"], name="fk_case_recovery_case"),
        sa.ForeignKeyConstraint(["recovery"], ["recovery_keys.id"], name="fk_case_recovery_recovery"),
        sa.PrimaryKeyConstraint("case", name="pk_case_recovery"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_case_recovery_recovery", "case_recovery", ["recovery"])
    op.create_table(
        "case_receipts",
        sa.Column("locator", sa.Text, nullable=False, comment="Keyed hash of the receipt."),
        sa.Column("case", sa.Text, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False, comment="The data key, under the receipt."),
        sa.ForeignKeyConstraint(["case"], ["cases.number"], name="fk_case_receipts_case"),
        sa.PrimaryKeyConstraint("locator", name="pk_case_receipts"),
        sa.UniqueConstraint("case", name="uq_case_receipts_case"),
        sqlite_with_rowid=False,
    )


def _create_contents() -> None:
    op.create_table(
        "case_parts",
        sa.Column("case", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="The report, or the contact."),
        sa.ForeignKeyConstraint(["case"], ["cases.number"], name="fk_case_parts_case"),
        sa.PrimaryKeyConstraint("case", "place", name="pk_case_parts"),
        sqlite_with_rowid=False,
    )
    for table, comment in (("case_messages", "Who says what."), ("case_files", "Name and type.")):
        op.create_table(
            table,
            sa.Column("case", sa.Text, nullable=False),
            sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
            sa.Column("day", sa.Date, nullable=False),
            sa.Column("sealed", sa.LargeBinary, nullable=False, comment=comment),
            sa.ForeignKeyConstraint(["case"], ["cases.number"], name=f"fk_{table}_case"),
            sa.PrimaryKeyConstraint("case", "position", name=f"pk_{table}"),
            sqlite_with_rowid=False,
        )
    op.create_table(
        "case_chunks",
        sa.Column("case", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("chunk", sa.LargeBinary, nullable=False, comment="Number 0 is the header."),
        sa.ForeignKeyConstraint(
            ["case", "position"], ["case_files.case", "case_files.position"], name="fk_case_chunks_file"
        ),
        sa.PrimaryKeyConstraint("case", "position", "number", name="pk_case_chunks"),
        sqlite_with_rowid=False,
    )


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", Number, autoincrement=False, nullable=False, comment="From 1, without gaps."),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("case", sa.Text),
        sa.Column(
            "link", sa.LargeBinary, nullable=False, comment="Keyed hash of this row and the link before."
        ),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_case", "audit", ["case"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("last", Number, nullable=False),
        sa.Column("link", sa.LargeBinary, nullable=False),
        sa.Column("mark", sa.LargeBinary, nullable=False, comment="Keyed hash of the two."),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
        comment="One row: where the audit log ends, so that one cut short is noticed.",
    )


def _create_passing() -> None:
    op.create_table(
        "passing",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("slot", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("expires", sa.Date, nullable=False, comment="The last day."),
        sa.PrimaryKeyConstraint("key", "slot", name="pk_passing"),
        comment="Drafts of reports: UNLOGGED on PostgreSQL, always empty on SQLite.",
        prefixes=["UNLOGGED"] if op.get_bind().dialect.name == "postgresql" else [],
        sqlite_with_rowid=False,
    )
    op.create_index("ix_passing_expires", "passing", ["expires"])


def downgrade() -> None:
    for table in (
        "passing",
        "audit_head",
        "audit",
        "case_chunks",
        "case_files",
        "case_messages",
        "case_parts",
        "case_receipts",
        "case_recovery",
        "case_keys",
        "case_facts",
        "cases",
        "recovery_keys",
        "handlers",
    ):
        op.drop_table(table)
