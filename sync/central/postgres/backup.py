"""Taking a base backup of a running server, and letting it copy its log from then on."""

import hashlib
import os
import subprocess
import time
from pathlib import Path
from typing import IO

import asyncpg
import zstandard

from sync.central.postgres.archive import (
    BASE_SUFFIX,
    NOWHERE,
    TIMEOUT_S,
    Archive,
    Base,
    base_name,
    sync_folder,
    utc_now,
)
from sync.central.postgres.binaries import Binaries
from sync.rules.user_error import UserError

ARCHIVED_WITHIN_S = 120.0
_POLL_S = 0.1
_PIECE_BYTES = 1024 * 1024
_LEVEL = 3


async def begin_archiving(connection: asyncpg.Connection, archive: Archive) -> bool:
    """Let the server copy every segment into the archive; return whether it did not do so before.

    The setting lies in the cluster, so that it is in every backup too. Raises :class:`UserError`
    ``backup_elsewhere`` when the log goes into another folder already.
    """
    now = await connection.fetchval("SHOW archive_command")
    if now == archive.command():
        return False
    if now not in ("", NOWHERE, "(disabled)"):
        raise UserError(
            "backup_elsewhere",
            "This central copies its log into another folder already.",
            "Take this backup there too, or end that one first with: admin backup --stop.",
        )
    await _set(connection, archive.command(), TIMEOUT_S)
    return True


async def end_archiving(connection: asyncpg.Connection) -> None:
    """Copy no segments any more; what is in the folder stays."""
    await _set(connection, NOWHERE, 0)


async def archive_up_to_now(connection: asyncpg.Connection) -> None:
    """Wait until everything that is committed now is in the archive; raises ``UserError`` ``backup_stuck``."""
    # Something must be in the segment, or there is nothing to switch and nothing to wait for.
    lsn = await connection.fetchval("SELECT pg_create_restore_point('countersign backup')")
    name = await connection.fetchval("SELECT pg_walfile_name($1::pg_lsn)", lsn)
    await connection.execute("SELECT pg_switch_wal()")
    deadline = time.monotonic() + ARCHIVED_WITHIN_S
    while time.monotonic() < deadline:
        done = await connection.fetchval("SELECT last_archived_wal FROM pg_stat_archiver")
        if done is not None and done[:24] >= name:
            return
        await connection.execute("SELECT pg_sleep($1)", _POLL_S)
    failed = await connection.fetchval("SELECT last_failed_wal FROM pg_stat_archiver")
    raise UserError(
        "backup_stuck",
        f"The server's log does not arrive in the backup folder (it waits with {failed or name}).",
        "See whether the folder's disk is full, and what postgres.log in central's data folder says.",
    )


async def first_needed(connection: asyncpg.Connection) -> str:
    """Return the segment from which on a base that begins now needs the log."""
    found: str = await connection.fetchval("SELECT pg_walfile_name(redo_lsn) FROM pg_control_checkpoint()")
    return found


def take_base(binaries: Binaries, sockets: Path, archive: Archive, *, first_wal: str) -> Base:
    """Copy the whole cluster, with the log it needs to be consistent; raises ``UserError`` ``backup_failed``."""
    started = utc_now()
    name = base_name(started)
    target = archive.folder / f"{name}{BASE_SUFFIX}"
    draft = target.with_name(f".{target.name}.new")
    command = [str(binaries.program("pg_basebackup")), "-h", str(sockets), "-U", "postgres", "-w"]
    # One stream that nobody but us writes: the folder need not be open to PostgreSQL's user.
    command += ["-D", "-", "-F", "tar", "-X", "fetch", "--checkpoint=fast", "--no-manifest"]
    # Its own words go to a file: a pipe that nobody reads meanwhile could fill up and stop it.
    with draft.open("wb") as file, draft.with_suffix(".log").open("w+b") as words:
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=words, env={"LC_ALL": "C"}
        ) as process:
            size, digest = _compress(process.stdout, file)
        words.seek(0)
        said = words.read().decode(errors="replace").strip()
    draft.with_suffix(".log").unlink()
    if process.returncode != 0:
        draft.unlink()
        raise UserError(
            "backup_failed", f"The backup was not taken: {said[-500:]}", "Free some space and try again."
        )
    draft.replace(target)
    sync_folder(archive.folder)
    base = Base(name, started.isoformat(), utc_now().isoformat(), first_wal, size, digest)
    archive.add(base)
    return base


def _compress(source: IO[bytes] | None, file: IO[bytes]) -> tuple[int, str]:
    """Write what comes, compressed and durable; return how many bytes were written, and their SHA-256."""
    digest = hashlib.sha256()
    size = 0

    class Counted:
        """Counts and hashes what the compressor writes."""

        def write(self, piece: bytes) -> int:
            nonlocal size
            digest.update(piece)
            size += len(piece)
            return file.write(piece)

    if source is None:
        return 0, digest.hexdigest()
    with zstandard.ZstdCompressor(level=_LEVEL).stream_writer(Counted(), closefd=False) as out:  # type: ignore[arg-type]  # anything with write
        while piece := source.read(_PIECE_BYTES):
            out.write(piece)
    file.flush()
    os.fsync(file.fileno())
    return size, digest.hexdigest()


async def _set(connection: asyncpg.Connection, command: str, timeout_s: int) -> None:
    quoted = await connection.fetchval("SELECT quote_literal($1)", command)
    await connection.execute(f"ALTER SYSTEM SET archive_command = {quoted}")
    await connection.execute(f"ALTER SYSTEM SET archive_timeout = {int(timeout_s)}")
    await connection.execute("SELECT pg_reload_conf()")
