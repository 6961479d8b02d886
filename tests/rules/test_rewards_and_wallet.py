from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.moment import Moment
from sync.rules.reasons import Reason
from sync.rules.rewards import PartPayment, Reward, affordable, judge_reward, pay_with_points
from sync.rules.verdict import Outcome
from sync.rules.wallet import (
    ClaimStatus,
    ScanSource,
    ScanType,
    Wallet,
    claim,
    document_source,
    expire,
    redeem,
    reorder,
)
from tests.builders.rules import NOON, a_guest, on

NOW = Moment(at_ms=NOON)


def a_reward(**fields: Any) -> Reward:
    fields.setdefault("id", 1)
    fields.setdefault("points", 100)
    return Reward(name="Mug", **fields)


def test_a_reward_takes_its_points() -> None:
    verdict = judge_reward(a_reward(), a_guest(points=100), NOW)
    assert (verdict.outcome, verdict.reason, verdict.points) == (Outcome.ACCEPT, Reason.OK, -100)


@pytest.mark.parametrize(
    ("fields", "guest", "reason", "params"),
    [
        ({"active": False}, {"points": 500}, Reason.INACTIVE, {}),
        ({}, {"points": 99}, Reason.NOT_ENOUGH_POINTS, {"needed": "100", "balance": "99"}),
        ({}, {"points": 500, "blocked": True}, Reason.GUEST_BLOCKED, {}),
        (
            {"tiers": ("GOLD", "VIP")},
            {"points": 500},
            Reason.WRONG_TIER,
            {"tier": "BRONZE", "tiers": "GOLD, VIP"},
        ),
        ({"starts_on": "2026-01-02"}, {"points": 500}, Reason.NOT_STARTED, {"starts": "2026-01-02"}),
        ({"ends_on": "2025-12-31"}, {"points": 500}, Reason.ENDED, {"ends": "2025-12-31"}),
        (
            {"ends_on": "never"},
            {"points": 500},
            Reason.CAMPAIGN_BROKEN,
            {"field": "'never' is not a day (YYYY-MM-DD)"},
        ),
    ],
)
def test_a_reward_is_refused_with_its_reason(
    fields: dict[str, Any], guest: Any, reason: Reason, params: dict[str, str]
) -> None:
    verdict = judge_reward(a_reward(**fields), a_guest(**guest), NOW)
    assert (verdict.outcome, verdict.reason, verdict.points) == (Outcome.REFUSE, reason, 0)
    assert dict(verdict.params) == params


def test_a_reward_needs_a_guest_and_asks_when_the_clock_is_in_doubt() -> None:
    assert judge_reward(a_reward(), None, NOW).reason == Reason.NEEDS_GUEST
    timed = a_reward(starts_on="2026-01-01", ends_on="2026-01-01", tiers=("BRONZE",))
    assert judge_reward(timed, a_guest(points=100), NOW).accepted
    lost = judge_reward(timed, a_guest(points=100), Moment(at_ms=NOON, doubtful=True))
    assert (lost.outcome, lost.reason, lost.points) == (Outcome.ASK, Reason.CLOCK_IN_DOUBT, -100)
    midnight = on("2026-01-02T00:30", "Asia/Kolkata")
    assert judge_reward(timed, a_guest(points=100), midnight).reason == Reason.ENDED
    assert judge_reward(timed, a_guest(points=100), midnight, "UTC").accepted


def test_what_a_guest_can_afford_is_listed_the_dearest_first() -> None:
    rewards = [
        a_reward(id=1, points=50),
        a_reward(id=2, points=200),
        a_reward(id=4, points=100),
        a_reward(id=3, points=100),
    ]
    assert [reward.id for reward in affordable(rewards, a_guest(points=100), NOW)] == [3, 4, 1]


@pytest.mark.parametrize(
    ("wanted", "balance", "due", "value", "most_bp", "points"),
    [
        (None, 100, 5_000, 100, 10_000, 50), (None, 10, 5_000, 100, 10_000, 10), (7, 100, 5_000, 100, 10_000, 7),
        (None, 100, 5_050, 100, 10_000, 50), (None, 100, 5_000, 100, 5_000, 25), (99, 10, 5_000, 100, 10_000, 10),
        (None, 100, 5_000, 0, 10_000, 0), (None, -5, 5_000, 100, 10_000, 0), (None, 5, -5, 100, 10_000, 0),
        (-3, 5, 5_000, 100, 10_000, 0), (None, 100, 5_000, 100, 20_000, 50), (None, 100, 5_000, 100, -1, 0),
        (None, 5, 5_000, 1, 10_000, 5), (None, 100, 5_000, -1, 10_000, 0),
    ],
)  # fmt: skip
def test_points_pay_a_part_of_the_bill(
    wanted: int | None, balance: int, due: int, value: int, most_bp: int, points: int
) -> None:
    paid = pay_with_points(
        wanted=wanted, balance=balance, due_minor=due, point_value_minor=value, most_bp=most_bp
    )
    assert paid == PartPayment(points=points, amount_minor=points * max(0, value))
    assert (type(paid.points), type(paid.amount_minor)) == (int, int)


@given(st.none() | st.integers(), st.integers(), st.integers(), st.integers(), st.integers())
def test_points_never_pay_more_than_there_is_or_is_due(
    wanted: int | None, balance: int, due: int, value: int, most_bp: int
) -> None:
    paid = pay_with_points(
        wanted=wanted, balance=balance, due_minor=due, point_value_minor=value, most_bp=most_bp
    )
    assert 0 <= paid.points <= max(0, balance)
    assert 0 <= paid.amount_minor <= max(0, due)


def claimed(*codes: int, expires_at_ms: int | None = None) -> Wallet:
    wallet: Wallet = ()
    for code_id in codes:
        after = claim(wallet, code_id=code_id, guest_id=5, at_ms=3, expires_at_ms=expires_at_ms)
        assert isinstance(after, tuple)
        wallet = after
    return wallet


def test_a_voucher_is_claimed_once_per_guest_for_ever() -> None:
    wallet = claimed(1, 2)
    assert [(one.code_id, one.order, one.status) for one in wallet] == [
        (1, 0, ClaimStatus.CLAIMED), (2, 1, ClaimStatus.CLAIMED),
    ]  # fmt: skip
    assert {(one.guest_id, one.claimed_at_ms) for one in wallet} == {(5, 3)}
    assert claim(wallet, code_id=1, guest_id=5, at_ms=9) is Reason.ALREADY_CLAIMED
    redeemed = redeem(wallet, 1, 5)
    assert isinstance(redeemed, tuple)
    assert claim(redeemed, code_id=1, guest_id=5, at_ms=9) is Reason.ALREADY_CLAIMED
    assert claim((), code_id=1, guest_id=5, at_ms=9, expires_at_ms=9) is Reason.EXPIRED


def test_a_claim_is_redeemed_once_and_not_after_its_expiry() -> None:
    wallet = claimed(1, 2, expires_at_ms=100)
    redeemed = redeem(wallet, 1, 99)
    assert isinstance(redeemed, tuple)
    assert [(one.status, one.redeemed_at_ms) for one in redeemed] == [
        (ClaimStatus.REDEEMED, 99), (ClaimStatus.CLAIMED, None),
    ]  # fmt: skip
    assert redeem(redeemed, 1, 99) is Reason.USED_UP
    assert redeem(wallet, 1, 100) is Reason.EXPIRED
    assert redeem(wallet, 3, 0) is Reason.UNKNOWN_CODE
    over = expire(redeemed, 100)
    assert [one.status for one in over] == [ClaimStatus.REDEEMED, ClaimStatus.EXPIRED]
    assert redeem(over, 2, 0) is Reason.EXPIRED
    assert [one.status for one in expire(wallet, 99)] == [ClaimStatus.CLAIMED] * 2


def test_the_wallet_has_the_guests_own_order() -> None:
    wallet = reorder(claimed(1, 2, 3, 4), [3, 9, 1, 3])
    assert [one.code_id for one in wallet] == [3, 1, 2, 4]
    assert [one.order for one in wallet] == [0, 1, 2, 3]
    after = claim(wallet, code_id=5, guest_id=5, at_ms=0)
    assert isinstance(after, tuple)
    assert after[-1].order == 4


def test_scans_are_named_in_the_documents_words() -> None:
    assert {document_source(one) for one in ("CAMERA", "WEDGE", "SERIAL")} == {ScanSource.CAMERA}
    assert document_source("TYPED") is ScanSource.LINK
    assert [document_source(one) for one in ("GALLERY", "LINK", "SHARE")] == ["GALLERY", "LINK", "SHARE"]
    assert set(ScanType) == {"CUSTOMER", "BUSINESS"}
    with pytest.raises(ValueError, match="SMELL"):
        document_source("SMELL")
