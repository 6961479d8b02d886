"""What a receipt says: plain figures and names, gathered by a use case. Amounts are minor units, instants ms."""

from enum import StrEnum
from pathlib import Path

from msgspec import Struct


class Kind(StrEnum):
    """What the receipt is for."""

    SALE = "sale"
    VOID = "void"
    REFUND = "refund"


class Letterhead(Struct, frozen=True, kw_only=True):
    """What the restaurant wants above and below its receipts: address lines, a greeting, a logo.

    ``name`` stands there instead of the restaurant's, where it is not empty. A logo is a file of this machine, or the
    bytes of a picture that came from the office.
    """

    name: str = ""
    head: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()
    logo: Path | bytes | None = None


class Item(Struct, frozen=True, kw_only=True):
    """One line: what it was, for how much, and how many points a reward took."""

    name: str
    amount_minor: int
    quantity: int = 1
    points: int = 0


class Off(Struct, frozen=True, kw_only=True):
    """What one code, or the guest's tier, took off."""

    name: str
    amount_minor: int


class Tax(Struct, frozen=True, kw_only=True):
    """What was paid in one tax group."""

    group: str
    amount_minor: int


class GuestPart(Struct, frozen=True, kw_only=True):
    """The guest's part: ``balance`` is what the till knew at ``as_of_ms`` (None: nothing is known)."""

    name: str = ""
    tier: str = ""
    balance: int | None = None
    as_of_ms: int | None = None
    earned: int = 0
    spent: int = 0
    back: int = 0
    taken: int = 0


class Original(Struct, frozen=True, kw_only=True):
    """The sale that is given back: its number and time, where this till knows them."""

    receipt: int | None = None
    at_ms: int | None = None
    event: str = ""


class Receipt(Struct, frozen=True, kw_only=True):
    """One receipt.

    ``paid_minor`` is what was paid (given back, for a void or refund), of it ``points_minor`` as points and the
    rest in money. ``copy`` counts printings: 1 for the first. ``proof`` is the text of its QR code, empty where
    this till cannot sign for it; ``event`` is then what identifies it.
    """

    kind: Kind
    network_name: str
    restaurant_name: str
    till_name: str
    cashier: str
    number: int
    at_ms: int
    zone: str
    currency: str
    exponent: int
    items: tuple[Item, ...] = ()
    off: tuple[Off, ...] = ()
    taxes: tuple[Tax, ...] = ()
    total_minor: int = 0
    discount_minor: int = 0
    paid_minor: int = 0
    points_minor: int = 0
    guest: GuestPart | None = None
    vip: bool = False
    original: Original | None = None
    reason: str = ""
    copy: int = 1
    proof: str = ""
    event: str = ""
    letterhead: Letterhead = Letterhead()
