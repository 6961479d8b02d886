"""A new replica built beside the live one from a snapshot, verified, then swapped in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.protocol.feed import Manifest
from sync.protocol.wire import WireError
from sync.rules.user_error import UserError
from sync.till.cache.load import Chunk, load, rows_of
from sync.till.cache.schema import MIGRATIONS, close_after_loading, open_for_loading
from sync.till.sqlcipher import (
    CACHE,
    FAILURES,
    Connection,
    DatabaseError,
    Trouble,
    connect,
    create,
    damage_in_trees,
    fold_wal,
    is_double,
    schema_version,
    side_files,
    transaction,
    trouble,
)

ON_DISK = (Trouble.FULL, Trouble.DISK, Trouble.READ_ONLY)
"""What is the disk's fault and not the file's."""


class SnapshotBroken(UserError):
    """What was built is not what the manifest names; it is thrown away, the live replica stays."""

    def __init__(self, detail: str) -> None:
        """Say what does not fit."""
        super().__init__(
            "snapshot_broken",
            f"The office's data arrived incomplete ({detail}); the till goes on with what it has.",
            "It is fetched again by itself.",
        )


class Rebuild:
    """One rebuild, in a file of its own.

    ``add`` may run on another thread than the files' own, so that a large snapshot keeps no cashier
    waiting; ``finish`` and ``abandon`` belong to the files' thread. A rebuild that was interrupted goes on
    where it stood when it is begun again with the same manifest.
    """

    def __init__(
        self, path: Path, key: bytes, manifest: Manifest, *, swap: Callable[[Path, int], None], as_of_ms: int
    ) -> None:
        """Open what is there of this snapshot, else start anew."""
        self.manifest = manifest
        self._path = path
        self._key = key
        self._swap = swap
        self._as_of_ms = as_of_ms
        try:
            self._connection = self._resume() or self._start()
        except (*FAILURES, OSError) as error:
            if isinstance(error, FAILURES) and trouble(error) not in ON_DISK:
                raise
            raise not_stored(error) from error

    def missing(self) -> list[int]:
        """Return the numbers of the chunks that are not in yet."""
        with self._watching():
            done = {row[0] for row in self._connection.execute("SELECT chunk FROM chunks").fetchall()}
        return [number for number in range(len(self.manifest.chunks)) if number not in done]

    def add(self, chunk_index: int, chunk: Chunk) -> None:
        """Add one chunk's rows; a chunk that is in already changes nothing."""
        expected, rows = self.manifest.chunks[chunk_index].rows, rows_of(chunk)
        if rows != expected:
            detail = f"chunk {chunk_index} has {rows} rows instead of {expected}"
            raise SnapshotBroken(detail)
        with self._watching(), transaction(self._connection):
            known = self._connection.execute(
                "SELECT 1 FROM chunks WHERE chunk = ?", (chunk_index,)
            ).fetchone()
            if known is None:
                load(self._connection, chunk)
                self._connection.execute(
                    "INSERT INTO chunks (chunk, rows) VALUES (?, ?)", (chunk_index, rows)
                )

    def finish(self) -> None:
        """Verify what was built and put it in the live replica's place, whole or not at all."""
        with self._watching():
            self._break_if(self._missing_rows())
            self._mark_ready()
            if not fold_wal(self._connection):
                self._break_if("it cannot be written through to the disk")
            self._break_if(damage_in_trees(self._connection))
        self._connection.close()
        self._swap(self._path, self.manifest.number)

    def abandon(self) -> None:
        """Throw away what was built."""
        self._connection.close()
        remove_database(self._path)

    def pause(self) -> None:
        """Close the file and keep what is in it for the next time."""
        self._connection.close()

    @contextmanager
    def _watching(self) -> Iterator[None]:
        """Throw the half-built file away when it turns out damaged; say so when the disk is full."""
        try:
            yield
        except WireError as error:
            self.abandon()
            raise SnapshotBroken(str(error)) from error
        except FAILURES as error:
            kind = trouble(error)
            if kind is Trouble.DAMAGED or is_double(error):
                self.abandon()
                raise SnapshotBroken(str(error)) from error
            if kind in ON_DISK:
                raise not_stored(error) from error
            raise

    def _mark_ready(self) -> None:
        with transaction(self._connection):
            close_after_loading(self._connection)
            self._connection.executemany(
                "INSERT OR REPLACE INTO meta (name, content) VALUES (?, ?)",
                [
                    ("epoch", self.manifest.epoch),
                    ("number", str(self.manifest.number)),
                    ("as_of_ms", str(self._as_of_ms)),
                    ("compared_ms", str(self._as_of_ms)),
                    ("ready", "1"),
                ],
            )
            self._connection.execute("DELETE FROM meta WHERE name = 'snapshot'")

    def _missing_rows(self) -> str | None:
        missing = self.missing()
        if missing:
            return f"{len(missing)} of {len(self.manifest.chunks)} parts are missing"
        rows = self._connection.execute("SELECT coalesce(sum(rows), 0) FROM chunks").fetchone()[0]
        return None if rows == self.manifest.rows else f"{rows} rows instead of {self.manifest.rows}"

    def _break_if(self, problem: str | None) -> None:
        if problem is not None:
            self.abandon()
            raise SnapshotBroken(problem)

    def _name(self) -> str:
        return (
            f"{self.manifest.network}/{self.manifest.snapshot}/{self.manifest.epoch}/{self.manifest.number}"
        )

    def _resume(self) -> Connection | None:
        if not self._path.exists():
            return None
        try:
            connection = connect(self._path, self._key, CACHE)
        except FAILURES:
            return None
        try:
            row = connection.execute("SELECT content FROM meta WHERE name = 'snapshot'").fetchone()
            if row == (self._name(),) and schema_version(connection) == len(MIGRATIONS):
                return connection
        except DatabaseError:
            # Whatever is wrong with a half-built replica, starting anew is the cure.
            pass
        connection.close()
        return None

    def _start(self) -> Connection:
        remove_database(self._path)
        connection = create(self._path, self._key, MIGRATIONS, CACHE)
        with transaction(connection):
            open_for_loading(connection)
            connection.execute("INSERT INTO meta (name, content) VALUES ('snapshot', ?)", (self._name(),))
        return connection


def not_stored(error: Exception) -> UserError:
    """Make the sentence for a disk that does not take the office's news."""
    return UserError(
        "cache_disk",
        f"The office's news cannot be stored: {error}.",
        "Free some space on this computer's disk; what the till has already stays usable.",
    )


def remove_database(path: Path) -> None:
    """Remove a replica's file and what lies beside it."""
    for file in (*side_files(path), path):
        file.unlink(missing_ok=True)
