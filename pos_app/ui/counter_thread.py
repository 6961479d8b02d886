"""The one thread on which the use cases run, in the order in which they were asked for.

The window's thread never waits: it submits work with what to do when it is done, and goes on painting.
"""

import queue
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from msgspec import Struct
from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot

from sync.rules.user_error import UserError

MAX_WAITING = 32
"""More than this is not a queue but a till that is stuck: further scans are dropped, and said."""
BREATH_MS = 1
"""Between two steps of what follows from a result: keys and fingers that came meanwhile are answered first."""
MAX_STEPS = 64
"""More steps than this are not put off."""
STOP_MS = 20_000
"""How long closing the window waits for work that is under way (a commit on a slow disk)."""

T = TypeVar("T")


class _Job(Struct, frozen=True):
    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[UserError], None]


class _Result(Struct, frozen=True):
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
        self._steps: deque[Callable[[], None]] = deque()
        self._stepping = False
        self._breath = QTimer(self)
        self._breath.setSingleShot(True)
        self._breath.setInterval(BREATH_MS)
        self._breath.timeout.connect(self._take_step)
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

    def soon(self, step: Callable[[], None]) -> None:
        """Do something on the window's thread in its next breath, after the steps that wait already.

        What follows from a result is much to paint and to lay out. In one go it would keep a finger waiting.
        """
        if len(self._steps) >= MAX_STEPS:
            self.catch_up()
        self._steps.append(step)
        if not self._breath.isActive():
            self._breath.start()

    def catch_up(self) -> None:
        """Do at once what waits for a breath: what comes now rests upon it."""
        while self._steps:
            self._take_step()
        self._breath.stop()

    @property
    def idle(self) -> bool:
        """Whether nothing is waiting or under way, and everything that follows from it is done."""
        return self._under_way == 0 and not self._steps and not self._stepping

    def stop(self) -> bool:
        """Finish what was submitted and end the thread; whether that happened in time."""
        self.catch_up()
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

    def _take_step(self) -> None:
        self._stepping = True
        try:
            if self._steps:
                self._steps.popleft()()
        finally:
            self._stepping = False
            if self._steps:
                self._breath.start()

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
