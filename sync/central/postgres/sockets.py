"""The folder of PostgreSQL's socket: short enough for the kernel, closed to everybody else."""

import os
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from sync.central.postgres.account import Account
from sync.central.postgres.cluster import DATABASE, SUPERUSER

PORT = 5432
SOCKET_FILE = f".s.PGSQL.{PORT}"
MAX_PATH_BYTES = 99
"""The kernel takes 107 bytes of a socket's path; PostgreSQL's lock file beside it needs five more."""

SHORT_PREFIX = "countersign-"


def make_socket_folder(data: Path, account: Account) -> Path:
    """Return a folder of mode 0700 that belongs to the account: below ``data``, else a private short one."""
    folder = data.resolve() / "socket"
    if len(os.fsencode(folder / SOCKET_FILE)) > MAX_PATH_BYTES or not account.can_enter(data):
        folder = Path(tempfile.mkdtemp(prefix=SHORT_PREFIX, dir="/tmp"))
    open_socket_folder(folder, account)
    return folder


def open_socket_folder(folder: Path, account: Account) -> None:
    """Make the folder ready for a server that is about to start: closed to everybody else, and empty."""
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    for name in (SOCKET_FILE, f"{SOCKET_FILE}.lock"):
        # Left by a server that was killed; the caller owns the data folder, so that nobody uses it.
        (folder / name).unlink(missing_ok=True)
    if os.geteuid() == 0:
        os.chown(folder, *account.owner)


def socket_dsn(folder: Path, database: str = DATABASE) -> str:
    """Return the DSN of a database behind a socket."""
    return f"postgresql://{SUPERUSER}@/{quote(database)}?host={quote(str(folder), safe='')}&port={PORT}"


def folder_of(dsn: str) -> Path:
    """Return the socket's folder that a DSN of :func:`socket_dsn` names."""
    return Path(parse_qs(urlsplit(dsn).query)["host"][0])
