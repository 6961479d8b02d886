"""Asking units back from tills that hold them, because another till needs them now (DESIGN 7.9).

A recall takes nothing: the units come back when the holder's journal closes the lease. It travels by the
holder's long poll, so that a till that is online answers within a second.
"""

import asyncpg

from sync.central.services.grants import LeaseFor
from sync.central.services.limits import LimitKey
from sync.central.services.sequencer import FEED_CHANNEL

MAX_PLACES = 3
"""How many of the places that hold units a cashier is told."""


async def places_of(connection: asyncpg.Connection, asking: LeaseFor, key: LimitKey) -> list[str]:
    """Return where units of a limit are held, other than by the asking till itself."""
    # What the asking till holds does not count: it would not ask if it had not spent that already.
    rows = await connection.fetch(
        """SELECT DISTINCT r.name || ', ' || t.name AS place
        FROM leases l
        JOIN tills t ON t.network_id = $1 AND t.id = l.till_id
        JOIN restaurants r ON r.network_id = $1 AND r.id = t.restaurant_id
        WHERE l.network_id = $1 AND l.kind = $2 AND l.subject = $3 AND l.guest = $4
            AND l.state = 'open' AND l.settled < l.units AND (l.till_id, l.incarnation) <> ($5, $6)
        ORDER BY place LIMIT $7""",
        asking.network,
        key.kind.value,
        key.subject,
        key.guest,
        asking.till,
        asking.incarnation,
        MAX_PLACES,
    )
    return [row["place"] for row in rows]


async def recall_from_others(connection: asyncpg.Connection, asking: LeaseFor, key: LimitKey) -> int:
    """Ask the others for what they hold, in the caller's transaction; return how many leases that are now.

    A unit that belongs to a sale is not asked back: the guest stands at that counter just now.
    """
    recalled = await connection.fetch(
        """UPDATE leases SET recall = true
        WHERE network_id = $1 AND kind = $2 AND subject = $3 AND guest = $4 AND state = 'open'
            AND settled < units AND NOT recall AND NOT sale_bound AND (till_id, incarnation) <> ($5, $6)
        RETURNING id""",
        asking.network,
        key.kind.value,
        key.subject,
        key.guest,
        asking.till,
        asking.incarnation,
    )
    if recalled:
        await connection.execute("SELECT pg_notify($1, $2)", FEED_CHANNEL, str(asking.network))
    return len(recalled)


async def is_recalled(connection: asyncpg.Connection, till: LeaseFor) -> bool:
    """Whether leases of this till are asked back that it has not closed."""
    found: bool = await connection.fetchval(
        """SELECT EXISTS (SELECT FROM leases WHERE network_id = $1 AND till_id = $2 AND incarnation = $3
            AND state = 'open' AND recall AND settled < units)""",
        till.network,
        till.till,
        till.incarnation,
    )
    return found
