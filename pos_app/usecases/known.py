"""What this till knows of earlier uses, for the limits by day and by person (``sync.rules.known``)."""

from collections import Counter
from collections.abc import Sequence

from sync.protocol.feed import SettingsRow
from sync.rules.campaign import Campaign
from sync.rules.code import Code, Kind
from sync.rules.combine import Applied
from sync.rules.known import NOTHING_KNOWN, Known
from sync.rules.local_time import day_bounds
from sync.rules.moment import Moment
from sync.rules.sale import Guest
from sync.till.journal.use_book import OwnUses
from sync.till.till import Till


def own_uses_of(
    till: Till, code: Code, campaign: Campaign | None, guest: Guest | None, moment: Moment
) -> OwnUses:
    """Count the uses that matter for a code, on the files' thread; nothing is read where none does."""
    if campaign is None or not _counts(code, campaign, guest):
        return OwnUses()
    try:
        since_ms, until_ms = day_bounds(moment.at_ms, campaign.zone or moment.zone)
    except LookupError:
        # A zone that nobody knows: the rules themselves refuse such a campaign.
        return OwnUses()
    return till.journal.own_uses(
        campaign=campaign.id,
        code=code.id,
        guest=None if guest is None else guest.id,
        since_ms=since_ms,
        until_ms=until_ms,
    )


def known_of(
    settings: SettingsRow | None, own: OwnUses, *, beside: Sequence[Applied] = (), campaign: int = 0
) -> Known:
    """Tell the rules the network's switches and the counts; ``beside`` are codes that stand on the same bill.

    Uses of the same ``campaign`` on this bill count as if they were recorded already.
    """
    here = Counter(one.campaign.id for one in beside)[campaign]
    switches = NOTHING_KNOWN.referral_enabled if settings is None else settings.referral_enabled
    return Known(
        code_uses_by_guest=own.code_by_guest,
        campaign_uses_today=own.campaign + here,
        guest_uses_today=own.campaign_by_guest + here,
        referral_enabled=switches,
    )


def _counts(code: Code, campaign: Campaign, guest: Guest | None) -> bool:
    return (
        campaign.max_uses_per_day is not None
        or campaign.max_uses_per_guest_per_day is not None
        or (code.kind is Kind.REFERRAL and guest is not None)
    )
