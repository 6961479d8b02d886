"""What saving a campaign would accept: the worst that may come of it, from its limits, its tills and their leases."""

import asyncpg
import msgspec

from sync.central.services.exposure import campaign_exposures, risk_of
from sync.protocol.leases import LimitKind
from sync.rules.campaign import Benefit, BenefitKind, Campaign

_TILLS = """
    SELECT count(*) FROM tills WHERE network_id = $1 AND status = 'active'
        AND (cardinality($2::bigint[]) = 0 OR restaurant_id = ANY ($2))
        AND (cardinality($3::bigint[]) = 0 OR id = ANY ($3))
"""
_LEFT = """
    SELECT count(*) FILTER (WHERE c.max_uses IS NULL) AS unlimited,
        COALESCE(sum(l.pool + l.outstanding), 0)::bigint AS left_uses,
        COALESCE(sum(l.outstanding), 0)::bigint AS leased
    FROM codes c LEFT JOIN limits l
        ON l.network_id = $1 AND l.kind = $3 AND l.subject = c.id AND l.guest = 0
    WHERE c.network_id = $1 AND c.campaign_id = $2 AND c.status IN ('active', 'inactive')
"""


class DraftExposure(msgspec.Struct, frozen=True, kw_only=True):
    """The worst case of a draft. Uses are counted, money is in minor units; null is "no bound".

    ``tills`` may take its codes. ``leased_uses`` are out with them already, whatever is saved. ``risk_uses`` may be
    accepted beyond the limits before the office hears of them; ``booked_uses`` stand beyond them for good.
    ``worst_case_uses`` is both, ``worst_case_minor`` what they may cost. ``left_uses`` are within the limits of its
    codes, and ``most_minor`` is all that the campaign can still give, within and beyond.
    """

    tills: int
    leased_uses: int
    left_uses: int | None
    risk_uses: int
    booked_uses: int
    worst_case_uses: int
    worst_case_minor: int | None
    most_minor: int | None


async def draft_exposure(
    connection: asyncpg.Connection, network_id: int, draft: Campaign, *, money_left: int | None
) -> DraftExposure:
    """Reckon the worst case of a draft as if it were saved now; ``money_left`` is what its budget still has."""
    tills: int = await connection.fetchval(_TILLS, network_id, list(draft.restaurants), list(draft.tills))
    codes = await connection.fetchrow(_LEFT, network_id, draft.id, LimitKind.USES.value)
    standing = await campaign_exposures(connection, network_id, draft.id) if draft.id else []
    booked = sum(each.booked for each in standing)
    # What tills hold already they may use, even where the draft would hand out less.
    held = sum(each.outstanding for each in standing)
    risk = max(held, min(risk_of(draft), tills * draft.risk_per_till))
    left = None if codes["unlimited"] or not draft.id else codes["left_uses"]
    each_minor = most_by_use(draft.benefit)
    worst = booked + risk
    within = None if left is None else _times(left + risk, each_minor)
    return DraftExposure(
        tills=tills,
        leased_uses=codes["leased"],
        left_uses=left,
        risk_uses=risk,
        booked_uses=booked,
        worst_case_uses=worst,
        worst_case_minor=_times(worst, each_minor),
        most_minor=money_left
        if within is None
        else within
        if money_left is None
        else min(within, money_left),
    )


def most_by_use(benefit: Benefit) -> int | None:
    """Return what one use takes off at most, in minor units; None for a share of a bill that may be any."""
    match benefit.kind:
        case BenefitKind.FIXED:
            return benefit.amount_minor
        case BenefitKind.PERCENT:
            return benefit.cap_minor
        case BenefitKind.FREE_ITEM:
            return None
        case _:
            return 0


def _times(uses: int, each_minor: int | None) -> int | None:
    if not uses:
        return 0
    return None if each_minor is None else uses * each_minor
