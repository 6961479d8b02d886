import dataclasses
from typing import Any

import pytest

from sync.rules.campaign import Benefit, BenefitKind, CampaignStatus
from sync.rules.code import CodeStatus, Kind
from sync.rules.evaluate import evaluate
from sync.rules.known import Known
from sync.rules.moment import Moment
from sync.rules.price import price
from sync.rules.reasons import Reason
from sync.rules.sale import Basket, Line, Place
from sync.rules.verdict import Outcome, Verdict
from sync.rules.version import RULES_VERSION
from tests.builders.rules import (
    HERE,
    NOON,
    a_basket,
    a_campaign,
    a_code,
    a_guest,
    applied,
    fixed,
    free_item,
    hours,
    judge,
    on,
    percent,
    points,
)

UNPRICED = Basket(known=False)


def refused(verdict: Verdict) -> str:
    assert verdict.outcome is Outcome.REFUSE
    assert not verdict.accepted
    assert verdict.discount_minor == verdict.points == 0
    return verdict.reason


def test_a_good_code_is_accepted_and_says_its_worth() -> None:
    verdict = judge(a_campaign(percent(1000)), basket=a_basket(999, 1))
    assert verdict.accepted
    assert (verdict.reason, verdict.discount_minor, verdict.discount_by_line) == (Reason.OK, 100, (100, 0))
    assert verdict.rules_version == RULES_VERSION
    assert verdict.params == ()


@pytest.mark.parametrize("kind", [Kind.VIP, Kind.PROMO, Kind.VOUCHER])
def test_every_kind_works_without_a_guest_when_nothing_needs_one(kind: Kind) -> None:
    assert judge(a_campaign(kind=kind)).accepted


def test_a_campaign_of_newer_rules_needs_an_update_whatever_else_is_wrong() -> None:
    campaign = a_campaign(rules_version=RULES_VERSION + 1, status=CampaignStatus.ARCHIVED)
    assert refused(judge(campaign, a_code(campaign, status=CodeStatus.ARCHIVED))) == Reason.UPDATE_NEEDED


def test_a_code_without_its_campaign_is_not_loaded_yet() -> None:
    campaign = a_campaign()
    verdict = evaluate(a_code(campaign), None, None, a_basket(100), Moment(at_ms=0), HERE)
    assert refused(verdict) == Reason.NOT_LOADED
    assert refused(judge(campaign, a_code(campaign, campaign_id=8))) == Reason.NOT_LOADED


def test_a_code_of_another_kind_than_its_campaign_is_the_campaigns_fault() -> None:
    campaign = a_campaign()
    verdict = judge(campaign, a_code(campaign, kind=Kind.VIP))
    assert (refused(verdict), verdict.params) == (Reason.CAMPAIGN_BROKEN, (("field", "kind"),))


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (CodeStatus.INACTIVE, Reason.INACTIVE),
        (CodeStatus.ARCHIVED, Reason.ARCHIVED),
        (CodeStatus.EXPIRED, Reason.EXPIRED),
    ],
)
def test_only_an_active_code_is_good(status: Any, reason: str) -> None:
    campaign = a_campaign()
    assert refused(judge(campaign, a_code(campaign, status=status))) == reason


@pytest.mark.parametrize("marks", [{"auto_deactivated_at_ms": NOON}, {"max_uses": 3, "uses": 3}])
def test_a_code_that_its_limit_expired_is_used_up_not_expired(marks: dict[str, Any]) -> None:
    campaign = a_campaign()
    assert refused(judge(campaign, a_code(campaign, status=CodeStatus.EXPIRED, **marks))) == Reason.USED_UP


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (CampaignStatus.DRAFT, Reason.INACTIVE),
        (CampaignStatus.PAUSED, Reason.CAMPAIGN_PAUSED),
        (CampaignStatus.ARCHIVED, Reason.ARCHIVED),
    ],
)
def test_only_an_active_campaign_gives_anything(status: Any, reason: str) -> None:
    assert refused(judge(a_campaign(status=status))) == reason


def test_used_up_says_when_and_where() -> None:
    campaign = a_campaign(zone="Asia/Kolkata")
    code = a_code(campaign, max_uses=2, uses=2, first_used_at_ms=NOON, first_used_where="Harbour")
    verdict = judge(campaign, code)
    assert refused(verdict) == Reason.USED_UP
    assert verdict.params == (
        ("first_used", "2026-01-01T17:30"), ("max_uses", "2"), ("uses", "2"), ("where", "Harbour"),
    )  # fmt: skip
    assert judge(campaign, a_code(campaign, max_uses=2, uses=1)).accepted
    assert refused(judge(campaign, a_code(campaign, max_uses=2, uses=3))) == Reason.USED_UP
    assert judge(campaign, a_code(campaign, max_uses=None, uses=10**9)).accepted


def test_a_limit_is_said_even_when_the_code_is_not_to_be_deactivated_by_it() -> None:
    campaign = a_campaign(auto_deactivate_on_max_uses=False)
    assert refused(judge(campaign, a_code(campaign, max_uses=3, uses=3))) == Reason.USED_UP


def test_an_expired_code_says_until_when_it_was_good() -> None:
    campaign = a_campaign()
    verdict = judge(campaign, a_code(campaign, expires_at_ms=NOON))
    assert refused(verdict) == Reason.EXPIRED
    assert dict(verdict.params) == {"expired": "2026-01-01T12:00"}
    assert judge(campaign, a_code(campaign, expires_at_ms=NOON + 1)).accepted


def test_dates_and_hours_say_when_it_is_good() -> None:
    early = judge(a_campaign(starts_on="2026-01-02"))
    assert (refused(early), dict(early.params)) == (Reason.NOT_STARTED, {"starts": "2026-01-02"})
    late = judge(a_campaign(ends_on="2025-12-31"))
    assert (refused(late), dict(late.params)) == (Reason.ENDED, {"ends": "2025-12-31"})
    closed = judge(a_campaign(active_hours=(hours("18:00", "20:00"), hours("22:00", "01:00"))))
    assert refused(closed) == Reason.OUTSIDE_HOURS
    assert dict(closed.params) == {"hours": "18:00–20:00, 22:00–01:00", "opens": "2026-01-01T18:00"}


def test_between_its_dates_a_campaign_is_good_and_after_them_it_has_ended() -> None:
    assert judge(a_campaign(starts_on="2026-01-01", ends_on="2026-01-01")).accepted
    assert judge(a_campaign(starts_on="2025-01-01")).accepted
    late = judge(a_campaign(starts_on="2025-01-01", ends_on="2025-12-31"))
    assert (refused(late), dict(late.params)) == (Reason.ENDED, {"ends": "2025-12-31"})


def test_the_places_zone_counts_where_the_campaign_names_none() -> None:
    morning = (hours("06:00", "09:00"),)
    at = on("2026-01-01T07:00", "Asia/Kolkata")
    assert judge(a_campaign(active_hours=morning), moment=at).accepted
    assert refused(judge(a_campaign(active_hours=morning, zone="UTC"), moment=at)) == Reason.OUTSIDE_HOURS


@pytest.mark.parametrize(
    "conditions",
    [{"starts_on": "2020-01-01"}, {"ends_on": "2099-01-01"}, {"active_hours": (hours("00:00", "23:59"),)}],
)
def test_a_clock_in_doubt_asks_and_still_says_the_worth(conditions: dict[str, Any]) -> None:
    verdict = judge(a_campaign(**conditions), moment=Moment(at_ms=NOON, doubtful=True))
    assert (verdict.outcome, verdict.reason) == (Outcome.ASK, Reason.CLOCK_IN_DOUBT)
    assert verdict.discount_minor == 1000
    assert not verdict.accepted


def test_a_clock_in_doubt_does_not_matter_to_a_code_without_a_window() -> None:
    assert judge(a_campaign(), moment=Moment(at_ms=NOON, doubtful=True)).accepted


def test_a_refusal_outweighs_a_question() -> None:
    campaign = a_campaign(ends_on="2099-01-01", min_basket_minor=20_000)
    assert refused(judge(campaign, moment=Moment(at_ms=NOON, doubtful=True))) == Reason.MIN_BASKET
    code = a_code(campaign, expires_at_ms=NOON + 5)
    vague = Moment(at_ms=NOON, uncertainty_ms=10)
    verdict = judge(campaign, code, moment=vague, basket=a_basket(20_000))
    assert (verdict.outcome, verdict.reason) == (Outcome.ASK, Reason.CLOCK_IN_DOUBT)


def test_restaurants_and_tills() -> None:
    assert refused(judge(a_campaign(restaurants=(2, 3)))) == Reason.WRONG_RESTAURANT
    assert judge(a_campaign(restaurants=(1, 3))).accepted
    assert refused(judge(a_campaign(tills=(12,)))) == Reason.WRONG_TILL
    assert judge(a_campaign(tills=(12,)), place=Place(restaurant_id=1, till_id=12)).accepted


@pytest.mark.parametrize(
    "conditions",
    [
        {"needs_guest": True}, {"kind": Kind.REFERRAL}, {"first_purchase_only": True}, {"tiers": ("GOLD",)},
        {"max_uses_per_guest": 1}, {"max_uses_per_guest_per_day": 1}, {"benefit": points(10)},
        {"benefit": Benefit(kind=BenefitKind.POINTS_MULTIPLIER)}, {"benefit": Benefit(kind=BenefitKind.TIER_GRANT)},
    ],
)  # fmt: skip
def test_what_depends_on_a_guest_or_credits_one_needs_a_guest(conditions: dict[str, Any]) -> None:
    campaign = a_campaign(**conditions)
    assert refused(judge(campaign)) == Reason.NEEDS_GUEST
    assert judge(campaign, guest=a_guest(tier="GOLD")).accepted


def test_the_guest_must_fit() -> None:
    assert refused(judge(a_campaign(), guest=a_guest(blocked=True))) == Reason.GUEST_BLOCKED
    other = judge(a_campaign(tiers=("GOLD", "VIP")), guest=a_guest(tier="SILVER"))
    assert (refused(other), dict(other.params)) == (
        Reason.WRONG_TIER,
        {"tier": "SILVER", "tiers": "GOLD, VIP"},
    )
    first = a_campaign(first_purchase_only=True)
    assert refused(judge(first, guest=a_guest(purchases=1))) == Reason.NOT_FIRST_PURCHASE
    assert judge(first, guest=a_guest(purchases=0)).accepted


def test_a_personal_code_is_for_its_holder_or_for_whoever_shows_it() -> None:
    campaign = a_campaign(kind=Kind.VOUCHER)
    code = a_code(campaign, holder_guest_id=5)
    assert judge(campaign, code).accepted
    assert judge(campaign, code, guest=a_guest(id=5)).accepted
    assert refused(judge(campaign, code, guest=a_guest(id=6))) == Reason.OTHER_GUESTS_CODE


@pytest.mark.parametrize("field", ["holder_guest_id", "beneficiary_id"])
def test_nobody_uses_their_own_referral_code(field: str) -> None:
    campaign = a_campaign(kind=Kind.REFERRAL)
    code = a_code(campaign, **{field: 5})
    assert refused(judge(campaign, code, guest=a_guest(id=5))) == Reason.OWN_CODE
    assert judge(campaign, code, guest=a_guest(id=6)).accepted


def test_what_is_known_of_limits_gives_an_early_answer() -> None:
    referral = a_campaign(kind=Kind.REFERRAL)
    used = judge(referral, guest=a_guest(), known=Known(code_uses_by_guest=1))
    assert (refused(used), dict(used.params)) == (Reason.ALREADY_USED_BY_GUEST, {"limit": "1"})
    twice = a_campaign(max_uses_per_guest=2)
    assert judge(twice, guest=a_guest(), known=Known(campaign_uses_by_guest=1)).accepted
    again = judge(twice, guest=a_guest(), known=Known(campaign_uses_by_guest=2))
    assert (refused(again), dict(again.params)) == (Reason.ALREADY_USED_BY_GUEST, {"limit": "2"})
    daily = a_campaign(max_uses_per_guest_per_day=1)
    assert refused(judge(daily, guest=a_guest(), known=Known(guest_uses_today=1))) == Reason.GUEST_LIMIT_TODAY
    assert dict(judge(daily, guest=a_guest(), known=Known(guest_uses_today=1)).params) == {"limit": "1"}
    assert judge(daily, guest=a_guest(), known=Known(guest_uses_today=0)).accepted
    hundred = a_campaign(max_uses_per_day=100)
    assert refused(judge(hundred, known=Known(campaign_uses_today=100))) == Reason.USED_UP_TODAY
    assert dict(judge(hundred, known=Known(campaign_uses_today=100)).params) == {"limit": "100"}
    assert judge(hundred, known=Known(campaign_uses_today=99)).accepted
    assert judge(a_campaign(kind=Kind.PROMO), guest=a_guest(), known=Known(code_uses_by_guest=9)).accepted


def test_referral_codes_can_be_switched_off_for_the_whole_network() -> None:
    off = Known(referral_enabled=False)
    assert (
        refused(judge(a_campaign(kind=Kind.REFERRAL), guest=a_guest(), known=off)) == Reason.REFERRAL_DISABLED
    )
    assert judge(a_campaign(kind=Kind.PROMO), known=off).accepted


def test_a_budget_that_is_known_to_be_too_small_refuses() -> None:
    campaign = a_campaign(budget_minor=5_000)
    short = judge(campaign, known=Known(budget_left_minor=999))
    assert (refused(short), dict(short.params)) == (Reason.BUDGET_SPENT, {"left": "9.99 EUR"})
    assert judge(campaign, known=Known(budget_left_minor=1_000)).accepted
    assert judge(campaign).accepted
    assert refused(judge(campaign, basket=UNPRICED, known=Known(budget_left_minor=0))) == Reason.BUDGET_SPENT
    assert judge(a_campaign(), known=Known(budget_left_minor=0)).accepted
    assert judge(campaign, basket=a_basket(10), known=Known(budget_left_minor=1)).accepted


def test_a_minimum_is_judged_on_the_whole_bill_and_says_what_is_missing() -> None:
    campaign = a_campaign(min_basket_minor=2_000)
    verdict = judge(campaign, basket=a_basket(1_500, 499))
    assert refused(verdict) == Reason.MIN_BASKET
    assert dict(verdict.params) == {"minimum": "20.00 EUR", "missing": "0.01 EUR"}
    assert judge(campaign, basket=a_basket(1_500, 500)).accepted


def test_conditions_on_the_bill_wait_until_there_is_one() -> None:
    campaign = a_campaign(free_item("tea"), min_basket_minor=2_000, items_included=("tea",))
    verdict = judge(campaign, basket=UNPRICED)
    assert verdict.accepted
    assert verdict.discount_minor == 0
    assert verdict.discount_by_line == ()
    typed_too_early = Basket(known=False, lines=(Line(amount_minor=1_000),))
    assert judge(a_campaign(percent(1000)), basket=typed_too_early).discount_by_line == ()


@pytest.mark.parametrize(
    "conditions",
    [{"benefit": fixed(100)}, {"benefit": percent(10, 5)}, {"min_basket_minor": 1}, {"budget_minor": 1}],
)
def test_an_offer_that_names_money_needs_a_bill_in_that_money(conditions: dict[str, Any]) -> None:
    verdict = judge(a_campaign(currency="USD", **conditions))
    assert (refused(verdict), dict(verdict.params)) == (Reason.WRONG_CURRENCY, {"currency": "USD"})


def test_a_percentage_is_good_in_any_money() -> None:
    assert judge(a_campaign(currency="USD")).discount_minor == 1000


MENU = Basket(
    lines=(
        Line(amount_minor=900, item="tea", category="drinks", quantity=3),
        Line(amount_minor=400, item="cola", category="drinks"),
        Line(amount_minor=2_000, item="steak", category="mains"),
        Line(amount_minor=-300, item="deposit"),
    )
)


@pytest.mark.parametrize(
    ("conditions", "by_line"),
    [
        ({}, (90, 40, 200, 0)),
        ({"items_included": ("tea",)}, (90, 0, 0, 0)),
        ({"categories_included": ("drinks",)}, (90, 40, 0, 0)),
        ({"categories_included": ("drinks",), "items_excluded": ("cola",)}, (90, 0, 0, 0)),
        ({"items_included": ("steak",), "categories_included": ("drinks",)}, (90, 40, 200, 0)),
        ({"categories_excluded": ("mains",)}, (90, 40, 0, 0)),
    ],
)
def test_only_what_belongs_to_the_offer_gets_cheaper(
    conditions: dict[str, Any], by_line: tuple[int, ...]
) -> None:
    verdict = judge(a_campaign(percent(1000), **conditions), basket=MENU)
    assert verdict.discount_by_line == by_line
    assert verdict.discount_minor == sum(by_line)


def test_nothing_that_belongs_to_the_offer_is_a_refusal() -> None:
    verdict = judge(a_campaign(items_included=("soup",), categories_included=("starters",)), basket=MENU)
    assert (refused(verdict), dict(verdict.params)) == (Reason.WRONG_ITEMS, {"items": "soup, starters"})
    left_out = judge(a_campaign(categories_excluded=("mains",)), basket=Basket(lines=MENU.lines[2:]))
    assert (refused(left_out), left_out.params) == (Reason.WRONG_ITEMS, ())


@pytest.mark.parametrize(
    "conditions",
    [
        {"items_included": ("tea",)}, {"items_excluded": ("steak",)}, {"categories_included": ("drinks",)},
        {"categories_excluded": ("mains",)},
    ],
)  # fmt: skip
def test_each_condition_on_items_alone_refuses_a_bill_without_them(conditions: dict[str, Any]) -> None:
    steak = Basket(lines=MENU.lines[2:3])
    assert judge(a_campaign(**conditions), basket=steak).reason == Reason.WRONG_ITEMS
    assert judge(a_campaign(), basket=steak).accepted


@pytest.mark.parametrize(
    ("benefit", "by_line"),
    [
        (free_item("tea"), (300, 0, 0, 0)),
        (free_item("tea", 250), (250, 0, 0, 0)),
        (free_item("steak"), (0, 0, 2_000, 0)),
        (free_item(), (0, 0, 2_000, 0)),
    ],
)
def test_a_free_item_takes_one_unit_off(benefit: Benefit, by_line: tuple[int, ...]) -> None:
    assert judge(a_campaign(benefit), basket=MENU).discount_by_line == by_line


def test_of_equally_dear_items_the_first_is_free() -> None:
    assert judge(a_campaign(free_item()), basket=a_basket(0, 500, 500, 400)).discount_by_line == (
        0,
        500,
        0,
        0,
    )


def test_a_free_item_must_be_on_the_bill() -> None:
    verdict = judge(a_campaign(free_item("soup")), basket=MENU)
    assert (refused(verdict), dict(verdict.params)) == (Reason.WRONG_ITEMS, {"items": "soup"})
    nothing = judge(a_campaign(free_item()), basket=a_basket(-5))
    assert (refused(nothing), nothing.params) == (Reason.WRONG_ITEMS, ())
    assert judge(a_campaign(free_item()), basket=a_basket(1)).discount_minor == 1


@pytest.mark.parametrize(
    ("amounts", "by_line"),
    [
        ((1_000,), (250,)), ((250,), (250,)), ((249,), (249,)), ((150, 350), (75, 175)), ((100, 100), (100, 100)),
        ((1_000, -900), (100, 0)), ((-5, 400), (0, 250)), ((1, 0), (1, 0)),
    ],
)  # fmt: skip
def test_on_typed_amounts_the_cashier_vouches_for_a_named_free_item_up_to_its_cap(
    amounts: tuple[int, ...], by_line: tuple[int, ...]
) -> None:
    verdict = judge(a_campaign(free_item("tea", 250)), basket=a_basket(*amounts))
    assert verdict.accepted
    assert (verdict.discount_minor, verdict.discount_by_line) == (sum(by_line), by_line)


def test_a_named_free_item_without_a_cap_gives_nothing_on_typed_amounts() -> None:
    for amounts in ((1_000,), (300, 400)):
        verdict = judge(a_campaign(free_item("tea")), basket=a_basket(*amounts))
        assert (refused(verdict), dict(verdict.params)) == (Reason.WRONG_ITEMS, {"items": "tea"})


def test_a_bill_with_one_item_is_a_bill_of_items_where_nobody_vouches() -> None:
    capped = a_campaign(free_item("tea", 250))
    soup = Line(amount_minor=700, item="soup")
    verdict = judge(capped, basket=Basket(lines=(soup, Line(amount_minor=1_000))))
    assert (refused(verdict), dict(verdict.params)) == (Reason.WRONG_ITEMS, {"items": "tea"})
    tea = Line(amount_minor=200, item="tea")
    assert judge(capped, basket=Basket(lines=(Line(amount_minor=900), tea))).discount_by_line == (0, 200)


def test_typed_amounts_must_belong_to_the_offer_of_a_free_item() -> None:
    drinks = a_campaign(free_item("tea", 250), categories_included=("drinks",))
    assert refused(judge(drinks)) == Reason.WRONG_ITEMS
    typed = Basket(lines=(Line(amount_minor=100, category="drinks"), Line(amount_minor=900)))
    assert judge(drinks, basket=typed).discount_by_line == (100, 0)
    for empty in (a_basket(-5), a_basket(0), a_basket()):
        assert refused(judge(a_campaign(free_item("tea", 250)), basket=empty)) == Reason.WRONG_ITEMS


def test_a_bill_of_several_codes_gives_a_typed_free_item_what_the_others_left() -> None:
    codes = [applied(1, free_item("tea", 250)), applied(2, percent(9_000), order=-1)]
    priced = price(a_basket(1_000), codes)
    assert [one.discount_minor for one in priced.gives] == [900, 100]
    assert priced.paid_minor == 0


@pytest.mark.parametrize(
    ("benefit", "amounts", "discount"),
    [
        (percent(1000, 50), (1_000,), 50), (percent(20_000), (1_000,), 1_000), (percent(-5), (1_000,), 0),
        (fixed(300), (1_000,), 300), (fixed(3_000), (1_000,), 1_000), (fixed(-3), (1_000,), 0),
        (fixed(900), (1_000, -300), 700), (percent(10_000), (-300,), 0), (percent(10_000), (), 0),
        (percent(10_000, -1), (1_000,), 0), (Benefit(), (1_000,), 0),
    ],
)  # fmt: skip
def test_a_discount_is_capped_and_never_more_than_the_bill(
    benefit: Benefit, amounts: Any, discount: int
) -> None:
    verdict = judge(a_campaign(benefit), basket=a_basket(*amounts))
    assert verdict.accepted
    assert verdict.discount_minor == sum(verdict.discount_by_line) == discount
    assert len(verdict.discount_by_line) == len(amounts)


def test_points_and_tiers_are_given_not_taken_off() -> None:
    verdict = judge(a_campaign(points(50)), guest=a_guest())
    assert (verdict.points, verdict.discount_minor) == (50, 0)
    assert judge(a_campaign(points(-50)), guest=a_guest()).points == 0
    grant = judge(a_campaign(Benefit(kind=BenefitKind.TIER_GRANT, tier="GOLD")), guest=a_guest())
    assert (grant.tier, grant.discount_by_line) == ("GOLD", (0,))


@pytest.mark.parametrize(
    "broken",
    [
        {"zone": "Mars/Olympus", "starts_on": "2026-01-01"}, {"starts_on": "soon"}, {"ends_on": "2026-02-30"},
        {"active_hours": (hours("25:00", "26:00"),)}, {"active_hours": (hours("", ""),), "zone": ""},
    ],
)  # fmt: skip
def test_rules_that_cannot_be_read_refuse_their_campaign_alone(broken: dict[str, Any]) -> None:
    verdict = judge(a_campaign(**broken))
    assert refused(verdict) == Reason.CAMPAIGN_BROKEN
    assert dict(verdict.params)["field"]


def test_a_verdict_is_plain_and_can_be_compared() -> None:
    campaign = a_campaign()
    assert judge(campaign) == judge(dataclasses.replace(campaign))
    assert len({judge(campaign), judge(campaign)}) == 1
