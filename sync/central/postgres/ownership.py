"""Who runs PostgreSQL on a data folder: one process at a time, and how the others join it.

The lock is a ``flock`` whose descriptor PostgreSQL inherits. It is therefore free only when every process
of the former server has ended, even after a SIGKILL of central.
"""

import fcntl
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from sync.central.postgres.keeper import Keeper
from sync.central.postgres.server import running_server
from sync.rules.user_error import UserError

LOCK_FILE = "postgres.lock"
STATE_FILE = "running.json"
WAIT_S = 90.0
"""How long to wait for a short command, or for a server that is just starting or closing."""

_POLL_S = 0.05
_START_TIME_FIELD = 19


class What(StrEnum):
    """What the owner is doing: serving (others may join) or one command (others wait)."""

    SERVE = "serve"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class State:
    """What the owner tells the others. ``url`` is where it serves, empty for a command."""

    pid: int
    started: str
    what: str
    dsn: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Owned:
    """A server that this process started."""

    data: Path
    dsn: str
    keeper: Keeper

    def announce(self, url: str) -> None:
        """Tell other commands where central serves."""
        _write_state(self.data, What.SERVE, self.dsn, url)


@contextmanager
def owned_server(
    data: Path, what: What = What.SERVE, *, settings: Mapping[str, str] | None = None
) -> Iterator[Owned]:
    """Run PostgreSQL on ``data`` as its one owner; raises :class:`UserError` ``already_running``."""
    _make_private(data)
    with _locked(data) as lock:
        (data / STATE_FILE).unlink(missing_ok=True)
        # A command is over before a server that dies under it could be worth reviving.
        with running_server(data, keep=(lock,), settings=settings, revive=what is What.SERVE) as server:
            _write_state(data, what, server.dsn)
            try:
                yield Owned(data, server.dsn, server.keeper)
            finally:
                (data / STATE_FILE).unlink(missing_ok=True)


@contextmanager
def joined_server(data: Path) -> Iterator[str]:
    """Yield the DSN of the server that serves on ``data``, or run one for as long as this lasts."""
    state = serving(data)
    if state is not None:
        yield state.dsn
        return
    try:
        with owned_server(data, What.COMMAND) as owned:
            yield owned.dsn
            return
    except UserError as error:
        # It began to serve while we were waiting for the lock.
        state = serving(data)
        if error.reason != "already_running" or state is None:
            raise
    yield state.dsn


def serving(data: Path) -> State | None:
    """Return what serves on ``data`` now, or None."""
    state = _read_state(data)
    alive = state is not None and state.what == What.SERVE and _start_time(state.pid) == state.started
    return state if alive else None


@contextmanager
def _locked(data: Path) -> Iterator[int]:
    try:
        lock = os.open(data / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _not_ours(data, error) from error
    try:
        _wait_for_lock(lock, data)
        yield lock
    finally:
        os.close(lock)


def _wait_for_lock(lock: int, data: Path) -> None:
    deadline = time.monotonic() + WAIT_S
    said = False
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            state = serving(data)
            if state is not None or time.monotonic() > deadline:
                raise _already_running(data, state) from None
        else:
            return
        if not said:
            said = True
            sys.stderr.write(f"waiting for another command on {data} …\n")
        time.sleep(_POLL_S)


def _already_running(data: Path, state: State | None) -> UserError:
    who = f"process {state.pid}" + (f", {state.url}" if state.url else "") if state else "another process"
    return UserError(
        "already_running",
        f"Central is already running on {data} ({who}).",
        "Use that one, stop it first, or name another folder with --data.",
    )


def _make_private(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _not_ours(data, error) from error


def _not_ours(data: Path, error: OSError) -> UserError:
    return UserError(
        "data_unusable",
        f"The data folder {data} cannot be used: {error.strerror}.",
        "Give it to the user that runs central, or name another with --data.",
    )


def _write_state(data: Path, what: What, dsn: str, url: str = "") -> None:
    state = State(os.getpid(), _start_time(os.getpid()), what.value, dsn, url)
    draft = data / f".{STATE_FILE}.{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(state), file)
    draft.replace(data / STATE_FILE)


def _read_state(data: Path) -> State | None:
    try:
        return State(**json.loads((data / STATE_FILE).read_text(encoding="utf-8")))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, TypeError):
        # Cut short by a crash of the machine: whoever wrote it is gone.
        return None


def _start_time(pid: int) -> str:
    """Return when a process started, in the kernel's ticks; numbers of processes are used again."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return text.rpartition(")")[2].split()[_START_TIME_FIELD]
