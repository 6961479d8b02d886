"""Leases ahead: units that a till gets when it is enrolled (DESIGN 7.9).

So it can work from its first minute without the office. A limited code with at least two units for each till
that may take them and has none yet is shared: at most 16 units, never more than half of what is left,
divided by those tills; the codes that were used last come first. A code with fewer units is handed out only
where there is evidence that it will be used: at its home restaurant, or where somebody asked for it last.
"""

import asyncio
from collections.abc import Sequence

import asyncpg

from sync.central.clock import Clock, clock_of, moment
from sync.central.services.epochs import may_issue
from sync.central.services.feed_rows import CAMPAIGN_COLUMNS, read_campaign
from sync.central.services.grants import LeaseFor, insert_leases, new_grant, sign_grant
from sync.central.services.lease_demand import HELD_BACK, MAX_UNITS_AHEAD
from sync.central.services.lease_places import active_places, takers
from sync.central.services.limits import LimitKey
from sync.protocol.keys import SigningKey
from sync.protocol.leases import Grant, LimitKind, SignedGrant
from sync.rules.campaign import CampaignStatus

MAX_LEASES_AHEAD = 10_000
UNITS_PER_TILL = 2


async def grant_ahead(
    connection: asyncpg.Connection, key: SigningKey, till: LeaseFor, *, restaurant_id: int
) -> int:
    """Grant a till its first leases in the caller's transaction; return how many."""
    if not await may_issue(connection, till.network, kind=LimitKind.USES, subject=0):
        return 0
    places = await active_places(connection, till.network)
    records = await connection.fetch(
        f"SELECT {CAMPAIGN_COLUMNS} FROM campaigns WHERE network_id = $1 AND status = $2",  # noqa: S608 - a constant
        till.network,
        CampaignStatus.ACTIVE.value,
    )
    sharing = {campaign.id: takers(campaign, places) for campaign in map(read_campaign, records)}
    sharing = {campaign: tills for campaign, tills in sharing.items() if till.till in tills}
    debited = await _debit(connection, till, restaurant_id, sharing) if sharing else []
    # Signing ten thousand grants takes half a second of processor time: not on the event loop.
    grants = await asyncio.to_thread(_signed, key, clock_of(connection), till, debited)
    await insert_leases(connection, till.network, grants)
    return len(grants)


async def _debit(
    connection: asyncpg.Connection, till: LeaseFor, restaurant_id: int, sharing: dict[int, list[int]]
) -> list[tuple[int, int]]:
    """Take the units from their pools; return pairs of code id and units."""
    codes = {
        row["id"]: row for row in await _candidates(connection, till.network, restaurant_id, list(sharing))
    }
    subjects = sorted(codes)
    pools = await connection.fetch(
        """SELECT subject, pool FROM limits
        WHERE network_id = $1 AND kind = 'uses' AND guest = 0 AND subject = ANY ($2::bigint[])
        ORDER BY subject FOR NO KEY UPDATE""",
        till.network,
        subjects,
    )
    holders = await _holders(connection, till, subjects)
    shares = []
    for subject, pool in pools:
        without = set(sharing[codes[subject]["campaign_id"]]) - holders.get(subject, set())
        units = _share(pool, len(without), evident=codes[subject]["evident"])
        if units:
            shares.append((subject, units))
    await connection.execute(
        """UPDATE limits m SET pool = m.pool - s.units, outstanding = m.outstanding + s.units
        FROM unnest($2::bigint[], $3::bigint[]) AS s (subject, units)
        WHERE m.network_id = $1 AND m.kind = 'uses' AND m.guest = 0 AND m.subject = s.subject
            AND m.subject = ANY ($2::bigint[])""",
        till.network,
        [subject for subject, _ in shares],
        [units for _, units in shares],
    )
    return shares


async def _candidates(
    connection: asyncpg.Connection, network_id: int, restaurant_id: int, campaigns: list[int]
) -> list[asyncpg.Record]:
    """Return the limited codes that were used last and may have units to share."""
    # The pool is looked up code by code (OFFSET 0 keeps the planner from turning this into a join): just after a
    # large import it has no statistics, and a join of its choice compares each code with each limit.
    records: list[asyncpg.Record] = await connection.fetch(
        """SELECT c.id, c.campaign_id, (c.home_restaurant_id = $2 OR m.seen_restaurant = $2) IS TRUE AS evident
        FROM codes c CROSS JOIN LATERAL (
            SELECT m.pool, m.seen_restaurant FROM limits m
            WHERE m.network_id = $1 AND m.kind = 'uses' AND m.subject = c.id AND m.guest = 0 OFFSET 0
        ) AS m
        WHERE c.network_id = $1 AND c.campaign_id = ANY ($3::bigint[]) AND c.status = 'active'
            AND c.max_uses > c.uses AND (c.expires_at IS NULL OR c.expires_at > $6)
            AND (m.pool >= $4 OR (m.pool > 0 AND (c.home_restaurant_id = $2 OR m.seen_restaurant = $2)))
        ORDER BY c.updated_at DESC, c.id DESC
        LIMIT $5""",
        network_id,
        restaurant_id,
        campaigns,
        UNITS_PER_TILL,
        MAX_LEASES_AHEAD,
        moment(clock_of(connection)),
    )
    return records


async def _holders(
    connection: asyncpg.Connection, till: LeaseFor, subjects: list[int]
) -> dict[int, set[int]]:
    """Return which other tills hold units of each code.

    The asking till counts as one that has none: what an earlier life of it holds, it cannot spend.
    """
    rows = await connection.fetch(
        """SELECT subject, array_agg(DISTINCT till_id) AS tills FROM leases
        WHERE network_id = $1 AND kind = 'uses' AND guest = 0 AND state = 'open' AND till_id <> $3
            AND subject = ANY ($2::bigint[])
        GROUP BY subject""",
        till.network,
        subjects,
        till.till,
    )
    return {row["subject"]: set(row["tills"]) for row in rows}


def _share(pool: int, tills: int, *, evident: bool) -> int:
    """How many units one till gets when so many tills have none yet."""
    if pool >= UNITS_PER_TILL * tills:
        return min(MAX_UNITS_AHEAD, pool // (HELD_BACK * tills))
    return 1 if evident and pool else 0


def _signed(
    key: SigningKey, clock: Clock, till: LeaseFor, debited: Sequence[tuple[int, int]]
) -> list[tuple[Grant, SignedGrant]]:
    grants = [new_grant(clock, till, LimitKey(LimitKind.USES, subject), units) for subject, units in debited]
    return [(grant, sign_grant(key, grant)) for grant in grants]
