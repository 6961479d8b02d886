"""Putting a database back from a folder of backups, into a data folder that has none."""

import hashlib
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import zstandard

from sync.central.postgres.account import choose_account
from sync.central.postgres.archive import BASE_SUFFIX, Archive, Base
from sync.central.postgres.binaries import find_binaries
from sync.central.postgres.cluster import CLUSTER, receive_cluster
from sync.central.postgres.ownership import Owned, What, owned_server
from sync.rules.user_error import UserError

MAX_COPIED_SEGMENTS = 100_000
"""1.6 TB of log: beyond that another base is needed first."""

_PIECE_BYTES = 1024 * 1024
_BEYOND = "recovery ended before configured recovery target was reached"


@contextmanager
def restored_server(data: Path, archive: Archive, at: datetime | None = None) -> Iterator[tuple[Owned, Base]]:
    """Restore into ``data`` and run the server, recovered, for as long as the block lasts.

    ``at`` is the moment whose state is wanted; None takes all that the archive holds. Raises
    :class:`UserError` ``restore_not_empty``, ``restore_no_base``, ``restore_damaged``, ``restore_beyond``.
    """
    if (data / CLUSTER).exists() or (data / CLUSTER).is_symlink():
        raise UserError(
            "restore_not_empty",
            f"The data folder {data} holds a database already.",
            "Name a new folder with --data; the old one stays as it is.",
        )
    base = choose_base(archive, at)
    settings = {
        # The segments are laid where the server finds them by itself, so it need not enter the archive.
        "restore_command": "/bin/false",
        "recovery_target_action": "promote",
        # With it the server would call itself ready while it may still be read only.
        "hot_standby": "off",
        "recovery_target_timeline": "latest",
    }
    if at is not None:
        settings["recovery_target_time"] = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f+00")
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    receive_cluster(data, find_binaries(), choose_account(data), lambda draft: _fill(draft, archive, base))
    try:
        with owned_server(data, What.COMMAND, settings=settings) as owned:
            yield owned, base
    except UserError as error:
        log = (data / "postgres.log").read_text(encoding="utf-8", errors="replace")
        if error.reason != "postgres_not_started" or _BEYOND not in log:
            raise
        raise UserError(
            "restore_beyond",
            "The backup does not reach as far as that moment.",
            "Leave --at out to take all that it holds, into another new data folder.",
        ) from error


def choose_base(archive: Archive, at: datetime | None) -> Base:
    """Return the newest base that was whole by then."""
    bases = archive.bases()
    fitting = [base for base in bases if at is None or datetime.fromisoformat(base.finished_at) <= at]
    if fitting:
        return fitting[-1]
    oldest = f" The oldest was whole at {bases[0].finished_at}." if bases else ""
    raise UserError(
        "restore_no_base",
        f"{archive.folder} holds no backup that is old enough.{oldest}",
        "Name the folder that was given to admin backup --to, and a moment after its oldest backup.",
    )


def _fill(draft: Path, archive: Archive, base: Base) -> None:
    """Unpack the base and lay the log beside it."""
    packed = archive.folder / f"{base.name}{BASE_SUFFIX}"
    if _digest(packed) != base.sha256:
        raise UserError(
            "restore_damaged",
            f"The backup {packed} is not what was written.",
            "Take it from another copy, or restore from an older base with --at.",
        )
    with (
        packed.open("rb") as file,
        zstandard.ZstdDecompressor().stream_reader(file) as plain,
        tarfile.open(fileobj=plain, mode="r|") as tar,
    ):
        tar.extractall(draft, filter="data")
    segments = sorted(path for path in archive.wal.iterdir() if not path.name.endswith(".new"))
    if len(segments) > MAX_COPIED_SEGMENTS:
        raise UserError(
            "restore_too_long",
            f"{len(segments)} segments of log follow this backup.",
            "Restore from a newer one.",
        )
    for segment in segments:
        if segment.suffix or segment.name[8:] >= base.first_wal[8:]:
            (draft / "pg_wal" / segment.name).write_bytes(segment.read_bytes())
    (draft / "recovery.signal").touch(mode=0o600)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            digest.update(piece)
    return digest.hexdigest()
