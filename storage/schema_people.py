"""The tables of organisations, people and posts, of the ways in and of the units' own settings."""

import sqlalchemy as sa

from storage.columns import Instant, Json, Number, Words, metadata

directory = sa.Table(
    "directory",
    metadata,
    sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("version", Number, nullable=False),
    comment="One row: counts the changes to organisations, people and posts.",
)

organisations = sa.Table(
    "organisations",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column(
        "parent",
        # looked at when the transaction commits: an import may bring a child before its parent
        sa.ForeignKey("organisations.id", deferrable=True, initially="DEFERRED"),
        index=True,
    ),
    sa.Column("short_names", Words, nullable=False),
    sa.Column("sample", sa.Boolean, nullable=False),
)

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("political", sa.Text),
    sa.Column("sample", sa.Boolean, nullable=False),
)

posts = sa.Table(
    "posts",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("person", sa.ForeignKey(people.c.id), nullable=False, index=True),
    sa.Column("organisation", sa.ForeignKey(organisations.c.id), nullable=False, index=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("since", sa.Date),
    sa.Column("until", sa.Date),
    sa.CheckConstraint(
        "role IN ('head', 'member', 'discipline', 'organisation', 'section', 'liaison', 'staff',"
        " 'administrator')",
        name="role",
    ),
)

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("person", sa.ForeignKey(people.c.id), nullable=False, index=True),
    sa.Column("opaque", sa.Text, nullable=False, unique=True, comment="Keyed hash of the code."),
    sa.Column("issued", Instant, nullable=False),
    sa.Column("expires", Instant, nullable=False),
    sa.Column("used", Instant),
    sa.Column("revoked", Instant),
    sqlite_autoincrement=True,
)

bindings = sa.Table(
    "bindings",
    metadata,
    sa.Column("key", sa.Text, primary_key=True, comment="Opaque key of channel and address."),
    sa.Column("person", sa.ForeignKey(people.c.id), nullable=False, index=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="The address."),
    sa.Column("since", Instant, nullable=False),
)

unit_settings = sa.Table(
    "unit_settings",
    metadata,
    sa.Column("organisation", sa.Text, primary_key=True, comment="Empty: the whole installation."),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", Json, nullable=False),
)
