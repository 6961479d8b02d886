"""The sale that is being made, before it is one: the amount as typed, and what was scanned for it."""

from dataclasses import dataclass, field

from pos_app.usecases.results import GuestSeen, LookUp, Priced
from sync.rules.sale import Guest, Line
from sync.rules.typed_amount import parse_amount
from sync.rules.user_error import UserError

_DECIMAL_SIGNS = ".,"


@dataclass(slots=True)
class Basket:
    """Amount and look-ups of one sale. ``number`` grows with each change, so that a late price is known as one."""

    currency: str
    exponent: int
    typed: str = ""
    amount_minor: int | None = None
    problem: UserError | None = None
    look_ups: list[LookUp] = field(default_factory=list)
    texts: dict[bytes, str] = field(default_factory=dict)
    priced: Priced | None = None
    number: int = 0

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is sold: one line with the amount, none while it is not known."""
        return (Line(amount_minor=self.amount_minor),) if self.amount_minor else ()

    @property
    def guest(self) -> Guest | None:
        """The guest whose card was scanned."""
        return next((look.guest for look in self.look_ups if look.guest is not None), None)

    @property
    def empty(self) -> bool:
        """Whether nothing was typed or scanned."""
        return not self.typed and not self.look_ups

    @property
    def ready(self) -> bool:
        """Whether there is an amount, and a price for exactly what stands here."""
        return self.amount_minor is not None and self.amount_minor > 0 and self.priced is not None

    @property
    def applying(self) -> list[LookUp]:
        """The look-ups that this bill takes; the others are shown with their reason and stay out of it."""
        left_out = {given.look_up.digest for given in self.priced.left_out} if self.priced else set()
        return [look for look in self.look_ups if look.digest not in left_out]

    def type_amount(self, text: str) -> None:
        """Take what was typed. A decimal sign at the end is an amount that is still being typed."""
        self.typed = text
        self.problem = None
        self.amount_minor = None
        number = text.strip().rstrip(_DECIMAL_SIGNS)
        if number:
            try:
                self.amount_minor = parse_amount(number, self.currency, self.exponent)
            except UserError as error:
                self.problem = error
        self._changed()

    def known(self, text: str) -> LookUp | None:
        """Return the look-up of a text that stands in this sale already."""
        return next((look for look in self.look_ups if self.texts.get(look.digest) == text), None)

    def add(self, text: str, look: LookUp) -> LookUp | None:
        """Put a look-up into the sale; a second guest's card replaces the first, which is returned."""
        replaced = None
        if isinstance(look.subject, GuestSeen):
            replaced = next((one for one in self.look_ups if one.guest is not None), None)
            if replaced is not None:
                self.look_ups.remove(replaced)
        self.look_ups.append(look)
        self.texts[look.digest] = text
        self._changed()
        return replaced

    def remove(self, place: int) -> LookUp:
        """Take a look-up off the sale."""
        look = self.look_ups.pop(place)
        self.texts.pop(look.digest, None)
        self._changed()
        return look

    def _changed(self) -> None:
        self.priced = None
        self.number += 1
