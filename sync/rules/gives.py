"""What an offer gives, in the words of a guest: for the verdict, before anything is confirmed."""

from collections.abc import Mapping
from types import MappingProxyType

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


_NO_NAMES: Mapping[str, str] = MappingProxyType({})


def describe(campaign: Campaign, language: str = "en", *, names: Mapping[str, str] = _NO_NAMES) -> str:
    """Say what a campaign gives: ``10 % off, at most 5.00 EUR, from 20.00 EUR``.

    ``names`` are the catalogue's names by item; an item that it does not name is called by its identifier.
    """
    tongue = language[:2].lower()
    if tongue not in _WORDS:
        tongue = "en"
    benefit = campaign.benefit
    text = _WORDS[tongue][benefit.kind].format(
        percent=_ratio(benefit.percent_bp, 100, tongue),
        amount=format_amount(benefit.amount_minor, campaign.currency, tongue),
        item=_item(benefit, tongue, names),
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


def _item(benefit: Benefit, tongue: str, names: Mapping[str, str]) -> str:
    if not benefit.item:
        return _ANY_ITEM[tongue]
    return names.get(benefit.item, benefit.item)


def _takes_money(benefit: Benefit) -> bool:
    return benefit.kind in (BenefitKind.PERCENT, BenefitKind.FREE_ITEM)


def _ratio(value: int, whole: int, tongue: str) -> str:
    """Write a fraction without trailing zeros: 1250 of 100 is ``12.5``."""
    units, rest = divmod(value, whole)
    if not rest:
        return str(units)
    fraction = str(rest).rjust(len(str(whole)) - 1, "0").rstrip("0")
    return f"{units}{',' if tongue == 'ru' else '.'}{fraction}"
