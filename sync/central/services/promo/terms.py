"""What a promo code is good for, in the words of document 002, and as the rules of its campaign have it."""

from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec

from sync.central.services.networks import fit_zone
from sync.central.services.promo.amounts import scaled, to_decimal, to_minor
from sync.rules.campaign import BenefitKind, Campaign
from sync.rules.user_error import UserError

_PERCENT_PLACES = 2
DAY_START = "00:00"
DAY_END = "23:59"
UTC = "UTC"


class BonusType(StrEnum):
    """What a use gives, of what this interface can set."""

    NONE = "none"
    PERCENT = "percent"
    FIXED = "fixed"
    POINTS = "points"


class Hours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When in the day a code is good, both ends included; an end before the start crosses midnight."""

    enabled: bool = False
    start_time: str = DAY_START
    end_time: str = DAY_END
    timezone: str = UTC


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """Fields of a promo code that its campaign keeps. ``bonus_amount`` is a percentage, an amount or points."""

    active_hours: Hours | msgspec.UnsetType = msgspec.UNSET
    auto_deactivate_on_max_uses: bool | msgspec.UnsetType = msgspec.UNSET
    bonus_type: BonusType | msgspec.UnsetType = msgspec.UNSET
    bonus_amount: Decimal | msgspec.UnsetType = msgspec.UNSET
    min_basket: Decimal | msgspec.UnsetType = msgspec.UNSET
    applicable_offers: list[str] | msgspec.UnsetType = msgspec.UNSET


def rules_of(terms: Terms, campaign: Campaign) -> dict[str, Any]:
    """Return the campaign's fields, as JSON has them, that these terms change; raises :class:`UserError`."""
    changes: dict[str, Any] = {}
    if isinstance(terms.active_hours, Hours):
        hours = terms.active_hours
        changes["zone"] = fit_zone(hours.timezone)
        changes["active_hours"] = (
            [{"start": hours.start_time, "end": hours.end_time}] if hours.enabled else []
        )
    if terms.auto_deactivate_on_max_uses is not msgspec.UNSET:
        changes["auto_deactivate_on_max_uses"] = terms.auto_deactivate_on_max_uses
    if isinstance(terms.min_basket, Decimal):
        changes["min_basket_minor"] = to_minor(terms.min_basket, campaign.currency, "min_basket")
    if isinstance(terms.applicable_offers, list):
        changes["items_included"] = terms.applicable_offers
    if terms.bonus_type is not msgspec.UNSET or terms.bonus_amount is not msgspec.UNSET:
        changes["benefit"] = _benefit(terms, campaign)
    return changes


def _benefit(terms: Terms, campaign: Campaign) -> dict[str, Any]:
    kind = terms.bonus_type
    if not isinstance(kind, BonusType):
        kind = _known(campaign.benefit.kind)
    if not isinstance(terms.bonus_amount, Decimal):
        if kind is BonusType.NONE:
            return {"kind": kind.value}
        raise UserError("bonus_unfit", f"A bonus of {kind} needs its bonus_amount.", "Write both.")
    amount = terms.bonus_amount
    match kind:
        case BonusType.PERCENT:
            return {"kind": kind.value, "percent_bp": scaled(amount, _PERCENT_PLACES, "bonus_amount")}
        case BonusType.FIXED:
            return {
                "kind": kind.value,
                "amount_minor": to_minor(amount, campaign.currency, "bonus_amount"),
            }
        case BonusType.POINTS:
            return {"kind": kind.value, "points": scaled(amount, 0, "bonus_amount")}
        case BonusType.NONE:
            if amount:
                raise UserError("bonus_unfit", "A bonus_amount needs its bonus_type.", "Write both.")
            return {"kind": kind.value}


def _known(kind: BenefitKind) -> BonusType:
    try:
        return BonusType(kind.value)
    except ValueError as error:
        raise UserError(
            "bonus_unfit",
            f"This code gives {kind}, which has no bonus_amount.",
            "Name a bonus_type too, or change the campaign.",
        ) from error


def hours_of(campaign: Campaign) -> Hours:
    """Return a campaign's hours; codes from before there were any are good all day."""
    if not campaign.active_hours:
        return Hours(timezone=campaign.zone or UTC)
    first = campaign.active_hours[0]
    return Hours(enabled=True, start_time=first.start, end_time=first.end, timezone=campaign.zone or UTC)


def bonus_of(campaign: Campaign) -> float:
    """Return the bonus as the document writes it: a percentage, an amount or points; 0 for what is none of these."""
    benefit = campaign.benefit
    match benefit.kind:
        case BenefitKind.PERCENT:
            return float(benefit.percent_bp) / 100
        case BenefitKind.FIXED:
            return to_decimal(benefit.amount_minor, campaign.currency)
        case BenefitKind.POINTS:
            return float(benefit.points)
        case _:
            return 0.0
