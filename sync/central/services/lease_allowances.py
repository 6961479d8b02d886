"""Allowances of a till: money of budgets, credit by hand, and risk. Only contact with central refills them.

Each till holds a share, so that it can work on while the line is broken: of a budget and of the credit that a
restaurant may give by hand half of an equal part, of a campaign's risk what the campaign says. Nobody asks for
them; a share is filled up when half of it is gone (DESIGN 7.10). Where nobody can sign in at a till, nobody
can credit by hand there, and no till holds any of that.
"""

from collections.abc import Mapping

import asyncpg
import msgspec

from sync.central.clock import clock_of
from sync.central.services.campaign_rows import find_campaigns
from sync.central.services.epochs import may_issue
from sync.central.services.grants import LeaseFor, insert_leases, new_grant, sign_grant
from sync.central.services.lease_places import active_places, takers
from sync.central.services.lease_subjects import open_credit
from sync.central.services.limits import LimitKey
from sync.protocol.keys import SigningKey
from sync.protocol.leases import LimitKind
from sync.rules.campaign import Campaign, CampaignStatus, Policy

HELD_BACK = 2
"""One part in this many of a pool is handed out at most; the rest stays for others."""
LOW_PARTS = 2
"""A share is filled up when one part in this many is left, so that leases do not become crumbs."""


class _Standing(msgspec.Struct, frozen=True):
    """An allowance: how much there is in all, and how much of it this till holds."""

    key: LimitKey
    total: int
    held: int


async def top_up(connection: asyncpg.Connection, key: SigningKey, till: LeaseFor, *, restaurant: int) -> int:
    """Fill up what allowances this till should hold, in the caller's transaction; return how many grants that took."""
    await open_credit(connection, till.network, restaurant)
    standings = await _read(connection, till, restaurant)
    if not standings:
        return 0
    shares = await _shares(connection, till, restaurant, standings)
    low = {
        each.key: shares[each.key] - each.held
        for each in standings
        if each.key in shares and each.held * LOW_PARTS <= shares[each.key]
    }
    if not low or not await may_issue(connection, till.network, kind=LimitKind.RISK, subject=0):
        return 0
    debited = await _debit(connection, till, low)
    clock = clock_of(connection)
    grants = [new_grant(clock, till, limit, units) for limit, units in debited.items()]
    await insert_leases(connection, till.network, [(grant, sign_grant(key, grant)) for grant in grants])
    return len(grants)


async def _read(connection: asyncpg.Connection, till: LeaseFor, restaurant: int) -> list[_Standing]:
    rows = await connection.fetch(
        """SELECT l.kind, l.subject, l.total, COALESCE((
            SELECT sum(e.units - e.settled) FROM leases e
            WHERE e.network_id = $1 AND e.kind = l.kind AND e.subject = l.subject AND e.guest = 0
                AND e.state = 'open' AND e.till_id = $2 AND e.incarnation = $3
        ), 0)::bigint AS held
        FROM limits l WHERE l.network_id = $1 AND l.guest = 0 AND l.pool > 0
            AND (l.kind IN ('budget', 'risk') OR (l.kind = 'credit' AND l.subject = $4 AND EXISTS (
                SELECT FROM staff s WHERE s.network_id = $1 AND s.active
                    AND (s.pin_hash IS NOT NULL OR s.badge_digest IS NOT NULL)
            )))""",
        till.network,
        till.till,
        till.incarnation,
        restaurant,
    )
    return [
        _Standing(LimitKey(LimitKind(row["kind"]), row["subject"]), row["total"], row["held"]) for row in rows
    ]


async def _shares(
    connection: asyncpg.Connection, till: LeaseFor, restaurant: int, standings: list[_Standing]
) -> dict[LimitKey, int]:
    """Say how much of each allowance this till should hold; what it may not hold at all is left out."""
    campaigns = await _campaigns(connection, till.network, standings)
    places = await active_places(connection, till.network)
    neighbours = sum(place.restaurant == restaurant for place in places)
    shares: dict[LimitKey, int] = {}
    for each in standings:
        if each.key.kind is LimitKind.CREDIT:
            shares[each.key] = each.total // (HELD_BACK * max(1, neighbours))
            continue
        campaign = campaigns.get(each.key.subject)
        among = [] if campaign is None else takers(campaign, places)
        if campaign is None or till.till not in among:
            continue
        if each.key.kind is LimitKind.BUDGET:
            shares[each.key] = each.total // (HELD_BACK * len(among))
        elif campaign.policy is Policy.ALLOW_WITH_RISK:
            shares[each.key] = campaign.risk_per_till
    return {key: share for key, share in shares.items() if share > 0}


async def _campaigns(
    connection: asyncpg.Connection, network_id: int, standings: list[_Standing]
) -> dict[int, Campaign]:
    ids = {each.key.subject for each in standings if each.key.kind is not LimitKind.CREDIT}
    found = await find_campaigns(connection, network_id, ids)
    return {id_: each for id_, each in found.items() if each.status is CampaignStatus.ACTIVE}


async def _debit(
    connection: asyncpg.Connection, till: LeaseFor, wanted: Mapping[LimitKey, int]
) -> dict[LimitKey, int]:
    """Take what is wanted from the pools, as far as they should give it."""
    debited: dict[LimitKey, int] = {}
    for limit in sorted(wanted):
        pool: int = await connection.fetchval(
            """SELECT pool FROM limits WHERE network_id = $1 AND kind = $2 AND subject = $3 AND guest = 0
            FOR NO KEY UPDATE""",
            till.network,
            limit.kind.value,
            limit.subject,
        )
        # The last unit goes to whoever comes first: an allowance is worth nothing in the pool.
        units = min(wanted[limit], max(1, pool // HELD_BACK), pool)
        if units < 1:
            continue
        await connection.execute(
            """UPDATE limits SET pool = pool - $4, outstanding = outstanding + $4
            WHERE network_id = $1 AND kind = $2 AND subject = $3 AND guest = 0""",
            till.network,
            limit.kind.value,
            limit.subject,
            units,
        )
        debited[limit] = units
    return debited
