"""`GET /health`."""

import asyncio
from importlib.metadata import PackageNotFoundError, version

import msgspec
from litestar import get
from litestar.di import NamedDependency

from sync.central.clock import moment
from sync.central.http.central import Central
from sync.central.services.backup_runs import read_runs
from sync.central.services.refusal import busy

PATIENCE_S = 4.0
"""Whoever asks gives up soon; a database that takes longer for one row serves nobody."""
UNPACKAGED = "0+source"


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """The office works, and its database answers. ``backup`` is how its backups stand (``BackupHealth``)."""

    status: str
    version: str
    backup: str


def program_version() -> str:
    """Return the installed version; a bare checkout has none."""
    try:
        return version("countersign")
    except PackageNotFoundError:
        return UNPACKAGED


class Alive(msgspec.Struct, frozen=True, kw_only=True):
    """The process runs."""

    status: str = "alive"


@get("/health/live", summary="Whether the process runs", tags=["operation"])
async def live() -> Alive:
    """Answer 200 for as long as this process answers at all: to kill it would help only when it does not."""
    return Alive()


@get("/health", summary="Whether the office is ready", tags=["operation"])
async def health(central: NamedDependency[Central]) -> Health:
    """Answer 200 when requests can be served; 503 while the database does not answer, and when the process stops."""
    if central.stopping:
        raise busy("This process is stopping.")
    async with asyncio.timeout(PATIENCE_S):
        runs = await read_runs(central.database)
    backup = runs.health(moment(central.database.clock))
    return Health(status="ok", version=program_version(), backup=backup.value)
