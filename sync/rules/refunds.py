"""Voids and refunds: how much of a sale is left to give back, and what comes back with it.

Everything is reckoned from the sum of all refunds so far, so that many small ones give back exactly what
one large one does: uses of codes with the last of the sale, budget money in proportion, money before points.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Placed(NamedTuple):
    """From which lines of a sale an amount comes; ``loose`` is what of each line may still be taken from another."""

    lines: tuple[int, ...]
    loose: tuple[int, ...]


def paid_by_line(due: Sequence[int], paid_minor: int) -> tuple[int, ...]:
    """Return what each line of a sale has paid. ``due`` is each line less its discount.

    A line below zero pays nothing and takes from the last ones that pay, so that the parts are never more
    than the whole.
    """
    positive = [max(0, line) for line in due]
    return spread(max(0, min(paid_minor, sum(positive))), positive)


def left_by_line(paid: Sequence[int], refunded: Sequence[int]) -> tuple[int, ...]:
    """Return what of each line can still be given back (minor units)."""
    return tuple(max(0, line - back) for line, back in zip(paid, _as_long(refunded, paid), strict=True))


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


def place(
    amount_minor: int, named: Sequence[int], *, left: Sequence[int], loose: Sequence[int]
) -> Placed | None:
    """Say from which lines an amount comes; None when that is more than is left of the sale, or of a line it names.

    ``named`` is what somebody chose of each line, nothing but zeros when nobody did: then the amount is taken
    from the lines in their order, and stands there only until somebody names the line. ``loose`` is how much of
    each line has been taken so. It makes room for what is named there: two people who give back of one sale,
    each without knowing of the other, give back what is theirs as long as the sale has it.
    """
    if amount_minor > sum(left):
        return None
    before = _as_long(loose, left)
    if not any(named):
        lines = spread(amount_minor, left)
        return Placed(lines, _sums(before, lines))
    moved = tuple(max(0, part - rest) for part, rest in zip(named, left, strict=True))
    if any(part > free for part, free in zip(moved, before, strict=True)):
        return None
    kept = tuple(part - away for part, away in zip(named, moved, strict=True))
    elsewhere = spread(sum(moved), [rest - part for rest, part in zip(left, kept, strict=True)])
    stays = tuple(free - away for free, away in zip(before, moved, strict=True))
    return Placed(_sums(kept, elsewhere), _sums(stays, elsewhere))


def _sums(one: Sequence[int], other: Sequence[int]) -> tuple[int, ...]:
    return tuple(map(sum, zip(one, other, strict=True)))


def _as_long(parts: Sequence[int], lines: Sequence[int]) -> tuple[int, ...]:
    return (*parts, *(0 for _ in range(len(lines) - len(parts))))


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
