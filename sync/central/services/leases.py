"""Leases on the spot: a till asks for the units that one sale needs (DESIGN 7).

Debiting the pool and storing the lease is one transaction, and the operation's id makes it happen once: a
lost reply is asked for again and answered with the same bytes.
"""

import asyncpg

from sync.central.clock import Clock, clock_of
from sync.central.database import Database
from sync.central.services.grants import LeaseFor, insert_leases, new_lease_id, sign_grant
from sync.central.services.lease_subjects import find_campaign
from sync.central.services.refusal import Refusal, busy
from sync.central.services.standing import require_good_standing
from sync.protocol.keys import SigningKey
from sync.protocol.leases import (
    MAX_UNITS_PER_REQUEST,
    Grant,
    LeaseReply,
    LeaseRequest,
    LimitKind,
    SignedGrant,
)
from sync.protocol.problems import ProblemType
from sync.rules.campaign import Campaign, Policy
from sync.rules.money import plain_amount
from sync.rules.reasons import Reason

ON_THE_SPOT_LIFETIME_MS = 24 * 3600 * 1000
"""Until when units asked for on the spot may be spent. Expiry returns nothing (DESIGN 7.3)."""
MAX_ATTEMPTS = 3

_GONE = {LimitKind.USES: Reason.USED_UP, LimitKind.GUEST_USES: Reason.ALREADY_USED_BY_GUEST}


async def grant_on_the_spot(
    database: Database, key: SigningKey, till: LeaseFor, request: LeaseRequest
) -> LeaseReply:
    """Answer one request: a grant, or the reason why there is none."""
    if not 1 <= request.units <= MAX_UNITS_PER_REQUEST:
        raise Refusal(ProblemType.INVALID, f"A lease has 1 to {MAX_UNITS_PER_REQUEST} units.")
    if request.incarnation != till.incarnation:
        raise Refusal(ProblemType.INVALID, "The request is of another life of this till.")
    for _ in range(MAX_ATTEMPTS):
        try:
            async with database.network_transaction(till.network) as connection:
                await require_good_standing(connection, till)
                return await _answer(connection, key, till, request)
        except (asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError):
            # The same operation was answered at the same moment: its lease stands now, ours is undone.
            continue
    raise busy("The same request is being answered elsewhere.")


async def _answer(
    connection: asyncpg.Connection, key: SigningKey, till: LeaseFor, request: LeaseRequest
) -> LeaseReply:
    clock = clock_of(connection)
    granted = await connection.fetchrow(
        "SELECT body, signature FROM leases WHERE network_id = $1 AND till_id = $2 AND operation = $3",
        till.network,
        till.till,
        request.operation,
    )
    if granted is not None:
        return LeaseReply(grant=SignedGrant(granted["body"], granted["signature"]), server_ms=clock.now_ms())
    campaign = await find_campaign(connection, till.network, request)
    if isinstance(campaign, Reason):
        return _no(clock, campaign)
    if not await _debit(connection, till.network, request):
        return await _none_left(connection, till, request, campaign)
    at_ms = clock.now_ms()
    grant = Grant(
        lease=new_lease_id(clock),
        network=till.network,
        till=till.till,
        incarnation=till.incarnation,
        kind=request.kind,
        subject=request.subject,
        guest=request.guest,
        units=request.units,
        granted_ms=at_ms,
        expires_ms=at_ms + ON_THE_SPOT_LIFETIME_MS,
        operation=request.operation,
        sale_bound=request.sale_bound or campaign.policy is Policy.ONLINE_ONLY,
    )
    signed = sign_grant(key, grant)
    await insert_leases(connection, till.network, [(grant, signed)])
    return LeaseReply(grant=signed, server_ms=at_ms)


async def _debit(connection: asyncpg.Connection, network_id: int, request: LeaseRequest) -> bool:
    done = await connection.fetchval(
        """UPDATE limits SET pool = pool - $5, outstanding = outstanding + $5
        WHERE network_id = $1 AND kind = $2 AND subject = $3 AND guest = $4 AND pool >= $5 RETURNING true""",
        network_id,
        request.kind.value,
        request.subject,
        request.guest,
        request.units,
    )
    return done is not None


async def _none_left(
    connection: asyncpg.Connection, till: LeaseFor, request: LeaseRequest, campaign: Campaign
) -> LeaseReply:
    """Say who holds the units and ask for them back, or that they are used up."""
    clock = clock_of(connection)
    key = (till.network, request.kind.value, request.subject, request.guest)
    left = await connection.fetchval(
        "SELECT pool FROM limits WHERE network_id = $1 AND kind = $2 AND subject = $3 AND guest = $4", *key
    )
    if left is None:
        return _no(clock, Reason.NOT_LOADED)
    # What the asking till itself holds does not count: it would not ask if it had not spent that already.
    asking = (till.till, till.incarnation)
    holders = await connection.fetch(
        """SELECT DISTINCT r.name || ', ' || t.name AS place
        FROM leases l
        JOIN tills t ON t.network_id = $1 AND t.id = l.till_id
        JOIN restaurants r ON r.network_id = $1 AND r.id = t.restaurant_id
        WHERE l.network_id = $1 AND l.kind = $2 AND l.subject = $3 AND l.guest = $4
            AND l.state = 'open' AND l.settled < l.units AND (l.till_id, l.incarnation) <> ($5, $6)
        ORDER BY place LIMIT 3""",
        *key,
        *asking,
    )
    # A unit that belongs to a sale is not asked back: the guest stands at that counter just now.
    await connection.execute(
        """UPDATE leases SET recall = true
        WHERE network_id = $1 AND kind = $2 AND subject = $3 AND guest = $4 AND state = 'open'
            AND settled < units AND NOT recall AND NOT sale_bound AND (till_id, incarnation) <> ($5, $6)""",
        *key,
        *asking,
    )
    if request.kind is LimitKind.BUDGET:
        return _no(clock, Reason.BUDGET_SPENT, left=plain_amount(left, campaign.currency))
    if not holders:
        return _no(clock, _GONE[request.kind])
    return _no(clock, Reason.HELD_ELSEWHERE, where="; ".join(holder["place"] for holder in holders))


def _no(clock: Clock, reason: Reason, **params: str) -> LeaseReply:
    return LeaseReply(reason=reason.value, params=params, server_ms=clock.now_ms())
