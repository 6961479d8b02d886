"""A campaign: the rules and the policy that all its codes share."""

from dataclasses import dataclass, field
from enum import StrEnum

from sync.rules.code import Kind


class CampaignStatus(StrEnum):
    """The life of a campaign."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    ARCHIVED = "archived"


class Policy(StrEnum):
    """What a limited code may do without the office (DESIGN 7)."""

    ONLINE_ONLY = "online_only"
    LEASED = "leased"
    ALLOW_WITH_RISK = "allow_with_risk"


class BenefitKind(StrEnum):
    """What a code gives."""

    NONE = "none"
    PERCENT = "percent"
    FIXED = "fixed"
    FREE_ITEM = "free_item"
    POINTS = "points"
    POINTS_MULTIPLIER = "points_multiplier"
    TIER_GRANT = "tier_grant"


class Stacking(StrEnum):
    """Whether a code may share a basket with others."""

    EXCLUSIVE = "exclusive"
    COMBINABLE = "combinable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """What one use gives.

    ``percent_bp`` is basis points (10 % = 1000); ``amount_minor`` minor units of the campaign's
    currency; ``points`` whole points; ``multiplier_bp`` basis points (double = 20000); ``cap_minor``
    the most that a percentage may take off, None for no cap. ``item`` is the catalogue identifier of a
    free item and ``tier`` the tier that a tier grant gives.
    """

    kind: BenefitKind = BenefitKind.NONE
    percent_bp: int = 0
    amount_minor: int = 0
    points: int = 0
    multiplier_bp: int = 10_000
    cap_minor: int | None = None
    item: str | None = None
    tier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveHours:
    """One daily window, both ends inclusive to the minute (06:00–09:00 includes 09:00:59).

    ``start`` and ``end`` are ``HH:MM``; an end before the start crosses midnight, and such a window
    belongs to the weekday on which it starts. ``weekdays`` holds 0 (Monday) to 6; empty means every day.
    """

    start: str
    end: str
    weekdays: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Rules and policy. Absent conditions are empty tuples, zero or None.

    ``starts_on`` and ``ends_on`` are ISO dates in ``zone``, both inclusive. ``max_uses_per_guest`` and
    ``budget_minor`` are limits (their units are leased). Amounts are minor units of ``currency``.
    ``max_uses_per_day`` and ``max_uses_per_guest_per_day`` count calendar days in ``zone``. ``with_tier``
    tells whether the guest's tier discount comes off as well. ``used_up_on`` is no rule but news, as a code's
    ``uses`` are: the day (ISO, in ``zone``) on which the office has counted ``max_uses_per_day`` uses.

    With the policy ``allow_with_risk`` a till without the office may accept uses that no lease covers:
    ``risk_allowance`` uses beyond the limits of all codes of this campaign together, ``risk_per_till`` held
    by one till, ``risk_per_code`` of one code at one till until the office has heard of them.
    """

    id: int
    kind: Kind
    name: str
    status: CampaignStatus = CampaignStatus.ACTIVE
    rules_version: int = 1
    policy: Policy = Policy.LEASED
    zone: str | None = None
    starts_on: str | None = None
    ends_on: str | None = None
    active_hours: tuple[ActiveHours, ...] = ()
    currency: str = "EUR"
    benefit: Benefit = field(default_factory=Benefit)
    min_basket_minor: int = 0
    max_uses_per_guest: int | None = None
    budget_minor: int | None = None
    auto_deactivate_on_max_uses: bool = True
    restaurants: tuple[int, ...] = ()
    tills: tuple[int, ...] = ()
    tiers: tuple[str, ...] = ()
    items_included: tuple[str, ...] = ()
    items_excluded: tuple[str, ...] = ()
    categories_included: tuple[str, ...] = ()
    categories_excluded: tuple[str, ...] = ()
    needs_guest: bool = False
    first_purchase_only: bool = False
    stacking: Stacking = Stacking.EXCLUSIVE
    stack_group: str | None = None
    order: int = 0
    vip_priority: bool = False
    max_uses_per_day: int | None = None
    max_uses_per_guest_per_day: int | None = None
    with_tier: bool = True
    risk_allowance: int = 20
    risk_per_till: int = 5
    risk_per_code: int = 1
    used_up_on: str | None = None
