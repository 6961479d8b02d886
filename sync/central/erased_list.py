"""The list of erased guests that lies outside the database: whoever puts the database back erases them again by it.

It stands in the data folder and beside the backups, one JSON object a line, and holds nothing personal: a network, the
guest's number and phones as digests under keys that only central's secret gives, when and on what ground. A line may
be said again later; the last one counts.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from sync.central.postgres.archive import sync_folder, write_durably

LIST_FILE = "erased-guests.jsonl"
ARCHIVE_NOTE = "backup-folder"
"""In the data folder: where backups go, so that every process finds the list beside them."""


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """One erased guest. ``guest`` and ``phones`` are digests in hex; ``epoch`` is the newest one in which they are erased."""

    network: int
    guest: str
    at: datetime
    ground: str
    phones: tuple[str, ...]
    epoch: str

    @property
    def key(self) -> tuple[int, str]:
        """By what they are found again."""
        return (self.network, self.guest)


class ErasedList:
    """The list of one installation. It blocks: coroutines call it in a thread."""

    def __init__(self, data: Path) -> None:
        """Keep it in central's data folder."""
        self._data = data

    def read(self) -> Mapping[tuple[int, str], Erased]:
        """Return what is listed."""
        return _read(self._data / LIST_FILE)

    def keep(self, erased: Iterable[Erased]) -> None:
        """Write down what is not listed as it is here; durable when this returns. Raises ``OSError``."""
        with self._locked():
            _append(self._data / LIST_FILE, erased)
            known = self.read()
            archive = self._archive()
            if archive is not None and known:
                # The one beside the backups tells whom to erase in a database that is put back, and of no epoch:
                # a rehearsal on another machine says nothing about this one.
                there = _read(archive / LIST_FILE)
                _append(archive / LIST_FILE, [one for key, one in known.items() if key not in there])

    def adopt(self, archive: Path) -> None:
        """Take over what is listed beside the backups from which this data folder is filled."""
        self.keep(_read(archive / LIST_FILE).values())

    def note_archive(self, folder: Path) -> None:
        """Say where backups go, and complete the list there."""
        write_durably(self._data / ARCHIVE_NOTE, f"{folder.absolute()}\n".encode())
        self.keep(())

    def forget_archive(self) -> None:
        """Say that there are no backups any more; what is listed beside the old ones stays."""
        (self._data / ARCHIVE_NOTE).unlink(missing_ok=True)

    def _archive(self) -> Path | None:
        try:
            return Path((self._data / ARCHIVE_NOTE).read_text(encoding="utf-8").removesuffix("\n"))
        except FileNotFoundError:
            return None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one process of this machine write at a time."""
        self._data.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._data, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _read(path: Path) -> dict[tuple[int, str], Erased]:
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return {}
    found = {}
    for line in lines:
        try:
            one = msgspec.json.decode(line, type=Erased)
        except msgspec.DecodeError:
            # Torn by a crash while it was written: nobody was told that it stands, and it is written again.
            continue
        found[one.key] = one
    return found


def _append(path: Path, erased: Iterable[Erased]) -> None:
    known = _read(path)
    new = [one for one in erased if known.get(one.key) != one]
    if not new:
        return
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        # A torn line before is ended first, or it would spoil the next one.
        file.write(b"\n" + b"\n".join(msgspec.json.encode(one) for one in new) + b"\n")
        os.fsync(descriptor)
    sync_folder(path.parent)
