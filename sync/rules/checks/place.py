"""Checks of where it happens."""

from sync.rules.case import Case, Finding, found
from sync.rules.reasons import Reason


def check_place(case: Case) -> Finding | None:
    """Compare with the restaurants and tills that the campaign is limited to."""
    campaign, place = case.campaign, case.place
    if campaign.restaurants and place.restaurant_id not in campaign.restaurants:
        return found(Reason.WRONG_RESTAURANT)
    if campaign.tills and place.till_id not in campaign.tills:
        return found(Reason.WRONG_TILL)
    return None
