"""Leases ahead: units that a till gets when it is enrolled (DESIGN 7.9).

So it can work from its first minute without the office. A limited code with at least two units for each till
that may take them and has none yet is shared: at most 16 units, never more than half of what is left,
divided by those tills; the codes that were used last come first. A code with fewer units is handed out only
where there is evidence that it will be used: at its home restaurant.
"""

import asyncio
from collections.abc import Sequence

import asyncpg
import msgspec

from sync.central.services.feed_rows import CAMPAIGN_COLUMNS, read_campaign
from sync.central.services.grants import LeaseFor, insert_leases, new_lease_id, now_ms, sign_grant
from sync.protocol.keys import SigningKey
from sync.protocol.leases import Grant, LimitKind, SignedGrant
from sync.rules.campaign import Campaign, CampaignStatus, Policy

MAX_LEASES_AHEAD = 10_000
MAX_UNITS_AHEAD = 16
UNITS_PER_TILL = 2
HELD_BACK = 2
"""One part in this many is handed out at most; the rest stays in the pool."""

_AHEAD = (Policy.LEASED, Policy.ALLOW_WITH_RISK)


class _Place(msgspec.Struct, frozen=True):
    till: int
    restaurant: int


async def grant_ahead(
    connection: asyncpg.Connection, key: SigningKey, till: LeaseFor, *, restaurant_id: int
) -> int:
    """Grant a till its first leases in the caller's transaction; return how many."""
    tills = [
        _Place(row["id"], row["restaurant_id"])
        for row in await connection.fetch(
            "SELECT id, restaurant_id FROM tills WHERE network_id = $1 AND status = 'active'", till.network
        )
    ]
    records = await connection.fetch(
        f"SELECT {CAMPAIGN_COLUMNS} FROM campaigns WHERE network_id = $1 AND status = $2",  # noqa: S608 - a constant
        till.network,
        CampaignStatus.ACTIVE.value,
    )
    sharing: dict[int, list[int]] = {}
    for campaign in map(read_campaign, records):
        takers = [place.till for place in tills if _may_take(campaign, place)]
        if campaign.policy in _AHEAD and till.till in takers:
            sharing[campaign.id] = takers
    debited = await _debit(connection, till, restaurant_id, sharing) if sharing else []
    # Signing ten thousand grants takes half a second of processor time: not on the event loop.
    grants = await asyncio.to_thread(_signed, key, till, debited)
    await insert_leases(connection, till.network, grants)
    return len(grants)


def _may_take(campaign: Campaign, place: _Place) -> bool:
    return (not campaign.restaurants or place.restaurant in campaign.restaurants) and (
        not campaign.tills or place.till in campaign.tills
    )


async def _debit(
    connection: asyncpg.Connection, till: LeaseFor, restaurant_id: int, sharing: dict[int, list[int]]
) -> list[tuple[int, int]]:
    """Take the units from their pools; return pairs of code id and units."""
    pairs = [(campaign, taker) for campaign, takers in sharing.items() for taker in takers]
    locked = await connection.fetch(
        """WITH sharing AS (
            SELECT * FROM unnest($3::bigint[], $4::bigint[]) AS s (campaign, taker)
        ), wanted AS (
            SELECT c.id, c.campaign_id, c.home_restaurant_id IS NOT DISTINCT FROM $5 AS at_home
            FROM codes c JOIN limits m
                ON m.network_id = $1 AND m.kind = 'uses' AND m.subject = c.id AND m.guest = 0
            WHERE c.network_id = $1 AND c.status = 'active' AND c.max_uses IS NOT NULL
                AND c.campaign_id IN (SELECT campaign FROM sharing)
                AND (c.expires_at IS NULL OR c.expires_at > now())
                AND (m.pool >= $6 OR (m.pool > 0 AND c.home_restaurant_id = $5))
            ORDER BY c.updated_at DESC, c.id DESC
            LIMIT $7
        )
        SELECT m.subject, m.pool, wanted.at_home, (
            -- The asking till counts as one that has none: what an earlier life of it holds, it cannot spend.
            SELECT count(*) FROM sharing s WHERE s.campaign = wanted.campaign_id AND (s.taker = $2 OR NOT EXISTS (
                SELECT 1 FROM leases l WHERE l.network_id = $1 AND l.kind = 'uses' AND l.subject = wanted.id
                    AND l.guest = 0 AND l.state = 'open' AND l.till_id = s.taker
            ))
        ) AS takers
        FROM limits m JOIN wanted ON wanted.id = m.subject
        WHERE m.network_id = $1 AND m.kind = 'uses' AND m.guest = 0
        ORDER BY m.subject FOR NO KEY UPDATE OF m""",
        till.network,
        till.till,
        [campaign for campaign, _ in pairs],
        [taker for _, taker in pairs],
        restaurant_id,
        UNITS_PER_TILL,
        MAX_LEASES_AHEAD,
    )
    shares = [(row["subject"], _share(row["pool"], row["takers"], at_home=row["at_home"])) for row in locked]
    shares = [(subject, units) for subject, units in shares if units]
    await connection.execute(
        """UPDATE limits m SET pool = m.pool - s.units, outstanding = m.outstanding + s.units
        FROM unnest($2::bigint[], $3::bigint[]) AS s (subject, units)
        WHERE m.network_id = $1 AND m.kind = 'uses' AND m.guest = 0 AND m.subject = s.subject""",
        till.network,
        [subject for subject, _ in shares],
        [units for _, units in shares],
    )
    return shares


def _share(pool: int, takers: int, *, at_home: bool) -> int:
    """How many units one till gets when ``takers`` tills have none yet."""
    if pool >= UNITS_PER_TILL * takers:
        return min(MAX_UNITS_AHEAD, pool // (HELD_BACK * takers))
    return 1 if at_home and pool else 0


def _signed(
    key: SigningKey, till: LeaseFor, debited: Sequence[tuple[int, int]]
) -> list[tuple[Grant, SignedGrant]]:
    at_ms = now_ms()
    grants = [
        Grant(
            lease=new_lease_id(),
            network=till.network,
            till=till.till,
            incarnation=till.incarnation,
            kind=LimitKind.USES,
            subject=subject,
            units=units,
            granted_ms=at_ms,
        )
        for subject, units in debited
    ]
    return [(grant, sign_grant(key, grant)) for grant in grants]
