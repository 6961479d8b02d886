"""What a verdict is asked about: the guest, the basket and the place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A guest as far as rules care. ``points`` is the balance known at ``as_of_ms``."""

    id: int
    tier: str = "BRONZE"
    points: int = 0
    as_of_ms: int | None = None
    purchases: int = 0
    blocked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a basket. ``amount_minor`` is quantity times price, before discounts."""

    amount_minor: int
    item: str | None = None
    category: str | None = None
    quantity: int = 1
    tax_group: str = "standard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """What is being sold; empty while only a code is looked up (rules about amounts then wait).

    ``known`` is False before the cashier has entered an amount: conditions on the amount are then
    described, not enforced.
    """

    currency: str = "EUR"
    lines: tuple[Line, ...] = ()
    known: bool = True

    @property
    def total_minor(self) -> int:
        """The sum of all lines, in minor units."""
        return sum(line.amount_minor for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where it happens."""

    restaurant_id: int
    till_id: int
