"""One guest's points: lots, and the double entries that made them what they are.

Every operation is a transaction whose entries sum to zero, between accounts of the guest (points they can
spend, points still pending, points they owe) and of the network (where points come from and go to). A lot
is points that were earned together and expire together. What a guest can spend is always the sum of
their lots, and of their entries. An operation has an identifier of its own: repeating it changes nothing.
"""

from dataclasses import dataclass
from enum import StrEnum


class Account(StrEnum):
    """Where points are. The guest's accounts first, then the network's counterparts."""

    AVAILABLE = "available"
    PENDING = "pending"
    OWED = "owed"
    EARNED = "earned"
    BURNT = "burnt"
    EXPIRED = "expired"
    ADJUSTED = "adjusted"
    FORGIVEN = "forgiven"


class Kind(StrEnum):
    """What an operation does."""

    EARN = "earn"
    APPLY = "apply"
    BURN = "burn"
    EXPIRE = "expire"
    ADJUST = "adjust"
    REVERSE = "reverse"


class Shortfall(StrEnum):
    """What happens when earned points are taken back that were spent already.

    ``OWE`` (the default) keeps the balance at zero and takes the missing points from the next ones that are
    applied; ``FORGIVE`` lets the network bear them.
    """

    OWE = "owe"
    FORGIVE = "forgive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Points earned together. ``left`` is what is still there; pending points cannot be spent yet.

    ``expires_at_ms`` is None for points that stay; at that instant they are gone.
    """

    id: str
    left: int
    pending: bool
    earned_at_ms: int
    expires_at_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One side of a transaction. ``lot`` names the lot that the guest's points belong to."""

    account: Account
    points: int
    lot: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One operation as it was booked. ``of`` names the operation that it applies or reverses.

    ``request`` is what was asked for, so that another operation under the same identifier is noticed.
    """

    operation: str
    kind: Kind
    at_ms: int
    entries: tuple[Entry, ...]
    request: tuple[str, ...]
    of: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """All of one guest's points. Made by the operations of :mod:`sync.rules.ledger.operations` only."""

    lots: tuple[Lot, ...] = ()
    transactions: tuple[Transaction, ...] = ()
    owed: int = 0

    @property
    def balance(self) -> int:
        """Points that are applied and left, expired or not (see :func:`spendable`)."""
        return sum(lot.left for lot in self.lots if not lot.pending)

    @property
    def pending(self) -> int:
        """Points that are earned but not yet applied by the office."""
        return sum(lot.left for lot in self.lots if lot.pending)


EMPTY = Book()


def spendable(book: Book, at_ms: int) -> int:
    """Points that can be spent at an instant: applied, left and not expired."""
    return sum(lot.left for lot in in_burning_order(book, at_ms))


def in_burning_order(book: Book, at_ms: int) -> list[Lot]:
    """Return the lots that can be spent: what expires first comes first, then what was earned first."""
    return [lot for lot in by_expiry(book) if not has_expired(lot, at_ms)]


def by_expiry(book: Book) -> list[Lot]:
    """Return the lots that hold applied points, expired or not: what expires first, then what was earned first."""
    held = [lot for lot in book.lots if not lot.pending and lot.left > 0]
    return sorted(
        held, key=lambda lot: (lot.expires_at_ms is None, lot.expires_at_ms or 0, lot.earned_at_ms, lot.id)
    )


def has_expired(lot: Lot, at_ms: int) -> bool:
    """Whether the lot's instant of expiry has come."""
    return lot.expires_at_ms is not None and at_ms >= lot.expires_at_ms


def find(book: Book, operation: str) -> Transaction | None:
    """Find a transaction by its operation's identifier."""
    return next((one for one in book.transactions if one.operation == operation), None)


def lot_named(book: Book, lot: str) -> Lot | None:
    """Find a lot by its identifier."""
    return next((one for one in book.lots if one.id == lot), None)
