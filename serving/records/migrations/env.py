"""Alembic's entry: runs the steps on the connection that `migrate` hands over, inside its transaction."""

from alembic import context

from serving.records.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, transaction_per_migration=False)
context.run_migrations()
