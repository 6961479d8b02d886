"""Campaigns: the rules and the policy that codes share."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import asyncpg
import msgspec

from sync.central.services.campaign_rows import find_campaign
from sync.central.services.feed_rows import CAMPAIGN_COLUMNS, campaign_row, read_campaign
from sync.central.services.guest_limits import resize_guest_limits
from sync.central.services.limits import LimitKey, set_total
from sync.central.services.names import fit_name
from sync.central.services.outbox import publish
from sync.central.services.used_up import tell_of_new_limit
from sync.protocol.feed import Table
from sync.protocol.leases import LimitKind
from sync.rules.campaign import Campaign, Policy
from sync.rules.campaign_faults import campaign_faults
from sync.rules.fault import refuse
from sync.rules.stack_faults import stack_faults
from sync.rules.tiers import Tier
from sync.rules.user_error import UserError

_NEVER_CHANGED = {"id", "kind", "used_up_on"}
"""What a campaign is made as, and what only the uses of its codes say."""


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
    await keep_limits(connection, network_id, made)
    await publish(connection, network_id, Table.CAMPAIGN, campaign_id, campaign_row(record))
    return read_campaign(record)


async def edit_campaign(
    connection: asyncpg.Connection, network_id: int, campaign_id: int, changes: Mapping[str, Any]
) -> Campaign:
    """Change fields of a campaign in the caller's transaction, and tell the tills; returns it as it is now.

    ``changes`` are fields of :class:`~sync.rules.campaign.Campaign` as JSON has them. What a lowered budget,
    allowance or limit of each guest has already given to tills becomes exposure. Raises :class:`UserError` ``unknown_campaign``,
    ``campaign_field`` (no such field, a field that never changes, or a value that does not fit), ``name_unfit`` or
    ``campaign_contradicts``; then nothing is changed.
    """
    record = await connection.fetchrow(
        f"SELECT {CAMPAIGN_COLUMNS} FROM campaigns WHERE network_id = $1 AND id = $2 FOR NO KEY UPDATE",  # noqa: S608 - columns are ours
        network_id,
        campaign_id,
    )
    if record is None:
        raise _unknown(campaign_id)
    before = read_campaign(record)
    edited = changed(before, changes)
    await require_saveable(connection, network_id, edited)
    record = await connection.fetchrow(
        f"""UPDATE campaigns SET name = $3, status = $4, rules = $5, updated_at = now()
        WHERE network_id = $1 AND id = $2 RETURNING {CAMPAIGN_COLUMNS}""",  # noqa: S608 - columns are ours
        network_id,
        campaign_id,
        edited.name,
        edited.status.value,
        msgspec.to_builtins(edited),
    )
    await keep_limits(connection, network_id, edited)
    if edited.max_uses_per_guest is not None:
        await resize_guest_limits(
            connection,
            network_id,
            campaign_id,
            before=before.max_uses_per_guest,
            after=edited.max_uses_per_guest,
        )
    await publish(connection, network_id, Table.CAMPAIGN, campaign_id, campaign_row(record))
    if edited.max_uses_per_day != before.max_uses_per_day:
        await tell_of_new_limit(connection, network_id, edited)
    return edited


def changed(campaign: Campaign, changes: Mapping[str, Any]) -> Campaign:
    """Return a campaign with some fields as JSON has them; raises :class:`UserError` ``campaign_field``."""
    fixed = sorted(set(changes) & _NEVER_CHANGED) + sorted(
        set(changes) - {field.name for field in fields(Campaign)}
    )
    if fixed:
        raise UserError(
            "campaign_field",
            f"A campaign has no field that could be changed named {', '.join(fixed)}.",
            "Name fields of the rules, such as name, status, budget_minor or policy.",
        )
    try:
        edited = msgspec.convert({**msgspec.to_builtins(campaign), **changes}, Campaign)
    except msgspec.ValidationError as error:
        raise UserError(
            "campaign_field",
            f"The value does not fit: {error}.",
            "Write it as the campaign's rules have it.",
        ) from error
    return replace(edited, name=fit_name(edited.name))


async def keep_limits(connection: asyncpg.Connection, network_id: int, campaign: Campaign) -> None:
    """Make a campaign's budget and risk allowance as large as it says; call it whenever one was saved.

    What a lowered limit has already given to tills becomes exposure. A campaign that allows no risk any more
    hands none out, and asks back what tills hold of it.
    """
    if campaign.budget_minor is not None:
        await set_total(
            connection, network_id, LimitKey(LimitKind.BUDGET, campaign.id), campaign.budget_minor
        )
    risk = LimitKey(LimitKind.RISK, campaign.id)
    if campaign.policy is Policy.ALLOW_WITH_RISK:
        await set_total(connection, network_id, risk, campaign.risk_allowance)
        return
    await connection.execute(
        "UPDATE leases SET recall = true WHERE network_id = $1 AND kind = $2 AND subject = $3 AND state = 'open'",
        network_id,
        risk.kind.value,
        risk.subject,
    )
    if await connection.fetchval(
        "SELECT EXISTS (SELECT FROM limits WHERE network_id = $1 AND kind = $2 AND subject = $3)",
        network_id,
        risk.kind.value,
        risk.subject,
    ):
        await set_total(connection, network_id, risk, 0)


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


async def campaign_with_id(connection: asyncpg.Connection, network_id: int, campaign_id: int) -> Campaign:
    """Return a campaign; raises :class:`UserError` ``unknown_campaign``."""
    campaign = await find_campaign(connection, network_id, campaign_id)
    if campaign is None:
        raise _unknown(campaign_id)
    return campaign


def _unknown(campaign_id: int) -> UserError:
    return UserError("unknown_campaign", f"This network has no campaign {campaign_id}.", "Check its number.")


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
