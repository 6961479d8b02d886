"""Central as the simulation runs it: the application that ships, on a real PostgreSQL, in this process.

Why a real PostgreSQL even in the lane that is otherwise all in memory: half of central is SQL (the debit of a
pool, the numbering of the feed, row-level security, CHECKs). A twin of it in Python would be a second
implementation that passes while the shipped statement is wrong.

One cluster serves a whole run, with fsync off, for no lane but the third cuts its power; every world finds it
empty. Requests go through the shipping ASGI application without a socket, one at a time.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    ExitStack,
    asynccontextmanager,
    contextmanager,
)
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import msgspec

from sync.central.clock import SYSTEM_CLOCK, Clock, ClockedConnection
from sync.central.database import MAX_PREPARED, Database
from sync.central.http.app import build_app
from sync.central.http.central import Central, make_central
from sync.central.migrating import migrate
from sync.central.postgres.server import RunningServer, running_server
from sync.central.schema.words import APP_ROLE, NETWORK_SETTING
from sync.central.secrets import Secrets
from tests.builders.postgres import FAST, enterable_place

T = TypeVar("T")

TIME_SETTING = "simulated.now_ms"
NAME_NETWORK = f"SELECT set_config('{NETWORK_SETTING}', $1, true)"
_NAMES_NETWORK = NAME_NETWORK.replace("$1", "'%d'")
CONNECTIONS = 3
"""One for the request under way, two for writers that are held open."""
LOCK_TIMEOUT_MS = "15"
"""A writer that is held open may stand in the way; nothing else runs that could make it go on."""


LIGHT = {
    **FAST,
    "max_wal_size": "128MB",
    "archive_mode": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # Tables of a world have dozens of rows: a plan that is made anew for each value costs more than it can save.
    "plan_cache_mode": "force_generic_plan",
    "track_activities": "off",
}
"""For a database that nobody copies and that lies in memory: little of it, however long a run is."""


class CentralCrash(BaseException):
    """Central's process ends here. A ``BaseException``, as no shipping code may catch and survive it."""


@dataclass
class CrashPlan:
    """At which statement central's process ends. ``after`` counts down; ``fell`` says where it fell."""

    after: int = -1
    fell: str = ""
    dead: bool = False
    """It has fallen, and whatever else that process was at meets its end at its next statement."""

    def step(self, statement: str, moment: str) -> None:
        """Note one statement about to run or just run; end the process when its time has come."""
        if self.dead:
            raise CentralCrash(self.fell)
        if self.after < 0:
            return
        if self.after == 0:
            self.after, self.dead = -1, True
            self.fell = f"{moment} {_kind_of(statement)}"
            raise CentralCrash(self.fell)
        self.after -= 1


@dataclass
class Between:
    """What somebody else does while a request is under way, after so many more of its statements."""

    after: int = -1
    work: Callable[[], Coroutine[Any, Any, None]] | None = None
    under_way: bool = False
    """Whether a request is."""

    def plan(self, after: int, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Let this be done then."""
        self.after, self.work = after, work

    async def step(self, plan: CrashPlan) -> None:
        """Note that a statement is about to run."""
        if self.work is None or not self.under_way:
            return
        if self.after:
            self.after -= 1
            return
        work, self.work = self.work, None
        # It is another process that does it: this one does not end in it.
        planned, plan.after = plan.after, -1
        try:
            await work()
        finally:
            plan.after = planned


class FragileConnection(ClockedConnection):
    """A connection of a central that can end between any two statements, COMMIT included."""

    plan: CrashPlan = CrashPlan()
    between: Between = Between()
    begins: str = ""
    """A BEGIN that waits for the statement behind it, to travel with it: half of all statements are only these two."""

    async def execute(self, query: str, *args: Any, **kwargs: Any) -> Any:
        self._before(query)
        if query.startswith("BEGIN"):
            # PostgreSQL's own now() is the world's time in it.
            self.begins = f"{query} SET LOCAL {TIME_SETTING} = {self.clock.now_ms()};"
            return "BEGIN"
        if query == NAME_NETWORK and self.begins:
            begins, self.begins = self.begins, ""
            return await super().execute(f"{begins} {_NAMES_NETWORK % int(args[0])}")
        await self.between.step(self.plan)
        await self.begin_now()
        found = await super().execute(query, *args, **kwargs)
        self._after(query)
        return found

    async def begin_now(self) -> None:
        """Send a BEGIN that has waited."""
        begins, self.begins = self.begins, ""
        if begins:
            await super().execute(begins)

    async def executemany(self, *args: Any, **kwargs: Any) -> Any:
        await self.begin_now()
        return await super().executemany(*args, **kwargs)

    async def prepare(self, *args: Any, **kwargs: Any) -> Any:
        await self.begin_now()
        return await super().prepare(*args, **kwargs)

    async def fetch(self, query: str, *args: Any, **kwargs: Any) -> Any:
        self._before(query)
        await self.between.step(self.plan)
        await self.begin_now()
        found = await super().fetch(query, *args, **kwargs)
        self._after(query)
        return found

    async def fetchrow(self, query: str, *args: Any, **kwargs: Any) -> Any:
        self._before(query)
        await self.between.step(self.plan)
        await self.begin_now()
        found = await super().fetchrow(query, *args, **kwargs)
        self._after(query)
        return found

    async def fetchval(self, query: str, *args: Any, **kwargs: Any) -> Any:
        self._before(query)
        await self.between.step(self.plan)
        await self.begin_now()
        found = await super().fetchval(query, *args, **kwargs)
        self._after(query)
        return found

    def _before(self, query: str) -> None:
        if not query.startswith("ROLLBACK"):
            self.plan.step(query, "before")

    def _after(self, query: str) -> None:
        # After any other statement is the same as before the next one.
        if query.startswith("COMMIT"):
            self.plan.step(query, "after")


class _Pool:
    """What a ``Database`` needs of a pool, without the reset that costs a round trip at each return."""

    def __init__(self, connections: list[FragileConnection]) -> None:
        self._free = connections

    @asynccontextmanager
    async def acquire(self, *, timeout: float) -> AsyncIterator[FragileConnection]:  # noqa: ASYNC109 - the pool's form
        if not self._free:
            raise TimeoutError
        connection = self._free.pop()
        try:
            yield connection
        finally:
            self._free.append(connection)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the application answered."""

    status: int
    headers: dict[str, str]
    body: bytes


class CentralHost:
    """A PostgreSQL, the application on it, and the event loop that drives both, for one worker process."""

    def __init__(self, server: RunningServer) -> None:
        self.dsn = server.dsn
        self.loop = _new_loop()
        self.plan = CrashPlan()
        self.between = Between()
        self.requests = 0
        self._clearing = ""
        self.checker: asyncpg.Connection = self.loop.run_until_complete(_connect_as_superuser(server.dsn))
        self._connections = [self.run(_connect(server.dsn)) for _ in range(CONNECTIONS)]
        for connection in self._connections:
            connection.plan, connection.between = self.plan, self.between
        self.secrets = Secrets(bytes(range(32)))
        self._app = build_app(server.dsn, self.secrets)
        self._free: list[FragileConnection] = []
        self.database = Database(_Pool(self._free), SYSTEM_CLOCK)
        self.central: Central = make_central(self.database, self.secrets)

    def begin(self, clock: Clock) -> None:
        """Begin a world: central starts afresh, with this clock."""
        self.plan.after, self.plan.dead = -1, False
        self.between.work = None
        for connection in self._connections:
            connection.clock = clock
        self._free = list(self._connections)
        self.run(self._hang_up())
        self.run(self._clear())
        self.database = Database(_Pool(self._free), clock)
        self.restart()

    def restart(self) -> None:
        """Start central's process anew: what it had in memory is gone."""
        self.central = make_central(self.database, self.secrets)
        self._app.state.central = self.central

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run work of the office to its end; central's process does not end meanwhile."""
        planned, self.plan.after = self.plan.after, -1
        try:
            return self.loop.run_until_complete(work)
        finally:
            self.plan.after = planned

    def run_fragile(self, work: Coroutine[Any, Any, T]) -> T:
        """Run work in the course of which central's process may end; raises :class:`CentralCrash`."""
        try:
            found = self.loop.run_until_complete(work)
        except CentralCrash:
            self.loop.run_until_complete(self._end())
            raise
        if self.plan.dead:
            # It fell in work beside this one.
            self.loop.run_until_complete(self._end())
            raise CentralCrash(self.plan.fell)
        return found

    def request(
        self, method: str, path: str, *, query: str = "", headers: Mapping[str, str], body: bytes = b""
    ) -> Answer:
        """Send one request through the application; raises :class:`CentralCrash`."""
        self.requests += 1
        self.between.under_way = True
        try:
            return self.run_fragile(self._request(method, path, query=query, headers=headers, body=body))
        finally:
            self.between.under_way = False

    def transaction(self, network: int) -> AbstractContextManager[Any]:
        """Open a serving role's transaction that stays open while other requests run: a slow writer."""
        return self._held(network)

    def hold(self, network: int) -> "HeldTransaction":
        """Begin such a transaction, which also another request's course may commit."""
        held = self.database.network_transaction(network)
        return HeldTransaction(self, held, self.run(held.__aenter__()))

    def rows(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """Read past row-level security, as the checker does."""
        found: list[asyncpg.Record] = self.run(self.checker.fetch(statement, *values))
        return found

    def close(self) -> None:
        """Close all connections and the loop."""
        for connection in (*self._connections, self.checker):
            self.run(connection.close())
        self.run(self.loop.shutdown_default_executor())
        self.loop.close()

    async def _clear(self) -> None:
        """Empty every table and start every numbering at 1: a world must not depend on those before it."""
        if not self._clearing:
            tables = await self.checker.fetch(
                """SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'
                AND tablename NOT IN ('alembic_version', 'installation') ORDER BY 1"""
            )
            numberings = await self.checker.fetch(
                "SELECT quote_ident(sequencename) AS name FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
            )
            self._clearing = ";".join(
                # Triggers that keep records append-only, and foreign keys, are for those who serve.
                ["SET session_replication_role = replica"]
                + [f"DELETE FROM {row['name']}" for row in tables]
                + [f"ALTER SEQUENCE {row['name']} RESTART" for row in numberings]
                + ["UPDATE installation SET backup_rule = 'none', mark = 0, mark_lsn = NULL, noted_at = NULL"]
                + ["SET session_replication_role = origin"]
            )
        await self.checker.execute(self._clearing)

    async def _end(self) -> None:
        """Let nothing of a central that has ended go on.

        A task of its own (a snapshot in the making) may be where it fell, or may still be at work.
        """
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        for died in await asyncio.gather(*others, return_exceptions=True):
            if isinstance(died, Exception) and not isinstance(died, asyncpg.PostgresError):
                raise died
        self.plan.dead = False
        await self._hang_up()

    async def _hang_up(self) -> None:
        """Do what PostgreSQL does when a client is gone: undo what it had not committed."""
        for connection in self._free:
            # After COMMIT the server has no transaction any more, while the driver was not told.
            connection._top_xact, connection.begins = None, ""
            if connection.is_in_transaction():
                await connection.execute("ROLLBACK")

    @contextmanager
    def _held(self, network: int) -> Iterator[Any]:
        held = self.database.network_transaction(network)
        connection = self.run(held.__aenter__())
        try:
            yield connection
        except BaseException as error:
            with contextlib.suppress(type(error)):
                self.run(held.__aexit__(type(error), error, error.__traceback__))
            raise
        else:
            self.run(held.__aexit__(None, None, None))

    async def _request(
        self, method: str, path: str, *, query: str, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        sent: list[Any] = []
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()]
            + [(b"content-length", str(len(body)).encode())],
            "client": ("10.0.0.1", 1),
            "server": ("central", 80),
            "state": {},
            "extensions": {},
        }
        given = False

        async def receive() -> Any:
            nonlocal given
            if given:
                await asyncio.sleep(3600)
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self._app(scope, receive, send)  # type: ignore[arg-type]  # a scope without the parts that servers add
        start = next(message for message in sent if message["type"] == "http.response.start")
        content = b"".join(
            message.get("body", b"") for message in sent if message["type"] == "http.response.body"
        )
        return Answer(
            start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, content
        )


class HeldTransaction:
    """A serving role's transaction that was begun and is not committed yet."""

    def __init__(self, host: CentralHost, held: AbstractAsyncContextManager[Any], connection: Any) -> None:
        self._host = host
        self._held = held
        self.connection = connection

    def commit(self) -> None:
        """Commit it."""
        self._host.run(self.commit_now())

    async def commit_now(self) -> None:
        """Commit it in the course of something else."""
        await self._held.__aexit__(None, None, None)

    def abandon(self) -> None:
        """Roll it back."""
        error = RuntimeError("given up")
        with contextlib.suppress(RuntimeError):
            self._host.run(self._held.__aexit__(RuntimeError, error, None))


@contextmanager
def central_host() -> Iterator[CentralHost]:
    """Start a PostgreSQL in a folder of its own, and central on it."""
    with ExitStack() as stack:
        stack.enter_context(enterable_place())
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="countersign-sim-", dir=scratch()))
        Path(folder).chmod(0o755)
        server = stack.enter_context(running_server(Path(folder), settings=LIGHT))
        asyncio.run(_lay_time(server.dsn))
        asyncio.run(migrate(server.dsn))
        host = CentralHost(server)
        stack.callback(host.close)
        yield host


def scratch() -> Path | None:
    """Return where short-lived files lie fastest: in memory, where the machine offers that."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() else None


def _new_loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def _kind_of(statement: str) -> str:
    words = statement.split()
    if words[0] == "WITH":
        return "WITH"
    if words[0] in ("INSERT", "DELETE") and len(words) > 2:
        return f"{words[0]} {words[2]}"
    return f"{words[0]} {words[1]}" if words[0] == "UPDATE" else words[0].rstrip(";")


async def _connect(dsn: str) -> FragileConnection:
    connection: FragileConnection = await asyncpg.connect(
        dsn,
        connection_class=FragileConnection,
        statement_cache_size=MAX_PREPARED,
        max_cached_statement_lifetime=0,
        server_settings={"role": APP_ROLE, "lock_timeout": LOCK_TIMEOUT_MS},
    )
    await _speak_json(connection)
    return connection


async def _lay_time(dsn: str) -> None:
    """Let PostgreSQL's own ``now()`` be the world's: a statement that decides by it must not escape the checker."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(
            f"""CREATE SCHEMA simulated;
            CREATE FUNCTION simulated.now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
                SELECT coalesce(
                    pg_catalog.to_timestamp(nullif(current_setting('{TIME_SETTING}', true), '')::bigint / 1000.0),
                    pg_catalog.now()
                ) $$;
            GRANT USAGE ON SCHEMA simulated TO PUBLIC"""
        )
        name = await connection.fetchval("SELECT current_database()")
        await connection.execute(f'ALTER DATABASE "{name}" SET search_path = public, simulated, pg_catalog')
    finally:
        await connection.close()


async def _connect_as_superuser(dsn: str) -> asyncpg.Connection:
    connection = await asyncpg.connect(
        dsn, statement_cache_size=MAX_PREPARED, max_cached_statement_lifetime=0
    )
    await _speak_json(connection)
    return connection


async def _speak_json(connection: asyncpg.Connection) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name,
            schema="pg_catalog",
            encoder=lambda value: msgspec.json.encode(value).decode(),
            decoder=msgspec.json.decode,
        )
