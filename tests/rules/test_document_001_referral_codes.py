"""The document on referral codes, rule by rule."""

import pytest

from sync.rules.code import CodeStatus, Kind
from sync.rules.code_form import REFERRAL_FORM, text_faults
from sync.rules.generate import make_codes
from sync.rules.known import Known
from sync.rules.lifecycle import (
    REFERRAL_LIFE_MS,
    Badge,
    badge,
    count_use,
    is_expired,
    limit_reached,
    valid_for_use,
    with_defaults,
)
from sync.rules.moment import Moment
from sync.rules.reasons import Reason
from sync.rules.referral import ReferralSettings, beneficiary, judge_registration
from tests.builders.rules import NOON, a_campaign, a_code, a_guest, judge, points

REFERRAL = a_campaign(points(100), kind=Kind.REFERRAL)
DAY_MS = 86_400_000
LOST = Moment(at_ms=NOON, doubtful=True)


def test_defaults_are_seven_days_a_hundred_uses_and_active() -> None:
    code = with_defaults(a_code(REFERRAL), NOON)
    assert REFERRAL_LIFE_MS == 7 * DAY_MS
    assert (code.expires_at_ms, code.max_uses, code.status) == (NOON + 7 * DAY_MS, 100, CodeStatus.ACTIVE)
    chosen = with_defaults(a_code(REFERRAL, expires_at_ms=5, max_uses=1), NOON)
    assert (chosen.expires_at_ms, chosen.max_uses) == (5, 1)
    promo = a_campaign()
    assert with_defaults(a_code(promo), NOON) == a_code(promo)


def test_generated_codes_are_five_alphanumeric_characters_without_0_o_i_1() -> None:
    for code in make_codes(REFERRAL_FORM, 1_000, kind=Kind.REFERRAL).codes:
        assert len(code) == 5
        assert code.isalnum()
        assert code == code.upper()
        assert not set(code) & set("0OI1")


@pytest.mark.parametrize(("length", "good"), [(2, False), (3, True), (50, True), (51, False)])
def test_custom_codes_have_3_to_50_characters(length: int, good: bool) -> None:
    assert (text_faults("A" * length) == []) is good


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({}, Badge.ACTIVE), ({"status": CodeStatus.INACTIVE}, Badge.INACTIVE),
        ({"expires_at_ms": NOON}, Badge.EXPIRED), ({"status": CodeStatus.EXPIRED}, Badge.EXPIRED),
        ({"uses": 100, "max_uses": 100}, Badge.LIMIT_REACHED),
        ({"status": CodeStatus.EXPIRED, "auto_deactivated_at_ms": 1}, Badge.LIMIT_REACHED),
        ({"status": CodeStatus.INACTIVE, "uses": 100, "max_uses": 100}, Badge.INACTIVE),
        ({"expires_at_ms": NOON, "uses": 100, "max_uses": 100}, Badge.LIMIT_REACHED),
    ],
)  # fmt: skip
def test_the_four_badges(fields: dict[str, object], shown: Badge) -> None:
    code = a_code(REFERRAL, **fields)
    assert badge(code, NOON) is shown
    assert valid_for_use(code, NOON) is (shown is Badge.ACTIVE)


def test_expired_and_limit_reached() -> None:
    assert is_expired(a_code(REFERRAL, expires_at_ms=NOON), NOON)
    assert not is_expired(a_code(REFERRAL, expires_at_ms=NOON), NOON - 1)
    assert not is_expired(a_code(REFERRAL), NOON)
    assert limit_reached(a_code(REFERRAL, uses=1, max_uses=1))
    assert not limit_reached(a_code(REFERRAL, uses=0, max_uses=1))
    assert not limit_reached(a_code(REFERRAL, uses=9))


def test_once_per_person() -> None:
    assert judge(REFERRAL, guest=a_guest()).accepted
    assert (
        judge(REFERRAL, guest=a_guest(), known=Known(code_uses_by_guest=1)).reason
        == Reason.ALREADY_USED_BY_GUEST
    )
    assert judge(REFERRAL).reason == Reason.NEEDS_GUEST


def test_nobody_uses_their_own_and_the_beneficiary_profits() -> None:
    code = a_code(REFERRAL, holder_guest_id=1, beneficiary_id=2)
    assert judge(REFERRAL, code, guest=a_guest(id=1)).reason == Reason.OWN_CODE
    assert judge(REFERRAL, code, guest=a_guest(id=2)).reason == Reason.OWN_CODE
    assert judge(REFERRAL, code, guest=a_guest(id=3)).points == 100
    assert beneficiary(code) == 2
    assert beneficiary(a_code(REFERRAL, holder_guest_id=1)) == 1
    assert beneficiary(a_code(REFERRAL)) is None


def test_uses_are_counted_to_the_maximum() -> None:
    code = a_code(REFERRAL, max_uses=2)
    code = count_use(count_use(code, REFERRAL, NOON), REFERRAL, NOON + 1)
    assert badge(code, NOON) is Badge.LIMIT_REACHED
    assert judge(REFERRAL, code, guest=a_guest()).reason == Reason.USED_UP


@pytest.mark.parametrize(
    ("enabled", "required", "given", "reason"),
    [
        (False, False, None, Reason.OK), (False, True, None, Reason.OK), (True, False, None, Reason.OK),
        (True, True, None, Reason.REFERRAL_REQUIRED), (True, True, "good", Reason.OK), (True, False, "good", Reason.OK),
        (True, True, "used", Reason.USED_UP), (True, False, "used", Reason.USED_UP),
        (False, False, "good", Reason.REFERRAL_DISABLED), (False, True, "used", Reason.REFERRAL_DISABLED),
    ],
)  # fmt: skip
def test_registration_follows_the_two_switches(
    enabled: bool, required: bool, given: str | None, reason: Reason
) -> None:
    verdicts = {
        "good": judge(REFERRAL, guest=a_guest()),
        "used": judge(REFERRAL, a_code(REFERRAL, uses=1, max_uses=1), guest=a_guest()),
    }
    settings = ReferralSettings(enabled=enabled, required=required)
    assert judge_registration(settings, verdicts[given] if given else None) is reason


def test_a_code_that_a_manager_may_allow_is_good_once_allowed() -> None:
    asked = judge(
        a_campaign(points(100), kind=Kind.REFERRAL, ends_on="2099-01-01"), guest=a_guest(), moment=LOST
    )
    assert judge_registration(ReferralSettings(enabled=True), asked) is Reason.CLOCK_IN_DOUBT


def test_both_switches_start_off() -> None:
    assert (ReferralSettings().enabled, ReferralSettings().required) == (False, False)
    off = judge(REFERRAL, guest=a_guest(), known=Known(referral_enabled=False))
    assert off.reason == Reason.REFERRAL_DISABLED
