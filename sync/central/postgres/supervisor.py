"""Stands between central and one PostgreSQL program, so that neither outlives the other.

Run as a script of its own (it imports the standard library only). It becomes the account that was asked
for, starts the program, and watches central by a pidfd: that fires when the process ends, however it
ends and whichever thread started us. Then the program gets SIGINT (PostgreSQL's fast shutdown), later
SIGQUIT, at last SIGKILL. If this supervisor itself is killed, the kernel sends the program SIGINT
(PR_SET_PDEATHSIG, set after the last change of identity, which would clear it).
"""

import ctypes
import json
import os
import select
import signal
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

FAST_STOP_S = 30.0
QUICK_STOP_S = 10.0

_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER = 0x10000000
_CANNOT_BECOME = 126
_DOES_NOT_START = 127


def main(order: dict[str, Any]) -> int:
    """Start the program of the order and return its exit status (128 + n when signal n ended it)."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    wake_reader, wake_writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(wake_writer)
    asked: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda got, _frame: asked.append(got))
    signal.signal(signal.SIGCHLD, lambda _got, _frame: None)
    try:
        parent = os.pidfd_open(order["parent"])
    except ProcessLookupError:
        return _DOES_NOT_START
    if os.getppid() != order["parent"]:
        return _DOES_NOT_START
    child = os.fork()
    if child == 0:
        _become_and_run(order)
    status = _watch(child, parent, wake_reader, asked)
    for folder in order["remove"]:
        _remove_if_empty(folder)
    return status


def _watch(child: int, parent: int, wake_reader: int, asked: list[int]) -> int:
    poll = select.poll()
    poll.register(parent, select.POLLIN)
    poll.register(wake_reader, select.POLLIN)
    # What to send next, and when: nothing until central ends or asks.
    steps: list[tuple[float, int]] = []
    stopping = False
    while True:
        wait_ms = max(0.0, steps[0][0] - time.monotonic()) * 1000 if steps else None
        for descriptor, _ in poll.poll(wait_ms):
            if descriptor == parent:
                poll.unregister(parent)
                asked.append(signal.SIGTERM)
            else:
                os.read(wake_reader, 4096)
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code
        if asked and not stopping:
            stopping = True
            now = time.monotonic()
            steps = [
                (now, signal.SIGINT),
                (now + FAST_STOP_S, signal.SIGQUIT),
                (now + FAST_STOP_S + QUICK_STOP_S, signal.SIGKILL),
            ]
        if steps and time.monotonic() >= steps[0][0]:
            os.kill(child, steps.pop(0)[1])


def _become_and_run(order: dict[str, Any]) -> NoReturn:
    supervisor = os.getppid()
    libc = ctypes.CDLL(None, use_errno=True)
    os.umask(0o077)
    for number in (
        signal.SIGINT,
        signal.SIGTERM,
        signal.SIGHUP,
        signal.SIGPIPE,
        signal.SIGXFSZ,
        signal.SIGCHLD,
    ):
        signal.signal(number, signal.SIG_DFL)
    try:
        _become(order["how"], order["uid"], order["gid"], libc)
    except OSError as error:
        sys.stderr.write(f"cannot become user {order['uid']}: {error}\n")
        sys.stderr.flush()
        os._exit(_CANNOT_BECOME)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
    if os.getppid() != supervisor:
        os._exit(_DOES_NOT_START)
    try:
        os.execve(order["argv"][0], order["argv"], order["environment"])  # noqa: S606 - a shell is what we avoid
    except OSError as error:
        sys.stderr.write(f"{order['argv'][0]} does not start: {error}\n")
        sys.stderr.flush()
    os._exit(_DOES_NOT_START)


def _become(how: str, uid: int, gid: int, libc: ctypes.CDLL) -> None:
    if how == "namespace":
        # Inside, the one user has an ordinary number, which is all that PostgreSQL asks for; outside, its
        # files go on belonging to root.
        own_uid, own_gid = os.geteuid(), os.getegid()
        if libc.unshare(_CLONE_NEWUSER) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{uid} {own_uid} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{gid} {own_gid} 1", encoding="ascii")
    elif how == "user":
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)


def _remove_if_empty(folder: str) -> None:
    try:
        Path(folder).rmdir()
    except OSError as error:
        sys.stderr.write(f"{folder} is left behind: {error.strerror}\n")


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
