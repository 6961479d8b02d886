"""What a lease is asked for: whether it exists, and whether units of it may be handed out now."""

import asyncpg

from sync.central.clock import clock_of, moment
from sync.central.services.feed_rows import CAMPAIGN_COLUMNS, read_campaign
from sync.protocol.leases import LeaseRequest, LimitKind
from sync.rules.campaign import Campaign, CampaignStatus
from sync.rules.code import CodeStatus
from sync.rules.reasons import Reason

_CODE_SAYS = {
    CodeStatus.INACTIVE: Reason.INACTIVE,
    CodeStatus.EXPIRED: Reason.EXPIRED,
    CodeStatus.ARCHIVED: Reason.ARCHIVED,
}


async def find_campaign(
    connection: asyncpg.Connection, network_id: int, request: LeaseRequest
) -> Campaign | Reason:
    """Return the campaign whose units are asked for, or the reason why there are none to give."""
    if request.kind is LimitKind.USES:
        campaign_id = await _campaign_of_code(connection, network_id, request.subject)
        if isinstance(campaign_id, Reason):
            return campaign_id
    elif request.kind in (LimitKind.GUEST_USES, LimitKind.BUDGET):
        campaign_id = request.subject
    else:
        # Points, credit and risk allowances are not leased by this version of central.
        return Reason.NEEDS_OFFICE
    campaign = await _read(connection, network_id, campaign_id)
    if isinstance(campaign, Campaign) and request.kind is LimitKind.GUEST_USES:
        return await _open_guest_limit(connection, network_id, campaign, request.guest)
    return campaign


async def _campaign_of_code(connection: asyncpg.Connection, network_id: int, code_id: int) -> int | Reason:
    code = await connection.fetchrow(
        "SELECT campaign_id, status, expires_at, max_uses, uses FROM codes WHERE network_id = $1 AND id = $2",
        network_id,
        code_id,
    )
    if code is None:
        return Reason.UNKNOWN_CODE
    status = CodeStatus(code["status"])
    if status is CodeStatus.EXPIRED and code["max_uses"] is not None and code["uses"] >= code["max_uses"]:
        return Reason.USED_UP
    if status in _CODE_SAYS:
        return _CODE_SAYS[status]
    if code["expires_at"] is not None and code["expires_at"] <= moment(clock_of(connection)):
        return Reason.EXPIRED
    if code["max_uses"] is None:
        # The till asks for a unit of a code that has become unlimited: its own row is out of date.
        return Reason.NOT_LOADED
    campaign_id: int = code["campaign_id"]
    return campaign_id


async def _read(connection: asyncpg.Connection, network_id: int, campaign_id: int) -> Campaign | Reason:
    record = await connection.fetchrow(
        f"SELECT {CAMPAIGN_COLUMNS} FROM campaigns WHERE network_id = $1 AND id = $2",  # noqa: S608 - columns are ours
        network_id,
        campaign_id,
    )
    if record is None:
        return Reason.NOT_LOADED
    campaign = read_campaign(record)
    if campaign.status is CampaignStatus.ARCHIVED:
        return Reason.ARCHIVED
    return campaign if campaign.status is CampaignStatus.ACTIVE else Reason.CAMPAIGN_PAUSED


async def _open_guest_limit(
    connection: asyncpg.Connection, network_id: int, campaign: Campaign, guest_id: int
) -> Campaign | Reason:
    """Make the limit of (campaign, guest) when it is first needed: no row means full (DESIGN 7.8)."""
    if campaign.max_uses_per_guest is None:
        return Reason.NOT_LOADED
    made = await connection.fetchval(
        """INSERT INTO limits (network_id, kind, subject, guest, total, pool)
        SELECT $1, $2, $3, id, $5, $5 FROM guests WHERE network_id = $1 AND id = $4
        ON CONFLICT DO NOTHING RETURNING true""",
        network_id,
        LimitKind.GUEST_USES.value,
        campaign.id,
        guest_id,
        campaign.max_uses_per_guest,
    )
    known = made or await connection.fetchval(
        "SELECT true FROM guests WHERE network_id = $1 AND id = $2", network_id, guest_id
    )
    return campaign if known else Reason.NEEDS_GUEST
