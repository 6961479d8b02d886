"""One question to the rules with all that belongs to it, and what a single check may answer."""

from dataclasses import dataclass

from sync.rules.campaign import Campaign
from sync.rules.code import Code
from sync.rules.known import Known
from sync.rules.moment import Moment
from sync.rules.reasons import Reason
from sync.rules.sale import Basket, Guest, Place


@dataclass(slots=True, kw_only=True)
class Case:
    """What is judged. Made for each verdict, and not frozen because freezing takes longer than most checks."""

    code: Code
    campaign: Campaign
    guest: Guest | None
    basket: Basket
    moment: Moment
    place: Place
    known: Known

    @property
    def zone(self) -> str:
        """The campaign's zone, or the place's where it names none."""
        return self.campaign.zone or self.moment.zone


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a check does not simply pass. ``ask`` leaves the decision to a manager instead of refusing."""

    reason: Reason
    params: tuple[tuple[str, str], ...] = ()
    ask: bool = False


def found(reason: Reason, **params: str) -> Finding:
    """Make a refusal with its parameters in their fixed order."""
    return Finding(reason, tuple(sorted(params.items())))
