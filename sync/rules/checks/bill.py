"""Checks of the basket. While no amount has been entered they wait; nothing is refused for it."""

from sync.rules.campaign import BenefitKind, Campaign
from sync.rules.case import Case, Finding, found
from sync.rules.money import plain_amount
from sync.rules.reasons import Reason
from sync.rules.worth import fits, is_free_item, is_typed


def check_currency(case: Case) -> Finding | None:
    """Refuse an offer that names money on a bill in another money."""
    campaign, basket = case.campaign, case.basket
    if basket.known and basket.currency != campaign.currency and _names_money(campaign):
        return found(Reason.WRONG_CURRENCY, currency=campaign.currency)
    return None


def check_minimum(case: Case) -> Finding | None:
    """Refuse while the whole bill, before any discount, is below the minimum."""
    minimum, total = case.campaign.min_basket_minor, case.basket.total_minor
    if not case.basket.known or minimum <= 0 or total >= minimum:
        return None
    currency = case.campaign.currency
    return found(
        Reason.MIN_BASKET,
        minimum=plain_amount(minimum, currency),
        missing=plain_amount(minimum - total, currency),
    )


def check_items(case: Case) -> Finding | None:
    """Refuse when no line belongs to the offer, or its free item is not on the bill.

    On typed amounts the cashier vouches for the free item, as far as a cap bounds it.
    """
    campaign, benefit = case.campaign, case.campaign.benefit
    if not case.basket.known:
        return None
    fitting = [line for line in case.basket.lines if line.amount_minor > 0 and fits(campaign, line)]
    if benefit.kind is BenefitKind.FREE_ITEM:
        if any(is_free_item(benefit, line) for line in fitting):
            return None
        if fitting and benefit.cap_minor is not None and is_typed(benefit, case.basket.lines):
            return None
        return found(Reason.WRONG_ITEMS, **({"items": benefit.item} if benefit.item else {}))
    if fitting or not _names_items(campaign):
        return None
    wanted = (*campaign.items_included, *campaign.categories_included)
    return found(Reason.WRONG_ITEMS, **({"items": ", ".join(wanted)} if wanted else {}))


def _names_items(campaign: Campaign) -> bool:
    return bool(
        campaign.items_included
        or campaign.items_excluded
        or campaign.categories_included
        or campaign.categories_excluded
    )


def _names_money(campaign: Campaign) -> bool:
    return (
        campaign.benefit.kind is BenefitKind.FIXED
        or campaign.benefit.cap_minor is not None
        or campaign.min_basket_minor > 0
        or campaign.budget_minor is not None
    )
