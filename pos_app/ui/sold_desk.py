"""The sale that was just made, or was left open when the till stopped: what is said of it, and done about it."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from pos_app.ui.bill_desk import BillDesk
from pos_app.ui.card_desk import CardDesk
from pos_app.ui.counter_thread import CounterThread
from pos_app.ui.sale_keeper import SaleKeeper
from pos_app.ui.tongue import Tongue
from pos_app.ui.undo_desk import UndoDesk
from pos_app.ui.words.card_text import ActionText
from pos_app.ui.words.left_open import finished_words, unfinished_words
from pos_app.ui.words.verdict import receipt_action, sold_words
from pos_app.usecases.counter import Counter
from pos_app.usecases.open_sale import LeftOpen
from pos_app.usecases.results import Sold
from sync.rules.user_error import UserError

ShowReceipt = Callable[[UUID, int], None]
"""Shows the receipt of an event of this instant."""


class SoldDesk(QObject):
    """Follows the bill: ``told`` carries the ``Sold`` once the card says it, ``undone`` the ``Undone``, after COMMIT."""

    told = Signal(object)
    undone = Signal(object)

    def __init__(
        self,
        card: CardDesk,
        bill: BillDesk,
        keeper: SaleKeeper,
        thread: CounterThread,
        counter: Counter,
        tongue: Tongue,
        fail: Callable[[UserError], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._card, self._bill, self._keeper = card, bill, keeper
        self._thread, self._counter, self._tongue = thread, counter, tongue
        self._show_receipt: ShowReceipt | None = None
        self._paper: tuple[UUID, int] | None = None
        self._undo = UndoDesk(thread, counter, tongue, card.say, fail, self)
        self._undo.undone.connect(self.undone)
        keeper.found.connect(self._find_left)
        bill.recorded.connect(self._recorded)
        bill.sold.connect(self._sold)

    def offer_receipt(self, show: ShowReceipt) -> None:
        """Offer, from now on, the receipt of a sale that was just made."""
        self._show_receipt = show

    def act(self, name: str) -> None:
        """Do what a button of the card offers."""
        if name == "receipt" and self._show_receipt is not None and self._paper is not None:
            self._show_receipt(*self._paper)
        else:
            self._undo.act(name)

    def _recorded(self, sold: Sold) -> None:
        """Paint "done": it is what everybody waits for, before anything else is put in order."""
        self._card.answer(sold_words(sold, self._tongue.speech(), self._counter.exponent))

    def _sold(self, sold: Sold) -> None:
        self._card.over = True
        # For a moment longer the next start would tell of this sale: the plug may be pulled before it was read.
        self._keeper.stir()
        self._undo.offer(sold)
        self._paper = (sold.event, sold.at_ms)
        self._thread.soon(lambda: self._say_sold(sold))
        self._thread.soon(lambda: self.told.emit(sold))

    def _say_sold(self, sold: Sold) -> None:
        """Say what was sold, unless the next sale has begun already."""
        if not self._card.over:
            return
        self._card.bring(
            lambda: replace(
                sold_words(sold, self._tongue.speech(), self._counter.exponent), actions=self._actions()
            )
        )

    def _actions(self) -> tuple[ActionText, ...]:
        """Offer what can be done about the sale that was just made."""
        undo = self._undo.actions()
        return undo if self._show_receipt is None else (*undo, receipt_action())

    def _find_left(self, left: LeftOpen) -> None:
        """Say what became of the sale that was open when the till stopped; put back what was not recorded."""
        finished = left.finished
        self._card.over = True
        if finished is not None:
            at_ms = left.at_ms
            self._card.bring(lambda: finished_words(finished, at_ms, self._tongue.speech()))
            return
        if self._bill.basket.empty:
            self._bill.restore(left)
            self._card.over = False
        self._card.bring(lambda: unfinished_words(left.sale, self._tongue.speech()))
