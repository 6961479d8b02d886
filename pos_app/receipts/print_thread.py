"""The thread on which receipts are printed: a slow, empty or missing printer never holds a sale up."""

import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from pos_app.receipts.setup import Setup
from pos_app.receipts.slip import Slip
from sync.rules.user_error import UserError

if TYPE_CHECKING:
    from pos_app.receipts.press import Press

MAX_WAITING = 20
"""Receipts that wait for the printer; further ones are said to be unprinted, and can be printed later."""


class Job(Struct, frozen=True, kw_only=True):
    """Something to print; ``make`` is called on the printer's thread. ``ended`` gets None, or why it did not go.

    ``kept`` is called there, too, once it came out: what must be noted is noted before anybody hears of it.
    """

    setup: Setup
    make: Callable[[], Slip]
    ended: Callable[[UserError | Exception | None], None]
    kept: Callable[[], None] = lambda: None
    copies: int = 1
    open_drawer: bool = False


class PrintThread:
    """Prints one after the other. ``ended`` of a job is called on this thread and must return at once."""

    def __init__(self) -> None:
        self._jobs: queue.Queue[Job | None] = queue.Queue(MAX_WAITING + 1)
        self._thread = threading.Thread(target=self._run, name="printer", daemon=True)
        self._press: Press | None = None
        self._stopping = threading.Event()

    def start(self) -> None:
        """Begin to print."""
        self._thread.start()

    def submit(self, job: Job) -> bool:
        """Have something printed; False when too much is waiting already."""
        if self._stopping.is_set() or self._jobs.qsize() >= MAX_WAITING:
            return False
        self._jobs.put_nowait(job)
        return True

    def stop(self, timeout_s: float) -> bool:
        """Print what is under way, drop what waits, and end; whether that happened in time."""
        if not self._thread.is_alive():
            return True
        self._stopping.set()
        self._jobs.put(None)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            if self._stopping.is_set():
                continue
            try:
                self._print(job)
            except Exception as error:  # noqa: BLE001 - it is not kept: who waits says it, or raises it again
                job.ended(error)
            else:
                job.ended(None)

    def _print(self, job: Job) -> None:
        from pos_app.receipts.press import Press

        if self._press is None or self._press.setup != job.setup:
            self._press = Press(job.setup)
        self._press.print_slip(job.make(), copies=job.copies, open_drawer=job.open_drawer)
        job.kept()
