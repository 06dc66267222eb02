"""A mark of the last look at all cases, so that lists may go by the keys; an index that tells which have news."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | Sequence[str] | None = "0004"
branch_labels: None = None
depends_on: None = None

Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "case_checks",
        sa.Column("id", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("people", Number, nullable=False, comment="The version of the directory."),
        sa.Column("handlers", sa.Text, nullable=False, comment="A fingerprint of who receives reports."),
        sa.Column("step", Number, nullable=False, comment="The last step of the audit log before it."),
        sa.PrimaryKeyConstraint("id", name="pk_case_checks"),
        comment="One row: for what all cases were last looked at, whether those who can open them still may.",
    )

    op.create_index("ix_audit_action", "audit", ["action", "case", "actor", "id"])


def downgrade() -> None:
    op.drop_index("ix_audit_action", "audit")
    op.drop_table("case_checks")
