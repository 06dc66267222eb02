"""Alembic's entry: runs over the connection and in the transaction that `storage.installation` hands in."""

from alembic import context

from storage.schema import VERSION_TABLE, metadata

_connection = context.config.attributes["connection"]
context.configure(
    connection=_connection,
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=_connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
