"""The bill of one till screen: what is put on it, what it comes to, and Confirm."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from pos_app.ui.basket import MAX_CODES, Basket
from pos_app.ui.counter_thread import CounterThread
from pos_app.ui.sale_keeper import restore
from pos_app.ui.screens.till_screen import TillScreen
from pos_app.ui.tongue import Tongue
from pos_app.ui.widgets.stage import Page
from pos_app.ui.words.guest import guest_text
from pos_app.usecases.counter import Counter
from pos_app.usecases.open_sale import LeftOpen
from pos_app.usecases.quote import Quote
from pos_app.usecases.results import LookUp, Sold
from sync.protocol.feed import Product
from sync.rules.rewards import Reward
from sync.rules.user_error import UserError

T = TypeVar("T")

ADD_SIGN = "+"
"""Typed behind an amount, it puts that amount on the bill, so that the next can be typed."""


class BillDesk(QObject):
    """Keeps the basket and shows it.

    ``recorded`` carries the ``Sold`` after COMMIT, and ``sold`` once the next bill stands; ``begun`` tells of each
    change, ``forgotten`` that the cashier has started over, ``failed`` carries the ``UserError`` of what did not go.
    """

    recorded = Signal(object)
    sold = Signal(object)
    begun = Signal()
    forgotten = Signal()
    failed = Signal(object)

    def __init__(self, screen: TillScreen, thread: CounterThread, counter: Counter, tongue: Tongue) -> None:
        super().__init__(screen)
        self._screen, self._thread, self._counter, self._tongue = screen, thread, counter, tongue
        self.basket = Basket(counter.currency, counter.exponent)
        self.selling = False
        """Whether a sale is being recorded: until that is known, nothing on the bill moves."""
        self._looking = 0
        self._asking = False
        self._catalogue_seen = False
        panel, keypad = screen.basket, screen.keypad
        panel.amount_edited.connect(self.type_amount)
        panel.amount_touched.connect(lambda: screen.stage.show_page(Page.AMOUNT))
        panel.remove.connect(self.take_off)
        panel.count.connect(self.count)
        panel.confirm.connect(self.confirm)
        panel.better.connect(self.take_better)
        keypad.pressed.connect(panel.press)
        keypad.back.connect(panel.delete_last)
        keypad.clear.connect(lambda: panel.set_amount(""))
        keypad.add.connect(self.put_amount)
        screen.items.chosen.connect(self.choose)
        screen.guest.pay.connect(self.pay_points)
        screen.guest.reward.connect(self.take_reward)

    def type_amount(self, text: str) -> None:
        """Take what was typed as the amount; a plus sign behind it puts it on the bill."""
        if text.rstrip().endswith(ADD_SIGN) and not self.selling:
            self.basket.type_amount(text.rstrip().removesuffix(ADD_SIGN))
            self.put_amount()
            return
        if not self.selling:
            self.basket.type_amount(text)
            self._changed()

    def put_amount(self) -> None:
        """Put the typed amount on the bill as a line of its own, and begin the next."""
        if self.selling:
            return
        if self.basket.put_amount():
            self._screen.basket.show_amount("")
        self._changed()

    def choose(self, product: Product) -> None:
        """Put a product on the bill."""
        if self.selling:
            return
        self.basket.put(product)
        self._screen.basket.show_amount(self.basket.typed)
        self._changed()

    def count(self, place: int, quantity: int) -> None:
        """Sell another number of pieces of a line."""
        if self.selling:
            return
        self.basket.count(place, quantity)
        self._changed()

    def add(self, text: str, look: LookUp) -> None:
        """Put a look-up on the bill; a second guest's card replaces the first."""
        if len(self.basket.look_ups) >= MAX_CODES:
            self.release(look)
            self.basket.full = True
            self.refresh()
            return
        replaced = self.basket.add(text, look)
        if replaced is not None:
            self.release(replaced)
        self._changed()

    def take_off(self, place: int) -> None:
        """Take a code, or a reward, off the bill; what the office lent for it goes back."""
        if self.selling:
            return
        codes = len(self.basket.look_ups)
        if place < codes:
            self.release(self.basket.remove(place))
        else:
            self.basket.take_reward(self.basket.rewards[place - codes], taken=False)
        self._changed()

    def pay_points(self, points: int) -> None:
        """Let so many of the guest's points pay a part; 0 for none."""
        if self.selling:
            return
        self.basket.pay_points(points)
        self._screen.guest.clear_points()
        self._changed()

    def take_reward(self, reward: Reward, taken: bool) -> None:  # noqa: FBT001 - a signal's value has no name
        """Take a reward for points, or leave it."""
        if self.selling:
            return
        self.basket.take_reward(reward, taken=taken)
        self._changed()

    def take_better(self) -> None:
        """Let the codes that give more be taken before the others."""
        if self.selling:
            return
        quote = self.basket.quote
        if quote is not None and quote.better is not None:
            self.basket.prefer(quote.better.take)
            self._changed()

    def wait_for_code(self, more: int) -> None:
        """Count look-ups that are under way: a sale is not confirmed before a code that was shown for it is judged.

        Nothing else of the bill changes by it, so that nothing else is shown anew.
        """
        self._looking += more
        self._screen.basket.show_ready(ready=self.ready)

    @property
    def ready(self) -> bool:
        """Whether the sale can be confirmed now."""
        return self.basket.ready and not self.selling and not self._looking

    def start_over(self) -> None:
        """Forget the sale that is being made."""
        if self.selling:
            return
        for look in self.basket.look_ups:
            self.release(look)
        self._new()
        self.forgotten.emit()

    def restore(self, left: LeftOpen) -> None:
        """Put back on the bill what was kept of a sale that was not finished."""
        restore(self.basket, left.sale, {product.item: product for product in left.products})
        self._screen.basket.show_amount(self.basket.typed)
        self.refresh()
        self.price()

    def confirm(self) -> None:
        """Record the sale with every code that this bill takes."""
        quote = self.basket.quote
        if quote is None or not self.ready:
            return
        basket, lines, looks = self.basket, self.basket.lines, self.basket.applying
        points, rewards = quote.paying.points, [reward.id for reward in basket.rewards]
        self.selling = True
        self.refresh()
        taken = self._submit(
            lambda: self._counter.sell(lines, looks, points=points, rewards=rewards),
            lambda sold: self._sold(basket, looks, sold),
        )
        if not taken:
            self.selling = False
            self.refresh()

    def release(self, look: LookUp) -> None:
        """Give back what was asked for on the spot."""
        if look.claims:
            self._submit(lambda: self._counter.release(look), lambda _nothing: None)

    def refresh(self) -> None:
        """Show the bill as it is, in the language that is now installed."""
        basket, speech = self.basket, self._tongue.speech()
        panel, stage = self._screen.basket, self._screen.stage
        panel.show_sale(basket, speech, ready=self.ready)
        panel.amount.setReadOnly(self.selling)
        problem = basket.problem
        panel.show_problem(*(self._tongue.errors().say(problem) if problem is not None else ("", "")))
        guest = next((look for look in basket.look_ups if look.guest is not None), None)
        stage.show_guest_tab(there=guest is not None)
        if guest is not None:
            self._screen.guest.show_guest(guest_text(guest, basket.quote, tuple(basket.rewards), speech))
        products = speech.settings.products if speech.settings is not None else ()
        self._screen.items.show_products(products, speech)
        if products and not self._catalogue_seen:
            self._catalogue_seen = True
            stage.prefer(Page.ITEMS)

    def price(self) -> None:
        """Ask what the bill comes to. One question at a time: the next is asked when the answer is there."""
        basket = self.basket
        if self._asking or basket.empty or basket.quote is not None:
            return
        number, lines, looks = basket.number, basket.lines, tuple(basket.look_ups)
        points, rewards = basket.points, tuple(basket.rewards)
        self._asking = self._submit(
            lambda: self._counter.quote(lines, looks, points=points, rewards=rewards),
            lambda quote: self._priced(number, quote),
        )

    def fail(self, error: UserError) -> None:
        """Let nothing stand half done after what did not go."""
        self._asking = self.selling = False
        self.refresh()
        self.failed.emit(error)

    def _changed(self) -> None:
        self.begun.emit()
        self.refresh()
        self.price()

    def _priced(self, number: int, quote: Quote) -> None:
        self._asking = False
        if number == self.basket.number:
            self.basket.quote = quote
            self.refresh()
        else:
            self.price()

    def _sold(self, basket: Basket, looks: list[LookUp], sold: Sold) -> None:
        self.recorded.emit(sold)
        for look in basket.look_ups:
            if look not in looks:
                self.release(look)
        self._new()
        self.sold.emit(sold)

    def _new(self) -> None:
        self.selling = False
        self.basket = Basket(self._counter.currency, self._counter.exponent, number=self.basket.number + 1)
        self._screen.basket.show_amount("")
        self._screen.guest.clear_points()
        self._screen.items.clear_search()
        self.refresh()

    def _submit(self, work: Callable[[], T], done: Callable[[T], None]) -> bool:
        taken = self._thread.submit(work, done, self.fail)
        if not taken:
            self.fail(UserError("till_busy", "The till is busy and did nothing.", "Try again in a moment."))
        return taken
