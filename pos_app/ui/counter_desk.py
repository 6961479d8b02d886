"""What happens at the till screen: scans and decisions become use cases, their results become words."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from pos_app.scanner.read import Read
from pos_app.ui.basket import Basket
from pos_app.ui.bill_desk import BillDesk
from pos_app.ui.card_desk import CardDesk
from pos_app.ui.counter_thread import CounterThread
from pos_app.ui.recent_desk import RecentDesk
from pos_app.ui.sale_keeper import SaleKeeper
from pos_app.ui.screens.till_screen import TillScreen
from pos_app.ui.sold_desk import ShowReceipt, SoldDesk
from pos_app.ui.tongue import Tongue
from pos_app.ui.widgets.stage import Page
from pos_app.ui.words.card_text import ActionText, VerdictText
from pos_app.ui.words.verdict import (
    already_words,
    decide_caption,
    error_words,
    look_up_words,
    looking_words,
    ready_words,
    unreadable_words,
)
from pos_app.usecases.counter import Counter
from pos_app.usecases.results import GuestSeen, LookUp, Sold, StaffSeen
from pos_app.usecases.source import Source
from sync.rules.user_error import UserError
from sync.rules.verdict import Outcome

T = TypeVar("T")

PATIENCE_MS = 150
"""Only a look-up that takes longer than this says that it is under way: a flicker tells nobody anything."""
MAX_LATE = 8
"""Codes that are shown while a sale is being recorded, and stand on the next bill."""

Decide = Callable[[LookUp, Callable[[LookUp], None]], None]
"""Lets a manager decide about a look-up, and calls back with what was decided."""


class CounterDesk(QObject):
    """One counter's work on one till screen.

    ``verdict_shown`` carries the ``LookUp`` once its verdict is on the card; ``sale_done`` the ``Sold``,
    after COMMIT; ``undone`` the ``Undone``, after COMMIT; ``badge_shown`` the text of a colleague's badge.
    """

    verdict_shown = Signal(object)
    sale_done = Signal(object)
    undone = Signal(object)
    badge_shown = Signal(str)
    failed = Signal(object)

    def __init__(self, screen: TillScreen, thread: CounterThread, counter: Counter, tongue: Tongue) -> None:
        super().__init__(screen)
        self._screen, self._thread, self._counter, self._tongue = screen, thread, counter, tongue
        self._card = CardDesk(screen)
        self.bill = BillDesk(screen, thread, counter, tongue)
        self._decide: Decide | None = None
        self._asked: tuple[str, LookUp] | None = None
        self._late: list[tuple[str, LookUp]] = []
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(PATIENCE_MS)
        self._soon.timeout.connect(lambda: self._card.say(looking_words))
        self.recent = RecentDesk(screen.recent, thread, counter, tongue, self.fail, self)
        self.keeper = SaleKeeper(thread, counter, lambda: self.bill.basket, self)
        self.keeper.failed.connect(self.failed)
        self.bill.begun.connect(self.keeper.stir)
        self.bill.forgotten.connect(self.keeper.keep)
        self.bill.begun.connect(self._card.begin)
        self.bill.sold.connect(self._forget_question)
        self._after = SoldDesk(self._card, self.bill, self.keeper, thread, counter, tongue, self.fail, self)
        self._after.undone.connect(self._came_back)
        self._after.told.connect(self._told_sold)
        self.bill.failed.connect(self.fail)
        screen.basket.clear.connect(self.start_over)
        screen.camera.typed.connect(self.look_up)
        screen.verdict.chosen.connect(self._act)
        screen.stage.guest_wanted.connect(self.show_guest)
        screen.guest.voucher.connect(self.take_carried)
        self._card.say(ready_words)
        self.speak()
        self.recent.load()
        self.keeper.look()

    @property
    def basket(self) -> Basket:
        """The sale that is being made."""
        return self.bill.basket

    def offer_decision(self, decide: Decide) -> None:
        """Offer, from now on, a manager's decision wherever the rules ask for one."""
        self._decide = decide

    def offer_receipt(self, show: ShowReceipt) -> None:
        """Offer, from now on, the receipt of a sale that was just made."""
        self._after.offer_receipt(show)

    def take(self, read: Read, source: Source) -> None:
        """Look a read up; one whose bytes are no text is refused, and journaled as an attempt."""
        if read.readable:
            self.look_up(read.text, source)
            return
        raw = read.raw
        self._submit(
            lambda: self._counter.refuse_unreadable(raw, source),
            lambda _refused: self._card.bring(lambda: unreadable_words(self._tongue.speech().language)),
        )

    def look_up(self, text: str, source: Source) -> None:
        """Judge a text for the sale as it stands."""
        standing = self.basket.known(text)
        if standing is not None and not self.bill.selling:
            self._show_standing(standing)
            return
        lines, guest = self.basket.lines, self.basket.guest
        self._soon.start()
        if self._submit(
            lambda: self._counter.look_up(text, source, lines=lines, guest=guest),
            lambda look: self._judged(text, look),
            self._not_judged,
        ):
            self.bill.wait_for_code(1)

    def take_look(self, text: str, look: LookUp) -> None:
        """Put on the bill what was looked up elsewhere; ``text`` is the name under which it stands there."""
        if self.basket.known(text) is None:
            self._seen(text, look)

    def take_carried(self, code_id: int) -> None:
        """Put a voucher that the guest carries on the bill."""
        lines, guest = self.basket.lines, self.basket.guest
        if guest is None or self.bill.selling:
            return
        if self._submit(
            lambda: self._counter.look_up_carried(code_id, lines=lines, guest=guest),
            lambda look: self._carried(code_id, look),
            self._not_judged,
        ):
            self.bill.wait_for_code(1)

    def start_over(self) -> None:
        """Forget the sale that is being made."""
        self._thread.catch_up()
        self.bill.start_over()
        self._card.put_away()
        self._screen.stage.home()

    def confirm(self) -> None:
        """Record the sale with every code that this bill takes."""
        self.bill.confirm()

    def clear_card(self) -> None:
        """Put the verdict away."""
        self._thread.catch_up()
        self._soon.stop()
        self._card.put_away()
        self._screen.stage.home()

    def show_guest(self) -> None:
        """Show the card of the guest who stands on the bill."""
        look = next((look for look in self.basket.look_ups if look.guest is not None), None)
        if look is not None:
            self._screen.stage.show_page(Page.GUEST)
            self._card.say(lambda: self._words_of(look))

    def speak(self) -> None:
        """Say everything again in the language that is now installed."""
        self.bill.refresh()
        self.recent.speak()

    def fail(self, error: UserError) -> None:
        """Say on the card what did not go."""
        self._soon.stop()
        if self.bill.selling:
            self.bill.selling = False
            self.bill.refresh()
        self._card.over = True
        self._card.bring(lambda: error_words(error, *self._tongue.errors().say(error)))
        self.failed.emit(error)
        self._take_late()

    def _judged(self, text: str, look: LookUp) -> None:
        """Paint the answer; then its words, then the bill, each in a breath of its own.

        Until the code stands on the bill it counts as being looked up: no sale is confirmed without it.
        """
        self._soon.stop()
        if not self.bill.selling:
            # The answer is what everybody waits for: it is painted before anything else is put in order.
            self._card.answer(self._words_of(look))
        self._thread.soon(lambda: self._put(text, look, said=self._say(text, look)))

    def _carried(self, code_id: int, look: LookUp | None) -> None:
        self.bill.wait_for_code(-1)
        if look is not None:
            self._seen(f"code {code_id}", look)

    def _not_judged(self, error: UserError) -> None:
        self.bill.wait_for_code(-1)
        self.fail(error)

    def _put(self, text: str, look: LookUp, *, said: bool) -> None:
        def put() -> None:
            self.bill.wait_for_code(-1)
            if said:
                self._take(text, look)

        self._thread.soon(put)

    def _seen(self, text: str, look: LookUp) -> None:
        if self._say(text, look):
            self._take(text, look)

    def _say(self, text: str, look: LookUp) -> bool:
        """Say what a look-up is; False while a sale is being recorded: then it is kept for the next one."""
        self._soon.stop()
        if self.bill.selling:
            # The bill that it was shown for is being recorded without it: it stands on the next one.
            if len(self._late) < MAX_LATE:
                self._late.append((text, look))
            return False
        undecided = look.outcome is Outcome.ASK and look.decided is None
        self._asked = (text, look) if undecided else None
        self._card.over = False
        self._card.bring(lambda: self._words_of(look))
        return True

    def _take(self, text: str, look: LookUp) -> None:
        """Put on the bill what was accepted, and tell of it."""
        twin = self.basket.twin(look) if look.accepted else None
        if twin is not None:
            # Standing there twice it would be priced once, and sold not at all.
            self.bill.release(look)
            self._show_standing(twin)
            return
        if isinstance(look.subject, StaffSeen):
            self.badge_shown.emit(text)
        elif look.accepted:
            self.bill.add(text, look)
            self._card.stay()
        self.verdict_shown.emit(look)

    def _show_standing(self, look: LookUp) -> None:
        """Say that this code stands on the bill already."""
        self._card.bring(lambda: already_words(look, self._tongue.speech()))
        self.verdict_shown.emit(look)

    def _words_of(self, look: LookUp) -> VerdictText:
        """Say what a look-up is; below a guest's stands the guest card, below a question who may answer it."""
        words = look_up_words(look, self._tongue.speech())
        if isinstance(look.subject, GuestSeen) and look.accepted:
            return replace(words, guest=True, message="", facts=())
        if self._asked is not None and self._asked[1] is look and self._decide is not None:
            action = ActionText(name="decide", caption=decide_caption(), sign="person", key="Ctrl+M")
            return replace(words, actions=(action,))
        return words

    def _act(self, name: str) -> None:
        """Do what a button of the card offers."""
        if name == "decide" and self._asked is not None and self._decide is not None:
            text, look = self._asked
            self._decide(look, lambda decided: self._seen(text, decided))
        else:
            self._after.act(name)

    def _forget_question(self) -> None:
        self._asked = None

    def _came_back(self, undone: object) -> None:
        self.recent.load()
        self.undone.emit(undone)

    def _told_sold(self, sold: Sold) -> None:
        self.recent.load()
        self.sale_done.emit(sold)
        self._take_late()

    def _take_late(self) -> None:
        late, self._late = self._late, []
        for text, look in late:
            self._seen(text, look)

    def _submit(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[UserError], None] | None = None,
    ) -> bool:
        taken = self._thread.submit(work, done, failed or self.fail)
        if not taken:
            self.fail(UserError("till_busy", "The till is busy and did nothing.", "Try again in a moment."))
        return taken
