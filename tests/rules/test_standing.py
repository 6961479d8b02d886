from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.standing import GRACE_MS, Cause, after_purchase, deserved_tier, grant, join, review
from sync.rules.tier_faults import MAX_TIERS, tier_faults
from sync.rules.tiers import DEFAULT_TIERS, Tier

NAMES = [tier.name for tier in DEFAULT_TIERS]


@pytest.mark.parametrize(
    ("points", "tier"),
    [(-5, "BRONZE"), (0, "BRONZE"), (999, "BRONZE"), (1_000, "SILVER"), (3_000, "GOLD"), (10_000, "PLATINUM"),
     (29_999, "PLATINUM"), (30_000, "VIP"), (10**9, "VIP")],
)  # fmt: skip
def test_points_deserve_a_tier(points: int, tier: Any) -> None:
    assert deserved_tier(points, DEFAULT_TIERS).name == tier
    assert deserved_tier(points, tuple(reversed(DEFAULT_TIERS))).name == tier


def test_a_network_without_tiers_is_a_bug() -> None:
    with pytest.raises(ValueError, match="at least one"):
        deserved_tier(0, ())


def test_an_upgrade_comes_at_once_and_stands_in_the_history() -> None:
    standing = after_purchase(join(0, DEFAULT_TIERS, 1), 3_500, DEFAULT_TIERS, 2)
    assert (standing.tier, standing.since_ms) == ("GOLD", 2)
    assert [(one.before, one.after, one.cause, one.points, one.at_ms) for one in standing.history] == [
        (None, "BRONZE", Cause.JOINED, 0, 1), ("BRONZE", "GOLD", Cause.UPGRADE, 3_500, 2),
    ]  # fmt: skip


def test_a_purchase_never_downgrades() -> None:
    gold = join(3_000, DEFAULT_TIERS, 0)
    assert after_purchase(gold, 0, DEFAULT_TIERS, 9) is gold


def test_a_downgrade_comes_at_a_review_after_the_grace() -> None:
    gold = join(3_000, DEFAULT_TIERS, 0)
    warned = review(gold, 10, DEFAULT_TIERS, 100)
    assert (warned.tier, warned.warned_ms) == ("GOLD", 100)
    still = review(warned, 10, DEFAULT_TIERS, 99 + GRACE_MS)
    assert still == warned
    down = review(still, 10, DEFAULT_TIERS, 100 + GRACE_MS)
    assert (down.tier, down.warned_ms, down.history[-1].cause) == ("BRONZE", None, Cause.DOWNGRADE)
    assert (down.history[-1].points, down.history[-1].at_ms) == (10, 100 + GRACE_MS)
    assert review(gold, 3_000, DEFAULT_TIERS, 100) is gold


def test_whoever_qualifies_again_in_the_grace_is_warned_no_more() -> None:
    warned = review(join(3_000, DEFAULT_TIERS, 0), 10, DEFAULT_TIERS, 100)
    assert after_purchase(warned, 3_000, DEFAULT_TIERS, 101).warned_ms is None
    assert after_purchase(warned, 2_999, DEFAULT_TIERS, 101).warned_ms == 100
    assert review(warned, 10_000, DEFAULT_TIERS, 101).tier == "PLATINUM"


def test_a_gift_outlasts_reviews_until_it_ends() -> None:
    standing = grant(join(0, DEFAULT_TIERS, 0), "GOLD", DEFAULT_TIERS, until_ms=1_000, points=0, at_ms=1)
    assert (standing.tier, standing.granted_until_ms, standing.history[-1].cause) == (
        "GOLD",
        1_000,
        Cause.GRANT,
    )
    assert (standing.history[-1].points, standing.history[-1].at_ms, standing.since_ms) == (0, 1, 1)
    assert review(standing, 0, DEFAULT_TIERS, 999) is standing
    ended = review(standing, 1_000, DEFAULT_TIERS, 1_000)
    assert (ended.tier, ended.history[-1].cause, ended.granted_until_ms) == (
        "SILVER",
        Cause.GRANT_ENDED,
        None,
    )
    assert (ended.history[-1].at_ms, ended.since_ms) == (1_000, 1_000)
    assert review(standing, 10_000, DEFAULT_TIERS, 5).tier == "PLATINUM"


def test_a_gift_without_an_end_is_reviewed_like_any_tier() -> None:
    standing = grant(join(0, DEFAULT_TIERS, 0), "GOLD", DEFAULT_TIERS, until_ms=None, points=0, at_ms=1)
    assert review(standing, 0, DEFAULT_TIERS, 5).warned_ms == 5


def test_a_gift_that_is_not_higher_changes_nothing_and_an_unknown_one_is_a_bug() -> None:
    gold = join(3_000, DEFAULT_TIERS, 0)
    for tier in ("GOLD", "BRONZE"):
        assert grant(gold, tier, DEFAULT_TIERS, until_ms=None, points=0, at_ms=1) is gold
    with pytest.raises(ValueError, match="DIAMOND"):
        grant(gold, "DIAMOND", DEFAULT_TIERS, until_ms=None, points=0, at_ms=1)


def test_a_tier_that_no_longer_exists_is_below_every_other() -> None:
    fewer = DEFAULT_TIERS[:2]
    assert after_purchase(join(3_000, DEFAULT_TIERS, 0), 0, fewer, 5).tier == "BRONZE"


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 40_000), st.integers(0, 2 * GRACE_MS)), max_size=12))
def test_a_history_is_an_unbroken_chain_and_time_only_goes_on(steps: list[Any]) -> None:
    standing, now = join(0, DEFAULT_TIERS, 0), 0
    for reviewed, points, wait in steps:
        now += wait
        step = review if reviewed else after_purchase
        after = step(standing, points, DEFAULT_TIERS, now)
        if not reviewed:
            assert NAMES.index(after.tier) >= NAMES.index(standing.tier)
        assert NAMES.index(after.tier) >= NAMES.index(deserved_tier(points, DEFAULT_TIERS).name)
        standing = after
    for earlier, later in zip(standing.history, standing.history[1:], strict=False):
        assert earlier.after == later.before
        assert earlier.at_ms <= later.at_ms
    assert standing.history[-1].after == standing.tier


def a_tier(name: str = "A", percent_bp: int = 100, from_points: int = 0) -> Tier:
    return Tier(name=name, percent_bp=percent_bp, from_points=from_points)


@pytest.mark.parametrize(
    ("tiers", "fields"),
    [
        (DEFAULT_TIERS, []),
        (tuple(a_tier(str(n), 100, n) for n in range(MAX_TIERS)), []), ((a_tier(),), []), ((), ["tiers"]),
        (tuple(a_tier(str(n), 100, n) for n in range(MAX_TIERS + 1)), ["tiers"]),
        ((a_tier(), a_tier(from_points=5)), ["name"]), ((a_tier(" "),), ["name"]),
        ((a_tier(percent_bp=10_001),), ["percent_bp"]), ((a_tier(percent_bp=-1),), ["percent_bp"]),
        ((a_tier(from_points=1),), ["from_points"]), ((a_tier(), a_tier("B")), ["from_points"]),
        ((a_tier(), a_tier("B", 99, 5)), ["percent_bp"]), ((a_tier("B", 100, 5), a_tier()), []),
    ],
)  # fmt: skip
def test_tiers_that_contradict_themselves_are_refused_with_the_field(tiers: Any, fields: list[str]) -> None:
    assert [fault.field for fault in tier_faults(tiers)] == fields
