"""Alembic's entry: runs the migrations on the connection that ``running`` hands over."""

from alembic import context
from sqlalchemy import Connection

from sync.central.schema.tables import complete_metadata


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=complete_metadata())
    context.run_migrations()


_run(context.config.attributes["connection"])
