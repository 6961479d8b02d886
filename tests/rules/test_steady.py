"""What is steady is accepted whenever and whatever is on the bill; the verdict itself is the judge of it."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.rules.campaign import Benefit, BenefitKind, Campaign, CampaignStatus
from sync.rules.code import Code, CodeStatus, Kind
from sync.rules.evaluate import evaluate
from sync.rules.moment import Moment
from sync.rules.reasons import Reason
from sync.rules.sale import Basket, Place
from sync.rules.steady import is_sound, is_steady
from sync.rules.worth import worth
from tests.builders.rules import HERE, a_campaign, a_code, fixed, free_item, hours, percent, points
from tests.rules.test_evaluate_is_total import BASKET, CAMPAIGN, CODE, MOMENT, PLACE


@st.composite
def _fitting(draw: st.DrawFn) -> tuple[Code, Campaign]:
    """Draw a code and a campaign that belong together, with few conditions: most drawn freely are refused."""
    campaign = draw(CAMPAIGN)
    plain: dict[str, Any] = {
        "status": CampaignStatus.ACTIVE, "rules_version": 1, "starts_on": None, "ends_on": None, "active_hours": (),
        "max_uses_per_day": None, "min_basket_minor": 0, "budget_minor": None, "items_included": (),
        "items_excluded": (), "categories_included": (), "categories_excluded": (), "restaurants": (), "tills": (),
        "tiers": (), "max_uses_per_guest": None, "max_uses_per_guest_per_day": None, "needs_guest": False,
        "first_purchase_only": False, "kind": Kind.VOUCHER,
    }  # fmt: skip
    kept = draw(st.sets(st.sampled_from(sorted(plain)), max_size=2))
    campaign = replace(campaign, **{name: value for name, value in plain.items() if name not in kept})
    code = replace(draw(CODE), campaign_id=campaign.id, kind=campaign.kind)
    if draw(st.booleans()):
        code = replace(code, status=CodeStatus.ACTIVE, max_uses=None, expires_at_ms=None)
    return code, campaign


@settings(max_examples=400)
@given(_fitting(), BASKET, MOMENT, PLACE)
def test_what_is_steady_is_accepted_at_any_moment_for_what_the_bill_is_worth(
    fitting: tuple[Code, Campaign], basket: Basket, moment: Moment, place: Place
) -> None:
    code, campaign = fitting
    if not (is_sound(code, campaign) and is_steady(campaign, place)):
        return
    verdict = evaluate(code, campaign, None, basket, moment, place)
    lines = basket.lines if basket.known else ()
    gives = worth(campaign, lines, [line.amount_minor for line in lines])
    assert (verdict.accepted, verdict.reason) == (True, Reason.OK)
    assert (verdict.discount_minor, verdict.points) == (gives.discount_minor, gives.points)


def test_an_ordinary_percentage_is_steady() -> None:
    offer = a_campaign(percent(1_000))
    assert is_steady(offer, HERE)
    assert is_sound(a_code(offer, max_uses=5), offer)


@pytest.mark.parametrize(
    "rules",
    [
        {"starts_on": "2026-01-01"},
        {"ends_on": "2026-01-01"},
        {"active_hours": (hours("06:00", "09:00"),)},
        {"max_uses_per_day": 3},
        {"min_basket_minor": 1},
        {"budget_minor": 100},
        {"items_included": ("tea",)},
        {"items_excluded": ("tea",)},
        {"categories_included": ("tea",)},
        {"categories_excluded": ("tea",)},
        {"benefit": fixed(100)},
        {"benefit": percent(1_000, 500)},
        {"benefit": free_item("tea")},
        {"benefit": Benefit(kind=BenefitKind.FREE_ITEM)},
        {"benefit": points(5)},
        {"needs_guest": True},
        {"tiers": ("GOLD",)},
        {"status": CampaignStatus.PAUSED},
        {"rules_version": 99},
        {"kind": Kind.REFERRAL},
    ],
)
def test_conditions_are_asked_about_each_time(rules: dict[str, Any]) -> None:
    assert not is_steady(a_campaign(**rules), HERE)


def test_a_code_that_is_not_in_order_is_judged() -> None:
    offer = a_campaign(percent(1_000))
    for code in (
        a_code(offer, expires_at_ms=2**60),
        a_code(offer, status=CodeStatus.INACTIVE),
        a_code(offer, max_uses=1, uses=1),
        a_code(offer, kind=Kind.VIP),
        replace(a_code(offer), campaign_id=8),
    ):
        assert not is_sound(code, offer)


def test_a_campaign_of_another_place_is_judged() -> None:
    offer = a_campaign(percent(1_000), restaurants=(1,))
    assert is_steady(offer, HERE)
    assert not is_steady(offer, Place(restaurant_id=2, till_id=11))
