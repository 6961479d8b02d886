import dataclasses
from itertools import chain, combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.rules.campaign import Benefit, BenefitKind, Stacking
from sync.rules.code import Kind
from sync.rules.combine import MAX_CODES_PER_BASKET, combinable, conflict, in_order
from sync.rules.price import best_for_guest, price
from sync.rules.reasons import Reason
from sync.rules.sale import Basket
from sync.rules.tiers import Model
from tests.builders.rules import a_basket, a_guest, applied, fixed, free_item, percent, points


def test_combinable_codes_stand_together_exclusive_ones_alone() -> None:
    one, other = applied(1, percent(1000)), applied(2, fixed(100))
    alone = applied(3, fixed(100), stacking=Stacking.EXCLUSIVE)
    assert conflict([], alone) is None
    assert conflict([one], other) is None
    for first, second in ((one, alone), (alone, one)):
        found = conflict([first], second)
        assert found is not None
        assert (found.reason, found.other) == (Reason.NOT_COMBINABLE, first.code)


def test_only_one_of_a_group_counts() -> None:
    drinks = applied(1, percent(1000), stack_group="drinks")
    more_drinks = applied(2, percent(2000), stack_group="drinks")
    mains = applied(3, percent(1000), stack_group="mains")
    assert not combinable([drinks, more_drinks])
    assert combinable([drinks, mains])
    assert combinable([drinks, applied(4, fixed(5))])


def test_a_code_counts_once_on_a_bill() -> None:
    one = applied(1, percent(1000))
    found = conflict([applied(2, fixed(1)), one], one)
    assert found is not None
    assert (found.reason, found.other) == (Reason.ALREADY_IN_BASKET, one.code)


def test_a_bill_takes_a_named_number_of_codes() -> None:
    full = [applied(n, fixed(1)) for n in range(MAX_CODES_PER_BASKET)]
    assert combinable(full)
    found = conflict(full, applied(99, fixed(1)))
    assert found is not None
    assert (found.reason, found.other) == (Reason.NOT_COMBINABLE, None)


def test_the_order_is_the_campaigns_then_the_kind_then_the_code() -> None:
    codes = [
        applied(1, points(5)), applied(2, fixed(100)), applied(3, percent(1000)), applied(4, free_item()),
        applied(6, percent(1000)), applied(5, percent(1000), order=-1), applied(7, free_item(), order=1),
    ]  # fmt: skip
    assert [one.code.id for one in in_order(codes)] == [5, 4, 3, 6, 2, 1, 7]


def test_each_code_takes_its_share_of_what_the_earlier_ones_left() -> None:
    priced = price(a_basket(10_000), [applied(1, fixed(1_000)), applied(2, percent(1000))])
    assert [(one.code_id, one.discount_minor) for one in priced.gives] == [(2, 1_000), (1, 1_000)]
    first_fixed = price(a_basket(10_000), [applied(1, fixed(1_000), order=-1), applied(2, percent(1000))])
    assert [(one.code_id, one.discount_minor) for one in first_fixed.gives] == [(1, 1_000), (2, 900)]
    assert first_fixed.paid_minor == 8_100


def test_the_tier_comes_last_unless_a_code_excludes_it() -> None:
    guest = a_guest(tier="VIP")
    priced = price(a_basket(10_000), [applied(1, fixed(2_000))], guest)
    assert (priced.discount_minor, priced.tier_discount_minor, priced.paid_minor) == (4_000, 2_000, 6_000)
    assert priced.tier == "VIP"
    without = price(a_basket(10_000), [applied(1, fixed(2_000), with_tier=False)], guest)
    assert (without.discount_minor, without.tier_discount_minor, without.tier) == (2_000, 0, None)


def test_every_line_and_every_part_is_exact() -> None:
    priced = price(
        a_basket(333, 333, 334), [applied(1, percent(1000)), applied(2, fixed(50))], a_guest(tier="VIP")
    )
    assert [one.discount_by_line for one in priced.gives] == [(33, 33, 34), (17, 17, 16)]
    assert [(line.discount_minor, line.tier_discount_minor, line.paid_minor) for line in priced.lines] == [
        (121, 71, 212), (121, 71, 212), (121, 71, 213),
    ]  # fmt: skip
    assert (priced.total_minor, priced.discount_minor, priced.paid_minor) == (1000, 363, 637)
    assert priced.currency == "EUR"
    assert [(one.code_id, one.campaign_id) for one in priced.gives] == [(1, 1), (2, 2)]


def test_a_bill_never_goes_below_zero() -> None:
    priced = price(a_basket(500), [applied(1, fixed(400)), applied(2, fixed(400))], a_guest(tier="VIP"))
    assert [one.discount_minor for one in priced.gives] == [400, 100]
    assert priced.paid_minor == 0


def test_points_are_earned_on_what_is_paid_and_multiplied() -> None:
    double = Benefit(kind=BenefitKind.POINTS_MULTIPLIER, multiplier_bp=20_000)
    triple = Benefit(kind=BenefitKind.POINTS_MULTIPLIER, multiplier_bp=30_000)
    half = Benefit(kind=BenefitKind.POINTS_MULTIPLIER, multiplier_bp=5_000)
    guest = a_guest(tier="GOLD")
    codes = [
        applied(1, double),
        applied(2, triple),
        applied(3, half),
        applied(4, points(7)),
        applied(5, fixed(2_000)),
    ]
    priced = price(a_basket(12_000), codes, guest, model=Model.POINTS)
    assert (priced.points_earned, priced.points, priced.tier_discount_minor) == (60, 67, 0)
    assert priced.paid_minor == 10_000
    discounted = price(a_basket(12_000), codes, guest)
    assert (discounted.points_earned, discounted.points) == (0, 7)


def test_a_vip_code_marks_the_bill_and_its_campaign_may_give_it_priority() -> None:
    assert price(a_basket(1)).vip is False
    priced = price(a_basket(1), [applied(1, Benefit(), kind=Kind.VIP)])
    assert (priced.vip, priced.priority) == (True, False)
    assert price(a_basket(1), [applied(1, Benefit(), kind=Kind.VIP, vip_priority=True)]).priority


def test_a_bill_without_an_amount_has_no_lines_yet() -> None:
    priced = price(Basket(known=False), [applied(1, percent(1000))], a_guest())
    assert (priced.lines, priced.paid_minor, priced.discount_minor) == ((), 0, 0)


def test_a_tier_grant_is_told() -> None:
    grant = Benefit(kind=BenefitKind.TIER_GRANT, tier="GOLD")
    assert price(a_basket(1), [applied(1, grant)], a_guest()).gives[0].tier == "GOLD"


def test_pricing_what_cannot_stand_together_is_a_bug() -> None:
    alone = [applied(n, fixed(1), stacking=Stacking.EXCLUSIVE) for n in (1, 2)]
    with pytest.raises(ValueError, match="stand together"):
        price(a_basket(1), alone)


BENEFITS = st.one_of(
    st.integers(0, 10_000).map(percent),
    st.integers(0, 3_000).map(fixed),
    st.integers(0, 50).map(points),
    st.just(free_item()),
)
OFFER = st.tuples(BENEFITS, st.sampled_from(Stacking), st.sampled_from([None, "a", "b"]), st.booleans())


@settings(max_examples=60)
@given(
    st.lists(OFFER, max_size=4), st.lists(st.integers(0, 3_000), max_size=3),
    st.sampled_from([None, "GOLD"]), st.sampled_from(Model),
)  # fmt: skip
def test_the_best_choice_is_what_an_exhaustive_search_finds(
    offers: list[Any], amounts: Any, tier: Any, model: str
) -> None:
    codes = [
        applied(n + 1, benefit, stacking=stacking, stack_group=group, with_tier=with_tier)
        for n, (benefit, stacking, group, with_tier) in enumerate(offers)
    ]
    basket, guest = a_basket(*amounts), a_guest(tier=tier) if tier else None

    def worth_of(choice: Any) -> tuple[int, int]:
        priced = price(basket, choice, guest, model=model)
        return (priced.total_minor - priced.paid_minor, priced.points)

    subsets = chain.from_iterable(combinations(codes, size) for size in range(len(codes) + 1))
    allowed = [
        choice
        for choice in subsets
        if len(choice) == 1
        or not any(
            Stacking.EXCLUSIVE in (one.campaign.stacking, two.campaign.stacking)
            or (one.campaign.stack_group is not None and one.campaign.stack_group == two.campaign.stack_group)
            for one, two in combinations(choice, 2)
        )
    ]
    most = max(worth_of(choice) for choice in allowed)
    best = best_for_guest(basket, codes, guest, model=model)
    assert worth_of(best) == most
    assert len(best) == min(len(choice) for choice in allowed if worth_of(choice) == most)


def test_of_equal_choices_the_earlier_offered_is_taken_and_nothing_is_spent_for_nothing() -> None:
    first, second, useless = applied(2, fixed(100)), applied(1, fixed(100)), applied(3, Benefit())
    exclusive = [
        dataclasses.replace(one, campaign=dataclasses.replace(one.campaign, stack_group="x"))
        for one in (first, second)
    ]
    assert best_for_guest(a_basket(1_000), [*exclusive, useless]) == (exclusive[0],)
    assert best_for_guest(a_basket(0), [first]) == ()


def test_the_best_choice_counts_the_tier_as_the_network_rewards_it() -> None:
    nothing, guest = applied(1, Benefit()), a_guest(tier="GOLD")
    for model in Model:
        assert best_for_guest(a_basket(1_000), [nothing], guest, model=model) == ()
    # A hundred points outweigh the tier's fifteen, but not the tier's money off.
    without = applied(2, points(100), with_tier=False)
    assert best_for_guest(a_basket(10_000), [without], guest, model=Model.POINTS) == (without,)
    assert best_for_guest(a_basket(10_000), [without], guest) == ()


def test_more_codes_than_can_be_compared_are_a_bug() -> None:
    with pytest.raises(ValueError, match="at most"):
        best_for_guest(a_basket(1), [applied(n, fixed(1)) for n in range(MAX_CODES_PER_BASKET + 1)])
