"""Where tills are started, warm (forked) or cold (a new interpreter), as children of this process."""

import ctypes
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.builders.till_process import ROOT, environment
from tests.simulation.processes import zygote
from tests.simulation.processes.kiosk import Kiosk

START_TIMEOUT_S = 60
_PR_SET_CHILD_SUBREAPER = 36


class Nursery:
    """Starts tills. May be asked from any thread."""

    def __init__(self, control: socket.socket, own: Sequence[int]) -> None:
        """``own`` are processes of this run that are no tills: nobody's orphans."""
        self._control = control
        self._lock = threading.Lock()
        self._living: set[int] = set(own)

    def start(self, home: Path, *words: str, cold: bool = False) -> Kiosk:
        """Start ``python -m pos_app WORDS --home HOME``."""
        command = [*words, "--home", str(home)]
        stdin_reader, stdin_writer = os.pipe()
        stdout_reader, stdout_writer = os.pipe()
        errors = os.open(f"{home}.stderr", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        given = [stdin_reader, stdout_writer, errors]
        try:
            with self._lock:
                number = self._spawn(command, given) if cold else self._fork(command, given)
                self._living.add(number)
        finally:
            for descriptor in given:
                os.close(descriptor)
        return Kiosk(number, stdin=stdin_writer, stdout=stdout_reader, gone=self._gone)

    def orphans(self, *expected: int) -> list[str]:
        """Return the command lines of living children that nobody started: what somebody dead left behind.

        Those that have ended are waited for. ``expected`` are further processes that may live.
        """
        with self._lock:
            found = set(children_of(os.getpid())) - self._living - set(expected)
        return [command_line_of(number) for number in sorted(found) if not _reaped(number)]

    def _gone(self, number: int) -> None:
        with self._lock:
            self._living.discard(number)

    def _fork(self, command: list[str], given: list[int]) -> int:
        socket.send_fds(self._control, [json.dumps(command).encode()], given)
        return int(self._control.recv(64))

    def _spawn(self, command: list[str], given: list[int]) -> int:
        stdin, stdout, errors = given
        return os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", "pos_app", *command],
            {**environment(), "PYTHONPATH": str(ROOT)},
            file_actions=[
                (os.POSIX_SPAWN_DUP2, stdin, 0),
                (os.POSIX_SPAWN_DUP2, stdout, 1),
                (os.POSIX_SPAWN_DUP2, errors, 2),
            ],
        )


@contextmanager
def open_nursery(log: Path, own: Sequence[int]) -> Iterator[Nursery]:
    """Load the till once, and adopt whatever a dead till of ours leaves behind, so that it is found."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs, log.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, str(Path(zygote.__file__)), str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=errors,
            stderr=errors,
            env={**environment(), "PYTHONPATH": str(ROOT)},
        )
        theirs.close()
        ours.settimeout(START_TIMEOUT_S)
        try:
            if ours.recv(64) != b"ready\n":
                raise RuntimeError(f"the till cannot be loaded: see {log}")
            yield Nursery(ours, [*own, process.pid])
        finally:
            ours.close()
            process.wait(START_TIMEOUT_S)


def _reaped(number: int) -> bool:
    return os.waitpid(number, os.WNOHANG)[0] == number


def children_of(parent: int) -> list[int]:
    """Return the numbers of the processes whose parent this is."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            text = (folder / "stat").read_text(encoding="utf-8", errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(text.rpartition(")")[2].split()[1]) == parent:
            found.append(int(folder.name))
    return found


def command_line_of(number: int) -> str:
    """Return a process's command line, empty when it has ended."""
    try:
        words = Path(f"/proc/{number}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return words.replace(b"\0", b" ").decode(errors="replace").strip()
