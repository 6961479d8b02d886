"""The office in which an admin command works: a migrated database and the secrets."""

import argparse
import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sync.central.cli.options import DEFAULT_PORT
from sync.central.database import URL_VARIABLE, Database, connected
from sync.central.migrating import migrate
from sync.central.postgres.ownership import joined_server, serving
from sync.central.secrets import Secrets, load_secrets

ACTOR = "admin command"
MAX_CONNECTIONS = 2


@dataclass(frozen=True, slots=True)
class Office:
    """What every command gets. ``url`` is where tills reach central, ``dsn`` the database as its owner."""

    database: Database
    secrets: Secrets
    url: str
    dsn: str


def run_command(options: argparse.Namespace) -> int:
    """Run the chosen command on the server that serves now, else on one that runs as long as it does."""
    if hasattr(options, "run_alone"):
        # It makes the database that others run on.
        alone: int = options.run_alone(options)
        return alone
    secrets = load_secrets(options.data)
    with _dsn(options) as dsn:
        return asyncio.run(_run(options, dsn, secrets, _url(options)))


async def _run(options: argparse.Namespace, dsn: str, secrets: Secrets, url: str) -> int:
    await migrate(dsn)
    async with connected(dsn, max_connections=MAX_CONNECTIONS) as database:
        status: int | None = await options.run(Office(database, secrets, url, dsn), options)
    return status or 0


@contextmanager
def _dsn(options: argparse.Namespace) -> Iterator[str]:
    if options.dsn is not None:
        yield options.dsn
        return
    with joined_server(options.data) as dsn:
        yield dsn


def _url(options: argparse.Namespace) -> str:
    state = serving(options.data)
    named = getattr(options, "central", None) or (state.url if state else "") or os.environ.get(URL_VARIABLE)
    return named or f"http://127.0.0.1:{DEFAULT_PORT}"
