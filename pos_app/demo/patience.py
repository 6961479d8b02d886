"""Waiting without holding up the window: Qt goes on working while the tour waits for something."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QTimer

from sync.rules.user_error import UserError

LOOK_MS = 15
"""How often the thing that is waited for is looked at."""
LIMIT_S = 40.0
"""No step of the tour waits longer."""

T = TypeVar("T")


class Patience:
    """Waits on the GUI's thread; blocking work goes to a thread of its own."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="tour")

    def until(self, true: Callable[[], object], what: str, limit_s: float = LIMIT_S) -> float:
        """Wait until something is so; return the seconds it took, or raise ``UserError`` naming it."""
        begun = time.monotonic()
        loop = QEventLoop()
        timer = QTimer()
        timer.timeout.connect(lambda: loop.quit() if true() or time.monotonic() > begun + limit_s else None)
        timer.start(LOOK_MS)
        if not true():
            loop.exec()
        timer.stop()
        if not true():
            raise UserError(
                "tour_stuck",
                f"{what} did not happen within {limit_s:.0f} s.",
                "See the logs beside the till.",
            )
        return time.monotonic() - begun

    def work(self, job: Callable[[], T], what: str, limit_s: float = LIMIT_S) -> T:
        """Do blocking work elsewhere and wait for its result."""
        future = self._worker.submit(job)
        self.until(future.done, what, limit_s)
        return future.result()

    def close(self) -> None:
        """End the thread; nothing is waiting on it any more."""
        self._worker.shutdown()
