"""Bring a database to the schema that this program knows."""

import asyncpg

from sync.central.database import CONNECT_TIMEOUT_S, unreachable
from sync.central.migrations.head import HEAD


async def migrate(dsn: str) -> None:
    """Run the migrations that are missing; a database that is up to date costs one question.

    Raises :class:`UserError` ``database_unreachable``, ``database_too_old``, ``database_newer``,
    ``database_busy`` or ``database_not_allowed``.
    """
    try:
        if await _revision(dsn) == HEAD:
            return
        # Only now: SQLAlchemy and Alembic take longer to load than most commands take to run.
        from sync.central.migrations.running import run_migrations

        await run_migrations(dsn)
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise unreachable(error) from error


async def _revision(dsn: str) -> str | None:
    connection = await asyncpg.connect(dsn, timeout=CONNECT_TIMEOUT_S)
    try:
        if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
            return None
        found: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
        return found
    finally:
        await connection.close()
