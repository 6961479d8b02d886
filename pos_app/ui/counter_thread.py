"""The one thread on which the use cases run, in the order in which they were asked for.

The window's thread never waits: it submits work with what to do when it is done, and goes on painting.
"""

import queue
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from sync.rules.user_error import UserError

MAX_WAITING = 32
"""More than this is not a queue but a till that is stuck: further scans are dropped, and said."""
STOP_MS = 20_000
"""How long closing the window waits for work that is under way (a commit on a slow disk)."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[UserError], None]


@dataclass(frozen=True, slots=True)
class _Result:
    job: _Job
    value: Any = None
    error: Exception | None = None


class CounterThread(QThread):
    """Runs work one after the other; results come back as calls on the thread that made this object."""

    _finished_one = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("counter")
        self._jobs: queue.Queue[_Job | None] = queue.Queue(MAX_WAITING + 1)
        self._under_way = 0
        self._finished_one.connect(self._hand_back, Qt.ConnectionType.QueuedConnection)

    def submit(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[UserError], None]
    ) -> bool:
        """Have ``work`` done; then ``done`` or ``failed`` is called. False when too much is waiting already.

        Anything but a ``UserError`` is a bug and is raised again on the window's thread.
        """
        if self._under_way >= MAX_WAITING:
            return False
        self._under_way += 1
        self._jobs.put_nowait(_Job(work, done, failed))
        if self._under_way == 1:
            self.busy_changed.emit(True)  # noqa: FBT003 - a signal's value has no name
        return True

    @property
    def idle(self) -> bool:
        """Whether nothing is waiting or under way."""
        return self._under_way == 0

    def stop(self) -> bool:
        """Finish what was submitted and end the thread; whether that happened in time."""
        if not self.isRunning():
            return True
        self._jobs.put(None)
        return self.wait(STOP_MS)

    def run(self) -> None:
        """Work until told to stop."""
        while (job := self._jobs.get()) is not None:
            try:
                result = _Result(job, value=job.work())
            except Exception as error:  # noqa: BLE001 - it is not kept: the window's thread raises it again
                result = _Result(job, error=error)
            self._finished_one.emit(result)

    @Slot(object)
    def _hand_back(self, result: _Result) -> None:
        self._under_way -= 1
        if self._under_way == 0:
            self.busy_changed.emit(False)  # noqa: FBT003 - a signal's value has no name
        if result.error is None:
            result.job.done(result.value)
        elif isinstance(result.error, UserError):
            result.job.failed(result.error)
        else:
            raise result.error
