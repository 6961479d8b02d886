"""What a guest may spend, when it expires, and what their tier gives."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.services.points import expire_of
from sync.central.services.tiers.qualifying import Ladder, qualifying_of, read_ladder
from sync.rules.tiers import tier_named

MAX_LOTS = 20
"""Expiries that are listed, the nearest first."""


class Expiring(msgspec.Struct, frozen=True, kw_only=True):
    """Points that will be gone at one instant."""

    points: int
    expires_at: datetime


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """A guest's points and tier. ``set_aside`` of the points are held by a till that may be spending them."""

    guest_id: int
    points: int
    points_owed: int
    set_aside: int
    tier: str
    tier_percent: float
    qualifying_points: int
    next_tier: str | None
    points_to_next_tier: int | None
    purchases: int
    expiring: list[Expiring]
    as_of: datetime


class _Read(NamedTuple):
    """One guest's balance; ``there`` says that they are nobody else's and not erased, ``due`` that points must go."""

    balance: Balance
    there: bool
    due: bool


# A guest's lots are found by the guest: without the OFFSET a plan may walk through everybody's, in order of expiry.
_READ = """
    SELECT g.id, g.tier, g.points, g.points_owed, g.purchases,
        g.merged_into IS NULL AND g.erased_at IS NULL AS there, COALESCE(m.outstanding, 0) AS set_aside,
        COALESCE(LEAST(m.pool, m.total - m.spent), 0) > 0 AS free, l.points AS lots, l.expiries
    FROM unnest($2::bigint[]) AS a (guest)
    JOIN guests g ON g.network_id = $1 AND g.id = a.guest
    LEFT JOIN limits m ON m.network_id = $1 AND m.kind = 'points' AND m.subject = g.id AND m.guest = 0
    CROSS JOIN LATERAL (
        SELECT array_agg(soonest.points) AS points, array_agg(soonest.expires_at) AS expiries
        FROM (
            SELECT sum(held."left")::bigint AS points, held.expires_at
            FROM (
                SELECT "left", expires_at FROM points_lots
                WHERE network_id = $1 AND guest_id = g.id AND "left" > 0 AND expires_at IS NOT NULL OFFSET 0
            ) AS held
            GROUP BY held.expires_at ORDER BY held.expires_at LIMIT $3
        ) AS soonest
    ) AS l
"""


async def read_balance(connection: asyncpg.Connection, network_id: int, guest_id: int) -> Balance:
    """Read the balance of a guest who is there; what has expired is taken out first."""
    found = (await _read(connection, network_id, [guest_id]))[guest_id]
    if found.due:
        # Under the lock of whoever changes these points.
        await expire_of(connection, network_id, guest_id)
        found = (await _read(connection, network_id, [guest_id]))[guest_id]
    return found.balance


async def balances_of(
    connection: asyncpg.Connection, network_id: int, guests: Sequence[int]
) -> dict[int, Balance]:
    """Read the balances of guests together, nothing is written.

    Left out is who is not there under this number, and whose points have expired and are still to be taken out: for
    these there is :func:`read_balance`.
    """
    found = await _read(connection, network_id, guests)
    return {guest: one.balance for guest, one in found.items() if one.there and not one.due}


async def _read(connection: asyncpg.Connection, network_id: int, guests: Sequence[int]) -> dict[int, _Read]:
    as_of = moment(clock_of(connection))
    ladder = await read_ladder(connection, network_id)
    rows = await connection.fetch(_READ, network_id, guests, MAX_LOTS)
    counted = await qualifying_of(connection, network_id, ladder, [row["id"] for row in rows])
    return {row["id"]: _seen(row, ladder, counted[row["id"]], as_of) for row in rows}


def _seen(row: asyncpg.Record, ladder: Ladder, counted: int, as_of: datetime) -> _Read:
    number, name, points, owed, purchases, there, set_aside, free, lots, expiries = row
    tier, above = tier_named(ladder.tiers, name), ladder.next_after(name)
    expiring = (
        []
        if lots is None
        else [Expiring(points=some, expires_at=at) for some, at in zip(lots, expiries, strict=True)]
    )
    balance = Balance(
        guest_id=number,
        points=points,
        points_owed=owed,
        set_aside=set_aside,
        tier=name,
        tier_percent=0.0 if tier is None else tier.percent_bp / 100,
        qualifying_points=counted,
        next_tier=None if above is None else above.name,
        points_to_next_tier=None if above is None else max(above.from_points - counted, 0),
        purchases=purchases,
        expiring=expiring,
        as_of=as_of,
    )
    # What is out on lease cannot be taken out before it comes back.
    return _Read(balance, there, free and bool(expiring) and expiring[0].expires_at <= as_of)
