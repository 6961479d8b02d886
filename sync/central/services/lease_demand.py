"""Leases by demand: a till asks for more of what runs low with it (DESIGN 7.9).

Never more than half of what the pool has, never more than 16 units held ahead, and the last units of a limit
only to the restaurant where somebody has asked for them last.
"""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from sync.central.clock import clock_of
from sync.central.services.epochs import may_issue
from sync.central.services.grants import LeaseFor, insert_leases, new_grant, sign_grant
from sync.central.services.lease_subjects import Subject, find_subject
from sync.central.services.limits import LimitKey
from sync.protocol.contact import MAX_WANTS, Want
from sync.protocol.keys import SigningKey
from sync.protocol.leases import LimitKind, SignedGrant
from sync.rules.reasons import Reason

MAX_UNITS_AHEAD = 16
"""Uses of one limit that one till holds ahead at most."""
MAX_POINTS_AHEAD = 100_000
"""Points of one guest that one till holds ahead at most."""
HELD_BACK = 2
"""One part in this many of a pool is handed out at most; the rest stays for others."""

_MOST = {
    LimitKind.USES: MAX_UNITS_AHEAD,
    LimitKind.GUEST_USES: MAX_UNITS_AHEAD,
    LimitKind.POINTS: MAX_POINTS_AHEAD,
}


async def grant_wanted(
    connection: asyncpg.Connection,
    key: SigningKey,
    till: LeaseFor,
    *,
    restaurant: int,
    wants: Sequence[Want],
    known: Sequence[UUID],
) -> list[SignedGrant]:
    """Grant what a till wants, as far as it should have it, in the caller's transaction.

    ``known`` are the leases that the till has. What a lost answer has granted already counts: a want that is
    repeated gives no more.
    """
    granted = []
    wanted = {LimitKey(want.kind, want.subject, want.guest): want.units for want in wants[:MAX_WANTS]}
    # Whoever locks several limits does it in this order.
    for limit in sorted(key for key in wanted if key.kind in _MOST):
        subject = await find_subject(connection, till, restaurant, limit)
        if isinstance(subject, Reason) or subject.sale_bound:
            continue
        units = await _debit(connection, till, subject, wanted[limit], list(known))
        if units:
            grant = new_grant(clock_of(connection), till, limit, units)
            granted.append((grant, sign_grant(key, grant)))
    await insert_leases(connection, till.network, granted)
    return [signed for _, signed in granted]


async def _debit(
    connection: asyncpg.Connection, till: LeaseFor, subject: Subject, wanted: int, known: list[UUID]
) -> int:
    """Take from the pool what the till should have; return how many units that are, perhaps none."""
    limit = subject.key
    row = await connection.fetchrow(
        """SELECT l.pool, l.seen_restaurant, h.held, h.unheard FROM limits l CROSS JOIN LATERAL (
            SELECT COALESCE(sum(e.units - e.settled), 0)::bigint AS held,
                COALESCE(sum(e.units - e.settled) FILTER (WHERE NOT e.id = ANY ($7::uuid[])), 0)::bigint AS unheard
            FROM leases e WHERE e.network_id = $1 AND e.kind = $2 AND e.subject = $3 AND e.guest = $4
                AND e.state = 'open' AND e.till_id = $5 AND e.incarnation = $6
        ) AS h
        WHERE l.network_id = $1 AND l.kind = $2 AND l.subject = $3 AND l.guest = $4 FOR NO KEY UPDATE OF l""",
        till.network,
        limit.kind.value,
        limit.subject,
        limit.guest,
        till.till,
        till.incarnation,
        known,
    )
    if row is None or not await may_issue(
        connection, till.network, kind=limit.kind, subject=limit.subject, guest=limit.guest
    ):
        return 0
    units = share(
        pool=row["pool"],
        wanted=min(wanted - row["unheard"], _MOST[limit.kind] - row["held"]),
        seen_here=row["seen_restaurant"] == subject.restaurant,
    )
    if units:
        await connection.execute(
            """UPDATE limits SET pool = pool - $5, outstanding = outstanding + $5
            WHERE network_id = $1 AND kind = $2 AND subject = $3 AND guest = $4""",
            till.network,
            limit.kind.value,
            limit.subject,
            limit.guest,
            units,
        )
    return units


def share(*, pool: int, wanted: int, seen_here: bool) -> int:
    """Say how many units of a pool a till gets that wants so many.

    Half of the pool at most. The last unit goes only where somebody has asked for it last.
    """
    most = pool // HELD_BACK
    if most == 0 and seen_here:
        most = pool
    return max(0, min(wanted, most))
