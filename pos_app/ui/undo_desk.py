"""Undoing the sale that was just made: asked once more, then recorded as a void."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from pos_app.ui.counter_thread import CounterThread
from pos_app.ui.tongue import Tongue
from pos_app.ui.words.card_text import ActionText, VerdictText
from pos_app.ui.words.undoing import keep_action, question_words, undo_action, undone_words, yes_action
from pos_app.usecases.counter import Counter
from pos_app.usecases.results import Sold, Undone
from sync.rules.user_error import UserError

REASON = "undo"
"""What the void says of itself: the cashier took the sale back right away."""


class UndoDesk(QObject):
    """``undone`` carries the ``Undone`` after COMMIT."""

    undone = Signal(object)

    def __init__(
        self,
        thread: CounterThread,
        counter: Counter,
        tongue: Tongue,
        show: Callable[[Callable[[], VerdictText]], None],
        failed: Callable[[UserError], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._thread, self._counter, self._tongue = thread, counter, tongue
        self._show, self._failed = show, failed
        self._sold: Sold | None = None
        self._before: Callable[[], VerdictText] | None = None

    def offer(self, sold: Sold) -> None:
        """Remember the sale that can be undone."""
        self._sold = sold

    def actions(self) -> tuple[ActionText, ...]:
        """Return what the card of a sale that was just made offers."""
        return (undo_action(),) if self._sold is not None else ()

    def act(self, name: str) -> None:
        """Do what a button of the card offers."""
        sold = self._sold
        if sold is None:
            return
        if name == "undo":
            self._show(
                lambda: question_words(sold, self._tongue.speech(), actions=(yes_action(), keep_action()))
            )
        elif name == "undo_yes":
            self._sold = None
            self._thread.submit(lambda: self._counter.void(sold.event, REASON), self._done, self._failed)
        elif name == "undo_no":
            self._sold = None
            self._show(lambda: question_words(sold, self._tongue.speech(), actions=(), kept=True))

    def _done(self, undone: Undone) -> None:
        self._show(lambda: undone_words(undone, self._tongue.speech()))
        self.undone.emit(undone)
