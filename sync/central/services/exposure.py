"""Worst-case exposure: what a campaign may cost beyond its limits, booked already or still possible (DESIGN 7.10)."""

from typing import NamedTuple

import asyncpg

from sync.central.services.feed_rows import CAMPAIGN_COLUMNS, read_campaign
from sync.protocol.leases import LimitKind
from sync.rules.campaign import Campaign, Policy

RISK_PER_CODE = 1
"""What a campaign that was saved before risk could be set allows of one code."""


class CampaignExposure(NamedTuple):
    """A campaign's risk, in uses.

    ``allowance`` is what the office accepted, ``outstanding`` what tills hold of it at this moment (lost ones
    included: what they have used may still be heard of), ``taken`` what they have used of it for good. ``booked`` uses of its codes stand beyond their limits, for whatever
    reason; ``worst_case`` is what may stand there once every till has been heard.
    """

    campaign_id: int
    name: str
    policy: str
    allowance: int
    outstanding: int
    taken: int
    booked: int
    worst_case: int


def risk_of(campaign: Campaign) -> int:
    """Return how many uses beyond its limits saving this campaign accepts: shown before it is saved."""
    return campaign.risk_allowance if campaign.policy is Policy.ALLOW_WITH_RISK else 0


async def campaign_exposures(
    connection: asyncpg.Connection, network_id: int, campaign_id: int | None = None
) -> list[CampaignExposure]:
    """Return the exposure of one campaign, or of all of a network that are not archived, oldest first."""
    records = await connection.fetch(
        f"""SELECT {CAMPAIGN_COLUMNS} FROM campaigns
        WHERE network_id = $1 AND ($2::bigint = id OR $2 IS NULL AND status <> 'archived') ORDER BY id""",  # noqa: S608 - columns are ours
        network_id,
        campaign_id,
    )
    found = []
    for campaign in map(read_campaign, records):
        risk = await connection.fetchrow(
            """SELECT outstanding + burnt AS outstanding, spent FROM limits
            WHERE network_id = $1 AND kind = $2 AND subject = $3 AND guest = 0""",
            network_id,
            LimitKind.RISK.value,
            campaign.id,
        )
        booked = await connection.fetchval(
            """SELECT COALESCE(sum(l.exposure), 0)::bigint FROM codes c JOIN limits l
                ON l.network_id = $1 AND l.kind = $2 AND l.subject = c.id AND l.guest = 0
            WHERE c.network_id = $1 AND c.campaign_id = $3""",
            network_id,
            LimitKind.USES.value,
            campaign.id,
        )
        outstanding, taken = (risk["outstanding"], risk["spent"]) if risk else (0, 0)
        found.append(
            CampaignExposure(
                campaign_id=campaign.id,
                name=campaign.name,
                policy=campaign.policy.value,
                allowance=risk_of(campaign),
                outstanding=outstanding,
                taken=taken,
                booked=booked,
                worst_case=booked + outstanding,
            )
        )
    return found


async def code_at_risk(connection: asyncpg.Connection, network_id: int, code_id: int) -> int:
    """Return how many more uses of a limited code tills may accept beyond its limit, of which central hears later."""
    at_risk: int = await connection.fetchval(
        """SELECT COALESCE(sum(least(held.units, held.per_code)), 0)::bigint FROM (
            SELECT sum(l.units - l.settled) AS units,
                COALESCE((p.rules ->> 'risk_per_code')::bigint, $4) AS per_code
            FROM codes c
            JOIN campaigns p ON p.network_id = $1 AND p.id = c.campaign_id
            JOIN leases l ON l.network_id = $1 AND l.kind = $3 AND l.subject = p.id AND l.guest = 0
                AND l.state <> 'closed'
            WHERE c.network_id = $1 AND c.id = $2 AND c.max_uses IS NOT NULL
            GROUP BY l.till_id, l.incarnation, p.rules
        ) AS held""",
        network_id,
        code_id,
        LimitKind.RISK.value,
        RISK_PER_CODE,
    )
    return at_risk
