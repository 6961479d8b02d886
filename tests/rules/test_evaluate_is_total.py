"""No input crashes the rules: campaigns as JSON could bring them, texts as a scanner could."""

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.rules.campaign import ActiveHours, Benefit, BenefitKind, Campaign, CampaignStatus, Policy, Stacking
from sync.rules.code import Code, CodeStatus, Kind
from sync.rules.combine import Applied, combinable
from sync.rules.evaluate import evaluate
from sync.rules.explain import explain
from sync.rules.known import Known
from sync.rules.moment import Moment
from sync.rules.price import price
from sync.rules.reasons import Reason
from sync.rules.sale import Basket, Guest, Line, Place
from sync.rules.tiers import Model
from sync.rules.verdict import Outcome, Verdict

TEXT = st.text(st.characters(codec=None), max_size=8)
WHOLE = st.integers(-(2**63), 2**63 - 1)
SMALL = st.integers(-2, 3)
NUMBER = st.one_of(SMALL, WHOLE)
MAYBE = st.none() | NUMBER
ZONE = st.sampled_from(["UTC", "Europe/Berlin", "Mars/Olympus", ""]) | TEXT
DAY = st.sampled_from(["2026-01-01", "2025-12-31", "2026-02-30", "soon"]) | TEXT
CLOCK = st.sampled_from(["00:00", "11:59", "12:00", "23:59", "24:00"]) | TEXT
THING = st.sampled_from(["tea", "cola", "drinks"]) | TEXT

BENEFIT = st.builds(
    Benefit, kind=st.sampled_from(BenefitKind), percent_bp=NUMBER, amount_minor=NUMBER, points=NUMBER,
    multiplier_bp=NUMBER, cap_minor=MAYBE, item=st.none() | THING, tier=st.none() | TEXT,
)  # fmt: skip
HOURS = st.builds(
    ActiveHours, start=CLOCK, end=CLOCK, weekdays=st.lists(st.integers(-1, 8), max_size=3).map(tuple)
)


def few(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=2).map(tuple)


CAMPAIGN = st.builds(
    Campaign, id=SMALL, kind=st.sampled_from(Kind), name=TEXT, status=st.sampled_from(CampaignStatus),
    rules_version=st.integers(0, 2), policy=st.sampled_from(Policy), zone=st.none() | ZONE,
    starts_on=st.none() | DAY, ends_on=st.none() | DAY, active_hours=few(HOURS),
    currency=st.sampled_from(["EUR", "JPY"]) | TEXT, benefit=BENEFIT, min_basket_minor=NUMBER,
    max_uses_per_guest=MAYBE, budget_minor=MAYBE, restaurants=few(SMALL), tills=few(SMALL),
    tiers=few(st.sampled_from(["GOLD", "BRONZE"]) | TEXT), items_included=few(THING), items_excluded=few(THING),
    categories_included=few(THING), categories_excluded=few(THING), needs_guest=st.booleans(),
    first_purchase_only=st.booleans(), stacking=st.sampled_from(Stacking), stack_group=st.none() | TEXT,
    order=NUMBER, vip_priority=st.booleans(), max_uses_per_day=MAYBE, max_uses_per_guest_per_day=MAYBE,
    with_tier=st.booleans(),
)  # fmt: skip
CODE = st.builds(
    Code, id=SMALL, campaign_id=SMALL, kind=st.sampled_from(Kind), name=TEXT, status=st.sampled_from(CodeStatus),
    max_uses=MAYBE, uses=NUMBER, expires_at_ms=MAYBE, holder_guest_id=st.none() | SMALL,
    beneficiary_id=st.none() | SMALL, first_used_at_ms=MAYBE, first_used_where=st.none() | TEXT,
    auto_deactivated_at_ms=MAYBE,
)  # fmt: skip
BASKET = st.builds(
    Basket, currency=st.sampled_from(["EUR", "JPY"]) | TEXT, known=st.booleans(),
    lines=st.lists(
        st.builds(Line, amount_minor=NUMBER, item=st.none() | THING, category=st.none() | THING, quantity=NUMBER),
        max_size=4,
    ).map(tuple),
)  # fmt: skip
GUEST = st.none() | st.builds(
    Guest,
    id=SMALL,
    tier=st.sampled_from(["GOLD", "BRONZE", "VIP"]) | TEXT,
    purchases=NUMBER,
    blocked=st.booleans(),
)
MOMENT = st.builds(Moment, at_ms=NUMBER, uncertainty_ms=NUMBER, zone=ZONE, doubtful=st.booleans())
KNOWN = st.builds(
    Known, code_uses_by_guest=NUMBER, campaign_uses_by_guest=NUMBER, campaign_uses_today=NUMBER,
    guest_uses_today=NUMBER, budget_left_minor=MAYBE, referral_enabled=st.booleans(),
)  # fmt: skip
PLACE = st.builds(Place, restaurant_id=SMALL, till_id=SMALL)


@settings(max_examples=250)
@given(CODE, st.none() | CAMPAIGN, GUEST, BASKET, MOMENT, PLACE, KNOWN)
def test_every_input_has_a_verdict_and_the_same_one_twice(
    code: Code, campaign: Any, guest: Any, basket: Basket, moment: Moment, place: Place, known: Known
) -> None:
    verdict = evaluate(code, campaign, guest, basket, moment, place, known=known)
    assert verdict == evaluate(code, campaign, guest, basket, moment, place, known=known)
    _check(verdict, basket)
    again = msgspec.convert(msgspec.to_builtins(verdict), Verdict)
    assert again == verdict


def _check(verdict: Verdict, basket: Basket) -> None:
    assert verdict.reason in list(Reason)
    assert verdict.params == tuple(sorted(verdict.params))
    assert explain(verdict.reason, verdict.params, "ru").sentence
    assert verdict.discount_minor == sum(verdict.discount_by_line)
    if verdict.outcome is Outcome.REFUSE:
        assert (verdict.discount_minor, verdict.points, verdict.tier) == (0, 0, None)
        return
    lines = basket.lines if basket.known else ()
    assert len(verdict.discount_by_line) == len(lines)
    assert 0 <= verdict.discount_minor <= max(0, sum(line.amount_minor for line in lines))
    assert all(
        0 <= off <= max(0, line.amount_minor)
        for off, line in zip(verdict.discount_by_line, lines, strict=True)
    )
    assert verdict.points >= 0


@settings(max_examples=120)
@given(CODE, CAMPAIGN, BASKET, MOMENT)
def test_any_benefit_on_any_bill_takes_never_more_than_is_there(
    code: Code, campaign: Any, basket: Basket, moment: Moment
) -> None:
    """The same fuzz without the conditions, which would refuse nearly every random campaign."""
    open_campaign = Campaign(
        id=1, kind=code.kind, name="", benefit=campaign.benefit, currency=basket.currency
    )
    open_code = Code(id=1, campaign_id=1, kind=code.kind)
    verdict = evaluate(
        open_code, open_campaign, Guest(id=9, tier="GOLD"), basket, moment, Place(restaurant_id=1, till_id=1)
    )
    _check(verdict, basket)


@settings(max_examples=120)
@given(st.lists(st.tuples(CODE, CAMPAIGN), max_size=3), GUEST, BASKET, st.sampled_from(Model) | TEXT)
def test_whatever_may_stand_together_has_a_price_that_adds_up(
    pairs: list[tuple[Code, Campaign]], guest: Any, basket: Basket, model: str
) -> None:
    applied = [Applied(code, campaign) for code, campaign in pairs]
    if not combinable(applied):
        return
    priced = price(basket, applied, guest, model=model)
    lines = basket.lines if basket.known else ()
    assert priced.total_minor == sum(line.amount_minor for line in lines)
    assert priced.paid_minor == priced.total_minor - priced.discount_minor
    assert (
        priced.discount_minor == sum(one.discount_minor for one in priced.gives) + priced.tier_discount_minor
    )
    assert priced.paid_minor >= min(0, priced.total_minor)
    for line in priced.lines:
        assert line.paid_minor >= min(0, line.line.amount_minor)
        assert line.paid_minor == line.line.amount_minor - line.discount_minor
        assert 0 <= line.tier_discount_minor <= line.discount_minor
