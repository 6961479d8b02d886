"""Connections to PostgreSQL as the role that serves requests, one network at a time."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import asyncpg
import msgspec

from sync.central.clock import SYSTEM_CLOCK, Clock, ClockedConnection
from sync.central.schema.words import APP_ROLE, NETWORK_SETTING, Noun
from sync.rules.user_error import UserError

DSN_VARIABLE = "COUNTERSIGN_DSN"
DATA_VARIABLE = "COUNTERSIGN_DATA"
URL_VARIABLE = "COUNTERSIGN_URL"
"""Where tills reach central, if that is not where it listens."""

MAX_CONNECTIONS = 10
MAX_PREPARED = 500
"""Statements that a connection keeps prepared: all that there are, or those of tills push each other out."""
CONNECT_TIMEOUT_S = 10.0
ACQUIRE_TIMEOUT_S = 10.0
STATEMENT_TIMEOUT_MS = 30_000
LOCK_TIMEOUT_MS = 10_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000

OUT_OF_REACH = (
    OSError,  # TimeoutError, for want of a free connection, is one
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # it is shut down or starts, or a statement took too long
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,  # of two who make the same codes in another order, one is undone as a whole
    asyncpg.InterfaceError,
)
"""What says that the database is away, or has no room or no time: a request is answered by 503, a command is interrupted."""

_NAME_NETWORK = f"SELECT set_config('{NETWORK_SETTING}', $1, true)"
_NAMED_NETWORK = f"SELECT set_config('{NETWORK_SETTING}', '{{}}', true);"


class Database:
    """A pool whose connections are the serving role from their first moment.

    The role is a start-up option of each connection, so that nothing leaves it.
    JSON columns take and give plain Python values.
    """

    def __init__(self, pool: asyncpg.Pool, clock: Clock = SYSTEM_CLOCK) -> None:
        """Take an open pool whose connections know ``clock``; :func:`connected` makes one."""
        self._pool = pool
        self.clock = clock

    @asynccontextmanager
    async def network_transaction(
        self, network_id: int, *, repeatable_read: bool = False
    ) -> AsyncIterator[asyncpg.Connection]:
        """Open a transaction that sees and writes one network's rows only; it commits at the end.

        ``repeatable_read`` makes all its reads see one state, as a snapshot needs.
        """
        isolation = "repeatable_read" if repeatable_read else "read_committed"
        async with self._borrowed() as connection:
            # Of the connection itself: what was borrowed knows it no longer once it is cut.
            begin_with = connection.begin_with
            begin_with(_NAMED_NETWORK.format(int(network_id)))
            try:
                async with connection.transaction(isolation=isolation):
                    if connection.begins_with:
                        # The BEGIN was not one that takes something along (in the simulation it waits itself).
                        begin_with("")
                        await connection.execute(_NAME_NETWORK, str(network_id))
                    yield connection
            finally:
                begin_with("")

    @asynccontextmanager
    async def directory_transaction(self) -> AsyncIterator[asyncpg.Connection]:
        """Open a transaction of no network: it sees ``directory``, ``logins`` and ``installation`` only."""
        async with self._borrowed() as connection, connection.transaction():
            yield connection

    @asynccontextmanager
    async def _borrowed(self) -> AsyncIterator[asyncpg.Connection]:
        """Borrow a connection. One that was cut in the midst of an operation counts as gone, which it is.

        asyncpg says of a few of those not that they are closed but that its own protocol is in the wrong state.
        """
        try:
            async with self._pool.acquire(timeout=ACQUIRE_TIMEOUT_S) as connection:
                try:
                    yield connection
                except asyncpg.InternalClientError:
                    connection.terminate()
                    raise
        except asyncpg.InternalClientError as error:
            raise asyncpg.ConnectionDoesNotExistError(
                f"cut in the midst of an operation ({error})"
            ) from error

    async def network_of(self, noun: Noun, subject_id: int) -> int | None:
        """Return whose restaurant or till this is, or None when there is none (or no such network)."""
        async with self.directory_transaction() as connection:
            found: int | None = await connection.fetchval(
                "SELECT network_id FROM directory WHERE noun = $1 AND id = $2", noun.value, subject_id
            )
        return found

    async def network_ids(self) -> list[int]:
        """Return every network of this installation, oldest first."""
        async with self.directory_transaction() as connection:
            rows = await connection.fetch(
                "SELECT id FROM directory WHERE noun = $1 ORDER BY id", Noun.NETWORK.value
            )
        return [row["id"] for row in rows]


@asynccontextmanager
async def connected(
    dsn: str,
    *,
    max_connections: int = MAX_CONNECTIONS,
    clock: Clock = SYSTEM_CLOCK,
    settings: Mapping[str, str] | None = None,
) -> AsyncIterator[Database]:
    """Open a pool on ``dsn`` and close it at the end; everything on it is decided by ``clock``.

    ``settings`` are PostgreSQL's own, for each of its connections.

    Raises :class:`UserError` ``database_unreachable`` when it cannot connect, or the schema has no role yet.
    """
    pool = await _open_pool(dsn, max_connections, clock, settings or {})
    try:
        yield Database(pool, clock)
    finally:
        await pool.close()


def dsn_from_environment() -> str:
    """Return the DSN that ``serve`` hands to its workers (``COUNTERSIGN_DSN``)."""
    dsn = os.environ.get(DSN_VARIABLE, "")
    if not dsn:
        raise UserError(
            "database_unnamed",
            "No database is named.",
            f"Start central by `python -m sync.central serve`, or set {DSN_VARIABLE}.",
        )
    return dsn


async def enter_network(connection: asyncpg.Connection, network_id: int) -> None:
    """Name the network of a transaction that is already open (as when a network is just being made)."""
    await connection.execute(_NAME_NETWORK, str(network_id))


async def _open_pool(
    dsn: str, max_connections: int, clock: Clock, settings: Mapping[str, str]
) -> asyncpg.Pool:
    async def prepare(connection: ClockedConnection) -> None:
        connection.clock = clock
        await _prepare_connection(connection)

    try:
        return await asyncpg.create_pool(
            dsn,
            min_size=1,
            max_size=max_connections,
            timeout=CONNECT_TIMEOUT_S,
            connection_class=ClockedConnection,
            statement_cache_size=MAX_PREPARED,
            init=prepare,
            server_settings={
                "role": APP_ROLE,
                "application_name": "countersign",
                "statement_timeout": str(STATEMENT_TIMEOUT_MS),
                "lock_timeout": str(LOCK_TIMEOUT_MS),
                "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_TIMEOUT_MS),
                **settings,
            },
        )
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise unreachable(error) from error


async def _prepare_connection(connection: asyncpg.Connection) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=_encode_json, decoder=msgspec.json.decode
        )


def _encode_json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def unreachable(error: Exception) -> UserError:
    """Turn what a driver says of a connection into a sentence; a DSN's password is never in it."""
    what = str(error).splitlines()[0] if str(error) else type(error).__name__
    return UserError(
        "database_unreachable",
        f"The database cannot be reached: {what}.",
        "Check the address after --dsn, and that the server accepts this user.",
    )
