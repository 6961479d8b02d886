"""What an offer gives, in the words of a guest: for the verdict, before anything is confirmed."""

from sync.rules.campaign import Benefit, BenefitKind, Campaign
from sync.rules.money import format_amount

_WORDS = {
    "en": {
        BenefitKind.NONE: "no discount",
        BenefitKind.PERCENT: "{percent} % off",
        BenefitKind.FIXED: "{amount} off",
        BenefitKind.FREE_ITEM: "{item} for free",
        BenefitKind.POINTS: "{points} points",
        BenefitKind.POINTS_MULTIPLIER: "points ×{times}",
        BenefitKind.TIER_GRANT: "tier {tier}",
    },
    "ru": {
        BenefitKind.NONE: "без скидки",
        BenefitKind.PERCENT: "скидка {percent} %",
        BenefitKind.FIXED: "скидка {amount}",
        BenefitKind.FREE_ITEM: "{item} бесплатно",
        BenefitKind.POINTS: "баллы: {points}",
        BenefitKind.POINTS_MULTIPLIER: "баллы ×{times}",
        BenefitKind.TIER_GRANT: "уровень {tier}",
    },
}
_CAP = {"en": ", at most {cap}", "ru": ", не более {cap}"}
_MINIMUM = {"en": ", from {minimum}", "ru": ", от {minimum}"}
_ANY_ITEM = {"en": "one item", "ru": "одна позиция"}


def describe(campaign: Campaign, language: str = "en") -> str:
    """Say what a campaign gives: ``10 % off, at most 5.00 EUR, from 20.00 EUR``."""
    tongue = language[:2].lower()
    if tongue not in _WORDS:
        tongue = "en"
    benefit = campaign.benefit
    text = _WORDS[tongue][benefit.kind].format(
        percent=_ratio(benefit.percent_bp, 100, tongue),
        amount=format_amount(benefit.amount_minor, campaign.currency, tongue),
        item=benefit.item or _ANY_ITEM[tongue],
        points=benefit.points,
        times=_ratio(benefit.multiplier_bp, 10_000, tongue),
        tier=benefit.tier or "",
    )
    if benefit.cap_minor is not None and _takes_money(benefit):
        text += _CAP[tongue].format(cap=format_amount(benefit.cap_minor, campaign.currency, tongue))
    if campaign.min_basket_minor > 0:
        text += _MINIMUM[tongue].format(
            minimum=format_amount(campaign.min_basket_minor, campaign.currency, tongue)
        )
    return text


def _takes_money(benefit: Benefit) -> bool:
    return benefit.kind in (BenefitKind.PERCENT, BenefitKind.FREE_ITEM)


def _ratio(value: int, whole: int, tongue: str) -> str:
    """Write a fraction without trailing zeros: 1250 of 100 is ``12.5``."""
    units, rest = divmod(value, whole)
    if not rest:
        return str(units)
    fraction = str(rest).rjust(len(str(whole)) - 1, "0").rstrip("0")
    return f"{units}{',' if tongue == 'ru' else '.'}{fraction}"
