"""A connection of its own for a job that listens, kept up for as long as the process lives."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import asyncpg

from sync.central.schema.words import APP_ROLE

CONNECT_TIMEOUT_S = 10.0
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 10.0
LOCK_TIMEOUT_MS = 5_000
STATEMENT_TIMEOUT_MS = 60_000

GONE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a few of the connections that are cut in the midst of an operation
)
"""What a job outlives: the database is away, or refuses."""

_log = logging.getLogger(__name__)


async def keep_line(dsn: str, name: str, work: Callable[[asyncpg.Connection], Awaitable[None]]) -> None:
    """Run ``work`` on a connection until cancelled; when the connection breaks, take another.

    The pause before each attempt doubles up to ``LONGEST_PAUSE_S``; the log says once that the line is
    down and once that it is up again.
    """
    pause_s, down = FIRST_PAUSE_S, False
    while True:
        try:
            connection = await _connect(dsn, name)
            try:
                if down:
                    _log.info("%s: the database answers again", name)
                pause_s, down = FIRST_PAUSE_S, False
                await work(connection)
            finally:
                connection.terminate()
        except GONE as error:
            if not down:
                _log.warning(
                    "%s: no connection to the database (%s); trying again", name, type(error).__name__
                )
            down = True
        await asyncio.sleep(pause_s)
        pause_s = min(pause_s * 2, LONGEST_PAUSE_S)


async def _connect(dsn: str, name: str) -> asyncpg.Connection:
    return await asyncpg.connect(
        dsn,
        timeout=CONNECT_TIMEOUT_S,
        server_settings={
            "role": APP_ROLE,
            "application_name": f"countersign {name}",
            "lock_timeout": str(LOCK_TIMEOUT_MS),
            "statement_timeout": str(STATEMENT_TIMEOUT_MS),
        },
    )
