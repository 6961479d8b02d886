"""A heartbeat of the thread that it is made on: how late each beat comes is how long the thread was away.

Beside it the processor time that the thread itself used in between: on a machine that others use, too, the one
says what a person feels, the other what is ours.
"""

import time

from PySide6.QtCore import QObject, Qt, QTimer

NS_PER_MS = 1_000_000


class Heartbeat(QObject):
    """Beats every ``interval_ms``; ``late_ms`` is by how much each beat came later than that after the one before.

    ``worked_ms`` is the processor time of this thread between the two.
    """

    def __init__(self, interval_ms: int) -> None:
        super().__init__()
        self.late_ms: list[float] = []
        self.worked_ms: list[float] = []
        self._interval_ms = interval_ms
        self._last_ns = self._last_work_ns = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begin."""
        self._last_ns, self._last_work_ns = time.perf_counter_ns(), time.thread_time_ns()
        self._timer.start(self._interval_ms)

    def stop(self) -> None:
        """End."""
        self._timer.stop()

    def _beat(self) -> None:
        now_ns, work_ns = time.perf_counter_ns(), time.thread_time_ns()
        late = (now_ns - self._last_ns) / NS_PER_MS - self._interval_ms
        self.late_ms.append(max(0.0, late))
        self.worked_ms.append((work_ns - self._last_work_ns) / NS_PER_MS)
        self._last_ns, self._last_work_ns = now_ns, work_ns
