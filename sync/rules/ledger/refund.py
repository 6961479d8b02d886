"""How many earned points a refund takes back: exactly the earned part, however the refunds are cut."""

from sync.rules.money import FULL_BP


def points_to_take_back(
    *, earned: int, paid_minor: int, refunded_before_minor: int, refund_minor: int
) -> int:
    """Return the points that belong to this refund.

    The share is taken of the sum of all refunds so far and rounded up, so that many small refunds take
    back as much as one large one, and a full refund takes back everything. Raises ``ValueError`` for
    negative amounts and for refunds beyond what was paid.
    """
    after = refunded_before_minor + refund_minor
    if min(earned, paid_minor, refunded_before_minor, refund_minor) < 0 or after > paid_minor:
        msg = "a refund is never more than what was paid"
        raise ValueError(msg)
    if not paid_minor:
        return 0
    return _share(earned, after, paid_minor) - _share(earned, refunded_before_minor, paid_minor)


def points_earned(paid_minor: int, percent_bp: int, exponent: int) -> int:
    """Return the points that a payment earns: the share of whole currency units, rounded down."""
    unit: int = 10**exponent
    return max(0, paid_minor) * max(0, percent_bp) // (FULL_BP * unit)


def _share(earned: int, part: int, whole: int) -> int:
    return (earned * part + whole - 1) // whole
