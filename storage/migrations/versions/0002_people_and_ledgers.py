"""Organisations, people and posts; invitations and bindings; the ledgers with their tickets, plans and reminders."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | Sequence[str] | None = "0001"
branch_labels: None = None
depends_on: None = None

Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Instant = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_people()
    _create_ways_in()
    _create_records()
    _create_tickets()
    _create_plans()
    _create_standing()


def _create_people() -> None:
    directory = op.create_table(
        "directory",
        sa.Column("id", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_directory"),
        comment="One row: counts the changes to organisations, people and posts.",
    )
    op.bulk_insert(directory, [{"id": 1, "version": 0}])
    op.create_table(
        "organisations",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("parent", sa.Text),
        sa.Column("short_names", sa.Text, nullable=False),
        sa.Column("sample", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(
            ["parent"],
            ["organisations.id"],
            name="fk_organisations_parent",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_organisations"),
        sa.UniqueConstraint("code", name="uq_organisations_code"),
    )
    op.create_index("ix_organisations_parent", "organisations", ["parent"])
    op.create_table(
        "people",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("political", sa.Text),
        sa.Column("sample", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("code", name="uq_people_code"),
    )
    op.create_table(
        "posts",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("since", sa.Date),
        sa.Column("until", sa.Date),
        sa.CheckConstraint(
            "role IN ('head', 'member', 'discipline', 'organisation', 'section', 'liaison', 'staff', 'administrator')",
            name=op.f("ck_posts_role"),
        ),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_posts_organisation"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_posts_person"),
        sa.PrimaryKeyConstraint("id", name="pk_posts"),
    )
    op.create_index("ix_posts_organisation", "posts", ["organisation"])
    op.create_index("ix_posts_person", "posts", ["person"])


def _create_ways_in() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", Number, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("opaque", sa.Text, nullable=False, comment="Keyed hash of the code."),
        sa.Column("issued", Instant, nullable=False),
        sa.Column("expires", Instant, nullable=False),
        sa.Column("used", Instant),
        sa.Column("revoked", Instant),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_invitations_person"),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("opaque", name="uq_invitations_opaque"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_invitations_person", "invitations", ["person"])
    op.create_table(
        "bindings",
        sa.Column("key", sa.Text, nullable=False, comment="Opaque key of channel and address."),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="The address."),
        sa.Column("since", Instant, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_bindings_person"),
        sa.PrimaryKeyConstraint("key", name="pk_bindings"),
    )
    op.create_index("ix_bindings_person", "bindings", ["person"])
    op.create_table(
        "unit_settings",
        sa.Column("organisation", sa.Text, nullable=False, comment="Empty: the whole installation."),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("organisation", "name", name="pk_unit_settings"),
    )


def _create_records() -> None:
    op.create_table(
        "records",
        sa.Column("id", Number, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("talk_type", sa.Text),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column(
            "version", sa.Integer, nullable=False, comment="The newest; the other columns are as it says."
        ),
        sa.Column("author", sa.Text, nullable=False, comment="Who filed the first version."),
        sa.Column("filed", Instant, nullable=False),
        sa.Column("supplementary", sa.Boolean, nullable=False),
        sa.Column(
            "people", sa.Text, nullable=False, comment="What record_people holds, to be read in one piece."
        ),
        sa.Column("alike", sa.Text, nullable=False),
        sa.CheckConstraint("state IN ('filed', 'void')", name=op.f("ck_records_state")),
        sa.ForeignKeyConstraint(["author"], ["people.id"], name="fk_records_author"),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_records_organisation"),
        sa.PrimaryKeyConstraint("id", name="pk_records"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_records_author", "records", ["author"])
    op.create_index("ix_records_day", "records", ["day"])
    op.create_index("ix_records_ledger", "records", ["organisation", "day", "state", "kind", "talk_type"])
    op.create_table(
        "record_versions",
        sa.Column("record", Number, nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("written", Instant, nullable=False),
        sa.Column(
            "sealed", sa.LargeBinary, nullable=False, comment="Body, reason, and the clear columns of then."
        ),
        sa.ForeignKeyConstraint(["author"], ["people.id"], name="fk_record_versions_author"),
        sa.ForeignKeyConstraint(["record"], ["records.id"], name="fk_record_versions_record"),
        sa.PrimaryKeyConstraint("record", "version", name="pk_record_versions"),
    )
    op.create_table(
        "record_voids",
        sa.Column("record", Number, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="The reason."),
        sa.ForeignKeyConstraint(["author"], ["people.id"], name="fk_record_voids_author"),
        sa.ForeignKeyConstraint(["record"], ["records.id"], name="fk_record_voids_record"),
        sa.PrimaryKeyConstraint("record", name="pk_record_voids"),
    )
    op.create_table(
        "record_people",
        sa.Column("record", Number, nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text),
        sa.CheckConstraint(
            "part IN ('talker', 'subject', 'recorder', 'companion')", name=op.f("ck_record_people_part")
        ),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_record_people_organisation"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_record_people_person"),
        sa.ForeignKeyConstraint(["record"], ["records.id"], name="fk_record_people_record"),
        sa.PrimaryKeyConstraint("record", "position", name="pk_record_people"),
    )
    op.create_index("ix_record_people_organisation", "record_people", ["organisation", "part", "record"])
    op.create_index("ix_record_people_person", "record_people", ["person", "part", "record"])
    op.create_table(
        "record_bands",
        sa.Column(
            "band", Number, autoincrement=False, nullable=False, comment="Keyed hash of ledger and band."
        ),
        sa.Column("record", Number, nullable=False),
        sa.ForeignKeyConstraint(["record"], ["records.id"], name="fk_record_bands_record"),
        sa.PrimaryKeyConstraint("band", "record", name="pk_record_bands"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_record_bands_record", "record_bands", ["record"])


def _create_tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", Number, nullable=False),
        sa.Column("record", Number, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("responsible", sa.Text),
        sa.Column("due", sa.Date),
        sa.Column("opened", sa.Date, nullable=False),
        sa.Column("closed", sa.Date),
        sa.Column("nonce", sa.LargeBinary, nullable=False, comment="Names the row in the seal."),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="What is to be put right."),
        sa.CheckConstraint("kind IN ('problem', 'requirement')", name=op.f("ck_tickets_kind")),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_tickets_organisation"),
        sa.ForeignKeyConstraint(["record"], ["records.id"], name="fk_tickets_record"),
        sa.ForeignKeyConstraint(["responsible"], ["people.id"], name="fk_tickets_responsible"),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tickets_due", "tickets", ["closed", "due"])
    op.create_index("ix_tickets_organisation", "tickets", ["organisation", "closed", "due"])
    op.create_index("ix_tickets_record", "tickets", ["record"])
    op.create_index("ix_tickets_responsible", "tickets", ["responsible", "closed", "due"])
    op.create_table(
        "ticket_notes",
        sa.Column("id", Number, nullable=False),
        sa.Column("ticket", Number, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("nonce", sa.LargeBinary, nullable=False, comment="Names the row in the seal."),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="What was done."),
        sa.CheckConstraint(
            "action IN ('note', 'due', 'close', 'reopen')", name=op.f("ck_ticket_notes_action")
        ),
        sa.ForeignKeyConstraint(["author"], ["people.id"], name="fk_ticket_notes_author"),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name="fk_ticket_notes_ticket"),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_notes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ticket_notes_ticket", "ticket_notes", ["ticket"])


def _create_plans() -> None:
    op.create_table(
        "plans",
        sa.Column("id", Number, nullable=False),
        sa.Column("talk_type", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("talker", sa.Text, nullable=False),
        sa.Column("subjects", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("record", Number),
        sa.Column("nonce", sa.LargeBinary, nullable=False, comment="Names the row in the seal."),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="Time, place, matters."),
        sa.CheckConstraint("state IN ('planned', 'done', 'cancelled')", name=op.f("ck_plans_state")),
        sa.ForeignKeyConstraint(["author"], ["people.id"], name="fk_plans_author"),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_plans_organisation"),
        sa.ForeignKeyConstraint(["record"], ["records.id"], name="fk_plans_record"),
        sa.ForeignKeyConstraint(["talker"], ["people.id"], name="fk_plans_talker"),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_plans_day", "plans", ["state", "day"])
    op.create_index("ix_plans_organisation", "plans", ["organisation", "day"])
    op.create_index("ix_plans_talker", "plans", ["talker", "day"])
    op.create_table(
        "reminders",
        sa.Column("id", Number, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("due", Instant, nullable=False),
        sa.Column("sent", Instant),
        sa.ForeignKeyConstraint(["recipient"], ["people.id"], name="fk_reminders_recipient"),
        sa.PrimaryKeyConstraint("id", name="pk_reminders"),
        sa.UniqueConstraint("key", "recipient", name="uq_reminders_key_recipient"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reminders_due", "reminders", ["sent", "due"])
    op.create_index("ix_reminders_recipient", "reminders", ["recipient", "due"])


def _create_standing() -> None:
    op.create_table(
        "confirmations",
        sa.Column("record", Number, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="What they object to."),
        sa.CheckConstraint(
            "state IN ('asked', 'confirmed', 'objected')", name=op.f("ck_confirmations_state")
        ),
        sa.ForeignKeyConstraint(
            ["record", "version"],
            ["record_versions.record", "record_versions.version"],
            name="fk_confirmations_record_version",
        ),
        sa.ForeignKeyConstraint(["subject"], ["people.id"], name="fk_confirmations_subject"),
        sa.PrimaryKeyConstraint("record", "version", "subject", name="pk_confirmations"),
    )
    op.create_index("ix_confirmations_subject", "confirmations", ["subject", "state"])
    op.create_table(
        "excuses",
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("talk_type", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="The reason."),
        sa.ForeignKeyConstraint(["author"], ["people.id"], name="fk_excuses_author"),
        sa.ForeignKeyConstraint(["subject"], ["people.id"], name="fk_excuses_subject"),
        sa.PrimaryKeyConstraint("period", "subject", "talk_type", name="pk_excuses"),
    )


def downgrade() -> None:
    for table in (
        "excuses",
        "confirmations",
        "reminders",
        "plans",
        "ticket_notes",
        "tickets",
        "record_bands",
        "record_people",
        "record_voids",
        "record_versions",
        "records",
        "unit_settings",
        "bindings",
        "invitations",
        "posts",
        "people",
        "organisations",
        "directory",
    ):
        op.drop_table(table)
