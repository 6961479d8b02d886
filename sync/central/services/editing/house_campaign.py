"""The campaign of codes for which nobody named one: documents 000, 001 and 003 know codes only."""

import asyncpg

from sync.central.schema.numbers import MAX_ID
from sync.central.services.campaigns import campaign_with_id, campaigns_named, create_campaign
from sync.rules.campaign import Campaign, CampaignStatus
from sync.rules.code import Kind
from sync.rules.user_error import UserError

NAMES = {Kind.VIP: "VIP", Kind.REFERRAL: "Referral codes", Kind.VOUCHER: "Vouchers"}
"""What the campaign is called that is made when the first code of its kind needs one."""
_LOCK_CLASS = 0x43_56_49
"""Two people who make a network's first codes at once make one campaign."""


async def campaign_for_codes(
    connection: asyncpg.Connection, network_id: int, kind: Kind, named: int | None
) -> Campaign:
    """Return the campaign of this number, or the network's own for codes of a kind, which is made when first needed.

    Raises :class:`UserError` ``unknown_campaign`` or ``not_for_kind``.
    """
    if named is not None:
        campaign = await campaign_with_id(connection, network_id, min(max(named, 0), MAX_ID))
        if campaign.kind is not kind or campaign.status is CampaignStatus.ARCHIVED:
            raise UserError(
                "not_for_kind",
                f"The campaign “{campaign.name}” takes no new {kind} codes.",
                f"Name a campaign for {kind} codes that is not archived, or none.",
            )
        return campaign
    await connection.execute(
        "SELECT pg_advisory_xact_lock($1, ($2::bigint % 2147483647)::int)", _LOCK_CLASS, network_id
    )
    for campaign in await campaigns_named(connection, network_id, [NAMES[kind]]):
        if campaign.kind is kind:
            return campaign
    network = await connection.fetchrow("SELECT zone, currency FROM networks WHERE id = $1", network_id)
    return await create_campaign(
        connection,
        network_id,
        Campaign(
            id=0,
            kind=kind,
            name=NAMES[kind],
            zone=network["zone"],
            currency=network["currency"],
            vip_priority=kind is Kind.VIP,
        ),
    )
