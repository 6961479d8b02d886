"""What a campaign has brought so far: codes, uses, money, and what may still come (document 004)."""

from datetime import datetime

import asyncpg
import msgspec

from sync.central.services.campaigning.desk import show_campaign
from sync.protocol.leases import LimitKind


class BudgetView(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign's money in minor units: ``leased`` is out with tills, ``exposure`` was given beyond ``total``."""

    total_minor: int
    spent_minor: int
    leased_minor: int
    left_minor: int
    exposure_minor: int


class CampaignStats(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one campaign; what was undone does not count. Amounts in minor units of ``currency``."""

    campaign_id: int
    currency: str
    codes: int
    active_codes: int
    codes_with_usage: int
    total_uses: int
    unique_guests: int
    total_discount_minor: int
    total_points: int
    first_used: datetime | None
    last_used: datetime | None
    budget: BudgetView | None


async def campaign_stats(connection: asyncpg.Connection, network_id: int, campaign_id: int) -> CampaignStats:
    """Return the figures of a campaign; raises :class:`Refusal` ``not-found``."""
    campaign = await show_campaign(connection, network_id, campaign_id)
    codes = await connection.fetchrow(
        """SELECT count(*) FILTER (WHERE status <> 'archived') AS codes,
            count(*) FILTER (WHERE status = 'active') AS active_codes,
            count(*) FILTER (WHERE uses > 0) AS codes_with_usage
        FROM codes WHERE network_id = $1 AND campaign_id = $2""",
        network_id,
        campaign_id,
    )
    # Uses are found by their codes, for which there is an index.
    uses = await connection.fetchrow(
        """SELECT count(*) AS total_uses, count(DISTINCT r.guest_id) AS unique_guests,
            COALESCE(sum(r.discount_minor), 0)::bigint AS total_discount_minor,
            COALESCE(sum(r.points), 0)::bigint AS total_points, min(r.at) AS first_used, max(r.at) AS last_used
        FROM codes c JOIN redemptions r ON r.network_id = $1 AND r.code_id = c.id
        WHERE c.network_id = $1 AND c.campaign_id = $2 AND c.uses > 0
            AND NOT EXISTS (SELECT 1 FROM refund_totals t
                WHERE t.network_id = $1 AND t.done AND t.original IN (r.event, r.sale))""",
        network_id,
        campaign_id,
    )
    return CampaignStats(
        campaign_id=campaign_id,
        currency=campaign.rules.currency,
        budget=await _budget(connection, network_id, campaign_id),
        **codes,
        **uses,
    )


async def _budget(connection: asyncpg.Connection, network_id: int, campaign_id: int) -> BudgetView | None:
    row = await connection.fetchrow(
        """SELECT total AS total_minor, spent AS spent_minor, outstanding AS leased_minor, pool AS left_minor,
            exposure AS exposure_minor
        FROM limits WHERE network_id = $1 AND kind = $2 AND subject = $3 AND guest = 0""",
        network_id,
        LimitKind.BUDGET.value,
        campaign_id,
    )
    return None if row is None else BudgetView(**row)
