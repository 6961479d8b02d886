"""The folder of PostgreSQL's socket: short enough for the kernel, closed to everybody else."""

import contextlib
import os
import stat
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
_SHORT_PLACE = Path("/tmp")  # noqa: S108 - folders in it are made by mkdtemp, and entered by their descriptors
_NOTE = "socket-folder"
"""The file in the data folder that names the short folder."""


def make_socket_folder(data: Path, account: Account) -> Path:
    """Return a folder of mode 0700 that belongs to the account: below ``data``, else a private short one."""
    folder = data.resolve() / "socket"
    if len(os.fsencode(folder / SOCKET_FILE)) > MAX_PATH_BYTES or not account.can_enter(data):
        folder = _short_folder(data, account)
    open_socket_folder(folder, account)
    return folder


def open_socket_folder(folder: Path, account: Account) -> None:
    """Make the folder ready for a server that is about to start: closed to everybody else, and empty."""
    folder.mkdir(mode=0o700, exist_ok=True)
    # By its descriptor: in a place that is open to all a link of somebody else may have come instead.
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        os.fchmod(descriptor, 0o700)
        # Left by a server that was killed; the caller owns the data folder, so that nobody uses it.
        _empty(descriptor)
        if os.geteuid() == 0:
            os.fchown(descriptor, *account.owner)
    finally:
        os.close(descriptor)


def take_away_socket_folder(folder: Path) -> None:
    """Take away a short folder whose server has ended, also when it was killed and could not tidy up."""
    if folder.parent != _SHORT_PLACE or not folder.is_dir():
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        _empty(descriptor)
    finally:
        os.close(descriptor)
    folder.rmdir()


def _short_folder(data: Path, account: Account) -> Path:
    """Return the short folder that a server of this data left when it was killed with its supervisor, else a new one."""
    note, place = data / _NOTE, data.stat()
    # A copy of the data has the note too, but is another folder: its server may run beside this one.
    of = f"{place.st_dev}:{place.st_ino}"
    if note.exists():
        name, _, noted_of = note.read_text(encoding="utf-8").partition("\n")
        if noted_of == of and _is_ours(Path(name), account):
            return Path(name)
    folder = Path(tempfile.mkdtemp(prefix=SHORT_PREFIX, dir=_SHORT_PLACE))
    note.write_text(f"{folder}\n{of}", encoding="utf-8")
    return folder


def _is_ours(folder: Path, account: Account) -> bool:
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid in (os.geteuid(), account.owner[0])


def _empty(descriptor: int) -> None:
    for name in (SOCKET_FILE, f"{SOCKET_FILE}.lock"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=descriptor)


def socket_dsn(folder: Path, database: str = DATABASE) -> str:
    """Return the DSN of a database behind a socket."""
    return f"postgresql://{SUPERUSER}@/{quote(database)}?host={quote(str(folder), safe='')}&port={PORT}"


def folder_of(dsn: str) -> Path:
    """Return the socket's folder that a DSN of :func:`socket_dsn` names."""
    return Path(parse_qs(urlsplit(dsn).query)["host"][0])
