"""Keeps PostgreSQL running for as long as central does.

A server that somebody killed, or that the kernel ended for want of memory, is started again: it recovers from
its own log, the pools of the workers connect anew, and tills never notice more than a pause. One that dies
again and again is given up, so that whoever runs central hears of it.
"""

import logging
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from sync.rules.user_error import UserError

MAX_REVIVALS = 5
REVIVALS_WITHIN_S = 60.0
"""More deaths than that in so short a time are no accident: starting again would only hide the cause."""

GONE_WITHIN_S = 60.0
"""How long processes of the former server may take to end; they notice their parent's death by themselves."""
_POLL_S = 0.02

_log = logging.getLogger(__name__)


class Keeper:
    """Owns the process. ``process`` is the supervisor of the newest server."""

    process: "subprocess.Popen[bytes]"

    def __init__(
        self,
        start: Callable[[], "subprocess.Popen[bytes]"],
        wait_until_ready: Callable[["subprocess.Popen[bytes]"], None],
        cluster: Path,
    ) -> None:
        """``wait_until_ready`` raises :class:`UserError` when a started server does not become ready."""
        self._start = start
        self._wait_until_ready = wait_until_ready
        self._cluster = cluster
        self._lock = threading.Lock()
        self._stopping = False
        self._deaths: deque[float] = deque(maxlen=MAX_REVIVALS)
        self._watch: threading.Thread | None = None
        self.revived = threading.Event()
        self.given_up = threading.Event()
        self.on_given_up: Callable[[], None] = lambda: None

    def begin(self, *, revive: bool) -> None:
        """Start the server and wait until it is ready; from then on watch it, if it shall be revived."""
        self.process = self._start()
        self._wait_until_ready(self.process)
        if revive:
            self._watch = threading.Thread(target=self._keep, name="postgres-keeper", daemon=True)
            self._watch.start()

    def stop(self, timeout_s: float) -> None:
        """Stop the server in good order and wait for it."""
        with self._lock:
            self._stopping = True
            process = getattr(self, "process", None)
        if process is not None:
            process.terminate()
            process.wait(timeout_s)
        if self._watch is not None:
            self._watch.join(timeout_s)

    def _keep(self) -> None:
        while True:
            status = self.process.wait()
            if self._stopping:
                return
            _log.warning("PostgreSQL has ended (status %s); it is started again", status)
            if not self._revive():
                break
        if not self._stopping:
            _log.error("PostgreSQL cannot be kept running; central ends")
            self.on_given_up()
            self.given_up.set()

    def _revive(self) -> bool:
        now = time.monotonic()
        if len(self._deaths) == MAX_REVIVALS and now - self._deaths[0] < REVIVALS_WITHIN_S:
            return False
        self._deaths.append(now)
        if not self._nobody_left():
            return False
        with self._lock:
            if self._stopping:
                return False
            self.process = self._start()
        try:
            self._wait_until_ready(self.process)
        except UserError as error:
            # Its process has ended: the loop counts that as one more death.
            _log.warning("%s", error)
        else:
            _log.info("PostgreSQL answers again")
            self.revived.set()
        return True

    def _nobody_left(self) -> bool:
        """Wait until no process of the former server works in the cluster's folder, which is their home."""
        deadline = time.monotonic() + GONE_WITHIN_S
        while _works_in(self._cluster):
            if self._stopping or time.monotonic() > deadline:
                return False
            time.sleep(_POLL_S)
        return True


def _works_in(folder: Path) -> bool:
    wanted = folder.resolve().stat()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            found = (place / "cwd").stat()
        except OSError:  # it has ended, or belongs to somebody else, as none of ours does
            continue
        if (found.st_dev, found.st_ino) == (wanted.st_dev, wanted.st_ino):
            return True
    return False
