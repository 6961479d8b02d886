"""The folder of one till: where its files lie, that only its owner reads them, and that one process opens it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.rules.user_error import UserError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

OWNER_FOLDER = 0o700
OWNER_FILE = 0o600
_POSIX = os.name == "posix"


class TillHome:
    """Paths of one till's folder. The folder is made owner-only (0700) when it is first used."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; nothing is created before :meth:`make`."""
        self.folder = folder.expanduser().absolute()
        self.cache_file = self.folder / "cache.db"
        self.journal_file = self.folder / "journal.db"
        self.identity_file = self.folder / "till.json"
        self.secret_folder = self.folder / "secret"
        self.log_folder = self.folder / "log"
        self.lock_file = self.folder / "till.lock"

    @staticmethod
    def default() -> Path:
        """Return the platform's data folder for this program (not created)."""
        if sys.platform == "win32":
            data = os.environ.get("LOCALAPPDATA")
            return (Path(data) if data else Path.home() / "AppData" / "Local") / "Countersign"
        if sys.platform == "darwin":
            return Path.home() / "Library" / "Application Support" / "Countersign"
        data = os.environ.get("XDG_DATA_HOME")
        # The XDG rules say that a relative path is to be ignored.
        return (
            Path(data) if data and Path(data).is_absolute() else Path.home() / ".local" / "share"
        ) / "countersign"

    def make(self) -> None:
        """Create the folder and its sub-folders, owner-only; raise ``UserError`` when that is impossible."""
        try:
            for folder in (self.folder, self.secret_folder, self.log_folder):
                make_owner_only(folder)
        except OSError as error:
            raise UserError(
                "home_unusable",
                f"The till's folder {self.folder} cannot be used: {error.strerror}.",
                "Choose another folder with --home, or make this one writable for you.",
            ) from error

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder for this process; ``UserError("already_open")`` when another one has it.

        The operating system releases the lock when the process ends, however it ends.
        """
        self.make()
        handle = os.open(self.lock_file, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), OWNER_FILE)
        try:
            try:
                _lock(handle)
            except OSError as error:
                raise UserError(
                    "already_open",
                    f"The till in {self.folder} is already open in another window or process.",
                    "Use that one, or close it first.",
                ) from error
            yield
        finally:
            # Closing the file gives the lock back.
            os.close(handle)


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def make_owner_only(folder: Path) -> None:
    """Create a folder that only its owner may enter; an existing one of ours is tightened to that."""
    folder.mkdir(mode=OWNER_FOLDER, parents=True, exist_ok=True)
    if _POSIX and folder.stat().st_mode & 0o077 and folder.stat().st_uid == os.geteuid():
        folder.chmod(OWNER_FOLDER)


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder durable (POSIX; Windows keeps its own order)."""
    if not _POSIX:
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Make what was written into a file durable."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def create_owner_only(path: Path) -> None:
    """Create an empty file that only its owner reads, before a database is made in it."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_FILE))


def write_owner_only(path: Path, content: bytes) -> None:
    """Write a whole file so that after a crash either the old or the new one is there, never half."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_FILE)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    sync_folder(path.parent)
