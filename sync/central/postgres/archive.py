"""The folder of backups: base backups, and the write-ahead log since, copied away segment by segment.

Whoever has the folder and central's secret can put the database back to any moment since the oldest base.
PostgreSQL itself copies each segment (``archive_command``) and goes on only when the copy is durable.
"""

import os
import re
import shlex
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from sync.central.postgres.account import Account
from sync.rules.user_error import UserError

WAL_FOLDER = "wal"
NOWHERE = "/bin/true"
"""The archive command while no backup was ever taken: every segment may go."""

TIMEOUT_S = 60
"""How old a segment may become before it is copied although it is not full."""

BASE_SUFFIX = ".tar.zst"
_BASE = re.compile(r"base-\d{8}T\d{6}(?:\.\d{6})?Z")
_SEGMENT = re.compile(r"[0-9A-F]{24}")


@dataclass(frozen=True, slots=True)
class Base:
    """One base backup. ``first_wal`` is the oldest segment that it needs; times are ISO 8601 in UTC."""

    name: str
    started_at: str
    finished_at: str
    first_wal: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Archive:
    """A folder of backups."""

    folder: Path

    @property
    def wal(self) -> Path:
        """Where the copied segments lie."""
        return self.folder / WAL_FOLDER

    def prepare(self, account: Account) -> None:
        """Make the folders; PostgreSQL's account must be able to write segments.

        Raises :class:`UserError` ``backup_folder``.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.wal.mkdir(mode=0o700, exist_ok=True)
            if os.geteuid() == 0:
                os.chown(self.wal, *account.owner)
        except OSError as error:
            raise UserError(
                "backup_folder",
                f"The backup folder {self.folder} cannot be used: {error.strerror}.",
                "Name another with --to, on another disk than central's.",
            ) from error
        if not account.can_enter(self.wal):
            raise UserError(
                "backup_folder",
                f"PostgreSQL's user may not enter the backup folder {self.folder}.",
                "Name one whose parents other users may pass through.",
            )

    def command(self) -> str:
        """Return the shell command by which PostgreSQL copies a segment: whole, durable, never over another."""
        target = f"{shlex.quote(str(self.wal)).replace('%', '%%')}/%f"
        draft = f"{target}.new"
        folder = shlex.quote(str(self.wal)).replace("%", "%%")
        return (
            f'if test -e {target}; then cmp -s "%p" {target}; '
            f'else cp "%p" {draft} && sync {draft} && mv {draft} {target} && sync {folder}; fi'
        )

    def bases(self) -> list[Base]:
        """Return the whole base backups, oldest first."""
        found = [
            msgspec.json.decode(path.read_bytes(), type=Base)
            for path in sorted(self.folder.glob("base-*.json"))
            if _BASE.fullmatch(path.stem) and (self.folder / f"{path.stem}{BASE_SUFFIX}").is_file()
        ]
        return sorted(found, key=lambda base: base.finished_at)

    def add(self, base: Base) -> None:
        """Note that a base is whole; before that it does not count."""
        write_durably(self.folder / f"{base.name}.json", msgspec.json.encode(asdict(base)))

    def drop_all_but(self, kept: int) -> list[str]:
        """Remove all but the newest bases, and the segments that none of those needs; return what went."""
        bases = self.bases()
        old, stay = bases[:-kept], bases[-kept:]
        for base in old:
            # First the word that it is whole: cut short here, it is not taken for one that can be restored.
            (self.folder / f"{base.name}.json").unlink()
            (self.folder / f"{base.name}{BASE_SUFFIX}").unlink()
        if stay:
            # A segment's place does not depend on its timeline, which is the first eight digits.
            oldest = min(base.first_wal[8:] for base in stay)
            for path in self.wal.iterdir():
                if _SEGMENT.fullmatch(path.name) and path.name[8:] < oldest:
                    path.unlink()
        return [base.name for base in old]


def write_durably(path: Path, content: bytes) -> None:
    """Write a small file whole or not at all."""
    draft = path.with_name(f".{path.name}.new")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make new names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def utc_now() -> datetime:
    """Return the time, by which backups are named and found again."""
    return datetime.now(UTC)


def base_name(started: datetime) -> str:
    """Name the base that began then. To the microsecond: two of one second must never be one file."""
    return f"base-{started:%Y%m%dT%H%M%S.%fZ}"
