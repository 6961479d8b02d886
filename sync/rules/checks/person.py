"""Checks of the guest."""

from sync.rules.campaign import BenefitKind, Campaign
from sync.rules.case import Case, Finding, found
from sync.rules.code import Kind
from sync.rules.local_time import local_time
from sync.rules.reasons import Reason
from sync.rules.sale import Guest

_CREDITED = frozenset({BenefitKind.POINTS, BenefitKind.POINTS_MULTIPLIER, BenefitKind.TIER_GRANT})


def needs_guest(campaign: Campaign) -> bool:
    """Whether a campaign can be judged, or can give what it gives, only with a guest.

    A referral code counts once per person (document 001), so that it needs the person.
    """
    return (
        campaign.needs_guest
        or campaign.kind is Kind.REFERRAL
        or campaign.first_purchase_only
        or bool(campaign.tiers)
        or campaign.max_uses_per_guest is not None
        or campaign.max_uses_per_guest_per_day is not None
        or campaign.benefit.kind in _CREDITED
    )


def check_guest(case: Case) -> Finding | None:
    """Refuse nobody, a blocked guest, not the holder, another tier, a later purchase."""
    guest = case.guest
    if guest is None:
        return found(Reason.NEEDS_GUEST) if needs_guest(case.campaign) else None
    if guest.blocked:
        return found(Reason.GUEST_BLOCKED)
    if case.code.kind is Kind.REFERRAL:
        if guest.id in (case.code.holder_guest_id, case.code.beneficiary_id):
            return found(Reason.OWN_CODE)
    elif case.code.holder_guest_id is not None and case.code.holder_guest_id != guest.id:
        return found(Reason.OTHER_GUESTS_CODE)
    return _check_kind_of_guest(case.campaign, guest)


def check_guest_limits(case: Case) -> Finding | None:
    """Refuse when this guest has used it often enough, as far as is known here."""
    campaign, known = case.campaign, case.known
    if case.guest is None:
        return None
    if case.code.kind is Kind.REFERRAL and known.code_uses_by_guest >= 1:
        return found(Reason.ALREADY_USED_BY_GUEST, limit="1")
    most = campaign.max_uses_per_guest
    if most is not None and known.campaign_uses_by_guest >= most:
        return found(Reason.ALREADY_USED_BY_GUEST, limit=str(most))
    daily = campaign.max_uses_per_guest_per_day
    if daily is not None and known.guest_uses_today >= daily:
        return found(Reason.GUEST_LIMIT_TODAY, limit=str(daily))
    return None


def check_day_limit(case: Case) -> Finding | None:
    """Refuse when it has been used often enough today, as this till counts or as the office has said."""
    daily = case.campaign.max_uses_per_day
    if daily is None:
        return None
    if case.known.campaign_uses_today >= daily or _said_used_up(case):
        return found(Reason.USED_UP_TODAY, limit=str(daily))
    return None


def _said_used_up(case: Case) -> bool:
    """Whether the office has told that the limit of this very day is reached."""
    day = case.campaign.used_up_on
    return day is not None and day == local_time(case.moment.at_ms, case.zone).date().isoformat()


def _check_kind_of_guest(campaign: Campaign, guest: Guest) -> Finding | None:
    if campaign.tiers and guest.tier not in campaign.tiers:
        return found(Reason.WRONG_TIER, tier=guest.tier, tiers=", ".join(campaign.tiers))
    if campaign.first_purchase_only and guest.purchases > 0:
        return found(Reason.NOT_FIRST_PURCHASE)
    return None
