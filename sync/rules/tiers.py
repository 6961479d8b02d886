"""Tiers: what belonging to one gives on every bill, and as which of two models.

DISCOUNT (the default) takes the tier's share off the bill; POINTS leaves the bill as it is and credits
the share as points (document 004: five tiers, 5 % to 25 %).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sync.rules.money import FULL_BP, allocate, exponent_of, share_of
from sync.rules.sale import Basket, Guest


class Model(StrEnum):
    """How a network rewards its guests."""

    DISCOUNT = "DISCOUNT"
    POINTS = "POINTS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A tier: its share in basis points, and the qualifying points from which it begins."""

    name: str
    percent_bp: int
    from_points: int


DEFAULT_TIERS: tuple[Tier, ...] = (
    Tier(name="BRONZE", percent_bp=500, from_points=0),
    Tier(name="SILVER", percent_bp=1000, from_points=1_000),
    Tier(name="GOLD", percent_bp=1500, from_points=3_000),
    Tier(name="PLATINUM", percent_bp=2000, from_points=10_000),
    Tier(name="VIP", percent_bp=2500, from_points=30_000),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardBenefit:
    """What a guest's card gives on one basket: money off (line by line), or points earned."""

    tier: str | None = None
    percent_bp: int = 0
    discount_minor: int = 0
    discount_by_line: tuple[int, ...] = ()
    points: int = 0


def tier_named(tiers: Sequence[Tier], name: str) -> Tier | None:
    """Find a tier by its name."""
    return next((tier for tier in tiers if tier.name == name), None)


def card_benefit(
    guest: Guest | None,
    tiers: Sequence[Tier] = DEFAULT_TIERS,
    basket: Basket | None = None,
    model: str = Model.DISCOUNT,
    left: Sequence[int] | None = None,
) -> CardBenefit:
    """Say what a guest's tier gives on a basket of which ``left`` is still to be paid (default: all).

    The discount is rounded half up and split by largest remainder. One point stands for one whole unit of
    the currency; a fraction of a point is dropped. Nobody, a blocked guest and a tier that the network
    does not have get nothing. A model this program does not know counts as DISCOUNT.
    """
    lines = basket.lines if basket is not None and basket.known else ()
    tier = None if guest is None or guest.blocked else tier_named(tiers, guest.tier)
    if tier is None:
        return CardBenefit(discount_by_line=(0,) * len(lines))
    share_bp = min(max(0, tier.percent_bp), FULL_BP)
    amounts = [line.amount_minor for line in lines] if left is None else list(left)
    bill = max(0, sum(amounts))
    if model == Model.POINTS:
        unit = 10 ** exponent_of(basket.currency) if basket is not None else 1
        points = bill * share_bp // (FULL_BP * unit)
        return CardBenefit(
            tier=tier.name, percent_bp=share_bp, discount_by_line=(0,) * len(lines), points=points
        )
    positive = [max(0, amount) for amount in amounts]
    discount = min(share_of(bill, share_bp), sum(positive))
    by_line = allocate(discount, positive) if discount else (0,) * len(lines)
    return CardBenefit(tier=tier.name, percent_bp=share_bp, discount_minor=discount, discount_by_line=by_line)
