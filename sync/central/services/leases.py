"""Leases on the spot: a till asks for the units that one sale needs (DESIGN 7).

Debiting the pool and storing the lease is one transaction, and the operation's id makes it happen once: a
lost reply is asked for again and answered with the same bytes.
"""

import asyncpg

from sync.central.clock import Clock, clock_of
from sync.central.database import Database
from sync.central.services.epochs import may_issue
from sync.central.services.grants import LeaseFor, insert_leases, new_lease_id, sign_grant
from sync.central.services.lease_recall import places_of, recall_from_others
from sync.central.services.lease_subjects import Subject, find_subject
from sync.central.services.limits import LimitKey
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
                standing = await require_good_standing(connection, till)
                return await _answer(connection, key, till, standing.restaurant, request)
        except (asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError):
            # The same operation was answered at the same moment: its lease stands now, ours is undone.
            continue
    raise busy("The same request is being answered elsewhere.")


async def _answer(
    connection: asyncpg.Connection, key: SigningKey, till: LeaseFor, restaurant: int, request: LeaseRequest
) -> LeaseReply:
    clock = clock_of(connection)
    granted = await connection.fetchrow(
        "SELECT body, signature FROM leases WHERE network_id = $1 AND till_id = $2 AND operation = $3",
        till.network,
        till.till,
        request.operation,
    )
    if granted is not None:
        signed = SignedGrant(granted["body"], granted["signature"])
        return LeaseReply(grant=signed, server_ms=clock.now_ms())
    limit = LimitKey(request.kind, request.subject, request.guest)
    subject = await find_subject(connection, till, restaurant, limit)
    if isinstance(subject, Reason):
        return _no(clock, subject)
    if not await may_issue(
        connection, till.network, kind=limit.kind, subject=limit.subject, guest=limit.guest
    ):
        return _no(clock, Reason.NEEDS_OFFICE)
    if not await _debit(connection, till.network, subject, request.units):
        return await _none_left(connection, till, subject, request.units)
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
        sale_bound=request.sale_bound or subject.sale_bound,
    )
    signed = sign_grant(key, grant)
    await insert_leases(connection, till.network, [(grant, signed)])
    return LeaseReply(grant=signed, server_ms=at_ms)


async def _debit(connection: asyncpg.Connection, network_id: int, subject: Subject, units: int) -> bool:
    """Take units from the pool if it has them. Where they were asked for is noted either way."""
    done: bool | None = await connection.fetchval(
        """UPDATE limits SET pool = pool - $5, outstanding = outstanding + $5, seen_restaurant = $6
        WHERE network_id = $1 AND kind = $2 AND subject = $3 AND guest = $4 AND pool >= $5 RETURNING true""",
        network_id,
        subject.key.kind.value,
        subject.key.subject,
        subject.key.guest,
        units,
        subject.restaurant,
    )
    return done is not None


async def _none_left(
    connection: asyncpg.Connection, till: LeaseFor, subject: Subject, units: int
) -> LeaseReply:
    """Say who holds the units and ask for them back, or that they are used up."""
    clock, limit = clock_of(connection), subject.key
    pool: int | None = await connection.fetchval(
        """UPDATE limits SET seen_restaurant = $5
        WHERE network_id = $1 AND kind = $2 AND subject = $3 AND guest = $4 RETURNING pool""",
        till.network,
        limit.kind.value,
        limit.subject,
        limit.guest,
        subject.restaurant,
    )
    if pool is None and limit.kind is not LimitKind.POINTS:
        return _no(clock, Reason.NOT_LOADED)
    left = pool or 0
    places = await places_of(connection, till, limit)
    await recall_from_others(connection, till, limit)
    if limit.kind is LimitKind.BUDGET and subject.campaign is not None:
        return _no(clock, Reason.BUDGET_SPENT, left=plain_amount(left, subject.campaign.currency))
    if limit.kind is LimitKind.CREDIT:
        return _no(clock, Reason.ALLOWANCE_SPENT, left=str(left))
    if places:
        return _no(clock, Reason.HELD_ELSEWHERE, where="; ".join(places))
    if limit.kind is LimitKind.POINTS:
        return _no(clock, Reason.NOT_ENOUGH_POINTS, needed=str(units), balance=str(left))
    return _no(clock, _GONE[limit.kind])


def _no(clock: Clock, reason: Reason, **params: str) -> LeaseReply:
    return LeaseReply(reason=reason.value, params=params, server_ms=clock.now_ms())
