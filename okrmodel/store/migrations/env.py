"""Runs the migrations on the connection, and in the transaction, that `schema.upgrade` opened."""

from alembic import context

from okrmodel.store.schema import VERSION_TABLE

context.configure(connection=context.config.attributes["connection"], version_table=VERSION_TABLE)
with context.begin_transaction():
    context.run_migrations()
