"""The document on promo codes: its example and every line of its checklist."""

from typing import Any

import pytest

from sync.rules.code import Code, CodeStatus, Kind
from sync.rules.lifecycle import count_use, take_back_use, uses_left
from sync.rules.offers import OfferApplication, applications, breakdown
from sync.rules.price import price
from sync.rules.reasons import Reason
from sync.rules.sale import Basket, Line
from tests.builders.rules import NOON, a_campaign, a_code, applied, fixed, hours, judge, on, percent

MORNING10 = a_campaign(
    percent(1000), name="MORNING10", zone="Asia/Kolkata", active_hours=(hours("06:00", "09:00"),)
)


@pytest.mark.parametrize(
    ("wall", "good"),
    [("05:59", False), ("05:59:59", False), ("06:00", True), ("08:59", True), ("09:00", True), ("09:00:59", True),
     ("09:01", False), ("21:00", False)],
)  # fmt: skip
def test_morning10_from_6_to_9_in_india(wall: str, good: bool) -> None:
    verdict = judge(MORNING10, moment=on(f"2024-12-11T{wall}", "Asia/Kolkata"))
    assert verdict.accepted is good
    assert good or verdict.reason == Reason.OUTSIDE_HOURS


def test_utc_and_indian_time_differ() -> None:
    assert judge(MORNING10, moment=on("2024-12-11T00:30", "UTC")).accepted
    assert judge(MORNING10, moment=on("2024-12-11T06:30", "UTC")).reason == Reason.OUTSIDE_HOURS


def test_hours_are_off_until_somebody_sets_them() -> None:
    assert a_campaign().active_hours == ()
    assert judge(a_campaign(), moment=on("2024-12-11T03:00")).accepted


def used(code: Code, times: int, **fields: Any) -> Code:
    for n in range(times):
        code = count_use(code, a_campaign(**fields), NOON + n, "Harbour")
    return code


def test_three_uses_deactivate_with_a_stamp_and_the_fourth_fails() -> None:
    campaign = a_campaign()
    code = a_code(campaign, max_uses=3)
    twice = used(code, 2)
    assert (twice.status, twice.auto_deactivated_at_ms, uses_left(twice)) == (CodeStatus.ACTIVE, None, 1)
    assert judge(campaign, twice).accepted
    thrice = used(code, 3)
    assert (thrice.status, thrice.auto_deactivated_at_ms, uses_left(thrice)) == (
        CodeStatus.EXPIRED,
        NOON + 2,
        0,
    )
    assert judge(campaign, thrice).reason == Reason.USED_UP


def test_deactivation_is_on_by_default_and_can_be_switched_off() -> None:
    assert a_campaign().auto_deactivate_on_max_uses
    code = used(a_code(a_campaign(), max_uses=3), 3, auto_deactivate_on_max_uses=False)
    assert (code.status, code.auto_deactivated_at_ms) == (CodeStatus.ACTIVE, None)
    assert judge(a_campaign(), code).reason == Reason.USED_UP


def test_a_use_that_happened_beyond_the_limit_is_counted_too() -> None:
    code = used(a_code(a_campaign(), max_uses=1), 2)
    assert (code.uses, code.auto_deactivated_at_ms, uses_left(code)) == (2, NOON, 0)


def test_a_code_somebody_switched_off_is_not_stamped_by_its_last_use() -> None:
    code = used(a_code(a_campaign(), max_uses=1, status=CodeStatus.INACTIVE), 1)
    assert (code.status, code.auto_deactivated_at_ms) == (CodeStatus.INACTIVE, None)


def test_a_void_takes_the_use_back_and_wakes_the_code() -> None:
    code = a_code(a_campaign(), max_uses=2)
    full = used(code, 2)
    once = take_back_use(full)
    assert (once.status, once.auto_deactivated_at_ms, once.uses, once.first_used_at_ms) == (
        CodeStatus.ACTIVE, None, 1, NOON,
    )  # fmt: skip
    assert take_back_use(once) == code
    assert take_back_use(code) is code
    over = take_back_use(used(code, 3))
    assert (over.status, over.uses) == (CodeStatus.EXPIRED, 2)
    ended = take_back_use(a_code(a_campaign(), uses=1, status=CodeStatus.EXPIRED))
    assert ended.status is CodeStatus.EXPIRED


BILL = Basket(
    lines=(
        Line(amount_minor=2_000, item="survey1"), Line(amount_minor=1_000, item="survey2"),
        Line(amount_minor=500, item="survey1"), Line(amount_minor=300),
    )
)  # fmt: skip
NAMES = {"survey1": "Survey Offer 1"}


def test_every_offer_a_code_made_cheaper_is_recorded() -> None:
    codes = [applied(1, percent(1000)), applied(2, fixed(50), items_included=("survey2",))]
    found = applications(price(BILL, codes), 1, at_ms=NOON, conversion_id="sale-1", names=NAMES, guest_id=5)
    assert [(one.offer_id, one.offer_name, one.bonus_minor) for one in found] == [
        ("survey1", "Survey Offer 1", 250), ("survey2", "survey2", 100), ("", "", 30),
    ]  # fmt: skip
    assert {(one.code_id, one.applied_at_ms, one.conversion_id, one.guest_id) for one in found} == {
        (1, NOON, "sale-1", 5)
    }
    other = applications(price(BILL, codes), 2, at_ms=NOON, conversion_id="sale-1", names=NAMES)
    assert [(one.offer_id, one.bonus_minor, one.guest_id) for one in other] == [("survey2", 50, None)]
    assert applications(price(BILL, codes), 3, at_ms=NOON, conversion_id="s", names=NAMES) == []


def application(offer: str, bonus: int, guest: int | None) -> OfferApplication:
    return OfferApplication(
        code_id=1,
        offer_id=offer,
        offer_name=offer.title(),
        applied_at_ms=0,
        bonus_minor=bonus,
        conversion_id="s",
        guest_id=guest,
    )


def test_the_breakdown_adds_up_uses_bonus_and_guests_per_offer() -> None:
    figures = breakdown(
        [application("a", 500, 1), application("b", 5, 1), application("a", 500, 1), application("a", 1, 2),
         application("c", 5, None), application("a", 1, None)]
    )  # fmt: skip
    assert [(one.offer_id, one.offer_name, one.uses, one.total_bonus_minor, one.unique_guests) for one in figures] == [
        ("a", "A", 4, 1_002, 2), ("b", "B", 1, 5, 1), ("c", "C", 1, 5, 0),
    ]  # fmt: skip
    assert breakdown([]) == []


def test_codes_that_predate_a_field_have_its_default() -> None:
    bare = Code(id=1, campaign_id=7, kind=Kind.PROMO)
    assert (bare.auto_deactivated_at_ms, bare.uses, bare.max_uses, bare.status) == (
        None,
        0,
        None,
        CodeStatus.ACTIVE,
    )
    assert judge(a_campaign(), bare).accepted
