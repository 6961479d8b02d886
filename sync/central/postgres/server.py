"""A running PostgreSQL of our own."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sync.central.postgres.account import choose_account
from sync.central.postgres.binaries import find_binaries
from sync.central.postgres.cluster import Cluster, prepare_cluster
from sync.central.postgres.keeper import Keeper
from sync.central.postgres.memory import buffers_mb, memory_bytes
from sync.central.postgres.sockets import (
    make_socket_folder,
    open_socket_folder,
    socket_dsn,
    take_away_socket_folder,
)
from sync.rules.user_error import UserError

READY_TIMEOUT_S = 300.0
"""Recovery after a crash may have a gigabyte of log to read before the server is ready."""

STOP_TIMEOUT_S = 60.0
MAX_LOG_BYTES = 8 * 1024 * 1024

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # Sixteen workers with a full pool and two listeners each, and some commands.
    "max_connections": "220",
    "shared_buffers": f"{buffers_mb(memory_bytes())}MB",
    # After each checkpoint the first change of a page writes the whole page to the log: fifteen thousand uses a second
    # fill a gigabyte in half a minute, and half of that would be such pages.
    "max_wal_size": "2GB",
    # What keeps the promise stands here although it is the default: an acknowledged fact is on the disk.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # What a segment is copied with stands in the cluster (see :mod:`sync.central.postgres.backup`).
    "archive_mode": "on",
    # A small machine: no helper processes, and no compiling of statements that take a millisecond.
    "io_method": "sync",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    # Containers give /dev/shm 64 MB; a file below the data folder does as well.
    "dynamic_shared_memory_type": "mmap",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
}

_POLL_S = 0.02
_STATUS_LINE = 7


@dataclass(frozen=True, slots=True)
class RunningServer:
    """Where it answers, and who keeps it running."""

    socket_folder: Path
    keeper: Keeper

    @property
    def supervisor_pid(self) -> int:
        """The process id of PostgreSQL's supervisor."""
        return self.keeper.process.pid

    @property
    def dsn(self) -> str:
        """The DSN of central's database, as a superuser."""
        return socket_dsn(self.socket_folder)


@contextmanager
def running_server(
    data: Path,
    *,
    keep: tuple[int, ...] = (),
    settings: Mapping[str, str] | None = None,
    cluster: Cluster | None = None,
    revive: bool = False,
) -> Iterator[RunningServer]:
    """Start PostgreSQL on ``data``, wait until it is ready, and stop it at the end.

    The caller owns ``data`` (see :mod:`sync.central.postgres.ownership`) and lets the server inherit the
    lock's descriptor by ``keep``. With ``revive`` a server that ends by itself is started again. Raises
    :class:`UserError` ``postgres_not_started``.
    """
    if cluster is None:
        cluster = prepare_cluster(data, find_binaries(), choose_account(data), keep=keep)
    sockets = make_socket_folder(data, cluster.account)
    pid_file = cluster.folder / "postmaster.pid"
    log_file = data / "postgres.log"

    def start() -> "subprocess.Popen[bytes]":
        # We own the folder, and no process of a former server lives (its lock, or the keeper, has made sure):
        # a pid file that is still here is stale, whoever carries its number by now.
        pid_file.unlink(missing_ok=True)
        open_socket_folder(sockets, cluster.account)
        log = _open_log(log_file)
        try:
            return cluster.account.start(
                _command(cluster, sockets, {**SETTINGS, **(settings or {})}),
                output=log,
                keep=keep,
                remove=(sockets,),
            )
        finally:
            os.close(log)

    def wait_until_ready(process: "subprocess.Popen[bytes]") -> None:
        _wait_until_ready(process, pid_file, log_file)

    keeper = Keeper(start, wait_until_ready, cluster.folder)
    try:
        keeper.begin(revive=revive)
        yield RunningServer(sockets, keeper)
    finally:
        keeper.stop(STOP_TIMEOUT_S)
        take_away_socket_folder(sockets)


def _command(cluster: Cluster, sockets: Path, settings: Mapping[str, str]) -> list[str]:
    command = [str(cluster.binaries.program("postgres")), "-D", str(cluster.folder), "-k", str(sockets)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return command


def _open_log(path: Path) -> int:
    """Open the log for appending; one that has grown large becomes ``.old`` first."""
    if path.exists() and path.stat().st_size > MAX_LOG_BYTES:
        path.replace(path.with_suffix(".log.old"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def _wait_until_ready(process: "subprocess.Popen[bytes]", pid_file: Path, log: Path) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_S
    while time.monotonic() < deadline:
        if _status(pid_file) == "ready":
            return
        try:
            process.wait(_POLL_S)
        except subprocess.TimeoutExpired:
            continue
        break
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    raise UserError(
        "postgres_not_started",
        f"PostgreSQL did not start: {' / '.join(lines[-3:])}",
        f"See {log}.",
    )


def _status(pid_file: Path) -> str:
    try:
        lines = pid_file.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return lines[_STATUS_LINE].strip() if len(lines) > _STATUS_LINE else ""
