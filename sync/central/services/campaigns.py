"""Campaigns: the rules and the policy that codes share."""

from dataclasses import replace

import asyncpg
import msgspec

from sync.central.services.feed_rows import CAMPAIGN_COLUMNS, campaign_row, read_campaign
from sync.central.services.names import fit_name
from sync.central.services.outbox import publish
from sync.protocol.feed import Table
from sync.protocol.leases import LimitKind
from sync.rules.campaign import Campaign


async def create_campaign(connection: asyncpg.Connection, network_id: int, campaign: Campaign) -> Campaign:
    """Make a campaign in the caller's transaction, and tell the tills; its ``id`` is given here.

    A budget becomes a limit, all of it in the pool. Raises :class:`UserError` ``name_unfit``.
    """
    campaign_id: int = await connection.fetchval("SELECT nextval(pg_get_serial_sequence('campaigns', 'id'))")
    made = replace(campaign, id=campaign_id, name=fit_name(campaign.name))
    record = await connection.fetchrow(
        f"""INSERT INTO campaigns (network_id, id, kind, name, status, rules)
        VALUES ($1, $2, $3, $4, $5, $6) RETURNING {CAMPAIGN_COLUMNS}""",  # noqa: S608 - columns are ours
        network_id,
        campaign_id,
        made.kind.value,
        made.name,
        made.status.value,
        msgspec.to_builtins(made),
    )
    if made.budget_minor is not None:
        await connection.execute(
            "INSERT INTO limits (network_id, kind, subject, total, pool) VALUES ($1, $2, $3, $4, $4)",
            network_id,
            LimitKind.BUDGET.value,
            campaign_id,
            made.budget_minor,
        )
    await publish(connection, network_id, Table.CAMPAIGN, campaign_id, campaign_row(record))
    return read_campaign(record)


async def campaigns_named(
    connection: asyncpg.Connection, network_id: int, names: list[str]
) -> list[Campaign]:
    """Return the campaigns of these names, oldest first; archived ones are left out."""
    records = await connection.fetch(
        f"""SELECT {CAMPAIGN_COLUMNS} FROM campaigns
        WHERE network_id = $1 AND name = ANY ($2::text[]) AND status <> 'archived' ORDER BY id""",  # noqa: S608 - columns are ours
        network_id,
        names,
    )
    return [read_campaign(record) for record in records]
