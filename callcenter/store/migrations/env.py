"""Runs inside the transaction that `store.database.migrate` opens."""

from alembic import context

from callcenter.store.rollups import tables as _rollups  # noqa: F401  # its tables belong to the metadata
from callcenter.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter a column in place
)
with context.begin_transaction():
    context.run_migrations()
