"""The sale that is being made, before it is one: what is sold, the amount as typed, and what was scanned for it."""

import re
from dataclasses import dataclass, field, replace

from pos_app.usecases.quote import Quote
from pos_app.usecases.results import GuestSeen, LookUp, Priced
from sync.protocol.feed import Product
from sync.rules.money import MAX_AMOUNT_MINOR
from sync.rules.rewards import Reward
from sync.rules.sale import Guest, Line
from sync.rules.typed_amount import parse_amount
from sync.rules.user_error import UserError

MAX_LINES = 100
"""Lines of one sale; a longer bill is two sales."""
MAX_QUANTITY = 999
MAX_CODES = 20
"""Codes and cards that one sale may take."""
MAX_REWARDS = 10

_DECIMAL_SIGNS = ".,"
_TIMES = re.compile(r"\s*(?P<count>\d{1,3})\s*[*×xхXХ]\s*(?P<amount>.*)", re.DOTALL)
"""``3×4.50``, with whichever sign the keyboard has for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """One line of the bill: so many pieces of a product, or of an amount that was typed (``product`` None)."""

    product: Product | None
    each_minor: int
    quantity: int = 1

    @property
    def amount_minor(self) -> int:
        """What the line costs before discounts."""
        return self.each_minor * self.quantity

    @property
    def line(self) -> Line:
        """The line as the rules take it."""
        if self.product is None:
            return Line(amount_minor=self.amount_minor, quantity=self.quantity)
        return Line(
            amount_minor=self.amount_minor,
            item=self.product.item,
            category=self.product.category or None,
            quantity=self.quantity,
            tax_group=self.product.tax_group,
        )


@dataclass(slots=True)
class Basket:
    """Lines, typed amount and look-ups of one sale. ``number`` grows with each change: a late price is known as one.

    ``amount_minor`` is the typed amount, which counts as a line of its own without being put on the bill
    first. ``points`` of the guest are to pay a part, ``rewards`` are taken for points. ``unreadable`` says
    why the typed text is no amount; ``full`` that the bill could not take what was put on it last.
    """

    currency: str
    exponent: int
    typed: str = ""
    times: int = 1
    amount_minor: int | None = None
    unreadable: UserError | None = None
    full: bool = False
    bill: list[BillLine] = field(default_factory=list)
    look_ups: list[LookUp] = field(default_factory=list)
    texts: dict[bytes, str] = field(default_factory=dict)
    rewards: list[Reward] = field(default_factory=list)
    points: int = 0
    quote: Quote | None = None
    number: int = 0

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is sold: the bill's lines, and the typed amount as the last."""
        typed = (Line(amount_minor=self.amount_minor, quantity=self.times),) if self.amount_minor else ()
        return (*(each.line for each in self.bill), *typed)

    @property
    def total_minor(self) -> int:
        """What all lines come to, before discounts."""
        return sum(line.amount_minor for line in self.lines)

    @property
    def priced(self) -> Priced | None:
        """What the bill comes to; None while that is not known."""
        return self.quote.priced if self.quote is not None else None

    @property
    def guest(self) -> Guest | None:
        """The guest whose card was scanned."""
        return next((look.guest for look in self.look_ups if look.guest is not None), None)

    @property
    def empty(self) -> bool:
        """Whether nothing was typed, chosen or scanned."""
        return not (self.typed or self.bill or self.look_ups or self.rewards)

    @property
    def problem(self) -> UserError | None:
        """Say what is wrong with the bill; None for nothing."""
        if self.unreadable is not None:
            return self.unreadable
        if self.total_minor > MAX_AMOUNT_MINOR:
            return UserError(
                "amount_too_large", "The amount is too large.", "Check whether a decimal sign is missing."
            )
        if self.full:
            return UserError(
                "bill_full",
                "The bill cannot take more of this.",
                "Confirm this sale first, then make another one.",
            )
        return None

    @property
    def ready(self) -> bool:
        """Whether there is something to record, and a price for exactly what stands here."""
        if self.unreadable is not None or self.quote is None or self.total_minor > MAX_AMOUNT_MINOR:
            return False
        return self.total_minor > 0 or bool(self.rewards)

    @property
    def applying(self) -> list[LookUp]:
        """The look-ups that this bill takes; the others are shown with their reason and stay out of it."""
        left_out = {given.look_up.digest for given in self.priced.left_out} if self.priced else set()
        return [look for look in self.look_ups if look.digest not in left_out]

    def type_amount(self, text: str) -> None:
        """Take what was typed. A decimal sign at the end is an amount that is still being typed."""
        self.typed = text
        self.unreadable = None
        self.amount_minor = None
        self.times = 1
        found = _TIMES.fullmatch(text)
        number = text.strip() if found is None else found["amount"].strip()
        number = number.rstrip(_DECIMAL_SIGNS)
        if found is not None:
            self.times = max(1, int(found["count"]))
        if number:
            try:
                self.amount_minor = self.times * parse_amount(number, self.currency, self.exponent)
            except UserError as error:
                self.unreadable = error
        self._changed()

    def put_amount(self) -> bool:
        """Put the typed amount on the bill as a line of its own; whether there was one."""
        if not self.amount_minor or self.unreadable is not None or len(self.bill) >= MAX_LINES:
            return False
        self.bill.append(
            BillLine(product=None, each_minor=self.amount_minor // self.times, quantity=self.times)
        )
        self.type_amount("")
        return True

    def put(self, product: Product) -> None:
        """Put a product on the bill, as often as was typed before it; more of the same joins its line.

        What cannot be taken (too many lines or pieces, an absurd total) stands in :attr:`problem`.
        """
        quantity = self.times
        if self.amount_minor is None:
            self.type_amount("")
        place = next((at for at, each in enumerate(self.bill) if each.product == product), None)
        if place is not None:
            self.count(place, self.bill[place].quantity + quantity)
            return
        if len(self.bill) >= MAX_LINES:
            self.full = True
            return
        self.bill.append(BillLine(product=product, each_minor=product.price_minor, quantity=quantity))
        self._changed()

    def count(self, place: int, quantity: int) -> None:
        """Sell another number of pieces of a line; none takes it off the bill."""
        if quantity <= 0:
            del self.bill[place]
        elif quantity > MAX_QUANTITY:
            self.full = True
            return
        else:
            self.bill[place] = replace(self.bill[place], quantity=quantity)
        self._changed()

    def known(self, text: str) -> LookUp | None:
        """Return the look-up of a text that stands in this sale already."""
        return next((look for look in self.look_ups if self.texts.get(look.digest) == text), None)

    def twin(self, look: LookUp) -> LookUp | None:
        """Return what stands here for the same code: scanned twice before it was judged, or written another way."""
        code = look.code
        if code is None:
            return None
        return next(
            (each for each in self.look_ups if each.code is not None and each.code.id == code.id), None
        )

    def add(self, text: str, look: LookUp) -> LookUp | None:
        """Put a look-up into the sale; a second guest's card replaces the first, which is returned."""
        replaced = None
        if isinstance(look.subject, GuestSeen):
            replaced = next((one for one in self.look_ups if one.guest is not None), None)
            if replaced is not None:
                self.remove(self.look_ups.index(replaced))
        self.look_ups.append(look)
        self.texts[look.digest] = text
        self._changed()
        return replaced

    def remove(self, place: int) -> LookUp:
        """Take a look-up off the sale; with the guest go the points and rewards."""
        look = self.look_ups.pop(place)
        self.texts.pop(look.digest, None)
        if look.guest is not None:
            self.points = 0
            self.rewards.clear()
        self._changed()
        return look

    def prefer(self, first: tuple[LookUp, ...]) -> None:
        """Let these codes be taken before the others."""
        wanted = {look.digest for look in first}
        self.look_ups.sort(key=lambda look: look.digest not in wanted)
        self._changed()

    def pay_points(self, points: int) -> None:
        """Let so many points pay a part of the bill; 0 for none."""
        self.points = max(0, points)
        self._changed()

    def take_reward(self, reward: Reward, *, taken: bool) -> None:
        """Take a reward of the catalogue for points, or leave it."""
        if taken and len(self.rewards) >= MAX_REWARDS:
            self.full = True
            return
        if taken:
            self.rewards.append(reward)
        else:
            self.rewards.remove(reward)
        self._changed()

    def _changed(self) -> None:
        self.full = False
        self.quote = None
        self.number += 1
