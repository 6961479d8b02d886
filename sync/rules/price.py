"""What a bill comes to: codes in their order, then the tier, split exactly over the lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from sync.rules.campaign import BenefitKind
from sync.rules.code import Kind
from sync.rules.combine import MAX_CODES_PER_BASKET, Applied, combinable, in_order
from sync.rules.money import FULL_BP
from sync.rules.sale import Basket, Guest, Line
from sync.rules.tiers import DEFAULT_TIERS, CardBenefit, Model, Tier, card_benefit
from sync.rules.worth import worth


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedLine:
    """One line: what it cost, what all discounts took off it, what is left to pay."""

    line: Line
    discount_minor: int
    tier_discount_minor: int
    paid_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gives:
    """What one code gave on this bill."""

    code_id: int
    campaign_id: int
    discount_minor: int = 0
    discount_by_line: tuple[int, ...] = ()
    points: int = 0
    tier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """A priced bill.

    ``paid_minor = total_minor − discount_minor``; ``discount_minor`` is all that came off, the tier's
    part included and stated apart; both are the sums of their lines. ``points`` are all points the guest
    gets: ``points_earned`` by the tier (POINTS model, multiplied) and the rest by codes. ``vip`` marks a
    bill with a VIP code (document 000), ``priority`` one that goes first in the order queue.
    """

    currency: str
    lines: tuple[PricedLine, ...]
    total_minor: int
    discount_minor: int
    tier_discount_minor: int
    paid_minor: int
    points: int
    points_earned: int
    gives: tuple[Gives, ...]
    tier: str | None = None
    vip: bool = False
    priority: bool = False


def price(
    basket: Basket,
    applied: Sequence[Applied] = (),
    guest: Guest | None = None,
    tiers: Sequence[Tier] = DEFAULT_TIERS,
    model: str = Model.DISCOUNT,
) -> Priced:
    """Price a bill with codes that :func:`sync.rules.evaluate.evaluate` accepted and that may stand together.

    ``gives`` stands in the order in which the codes are taken. No line and no bill goes below zero. Codes
    that cannot stand together are a bug of the caller (ask :func:`sync.rules.combine.conflict` first) and
    raise ``ValueError``.
    """
    if not combinable(applied):
        msg = "these codes cannot stand together on one bill"
        raise ValueError(msg)
    lines = basket.lines if basket.known else ()
    left = [line.amount_minor for line in lines]
    gives: list[Gives] = []
    for one in in_order(applied):
        given = worth(one.campaign, lines, left)
        left = [amount - off for amount, off in zip(left, given.discount_by_line, strict=True)]
        gives.append(
            Gives(
                code_id=one.code.id,
                campaign_id=one.campaign.id,
                discount_minor=given.discount_minor,
                discount_by_line=given.discount_by_line,
                points=given.points,
                tier=given.tier,
            )
        )
    card = _card(basket, applied, guest, tiers, model, left)
    return _sum_up(basket, lines, left, gives, card, applied)


def best_for_guest(
    basket: Basket,
    offered: Sequence[Applied],
    guest: Guest | None = None,
    tiers: Sequence[Tier] = DEFAULT_TIERS,
    model: str = Model.DISCOUNT,
) -> tuple[Applied, ...]:
    """Choose the codes that give the guest most, of those that may stand together.

    Most money off first, then most points, then fewest codes (so that none is spent for nothing), then
    the codes offered earlier. Every choice among at most :data:`MAX_CODES_PER_BASKET` codes is tried;
    more raise ``ValueError``.
    """
    if len(offered) > MAX_CODES_PER_BASKET:
        msg = f"at most {MAX_CODES_PER_BASKET} codes can be compared"
        raise ValueError(msg)
    best: tuple[Applied, ...] = ()
    best_score = _score(price(basket, (), guest, tiers, model))
    for size in range(1, len(offered) + 1):
        for choice in combinations(offered, size):
            if not combinable(choice):
                continue
            score = _score(price(basket, choice, guest, tiers, model))
            if score > best_score:
                best, best_score = choice, score
    return best


def _score(priced: Priced) -> tuple[int, int]:
    return priced.discount_minor, priced.points


def _card(
    basket: Basket,
    applied: Sequence[Applied],
    guest: Guest | None,
    tiers: Sequence[Tier],
    model: str,
    left: Sequence[int],
) -> CardBenefit:
    """Return the tier's part, unless a code on the bill excludes it."""
    if all(one.campaign.with_tier for one in applied):
        return card_benefit(guest, tiers, basket, model, left)
    return CardBenefit(discount_by_line=(0,) * len(left))


def _multiplied(points: int, applied: Sequence[Applied]) -> int:
    """Points with all multipliers: their bonuses add up (twice and three times make four times)."""
    extra_bp = sum(
        max(0, one.campaign.benefit.multiplier_bp - FULL_BP)
        for one in applied
        if one.campaign.benefit.kind is BenefitKind.POINTS_MULTIPLIER
    )
    return points * (FULL_BP + extra_bp) // FULL_BP


def _sum_up(
    basket: Basket,
    lines: Sequence[Line],
    left: Sequence[int],
    gives: Sequence[Gives],
    card: CardBenefit,
    applied: Sequence[Applied],
) -> Priced:
    priced = tuple(
        PricedLine(
            line=line,
            discount_minor=line.amount_minor - amount + tier_part,
            tier_discount_minor=tier_part,
            paid_minor=amount - tier_part,
        )
        for line, amount, tier_part in zip(lines, left, card.discount_by_line, strict=True)
    )
    earned = _multiplied(card.points, applied)
    return Priced(
        currency=basket.currency,
        lines=priced,
        total_minor=sum(line.line.amount_minor for line in priced),
        discount_minor=sum(line.discount_minor for line in priced),
        tier_discount_minor=card.discount_minor,
        paid_minor=sum(line.paid_minor for line in priced),
        points=earned + sum(one.points for one in gives),
        points_earned=earned,
        gives=tuple(gives),
        tier=card.tier,
        vip=any(one.code.kind is Kind.VIP for one in applied),
        priority=any(one.campaign.vip_priority for one in applied),
    )
