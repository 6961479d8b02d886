"""The latest sales of the till, read from its journal."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from pos_app.ui.counter_thread import CounterThread
from pos_app.ui.tongue import Tongue
from pos_app.ui.widgets.recent_sales import MAX_SHOWN, RecentSale, RecentSales
from pos_app.usecases.counter import Counter
from sync.protocol.payloads import Sale, Void
from sync.rules.user_error import UserError
from sync.till.journal.entries import Recent

RECENT_EVENTS = 200
"""How many of the newest events are searched for sales."""
SPARE_MS = 300
"""So long after the list was shown the row of the next sale is made: not when that sale has to be painted."""


class RecentDesk(QObject):
    """Shows the order queue: the newest sales, those of VIPs on top."""

    def __init__(
        self,
        panel: RecentSales,
        thread: CounterThread,
        counter: Counter,
        tongue: Tongue,
        failed: Callable[[UserError], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._panel, self._thread, self._counter, self._tongue = panel, thread, counter, tongue
        self._failed = failed
        self._recent: list[RecentSale] = []
        self._spare = QTimer(self)
        self._spare.setSingleShot(True)
        self._spare.setInterval(SPARE_MS)
        self._spare.timeout.connect(panel.list.make_spare)

    def load(self) -> None:
        """Read the latest sales from the journal."""
        self._thread.submit(lambda: self._counter.latest_sales(RECENT_EVENTS), self._show, self._failed)

    def speak(self) -> None:
        """Say them again in the language that is now installed."""
        self._panel.show_sales(self._recent, self._tongue.speech())

    def _show(self, recent: list[Recent]) -> None:
        undone = {each.payload.original for each in recent if isinstance(each.payload, Void)}
        self._recent = [
            RecentSale(
                receipt=each.payload.receipt,
                at_ms=each.committed.at_ms,
                paid_minor=each.payload.money_minor,
                discount_minor=each.payload.discount_minor,
                vip=each.payload.vip,
                undone=each.committed.event in undone,
            )
            for each in recent
            if isinstance(each.payload, Sale)
        ][:MAX_SHOWN]
        self.speak()
        self._spare.start()
