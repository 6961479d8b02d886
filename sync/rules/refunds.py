"""Voids and refunds: how much of a sale is left to give back, and what comes back with it.

Everything is reckoned from the sum of all refunds so far, so that many small ones give back exactly what
one large one does: uses of codes with the last of the sale, budget money in proportion, money before points.
"""

from collections.abc import Sequence


def paid_by_line(due: Sequence[int], paid_minor: int) -> tuple[int, ...]:
    """Return what each line of a sale has paid. ``due`` is each line less its discount.

    A line below zero pays nothing and takes from the last ones that pay, so that the parts are never more
    than the whole.
    """
    positive = [max(0, line) for line in due]
    return spread(max(0, min(paid_minor, sum(positive))), positive)


def left_by_line(paid: Sequence[int], refunded: Sequence[int]) -> tuple[int, ...]:
    """Return what of each line can still be given back (minor units)."""
    before = (*refunded, *(0 for _ in range(len(paid) - len(refunded))))
    return tuple(max(0, line - back) for line, back in zip(paid, before, strict=True))


def spread(amount_minor: int, left: Sequence[int]) -> tuple[int, ...]:
    """Take an amount from the lines in their order; what is too much stands on the last one."""
    parts = []
    for line in left:
        part = min(amount_minor, line)
        parts.append(part)
        amount_minor -= part
    if amount_minor and parts:
        parts[-1] += amount_minor
    return tuple(parts)


def budget_back(units: int, *, paid_minor: int, refunded_minor: int) -> int:
    """Return how much of a budget's money has come back after so much was refunded, rounded down."""
    return units if refunded_minor >= paid_minor else units * refunded_minor // paid_minor


def points_back(
    points_spent: int, *, points_paid_minor: int, paid_minor: int, refunded_minor: int, for_rewards: int = 0
) -> int:
    """Return how many of the spent points have come back after so much was refunded.

    Money goes back first; of what was paid with points only whole points come back, the last one with the
    last of the sale. So do the points ``for_rewards`` among them, which have paid no money's worth. Of a
    sale that paid nothing no part can come back, only the whole (a void).
    """
    if refunded_minor >= paid_minor:
        return points_spent if paid_minor > 0 else 0
    in_points = refunded_minor - (paid_minor - points_paid_minor)
    paying = points_spent - for_rewards
    return max(0, in_points) * paying // points_paid_minor if points_paid_minor else 0


def money_back(*, points_paid_minor: int, paid_minor: int, refunded_minor: int) -> int:
    """Return how much has come back in money after so much was refunded."""
    return min(refunded_minor, paid_minor - points_paid_minor)
