"""Opening encrypted databases: one place for the driver, the key, the pragmas and what its errors mean.

SQLCipher through the ``sqlcipher3`` driver: AES-256 per page, and an HMAC over each page, so that a changed
byte is an error and never a wrong answer.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from sqlcipher3 import dbapi2
from sqlcipher3.dbapi2 import Connection, DatabaseError, Error, IntegrityError, OperationalError

from sync.till.home import create_owner_only

FILE_KEY_BYTES = 32
BUSY_TIMEOUT_MS = 5_000

__all__ = ["Connection", "DatabaseError", "Error"]

FAILURES = (Error, MemoryError)
"""What a statement raises that fails. SQLite says that it has no memory where SQLCipher does not give it a page: one
that is damaged, and every one that it asks for after that."""


class Layout(NamedTuple):
    """How a database lies on disk and in memory.

    ``fold_pages`` is how long its WAL may grow before a commit has to fold it into the file.
    """

    page_bytes: int
    page_cache_kib: int
    synchronous: str
    fold_pages: int


CACHE = Layout(page_bytes=4096, page_cache_kib=64 * 1024, synchronous="NORMAL", fold_pages=4_000)
"""Its page cache brings encrypted look-ups to the speed of plain SQLite (DESIGN 4). It may lose its newest
page when the power fails: the cursor goes with it, and the page is fetched again."""

JOURNAL = Layout(page_bytes=2048, page_cache_kib=8 * 1024, synchronous="FULL", fold_pages=1_000)
"""A commit writes about five pages; half the usual size halves what is encrypted and synced for one event.
The WAL is folded while nobody waits, so that a sale meets its end only in a rush of some 200."""

Migration = Callable[[Connection], None]

_PRIMARY_CODE = 0xFF
_IOERR = 10
_UNREAD = "error reading"
"""How SQLCipher's own check begins to say that a page could not be read."""


class Trouble(Enum):
    """What an error of the driver means for the till."""

    DAMAGED = "damaged"
    FULL = "full"
    DISK = "disk"
    READ_ONLY = "read-only"
    BUSY = "busy"
    BUG = "bug"


_TROUBLES = {
    11: Trouble.DAMAGED,  # CORRUPT
    26: Trouble.DAMAGED,  # NOTADB, also for a wrong key
    13: Trouble.FULL,
    10: Trouble.DISK,  # IOERR
    14: Trouble.DISK,  # CANTOPEN
    3: Trouble.READ_ONLY,  # PERM
    8: Trouble.READ_ONLY,
    23: Trouble.READ_ONLY,  # AUTH
    5: Trouble.BUSY,
    6: Trouble.BUSY,  # LOCKED
}


def trouble(error: BaseException) -> Trouble:
    """Sort one of ``FAILURES`` by its primary result code; what is not about the disk or the file is a bug of ours.

    No memory means damage: should there truly be none, looking through the file and opening it again is what helps.
    """
    if isinstance(error, MemoryError):
        return Trouble.DAMAGED
    code = getattr(error, "sqlite_errorcode", None)
    return Trouble.BUG if code is None else _TROUBLES.get(code & _PRIMARY_CODE, Trouble.BUG)


def is_double(error: BaseException) -> bool:
    """Whether an error says that a value that must be unique is there already."""
    return isinstance(error, IntegrityError) and str(error).startswith("UNIQUE constraint failed")


def connect(path: Path, key: bytes, layout: Layout, *, read_only: bool = False) -> Connection:
    """Open a database with its raw 32-byte key and read its first page, which proves the key.

    Transactions are begun and ended by hand. The connection may move between threads, one at a time.
    ``read_only`` (for one who holds the till's lock) also keeps SQLite from folding a left-over WAL into
    the file. Raises the driver's ``DatabaseError`` when the key or the file is wrong.
    """
    if len(key) != FILE_KEY_BYTES:
        msg = f"a file key has {FILE_KEY_BYTES} bytes, not {len(key)}"
        raise ValueError(msg)
    mode = _read_only_mode(path) if read_only else "mode=rw"
    uri = f"file:{quote(path.absolute().as_posix())}?{mode}"
    connection = dbapi2.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    try:
        # What SQLCipher finds is raised as an error; its own lines on stderr would only alarm people.
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute(f"PRAGMA cipher_page_size = {layout.page_bytes}")
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute(f"PRAGMA cache_size = -{layout.page_cache_kib}")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if not read_only:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
            connection.execute(f"PRAGMA synchronous = {layout.synchronous}")
            connection.execute(f"PRAGMA wal_autocheckpoint = {layout.fold_pages}")
            # macOS: a plain fsync there does not reach the platter. Elsewhere this changes nothing.
            connection.execute("PRAGMA fullfsync = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _read_only_mode(path: Path) -> str:
    """Without a WAL nothing needs to be made beside the file to read it."""
    wal, _ = side_files(path)
    return "mode=ro" if wal.exists() and wal.stat().st_size > 0 else "mode=ro&immutable=1"


def create(path: Path, key: bytes, migrations: Sequence[Migration], layout: Layout) -> Connection:
    """Make a new encrypted database, owner-only, at the newest schema. The file must not exist."""
    create_owner_only(path)
    connection = connect(path, key, layout)
    try:
        migrate(connection, migrations)
    except BaseException:
        connection.close()
        raise
    return connection


def schema_version(connection: Connection) -> int:
    """Return the schema version that the file carries."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: Connection, migrations: Sequence[Migration]) -> None:
    """Bring the schema up to date; migration ``n`` (from 1) leads from version ``n-1`` to ``n``."""
    for version in range(schema_version(connection) + 1, len(migrations) + 1):
        with transaction(connection):
            migrations[version - 1](connection)
            connection.execute(f"PRAGMA user_version = {version}")


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Run a block in one ``BEGIN IMMEDIATE``; an exception rolls everything back and travels on."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        roll_back(connection)
        raise


def roll_back(connection: Connection) -> None:
    """End an open transaction without its effects; SQLite may have ended it by itself already."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def damage_in_pages(connection: Connection) -> str | None:
    """Check the HMAC of every page in the file; return what SQLCipher says of the first bad one, or None.

    Raises the driver's error when the disk does not give a page back: that says nothing about the page.
    """
    row = connection.execute("PRAGMA cipher_integrity_check").fetchone()
    if row is not None and str(row[0]).startswith(_UNREAD):
        unread = OperationalError(str(row[0]))
        unread.sqlite_errorcode = _IOERR
        raise unread
    return None if row is None else str(row[0])


def damage_in_trees(connection: Connection) -> str | None:
    """Check the structure of every tree; return the first problem, or None."""
    try:
        found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except DatabaseError as error:
        return str(error)
    return None if found == "ok" else found


def fold_wal(connection: Connection) -> bool:
    """Write the WAL into the file, durably, and empty it; return whether all of it went."""
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def side_files(path: Path) -> tuple[Path, Path]:
    """Return the names of the WAL and the shared-memory file beside a database."""
    return path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")
