import dataclasses
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.rules.campaign import Benefit, BenefitKind, Campaign, CampaignStatus, Policy, Stacking
from sync.rules.campaign_faults import MAX_LIST, MAX_USES, MAX_WINDOWS, campaign_faults, require_sound
from sync.rules.code import Kind
from sync.rules.stack_faults import stack_faults
from sync.rules.user_error import UserError
from sync.rules.verdict import Outcome
from sync.rules.version import RULES_VERSION
from tests.builders.rules import a_campaign, a_guest, fixed, free_item, hours, judge, percent, points


def test_a_sound_campaign_has_no_faults() -> None:
    full = a_campaign(
        percent(2_500, 50_000), zone="Asia/Kolkata", starts_on="2026-01-01", ends_on="2026-01-01",
        active_hours=(hours("06:00", "09:00"), hours("22:00", "02:00", 0, 6)), currency="INR", min_basket_minor=100,
        max_uses_per_guest=5, budget_minor=0, restaurants=(1, 2), tills=(3,), tiers=("GOLD", "VIP"),
        items_included=("tea",), items_excluded=("cola",), stacking=Stacking.COMBINABLE, stack_group="drinks",
        max_uses_per_day=100, max_uses_per_guest_per_day=5,
    )  # fmt: skip
    assert campaign_faults(full) == []
    require_sound(full)
    for benefit in (
        fixed(1),
        points(1),
        free_item("tea"),
        Benefit(),
        Benefit(kind=BenefitKind.TIER_GRANT, tier="VIP"),
    ):
        assert campaign_faults(a_campaign(benefit)) == []
    assert campaign_faults(a_campaign(kind=Kind.VIP, vip_priority=True)) == []
    most = a_campaign(
        name="x" * 200, active_hours=(hours("06:00", "09:00"),) * MAX_WINDOWS, max_uses_per_guest=MAX_USES
    )
    assert campaign_faults(most) == []
    assert campaign_faults(a_campaign(percent(10_000, 1), tills=tuple(range(MAX_LIST)))) == []
    assert (
        campaign_faults(
            a_campaign(Benefit(kind=BenefitKind.FIXED, amount_minor=9, cap_minor=9), budget_minor=9)
        )
        == []
    )
    assert campaign_faults(a_campaign(kind=Kind.REFERRAL, max_uses_per_guest=1)) == []
    assert campaign_faults(a_campaign(first_purchase_only=True, max_uses_per_guest=1)) == []


MULTIPLIER = BenefitKind.POINTS_MULTIPLIER


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " "}, "name"), ({"name": "x" * 201}, "name"),
        ({"rules_version": 0}, "rules_version"), ({"rules_version": RULES_VERSION + 1}, "rules_version"),
        ({"zone": "Mars/Olympus"}, "zone"), ({"zone": ""}, "zone"),
        ({"starts_on": "2026-02-30"}, "starts_on"), ({"ends_on": "soon"}, "ends_on"),
        ({"starts_on": "2026-01-02", "ends_on": "2026-01-01"}, "ends_on"),
        ({"active_hours": (hours("6:00", "09:00"),)}, "active_hours.start"),
        ({"active_hours": (hours("06:00", "24:00"),)}, "active_hours.end"),
        ({"active_hours": (hours("12:00", "12:00"),)}, "active_hours.end"),
        ({"active_hours": (hours("06:00", "09:00", 7),)}, "active_hours.weekdays"),
        ({"active_hours": (hours("06:00", "09:00", -1),)}, "active_hours.weekdays"),
        ({"active_hours": (hours("06:00", "09:00", 1, 1),)}, "active_hours.weekdays"),
        ({"active_hours": (hours("06:00", "09:00"),) * (MAX_WINDOWS + 1)}, "active_hours"),
        ({"currency": "eur"}, "currency"), ({"currency": "EURO"}, "currency"), ({"currency": "ЕUR"}, "currency"),
        ({"min_basket_minor": -1}, "min_basket_minor"), ({"budget_minor": -1}, "budget_minor"),
        ({"benefit": percent(1000, -1)}, "benefit.cap_minor"), ({"benefit": percent(1000, 0)}, "benefit.cap_minor"),
        ({"benefit": Benefit(amount_minor=-1)}, "benefit.amount_minor"),
        ({"benefit": fixed(10**12)}, "benefit.amount_minor"),
        ({"benefit": percent(0)}, "benefit.percent_bp"), ({"benefit": percent(10_001)}, "benefit.percent_bp"),
        ({"benefit": fixed(0)}, "benefit.amount_minor"), ({"benefit": points(0)}, "benefit.points"),
        ({"benefit": points(10**10)}, "benefit.points"),
        ({"benefit": Benefit(kind=MULTIPLIER)}, "benefit.multiplier_bp"),
        ({"benefit": Benefit(kind=MULTIPLIER, multiplier_bp=1_000_001)}, "benefit.multiplier_bp"),
        ({"benefit": Benefit(kind=BenefitKind.TIER_GRANT)}, "benefit.tier"),
        ({"benefit": Benefit(kind=BenefitKind.TIER_GRANT, tier="DIAMOND")}, "benefit.tier"),
        ({"benefit": Benefit(kind=BenefitKind.FIXED, amount_minor=10, cap_minor=9)}, "benefit.cap_minor"),
        ({"benefit": percent(1000, 99), "min_basket_minor": 1_000}, "benefit.cap_minor"),
        ({"benefit": points(5), "budget_minor": 5}, "budget_minor"),
        ({"benefit": fixed(10), "budget_minor": 9}, "budget_minor"),
        ({"max_uses_per_guest": 0}, "max_uses_per_guest"), ({"max_uses_per_day": 0}, "max_uses_per_day"),
        ({"max_uses_per_guest_per_day": 10**10}, "max_uses_per_guest_per_day"),
        ({"max_uses_per_guest": 1, "max_uses_per_guest_per_day": 2}, "max_uses_per_guest_per_day"),
        ({"first_purchase_only": True, "max_uses_per_guest": 2}, "max_uses_per_guest"),
        ({"restaurants": (1, 1)}, "restaurants"), ({"tills": tuple(range(MAX_LIST + 1))}, "tills"),
        ({"tiers": ("GOLD", "GOLD")}, "tiers"), ({"tiers": ("DIAMOND",)}, "tiers"),
        ({"items_included": ("tea",), "items_excluded": ("tea",)}, "items_excluded"),
        ({"categories_included": ("a", "b"), "categories_excluded": ("b",)}, "categories_excluded"),
        ({"benefit": free_item("tea"), "items_excluded": ("tea",)}, "items_excluded"),
        ({"stack_group": "a"}, "stack_group"),
        ({"stack_group": " ", "stacking": Stacking.COMBINABLE}, "stack_group"),
        ({"vip_priority": True}, "vip_priority"),
        ({"kind": Kind.REFERRAL, "max_uses_per_guest": 2}, "max_uses_per_guest"),
    ],
)  # fmt: skip
def test_a_contradiction_is_refused_with_its_field_and_reason(fields: dict[str, Any], field: str) -> None:
    campaign = a_campaign(**fields)
    faults = campaign_faults(campaign)
    assert [fault.field for fault in faults] == [field]
    assert faults[0].sentence.startswith(f"{field} ")
    assert faults[0].sentence.endswith(".")
    with pytest.raises(UserError) as refused:
        require_sound(campaign)
    assert refused.value.reason == "campaign_contradicts"
    assert faults[0].sentence in refused.value.sentence


def test_every_fault_is_named_at_once() -> None:
    campaign = a_campaign(fixed(0), zone="", name="", currency="")
    assert [fault.field for fault in campaign_faults(campaign)] == [
        "name",
        "zone",
        "currency",
        "benefit.amount_minor",
    ]


def test_a_cap_is_judged_against_the_smallest_allowed_bill() -> None:
    assert campaign_faults(a_campaign(percent(1000, 100), min_basket_minor=1_000)) == []


def test_groups_that_people_read_as_one_overlap() -> None:
    campaign = a_campaign(id=1, stacking=Stacking.COMBINABLE, stack_group="drinks")
    twin = dataclasses.replace(campaign, id=2, stack_group="Drinks ")
    assert [fault.field for fault in stack_faults(campaign, [twin, twin])] == ["stack_group"]
    same = dataclasses.replace(campaign, id=3)
    archived = dataclasses.replace(twin, status=CampaignStatus.ARCHIVED)
    itself = dataclasses.replace(campaign, stack_group="DRINKS")
    other = dataclasses.replace(campaign, id=4, stack_group="mains")
    none = dataclasses.replace(campaign, id=5, stack_group=None)
    assert stack_faults(campaign, [same, archived, itself, other, none]) == []
    assert stack_faults(none, [twin]) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [field.name for field in dataclasses.fields(Campaign)]
SOUND = msgspec.to_builtins(a_campaign())


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4))
def test_an_arbitrary_json_campaign_is_refused_or_named_or_judged(changes: dict[str, Any]) -> None:
    try:
        campaign = msgspec.convert(SOUND | changes, Campaign)
    except msgspec.ValidationError:
        return
    faults = campaign_faults(campaign)
    assert all(fault.field in fault.sentence for fault in faults)
    verdict = judge(campaign, guest=a_guest())
    if not faults and campaign.status is CampaignStatus.ACTIVE:
        assert verdict.reason != "campaign_broken"
    assert verdict.outcome in Outcome


def test_risk_of_a_till_lies_within_the_campaigns_and_counts_only_where_it_is_allowed() -> None:
    wrong = Campaign(
        id=1, kind=Kind.VOUCHER, name="Lunch", risk_allowance=2, risk_per_till=3, risk_per_code=-1
    )
    assert campaign_faults(wrong) == []
    risky = dataclasses.replace(wrong, policy=Policy.ALLOW_WITH_RISK)
    assert [fault.field for fault in campaign_faults(risky)] == ["risk_per_code", "risk_per_till"]
