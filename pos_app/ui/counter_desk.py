"""What happens at the till screen: scans, amounts and Confirm become use cases, their results become words."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from pos_app.scanner.read import Read
from pos_app.ui.basket import Basket
from pos_app.ui.counter_thread import CounterThread
from pos_app.ui.screens.till_screen import TillScreen
from pos_app.ui.tongue import Tongue
from pos_app.ui.widgets.basket_panel import MAX_APPLIED
from pos_app.ui.widgets.recent_sales import MAX_SHOWN, RecentSale
from pos_app.ui.words.card_text import VerdictText
from pos_app.ui.words.verdict import (
    already_words,
    error_words,
    look_up_words,
    looking_words,
    ready_words,
    sold_words,
    unreadable_words,
)
from pos_app.usecases.counter import Counter
from pos_app.usecases.results import LookUp, Priced, Sold, StaffSeen
from pos_app.usecases.source import Source
from sync.protocol.payloads import Sale
from sync.rules.user_error import UserError
from sync.till.journal.entries import Recent

T = TypeVar("T")

PATIENCE_MS = 150
"""Only a look-up that takes longer than this says that it is under way: a flicker tells nobody anything."""

RECENT_EVENTS = 200
"""How many of the newest events are searched for sales."""


class CounterDesk(QObject):
    """One counter's work on one till screen.

    ``verdict_shown`` carries the ``LookUp`` once its verdict is on the card; ``sale_done`` the ``Sold``,
    after COMMIT; ``badge_shown`` the text of a colleague's badge.
    """

    verdict_shown = Signal(object)
    sale_done = Signal(object)
    badge_shown = Signal(str)
    failed = Signal(object)

    def __init__(self, screen: TillScreen, thread: CounterThread, counter: Counter, tongue: Tongue) -> None:
        super().__init__(screen)
        self._screen, self._thread, self._counter, self._tongue = screen, thread, counter, tongue
        self._basket = Basket(counter.currency, counter.exponent)
        self._selling = False
        self._recent: list[RecentSale] = []
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(PATIENCE_MS)
        self._soon.timeout.connect(lambda: self._show(looking_words))
        panel = screen.basket
        panel.amount_edited.connect(self.type_amount)
        panel.remove.connect(self.take_off)
        panel.confirm.connect(self.confirm)
        panel.clear.connect(self.start_over)
        screen.camera.typed.connect(self.look_up)
        self._show(ready_words)
        self.speak()
        self.load_recent()

    @property
    def basket(self) -> Basket:
        """The sale that is being made."""
        return self._basket

    def take_read(self, read: Read) -> None:
        """Take a code that the camera, or a picture, showed."""
        self.take(read, Source.CAMERA)

    def take(self, read: Read, source: Source) -> None:
        """Look a read up; one whose bytes are no text is refused, and journaled as an attempt."""
        if read.readable:
            self.look_up(read.text, source)
            return
        raw = read.raw
        self._submit(
            lambda: self._counter.refuse_unreadable(raw, source),
            lambda _refused: self._show(lambda: unreadable_words(self._tongue.speech().language)),
        )

    def look_up(self, text: str, source: Source) -> None:
        """Judge a text for the sale as it stands."""
        standing = self._basket.known(text)
        if standing is not None:
            self._show(lambda: already_words(standing, self._tongue.speech()))
            self.verdict_shown.emit(standing)
            return
        lines, guest = self._basket.lines, self._basket.guest
        self._soon.start()
        self._submit(
            lambda: self._counter.look_up(text, source, lines=lines, guest=guest),
            lambda look: self._seen(text, look),
        )

    def type_amount(self, text: str) -> None:
        """Take what was typed as the amount."""
        self._basket.type_amount(text)
        self._refresh()
        self._price()

    def take_off(self, place: int) -> None:
        """Take a code off the sale; what the office lent for it goes back."""
        self._release(self._basket.remove(place))
        self._refresh()
        self._price()

    def start_over(self) -> None:
        """Forget the sale that is being made."""
        for look in self._basket.look_ups:
            self._release(look)
        self._new_sale()
        self._show(ready_words)

    def confirm(self) -> None:
        """Record the sale with every code that this bill takes."""
        if self._selling or not self._basket.ready:
            return
        self._selling = True
        basket, lines, looks = self._basket, self._basket.lines, self._basket.applying
        for look in basket.look_ups:
            if look not in looks:
                self._release(look)
        self._refresh()
        if not self._submit(lambda: self._counter.sell(lines, looks), self._sold):
            self._selling = False

    def clear_card(self) -> None:
        """Put the verdict away."""
        self._soon.stop()
        self._show(ready_words)

    def load_recent(self) -> None:
        """Read the latest sales from the journal."""
        self._submit(lambda: self._counter.recent(RECENT_EVENTS), self._show_recent)

    def speak(self) -> None:
        """Say everything again in the language that is now installed."""
        self._refresh()
        self._screen.recent.show_sales(self._recent, self._tongue.speech())

    def _seen(self, text: str, look: LookUp) -> None:
        self._soon.stop()
        if isinstance(look.subject, StaffSeen):
            self.badge_shown.emit(text)
        elif look.accepted and len(self._basket.look_ups) < MAX_APPLIED:
            replaced = self._basket.add(text, look)
            if replaced is not None:
                self._release(replaced)
            self._refresh()
            self._price()
        self._show(lambda: look_up_words(look, self._tongue.speech()))
        self.verdict_shown.emit(look)

    def _price(self) -> None:
        """Ask what the bill comes to; an answer for an older state of the sale is dropped."""
        basket = self._basket
        if not basket.amount_minor:
            return
        number, lines, looks = basket.number, basket.lines, tuple(basket.look_ups)
        self._submit(lambda: self._counter.price(lines, looks), lambda priced: self._priced(number, priced))

    def _priced(self, number: int, priced: Priced) -> None:
        if number == self._basket.number:
            self._basket.priced = priced
            self._refresh()

    def _sold(self, sold: Sold) -> None:
        self._new_sale()
        self._show(lambda: sold_words(sold, self._tongue.speech()))
        self.load_recent()
        self.sale_done.emit(sold)

    def _new_sale(self) -> None:
        self._selling = False
        self._basket = Basket(self._counter.currency, self._counter.exponent, number=self._basket.number + 1)
        self._screen.basket.show_amount("")
        self._refresh()

    def _release(self, look: LookUp) -> None:
        if look.claims:
            self._submit(lambda: self._counter.release(look), lambda _nothing: None)

    def _submit(self, work: Callable[[], T], done: Callable[[T], None]) -> bool:
        taken = self._thread.submit(work, done, self.fail)
        if not taken:
            self.fail(UserError("till_busy", "The till is busy and did nothing.", "Try again in a moment."))
        return taken

    def fail(self, error: UserError) -> None:
        """Say on the card what did not go."""
        self._soon.stop()
        self._selling = False
        self._refresh()
        self._show(lambda: error_words(error, *self._tongue.errors().say(error)))
        self.failed.emit(error)

    def _show(self, words: Callable[[], VerdictText]) -> None:
        self._screen.verdict.show_words(words)

    def _refresh(self) -> None:
        basket, speech = self._basket, self._tongue.speech()
        self._screen.basket.show_sale(
            tuple(basket.look_ups), basket.priced, speech, ready=basket.ready and not self._selling
        )
        self._screen.basket.show_problem(*self._problem())

    def _problem(self) -> tuple[str, str]:
        """Say what is wrong with the amount."""
        problem = self._basket.problem
        return self._tongue.errors().say(problem) if problem is not None else ("", "")

    def _show_recent(self, recent: list[Recent]) -> None:
        self._recent = [
            RecentSale(
                receipt=each.payload.receipt,
                at_ms=each.committed.at_ms,
                paid_minor=each.payload.paid_minor,
                discount_minor=each.payload.discount_minor,
                vip=each.payload.vip,
            )
            for each in recent
            if isinstance(each.payload, Sale)
        ][:MAX_SHOWN]
        self._screen.recent.show_sales(self._recent, self._tongue.speech())
