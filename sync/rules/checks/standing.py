"""Checks of the code and the campaign themselves."""

from sync.rules.campaign import CampaignStatus
from sync.rules.case import Case, Finding, found
from sync.rules.code import CodeStatus, Kind
from sync.rules.local_time import local_time
from sync.rules.reasons import Reason
from sync.rules.version import RULES_VERSION

_CODE_REFUSALS = {
    CodeStatus.INACTIVE: Reason.INACTIVE,
    CodeStatus.ARCHIVED: Reason.ARCHIVED,
}
_CAMPAIGN_REFUSALS = {
    CampaignStatus.DRAFT: Reason.INACTIVE,
    CampaignStatus.PAUSED: Reason.CAMPAIGN_PAUSED,
    CampaignStatus.ARCHIVED: Reason.ARCHIVED,
}


def check_version(case: Case) -> Finding | None:
    """Stop a campaign of newer rules, and nothing else."""
    return found(Reason.UPDATE_NEEDED) if case.campaign.rules_version > RULES_VERSION else None


def check_belongs(case: Case) -> Finding | None:
    """Refuse a code and a campaign that are not each other's: such a replica is not to be trusted."""
    if case.code.campaign_id != case.campaign.id:
        return found(Reason.NOT_LOADED)
    if case.code.kind is not case.campaign.kind:
        return found(Reason.CAMPAIGN_BROKEN, field="kind")
    return None


def check_code_status(case: Case) -> Finding | None:
    """Refuse what is switched off, archived, or set to expired (by its limit, or by its date)."""
    refusal = _CODE_REFUSALS.get(case.code.status)
    if refusal is not None:
        return found(refusal)
    if case.code.status is not CodeStatus.EXPIRED:
        return None
    if case.code.auto_deactivated_at_ms is not None or _is_used_up(case):
        return _used_up(case)
    return found(Reason.EXPIRED)


def check_campaign_status(case: Case) -> Finding | None:
    """Refuse unless the campaign is active."""
    refusal = _CAMPAIGN_REFUSALS.get(case.campaign.status)
    return None if refusal is None else found(refusal)


def check_uses(case: Case) -> Finding | None:
    """Refuse by the count that the office knew; the limit itself is held by leases."""
    return _used_up(case) if _is_used_up(case) else None


def check_referral_switch(case: Case) -> Finding | None:
    """Refuse referral codes where the network has switched them off."""
    if case.code.kind is Kind.REFERRAL and not case.known.referral_enabled:
        return found(Reason.REFERRAL_DISABLED)
    return None


def _is_used_up(case: Case) -> bool:
    return case.code.max_uses is not None and case.code.uses >= case.code.max_uses


def _used_up(case: Case) -> Finding:
    """Refuse with what answers "when and where?"."""
    params: dict[str, str] = {}
    if case.code.max_uses is not None:
        params |= {"uses": str(case.code.uses), "max_uses": str(case.code.max_uses)}
    if case.code.first_used_at_ms is not None:
        params["first_used"] = f"{local_time(case.code.first_used_at_ms, case.zone):%Y-%m-%dT%H:%M}"
    if case.code.first_used_where:
        params["where"] = case.code.first_used_where
    return found(Reason.USED_UP, **params)
