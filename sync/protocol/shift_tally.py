"""Adding up a shift, event by event. The till makes its Z report with it, and the office checks that report."""

from collections import Counter, defaultdict

from sync.protocol.payloads import (
    Attempt,
    Override,
    Payload,
    PointsAdjusted,
    Redemption,
    Refund,
    Sale,
    Void,
)
from sync.protocol.shift_figures import Figures, ShiftFigures, StaffFigures

MAX_STAFF = 80
"""People who are listed one by one; a report must stay one event. Whoever comes later counts with the till."""
MAX_REASONS = 100
OTHER_REASONS = "other"
NOBODY = 0
"""Stands for the till itself, where nobody was signed in."""


class Tally:
    """Takes events in the order of the journal."""

    def __init__(self) -> None:
        """Begin at zero."""
        self._events = 0
        self._whole: Counter[str] = Counter()
        self._by_staff: defaultdict[int, Counter[str]] = defaultdict(Counter)
        self._refused: Counter[str] = Counter()
        self._receipts: tuple[int, int] | None = None

    def add(self, staff: int | None, payload: Payload | None) -> None:
        """Count one event; what cannot be read counts as an event and nothing else."""
        self._events += 1
        amounts = _amounts(payload)
        if not amounts:
            return
        whole, own = self._whole, self._of(staff or NOBODY)
        for name, amount in amounts.items():
            if amount:
                whole[name] += amount
                own[name] += amount
        if isinstance(payload, Attempt):
            known = payload.reason in self._refused or len(self._refused) < MAX_REASONS
            self._refused[payload.reason if known else OTHER_REASONS] += 1
        if isinstance(payload, Sale | Void | Refund):
            first, last = self._receipts or (payload.receipt, payload.receipt)
            self._receipts = min(first, payload.receipt), max(last, payload.receipt)

    def figures(self) -> ShiftFigures:
        """Return what everything so far comes to."""
        first, last = self._receipts or (0, 0)
        return ShiftFigures(
            events=self._events,
            whole=Figures(**self._whole),
            by_staff=tuple(
                StaffFigures(staff=staff, figures=Figures(**amounts))
                for staff, amounts in sorted(self._by_staff.items())
            ),
            refused=dict(sorted(self._refused.items())),
            first_receipt=first,
            last_receipt=last,
        )

    def _of(self, staff: int) -> Counter[str]:
        listed = staff == NOBODY or staff in self._by_staff or len(self._by_staff) < MAX_STAFF
        return self._by_staff[staff if listed else NOBODY]


def _amounts(payload: Payload | None) -> dict[str, int]:
    """Return what one event adds, by the names of :class:`Figures`; empty for what no report counts."""
    amounts: dict[str, int] = {}
    match payload:
        case Sale():
            amounts = _sale(payload)
        case Redemption():
            alone = payload.sale is None
            earned = payload.points if alone else 0
            amounts = {"redemptions": 1, "uses": int(alone), "points_earned": earned}
        case Attempt():
            amounts = {"attempts": 1}
        case Void() | Refund():
            amounts = _back(payload)
        case PointsAdjusted():
            given, taken = max(payload.points, 0), max(-payload.points, 0)
            amounts = {
                "credits": int(given > 0),
                "credited": given,
                "debits": int(taken > 0),
                "debited": taken,
            }
        case Override():
            amounts = {"overrides": 1, "allowed": int(payload.allowed)}
    return amounts


def _back(payload: Void | Refund) -> dict[str, int]:
    return {
        "voids": int(isinstance(payload, Void)),
        "refunds": int(isinstance(payload, Refund)),
        "back_minor": payload.amount_minor,
        "points_back_minor": payload.points_back_minor,
        "points_back": payload.points_back,
        "points_taken": payload.points_taken,
    }


def _sale(sale: Sale) -> dict[str, int]:
    return {
        "sales": 1,
        "vip_sales": int(sale.vip),
        "sales_minor": sale.total_minor,
        "discount_minor": sale.discount_minor,
        "tier_discount_minor": sale.tier_discount_minor,
        "paid_minor": sale.paid_minor,
        "points_paid_minor": sale.points_paid_minor,
        "points_spent": sale.points_spent,
        "points_earned": sale.points_earned,
    }
