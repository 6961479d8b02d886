"""`GET /health`."""

from importlib.metadata import PackageNotFoundError, version

import msgspec
from litestar import get
from litestar.di import NamedDependency

from sync.central.clock import moment
from sync.central.http.central import Central
from sync.central.services.backup_runs import read_runs

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


@get("/health", summary="Whether the office is ready", tags=["operation"])
async def health(central: NamedDependency[Central]) -> Health:
    """Answer 200 when requests can be served; 503 while the database does not answer."""
    runs = await read_runs(central.database)
    backup = runs.health(moment(central.database.clock))
    return Health(status="ok", version=program_version(), backup=backup.value)
