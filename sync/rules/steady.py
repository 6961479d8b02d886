"""Campaigns that mind neither the moment nor the bill: most do, and a batch of their uses needs no verdict each.

What such a campaign says of one use of a code by nobody in particular, it says of all of them; only what the use is
worth still differs from bill to bill.
"""

from sync.rules.campaign import BenefitKind, Campaign
from sync.rules.code import Code, CodeStatus
from sync.rules.evaluate import evaluate
from sync.rules.moment import Moment
from sync.rules.sale import Basket, Place

_NO_BILL = Basket(known=False)
_ANY_MOMENT = Moment(at_ms=0)


def is_steady(campaign: Campaign, place: Place) -> bool:
    """Whether :func:`evaluate` accepts a code that :func:`is_sound` without a guest here at any moment, on any bill.

    Where it does, what is given is :func:`sync.rules.worth.worth` of the bill, and nothing else has to be asked. What
    is known beside (uses of the day, the budget) must not be known: a campaign that counts these is not steady.
    """
    if _minds_the_moment(campaign) or _minds_the_bill(campaign):
        return False
    sound = Code(id=0, campaign_id=campaign.id, kind=campaign.kind)
    return evaluate(sound, campaign, None, _NO_BILL, _ANY_MOMENT, place).accepted


def is_sound(code: Code, campaign: Campaign) -> bool:
    """Whether nothing about a code itself could be refused to nobody in particular."""
    return (
        code.status is CodeStatus.ACTIVE
        and code.expires_at_ms is None
        and code.campaign_id == campaign.id
        and code.kind is campaign.kind
        and (code.max_uses is None or code.uses < code.max_uses)
    )


def _minds_the_moment(campaign: Campaign) -> bool:
    return bool(
        campaign.starts_on is not None
        or campaign.ends_on is not None
        or campaign.active_hours
        or campaign.max_uses_per_day is not None
    )


def _minds_the_bill(campaign: Campaign) -> bool:
    return bool(
        campaign.min_basket_minor > 0
        or campaign.budget_minor is not None
        or campaign.benefit.kind in (BenefitKind.FREE_ITEM, BenefitKind.FIXED)
        or campaign.benefit.cap_minor is not None
        or campaign.items_included
        or campaign.items_excluded
        or campaign.categories_included
        or campaign.categories_excluded
    )
