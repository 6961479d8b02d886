"""What the use cases of a shift hand back: plain, frozen, free of the GUI. Amounts are minor units."""

from dataclasses import dataclass
from uuid import UUID

from msgspec import Struct

from sync.protocol.payloads import SaleLine
from sync.protocol.shift_figures import ShiftFigures


class ShiftStatus(Struct, frozen=True, kw_only=True):
    """Whether a shift is open. ``number`` is its own, or that of the next one."""

    open: bool
    number: int
    currency: str
    float_minor: int = 0
    opened_at_ms: int | None = None
    opened_by: str = ""
    event: UUID | None = None


class Hour(Struct, frozen=True, kw_only=True):
    """What was sold within one hour that begins at ``at_ms``."""

    at_ms: int
    sales: int
    paid_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftReport:
    """An X report (``closed_at_ms`` None) or a Z report.

    ``figures`` count everything since the report before. ``expected_minor`` is the float and all money in and
    out; of a Z report ``counted_minor`` and ``other_minor`` say what was there. ``names`` are people by number.
    """

    number: int
    currency: str
    till_name: str
    restaurant_name: str
    zone: str
    at_ms: int
    float_minor: int
    expected_minor: int
    figures: ShiftFigures
    names: dict[int, str]
    opened_at_ms: int | None = None
    opened_by: str = ""
    closed_at_ms: int | None = None
    closed_by: str = ""
    counted_minor: int | None = None
    other_minor: int = 0
    note: str = ""
    by_hour: tuple[Hour, ...] = ()
    event: UUID | None = None

    @property
    def closing(self) -> bool:
        """Whether it is a Z report."""
        return self.closed_at_ms is not None

    @property
    def difference_minor(self) -> int | None:
        """What was there beyond what should be (below zero: missing); None before it was counted."""
        return (
            None
            if self.counted_minor is None
            else self.counted_minor + self.other_minor - self.expected_minor
        )


class AttemptSeen(Struct, frozen=True, kw_only=True):
    """Something that was not accepted: when, why in words, how it came in, and who stood there."""

    at_ms: int
    reason: str
    sentence: str
    source: str
    staff: str
    asked: bool


class SaleEntry(Struct, frozen=True, kw_only=True):
    """One sale of this till, for a list. ``back_minor`` of ``paid_minor`` has gone back; ``voided`` all of it."""

    event: UUID
    receipt: int
    at_ms: int
    currency: str
    staff: str
    total_minor: int
    discount_minor: int
    paid_minor: int
    points_spent: int
    points_paid_minor: int
    points_earned: int
    vip: bool
    codes: int
    guest_id: int | None
    lines: tuple[SaleLine, ...]
    settled: bool
    back_minor: int = 0
    voided: bool = False

    @property
    def money_minor(self) -> int:
        """What was paid in money: what lists and cards call paid, the points standing apart."""
        return self.paid_minor - self.points_paid_minor

    @property
    def left_minor(self) -> int:
        """What of it has not gone back yet."""
        return 0 if self.voided else self.paid_minor - self.back_minor


class CreditEntry(Struct, frozen=True, kw_only=True):
    """One credit (above zero) or debit by hand."""

    at_ms: int
    guest_id: int
    guest: str
    points: int
    reason: str
    note: str
    staff: str
    approved_by: str
    settled: bool


class CreditLimits(Struct, frozen=True, kw_only=True):
    """How many points may be given by hand: at once by this role, from this till's leased allowance now.

    Above ``second_above`` points a second person is needed. ``mine`` is 0 while nobody is signed in.
    """

    mine: int
    second_above: int
    leased: int
