"""Real PostgreSQL for tests: one server for each test process, a fresh migrated database for each module.

A migrated database is made once and cloned, which takes a fraction of a second. Import the fixtures in the
``conftest.py`` of the folder that needs them.
"""

import asyncio
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from sync.central.migrating import migrate
from sync.central.postgres.cluster import PLACE_VARIABLE
from sync.central.postgres.server import RunningServer, running_server
from sync.central.postgres.sockets import socket_dsn

TEMPLATE = "migrated"
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "4GB"}
"""A test's database need not outlive the machine's power."""

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A running server whose database ``migrated`` is the template of all others."""
    data = tmp_path_factory.mktemp("postgres")
    with enterable_place(), running_server(data, settings=FAST) as server:
        asyncio.run(_execute(server, "postgres", f"CREATE DATABASE {TEMPLATE}"))
        asyncio.run(migrate(socket_dsn(server.socket_folder, TEMPLATE)))
        yield server


@pytest.fixture(scope="module")
def central_dsn(postgres_server: RunningServer) -> Iterator[str]:
    """The DSN of a migrated database that belongs to this module alone (as a superuser)."""
    with fresh_database(postgres_server) as dsn:
        yield dsn


@contextmanager
def fresh_database(server: RunningServer, *, template: str = TEMPLATE) -> Iterator[str]:
    """Clone a database (``template0``: an empty one) and drop it at the end."""
    name = f"test_{next(_numbers)}"
    asyncio.run(_execute(server, "postgres", f"CREATE DATABASE {name} TEMPLATE {template}"))
    try:
        yield socket_dsn(server.socket_folder, name)
    finally:
        asyncio.run(_execute(server, "postgres", f"DROP DATABASE {name} WITH (FORCE)"))


@contextmanager
def enterable_place() -> Iterator[Path]:
    """Keep what must lie where any account can enter inside the temporary folder."""
    place = Path(tempfile.mkdtemp(prefix="countersign-place-"))
    place.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(PLACE_VARIABLE, str(place))
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=os.geteuid() != 0)


async def _execute(server: RunningServer, database: str, statement: str) -> None:
    connection = await asyncpg.connect(socket_dsn(server.socket_folder, database))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
