"""What a promo code is good for, in the words of document 002, and as the rules of its campaign have it."""

from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec

from sync.central.services.promo.amounts import scaled, to_decimal, to_minor
from sync.central.services.promo.hours import HoursAsked, KeptHours
from sync.rules.campaign import BenefitKind, Campaign
from sync.rules.user_error import UserError

_PERCENT_PLACES = 2


class BonusType(StrEnum):
    """What a use gives, of what this interface can set."""

    NONE = "none"
    PERCENT = "percent"
    FIXED = "fixed"
    POINTS = "points"


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """Fields of a promo code that its campaign keeps. ``bonus_amount`` is a percentage, an amount or points."""

    active_hours: HoursAsked | msgspec.UnsetType = msgspec.UNSET
    auto_deactivate_on_max_uses: bool | msgspec.UnsetType = msgspec.UNSET
    bonus_type: BonusType | msgspec.UnsetType = msgspec.UNSET
    bonus_amount: Decimal | msgspec.UnsetType = msgspec.UNSET
    min_basket: Decimal | msgspec.UnsetType = msgspec.UNSET
    applicable_offers: list[str] | msgspec.UnsetType = msgspec.UNSET


def rules_of(terms: Terms, campaign: Campaign, hours: KeptHours) -> dict[str, Any]:
    """Return the campaign's fields, as JSON has them, that these terms change; raises :class:`UserError`.

    ``hours`` are those that it is to have.
    """
    changes: dict[str, Any] = {}
    if terms.active_hours is not msgspec.UNSET:
        changes["zone"] = hours.zone
        changes["active_hours"] = msgspec.to_builtins(hours.holding)
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
