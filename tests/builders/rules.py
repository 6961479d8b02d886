"""Codes, campaigns, baskets and moments in one readable line."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sync.rules.campaign import ActiveHours, Benefit, BenefitKind, Campaign, Stacking
from sync.rules.code import Code, Kind
from sync.rules.combine import Applied
from sync.rules.evaluate import evaluate
from sync.rules.known import Known
from sync.rules.moment import Moment
from sync.rules.sale import Basket, Guest, Line, Place
from sync.rules.verdict import Verdict

HERE = Place(restaurant_id=1, till_id=11)
NOON = 1_767_268_800_000  # 2026-01-01T12:00:00Z


def percent(percent_bp: int, cap_minor: int | None = None) -> Benefit:
    return Benefit(kind=BenefitKind.PERCENT, percent_bp=percent_bp, cap_minor=cap_minor)


def fixed(amount_minor: int) -> Benefit:
    return Benefit(kind=BenefitKind.FIXED, amount_minor=amount_minor)


def free_item(item: str | None = None, cap_minor: int | None = None) -> Benefit:
    return Benefit(kind=BenefitKind.FREE_ITEM, item=item, cap_minor=cap_minor)


def points(amount: int) -> Benefit:
    return Benefit(kind=BenefitKind.POINTS, points=amount)


def a_campaign(benefit: Benefit | None = None, **fields: Any) -> Campaign:
    fields.setdefault("id", 7)
    fields.setdefault("kind", Kind.PROMO)
    fields.setdefault("name", "Spring")
    return Campaign(benefit=benefit or percent(1000), **fields)


def a_code(campaign: Campaign, **fields: Any) -> Code:
    fields.setdefault("id", 70)
    fields.setdefault("campaign_id", campaign.id)
    fields.setdefault("kind", campaign.kind)
    return Code(**fields)


def a_basket(*amounts: int, **fields: Any) -> Basket:
    return Basket(lines=tuple(Line(amount_minor=amount) for amount in amounts), **fields)


def a_guest(**fields: Any) -> Guest:
    fields.setdefault("id", 5)
    return Guest(**fields)


def on(text: str, zone: str = "UTC", uncertainty_ms: int = 0, *, doubtful: bool = False) -> Moment:
    """A moment by the clock on the wall of a zone: ``on("2026-03-01T05:59:59", "Asia/Kolkata")``."""
    at = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return Moment(
        at_ms=round(at.timestamp() * 1000), uncertainty_ms=uncertainty_ms, zone=zone, doubtful=doubtful
    )


def hours(start: str, end: str, *weekdays: int) -> ActiveHours:
    return ActiveHours(start=start, end=end, weekdays=weekdays)


def judge(
    campaign: Campaign,
    code: Code | None = None,
    *,
    guest: Guest | None = None,
    basket: Basket | None = None,
    moment: Moment | None = None,
    place: Place = HERE,
    known: Known | None = None,
) -> Verdict:
    """Judge a code of a campaign; by default a plain one, for a bill of 100.00, at noon."""
    return evaluate(
        code or a_code(campaign),
        campaign,
        guest,
        basket or a_basket(10_000),
        moment or Moment(at_ms=NOON),
        place,
        known=known or Known(),
    )


def applied(code_id: int, benefit: Benefit, **fields: Any) -> Applied:
    """A combinable code of a campaign of its own, with the given benefit."""
    fields.setdefault("stacking", Stacking.COMBINABLE)
    campaign = a_campaign(benefit, id=code_id, **fields)
    return Applied(a_code(campaign, id=code_id), campaign)
