"""What one use of a campaign takes off given lines, and what else it gives."""

from collections.abc import Sequence
from dataclasses import dataclass

from sync.rules.campaign import Benefit, BenefitKind, Campaign
from sync.rules.money import FULL_BP, allocate, share_of
from sync.rules.sale import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What comes off (in all, and line by line), points credited, and a tier given."""

    discount_minor: int = 0
    discount_by_line: tuple[int, ...] = ()
    points: int = 0
    tier: str | None = None


def fits(campaign: Campaign, line: Line) -> bool:
    """Whether a line belongs to the offer: not left out, and named where only some things are named."""
    if line.item in campaign.items_excluded or line.category in campaign.categories_excluded:
        return False
    if not campaign.items_included and not campaign.categories_included:
        return True
    return line.item in campaign.items_included or line.category in campaign.categories_included


def is_free_item(benefit: Benefit, line: Line) -> bool:
    """Whether a line is the thing that a free-item benefit gives (any fitting line, where none is named)."""
    return benefit.kind is BenefitKind.FREE_ITEM and (benefit.item is None or line.item == benefit.item)


def is_typed(benefit: Benefit, lines: Sequence[Line]) -> bool:
    """Whether a named free item is given on a bill of typed amounts, where only the cashier sees the item.

    The price of the item is not known there. A cap tells how much may come off at most, so that the
    cashier's word is enough; without a cap the whole amount could be given away for one cup, and the
    offer gives nothing until the item itself is on the bill. A single line with an item is a bill of items.
    """
    return (
        benefit.kind is BenefitKind.FREE_ITEM
        and benefit.item is not None
        and all(line.item is None for line in lines)
    )


def worth(campaign: Campaign, lines: Sequence[Line], left: Sequence[int]) -> Worth:
    """Say what one use gives on lines of which ``left`` is still to be paid (minor units, same order).

    Never more than what is left of the fitting lines, nor of the whole bill. A percentage is rounded half
    up and capped; the sum is split over the fitting lines by largest remainder. A free item takes the
    price of one unit off, the dearest where several fit; on typed amounts (:func:`is_typed`) its cap.
    """
    benefit = campaign.benefit
    if benefit.kind is BenefitKind.POINTS:
        return Worth(discount_by_line=_nothing(lines), points=max(0, benefit.points))
    if benefit.kind is BenefitKind.TIER_GRANT:
        return Worth(discount_by_line=_nothing(lines), tier=benefit.tier)
    open_amounts = [
        max(0, amount) if fits(campaign, line) else 0 for line, amount in zip(lines, left, strict=True)
    ]
    bill = max(0, sum(left))
    typed = is_typed(benefit, lines)
    if benefit.kind is BenefitKind.FREE_ITEM and not typed:
        return _free_item(benefit, lines, open_amounts, bill)
    most = min(sum(open_amounts), bill)
    wanted = 0
    if benefit.kind is BenefitKind.PERCENT:
        wanted = share_of(sum(open_amounts), min(max(0, benefit.percent_bp), FULL_BP))
    elif benefit.kind is BenefitKind.FIXED:
        wanted = max(0, benefit.amount_minor)
    elif typed:
        wanted = max(0, benefit.cap_minor or 0)
    discount = min(_capped(wanted, benefit), most)
    by_line = allocate(discount, open_amounts) if discount else _nothing(lines)
    return Worth(discount_minor=discount, discount_by_line=by_line)


def _free_item(benefit: Benefit, lines: Sequence[Line], open_amounts: Sequence[int], bill: int) -> Worth:
    """Take one unit's price off the line where it is dearest."""
    best_index, best_price = -1, 0
    for index, (line, amount) in enumerate(zip(lines, open_amounts, strict=True)):
        price = min(max(0, line.amount_minor) // max(1, line.quantity), amount)
        if is_free_item(benefit, line) and price > best_price:
            best_index, best_price = index, price
    discount = min(_capped(best_price, benefit), bill)
    by_line = tuple(discount if index == best_index else 0 for index in range(len(lines)))
    return Worth(discount_minor=discount, discount_by_line=by_line)


def _capped(wanted: int, benefit: Benefit) -> int:
    return wanted if benefit.cap_minor is None else min(wanted, max(0, benefit.cap_minor))


def _nothing(lines: Sequence[Line]) -> tuple[int, ...]:
    return (0,) * len(lines)
