"""As whom PostgreSQL runs: it refuses to run as root."""

import json
import os
import pwd
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from subprocess import Popen
from typing import IO

from sync.central.postgres import supervisor
from sync.rules.user_error import UserError

PROBE_TIMEOUT_S = 20
_PREFERRED_UID = 1000


class How(StrEnum):
    """``SELF``: as we are. ``NAMESPACE``: root in a user namespace of its own. ``USER``: another user."""

    SELF = "self"
    NAMESPACE = "namespace"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the programs: ``uid`` and ``gid`` as the programs see themselves."""

    how: How
    uid: int
    gid: int

    @property
    def owner(self) -> tuple[int, int]:
        """The uid and gid to whom the program's files belong, seen from outside."""
        return (self.uid, self.gid) if self.how is How.USER else (os.geteuid(), os.getegid())

    def start(
        self,
        argv: list[str],
        *,
        stdin: IO[bytes] | int = subprocess.DEVNULL,
        output: IO[bytes] | int,
        keep: tuple[int, ...] = (),
        remove: tuple[Path, ...] = (),
    ) -> "Popen[bytes]":
        """Start a program under a supervisor that ends it when this process ends.

        SIGTERM to what is returned stops the program in good order. ``keep`` are descriptors that the
        program inherits; ``remove`` are folders to take away, once empty, when it has ended.
        """
        order = {
            "parent": os.getpid(),
            "how": self.how.value,
            "uid": self.uid,
            "gid": self.gid,
            "argv": argv,
            "environment": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            "remove": [str(folder) for folder in remove],
        }
        return Popen(
            [sys.executable, "-I", "-S", str(Path(supervisor.__file__).resolve()), json.dumps(order)],
            stdin=stdin,
            stdout=output,
            stderr=output,
            pass_fds=keep,
            cwd="/",
            # A Ctrl-C in the terminal is meant for central, which then stops PostgreSQL in good order.
            start_new_session=True,
        )

    def can_enter(self, folder: Path) -> bool:
        """Whether this account may pass through a folder and all those above it."""
        uid, gid = self.owner
        resolved = folder.resolve()
        return all(_may_pass(place, uid, gid) for place in (resolved, *resolved.parents))


def choose_account(data: Path) -> Account:
    """Choose as whom to run on this data folder.

    An ordinary user runs as himself. Root runs as the folder's owner if that is another user, else in a
    user namespace where the kernel allows one, else as ``nobody``.
    """
    if os.geteuid() != 0:
        return Account(How.SELF, os.geteuid(), os.getegid())
    status = data.stat()
    cluster = data / "postgres"
    if status.st_uid == 0 and cluster.exists():
        status = cluster.stat()
    if status.st_uid != 0:
        return Account(How.USER, status.st_uid, status.st_gid)
    inside = _namespace_account()
    return inside if inside is not None and _works(inside) else nobody()


def nobody() -> Account:
    """Return the account that owns nothing."""
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError as error:
        raise UserError(
            "postgres_no_account",
            "PostgreSQL does not run as root, and this machine has no user nobody.",
            "Start central as an ordinary user, or name a server with --dsn.",
        ) from error
    return Account(How.USER, entry.pw_uid, entry.pw_gid)


def _namespace_account() -> Account | None:
    # initdb wants a name for its user, so that the number must be one that the machine knows.
    users = sorted(
        (entry for entry in pwd.getpwall() if entry.pw_uid != 0),
        key=lambda entry: (entry.pw_uid != _PREFERRED_UID, entry.pw_name != "nobody"),
    )
    return Account(How.NAMESPACE, users[0].pw_uid, users[0].pw_gid) if users else None


def _works(account: Account) -> bool:
    probe = account.start(["/bin/true"], output=subprocess.DEVNULL)
    try:
        return probe.wait(PROBE_TIMEOUT_S) == 0
    except subprocess.TimeoutExpired:
        probe.kill()
        probe.wait()
        return False


def _may_pass(folder: Path, uid: int, gid: int) -> bool:
    status = folder.stat()
    if status.st_uid == uid:
        return bool(status.st_mode & 0o100)
    if status.st_gid == gid:
        return bool(status.st_mode & 0o010)
    return bool(status.st_mode & 0o001)
