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
from sync.rules.campaign_faults import campaign_faults
from sync.rules.fault import refuse
from sync.rules.stack_faults import stack_faults
from sync.rules.tiers import Tier


async def create_campaign(connection: asyncpg.Connection, network_id: int, campaign: Campaign) -> Campaign:
    """Make a campaign in the caller's transaction, and tell the tills; its ``id`` is given here.

    A budget becomes a limit, all of it in the pool. Raises :class:`UserError` ``name_unfit``, or
    ``campaign_contradicts`` with every field that contradicts another and why; then nothing is made.
    """
    await require_saveable(connection, network_id, campaign)
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


async def require_saveable(connection: asyncpg.Connection, network_id: int, campaign: Campaign) -> None:
    """Refuse a campaign that contradicts itself, its network's tiers, or another's stack group.

    Whoever makes or changes a campaign asks this first. Raises :class:`UserError` ``campaign_contradicts``.
    """
    tiers = await connection.fetchval("SELECT tiers FROM networks WHERE id = $1", network_id)
    names = [tier.name for tier in msgspec.convert(tiers, list[Tier])]
    faults = campaign_faults(campaign, names)
    faults += stack_faults(campaign, await _grouped(connection, network_id, campaign))
    refuse("campaign_contradicts", faults)


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


async def _grouped(connection: asyncpg.Connection, network_id: int, campaign: Campaign) -> list[Campaign]:
    """Return the network's campaigns that name a stack group, if this one does."""
    if campaign.stack_group is None:
        return []
    records = await connection.fetch(
        f"""SELECT {CAMPAIGN_COLUMNS} FROM campaigns
        WHERE network_id = $1 AND status <> 'archived' AND rules ->> 'stack_group' IS NOT NULL""",  # noqa: S608 - columns are ours
        network_id,
    )
    return [read_campaign(record) for record in records]
