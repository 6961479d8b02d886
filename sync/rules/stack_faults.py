"""Stack groups of a whole network: groups that overlap are refused when the later campaign is saved."""

from collections.abc import Iterable

from sync.rules.campaign import Campaign, CampaignStatus
from sync.rules.fault import Fault, fault, quoted
from sync.rules.normalise import fold


def stack_faults(campaign: Campaign, others: Iterable[Campaign]) -> list[Fault]:
    """List groups of other live campaigns that this one's group would overlap.

    Two groups overlap when people would read them as one but programs would not (``Drinks`` and
    ``drinks ``): codes meant to exclude each other would then add up.
    """
    group = campaign.stack_group
    if group is None:
        return []
    overlapping = sorted(
        {
            other.stack_group
            for other in others
            if other.id != campaign.id
            and other.status is not CampaignStatus.ARCHIVED
            and other.stack_group is not None
            and other.stack_group != group
            and fold(other.stack_group) == fold(group)
        }
    )
    return [
        fault(
            "stack_group",
            "{group} overlaps the group {twin}; write both alike",
            group=quoted(group),
            twin=quoted(twin),
        )
        for twin in overlapping
    ]
