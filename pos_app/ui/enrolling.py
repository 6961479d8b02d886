"""One enrolment that is under way: how far it is, and the way out of it."""

import threading

from PySide6.QtCore import QObject, Qt, Signal

from pos_app.ui.counter_thread import CounterThread
from pos_app.ui.house import House
from sync.rules.user_error import UserError
from sync.till.way_out import WayOut


class Enrolling(QObject):
    """Makes a till of this machine on the counter's thread.

    ``loading`` carries parts loaded and parts in all, ``done`` tells that the till may be opened, ``failed`` carries the
    ``UserError`` of what did not go; ``left`` tells that somebody has left, and nothing has changed here.
    """

    loading = Signal(int, int)
    done = Signal()
    failed = Signal(object)
    left = Signal()
    _loaded = Signal(int, int)

    def __init__(self, house: House, thread: CounterThread, parent: QObject) -> None:
        super().__init__(parent)
        self._house, self._thread = house, thread
        self._leaving = threading.Event()
        self._way_out = WayOut()
        self.under_way = False
        # Parts are counted on the counter's thread.
        self._loaded.connect(self.loading, Qt.ConnectionType.QueuedConnection)

    def begin(self, central: str, code: str) -> None:
        """Ask the office at this address to take this machine, and load its first copy."""
        self._leaving.clear()
        self.under_way = True
        way_out = self._way_out = WayOut()
        self._thread.submit(
            lambda: self._house.enrol(central, code, self._report, way_out),
            lambda _done: self._finish(),
            lambda error: self._fail(error, way_out),
        )

    def leave(self) -> None:
        """Leave at once; once the office has answered, stop loading at the next part: what came is kept."""
        if not self._way_out.leave():
            self._leaving.set()
        elif self.under_way:
            # The thread may still be waiting for a line that does not open: nobody need wait with it.
            self.under_way = False
            self.left.emit()

    def _report(self, loaded: int, to_load: int) -> bool:
        self._loaded.emit(loaded, to_load)
        return not self._leaving.is_set()

    def _finish(self) -> None:
        self.under_way = False
        self.done.emit()

    def _fail(self, error: UserError, way_out: WayOut) -> None:
        if way_out is not self._way_out or not self.under_way:
            # It was left, and that is said already; another try may be under way.
            return
        self.under_way = False
        if error.reason == "cancelled":
            self.done.emit()
        else:
            self.failed.emit(error)
