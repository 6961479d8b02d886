from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.sale import Basket
from sync.rules.tiers import DEFAULT_TIERS, Model, Tier, card_benefit, tier_named
from tests.builders.rules import a_basket, a_guest


@pytest.mark.parametrize(
    ("tier", "percent"), [("BRONZE", 5), ("SILVER", 10), ("GOLD", 15), ("PLATINUM", 20), ("VIP", 25)]
)
def test_five_tiers_take_5_to_25_percent_off(tier: Any, percent: int) -> None:
    gives = card_benefit(a_guest(tier=tier), basket=a_basket(10_000, 2_000))
    assert gives.discount_minor == 120 * percent
    assert gives.discount_by_line == (100 * percent, 20 * percent)
    assert (gives.tier, gives.percent_bp, gives.points) == (tier, 100 * percent, 0)


@pytest.mark.parametrize(("tier", "earned"), [("BRONZE", 6), ("VIP", 30)])
def test_as_points_the_bill_stays_and_whole_points_are_earned(tier: Any, earned: int) -> None:
    gives = card_benefit(a_guest(tier=tier), basket=a_basket(12_199), model=Model.POINTS)
    assert (gives.discount_minor, gives.discount_by_line, gives.points) == (0, (0,), earned)


def test_a_point_is_a_whole_unit_whatever_the_currencys_decimals() -> None:
    guest = a_guest(tier="GOLD")
    assert card_benefit(guest, basket=a_basket(1000, currency="JPY"), model="POINTS").points == 150
    assert card_benefit(guest, basket=a_basket(1_000_000, currency="KWD"), model="POINTS").points == 150


@pytest.mark.parametrize("guest", [None, a_guest(tier="VIP", blocked=True), a_guest(tier="DIAMOND")])
@pytest.mark.parametrize("model", [Model.DISCOUNT, Model.POINTS])
def test_nobody_a_blocked_guest_and_an_unknown_tier_get_nothing(guest: Any, model: str) -> None:
    gives = card_benefit(guest, basket=a_basket(100, 200), model=model)
    assert (gives.tier, gives.discount_minor, gives.discount_by_line, gives.points) == (None, 0, (0, 0), 0)


def test_a_networks_own_tiers_replace_the_shipped_ones() -> None:
    own = (Tier(name="GOLD", percent_bp=300, from_points=0),)
    assert card_benefit(a_guest(tier="GOLD"), own, a_basket(1_000)).discount_minor == 30
    assert card_benefit(a_guest(tier="VIP"), own, a_basket(1_000)).discount_minor == 0
    none = (Tier(name="GOLD", percent_bp=0, from_points=0),)
    assert card_benefit(a_guest(tier="GOLD"), none, a_basket(10**9)).discount_minor == 0
    wild = (
        Tier(name="GOLD", percent_bp=99_999, from_points=0),
        Tier(name="VIP", percent_bp=-1, from_points=0),
    )
    assert card_benefit(a_guest(tier="GOLD"), wild, a_basket(1_000)).discount_minor == 1_000
    assert card_benefit(a_guest(tier="VIP"), wild, a_basket(1_000)).discount_minor == 0


def test_a_card_without_a_bill_tells_its_tier() -> None:
    gives = card_benefit(a_guest(tier="SILVER"))
    assert (gives.tier, gives.percent_bp, gives.discount_minor, gives.discount_by_line) == (
        "SILVER",
        1000,
        0,
        (),
    )
    assert card_benefit(a_guest(tier="SILVER"), basket=Basket(known=False)).discount_by_line == ()
    assert card_benefit(a_guest(tier="SILVER"), model=Model.POINTS).points == 0


def test_what_codes_left_is_what_the_tier_counts() -> None:
    gives = card_benefit(a_guest(tier="SILVER"), basket=a_basket(1_000, 1_000), left=(500, 0))
    assert gives.discount_by_line == (50, 0)


def test_a_returned_deposit_lowers_the_tiers_part() -> None:
    gives = card_benefit(a_guest(tier="VIP"), basket=a_basket(1_000, -600))
    assert gives.discount_by_line == (100, 0)
    assert card_benefit(a_guest(tier="VIP"), basket=a_basket(100, -600)).discount_minor == 0


@given(
    st.lists(st.integers(-1000, 10**9), max_size=8), st.sampled_from(DEFAULT_TIERS), st.sampled_from(Model)
)
def test_the_parts_sum_exactly_and_stay_within_their_lines(amounts: Any, tier: Any, model: str) -> None:
    gives = card_benefit(a_guest(tier=tier.name), basket=a_basket(*amounts), model=model)
    assert sum(gives.discount_by_line) == gives.discount_minor
    assert all(
        0 <= off <= max(0, amount) for off, amount in zip(gives.discount_by_line, amounts, strict=True)
    )


def test_a_tier_is_found_by_its_name() -> None:
    vip = tier_named(DEFAULT_TIERS, "VIP")
    assert vip is not None
    assert vip.from_points == 30_000
    assert tier_named(DEFAULT_TIERS, "vip") is None
