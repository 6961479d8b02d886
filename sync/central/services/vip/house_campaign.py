"""The campaign of VIP codes for which nobody named one: document 000 knows codes only."""

import asyncpg

from sync.central.services.campaigns import campaign_with_id, campaigns_named, create_campaign
from sync.rules.campaign import Campaign
from sync.rules.code import Kind
from sync.rules.user_error import UserError

NAME = "VIP"
_LOCK_CLASS = 0x43_56_49
"""Two people who make the network's first VIP codes at once make one campaign."""


async def campaign_for_codes(
    connection: asyncpg.Connection, network_id: int, campaign_id: int | None
) -> Campaign:
    """Return the campaign of this number, or the network's own for VIP codes, which is made when first needed.

    Raises :class:`UserError` ``unknown_campaign`` or ``not_for_vip``.
    """
    if campaign_id is not None:
        campaign = await campaign_with_id(connection, network_id, campaign_id)
        if campaign.kind is not Kind.VIP:
            raise UserError(
                "not_for_vip",
                f"The campaign “{campaign.name}” is for {campaign.kind} codes.",
                "Name a campaign for VIP codes, or none.",
            )
        return campaign
    await connection.execute(
        "SELECT pg_advisory_xact_lock($1, ($2::bigint % 2147483647)::int)", _LOCK_CLASS, network_id
    )
    for campaign in await campaigns_named(connection, network_id, [NAME]):
        if campaign.kind is Kind.VIP:
            return campaign
    return await create_campaign(
        connection, network_id, Campaign(id=0, kind=Kind.VIP, name=NAME, vip_priority=True)
    )
