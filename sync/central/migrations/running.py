"""Running the migrations that a database lacks."""

from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from sync.central.database import CONNECT_TIMEOUT_S
from sync.rules.user_error import UserError

OLDEST_POSTGRES = 150_000
"""PostgreSQL 15, as ``SHOW server_version_num`` counts."""

WAIT_FOR_OTHER_S = 60
LOCK_TIMEOUT_S = 5
STATEMENT_TIMEOUT_S = 300

_LOCK_KEY = 0x434F_554E_5445_5200
_LOCK_NOT_AVAILABLE = "55P03"
_NO_PRIVILEGE = "42501"


async def run_migrations(dsn: str) -> None:
    """Run what is missing, in one transaction, while no other central does.

    A statement that waits for a lock longer than its limit gives up, so that a migration never queues
    the running tills behind itself. Raises :class:`UserError` ``database_too_old``, ``database_newer``,
    ``database_busy`` or ``database_not_allowed``; errors of the connection travel as they are.
    """
    engine = engine_on(dsn)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_check_server)
            await connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_FOR_OTHER_S}s'"))
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK_KEY})"))
            await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_S}s'"))
            await connection.execute(text(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT_S}s'"))
            await connection.run_sync(_upgrade)
    except DBAPIError as error:
        raise _as_sentence(error) from error
    finally:
        await engine.dispose()


def engine_on(dsn: str) -> AsyncEngine:
    """Return an SQLAlchemy engine on a DSN as asyncpg takes it (sockets and query options included)."""

    async def connect() -> asyncpg.Connection:
        return await asyncpg.connect(dsn, timeout=CONNECT_TIMEOUT_S)

    return create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration; there is no ``alembic.ini`` to find."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _check_server(connection: Connection) -> None:
    version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    if version < OLDEST_POSTGRES:
        raise UserError(
            "database_too_old",
            f"This PostgreSQL is version {version // 10_000}, and central needs 15 or newer.",
            "Name a newer server with --dsn, or leave --dsn out for the built-in one.",
        )


def _upgrade(connection: Connection) -> None:
    config = alembic_config(connection)
    here = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if here is not None and here not in known:
        raise UserError(
            "database_newer",
            f"This database was written by a newer central (its schema is {here}).",
            "Start the newer version of central.",
        )
    command.upgrade(config, "head")


def _as_sentence(error: DBAPIError) -> Exception:
    code = getattr(error.orig, "sqlstate", None)
    if code == _LOCK_NOT_AVAILABLE:
        return UserError(
            "database_busy",
            "The database is held by something else, so its schema was left as it was.",
            "Try again when the other central has finished starting.",
        )
    if code == _NO_PRIVILEGE:
        return UserError(
            "database_not_allowed",
            f"The database user may not prepare the schema: {error.orig}.",
            "Let a user with CREATEROLE who owns the database start central once.",
        )
    return error
