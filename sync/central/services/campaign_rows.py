"""Campaigns as they stand: below all that makes and changes them, and below the limits of theirs."""

from collections.abc import Collection

import asyncpg

from sync.central.services.feed_rows import CAMPAIGN_COLUMNS, read_campaign
from sync.rules.campaign import Campaign


async def find_campaign(connection: asyncpg.Connection, network_id: int, campaign_id: int) -> Campaign | None:
    """Return a campaign, archived or not; None for one that this network does not have."""
    return (await find_campaigns(connection, network_id, [campaign_id])).get(campaign_id)


async def find_campaigns(
    connection: asyncpg.Connection, network_id: int, campaign_ids: Collection[int]
) -> dict[int, Campaign]:
    """Return those of these campaigns that this network has, archived or not, by id."""
    records = await connection.fetch(
        f"SELECT {CAMPAIGN_COLUMNS} FROM campaigns WHERE network_id = $1 AND id = ANY ($2::bigint[])",  # noqa: S608 - columns are ours
        network_id,
        list(campaign_ids),
    )
    return {record["id"]: read_campaign(record) for record in records}
