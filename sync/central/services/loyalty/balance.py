"""What a guest may spend, when it expires, and what their tier gives."""

from datetime import datetime

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.services.loyalty.guest_desk import read_standing
from sync.central.services.points import expire_of
from sync.central.services.tiers.qualifying import qualifying_of, read_ladder
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


async def read_balance(connection: asyncpg.Connection, network_id: int, guest_id: int) -> Balance:
    """Read the balance of a guest who is there; what has expired is taken out first."""
    await expire_of(connection, network_id, guest_id)
    guest = await read_standing(connection, network_id, guest_id)
    ladder = await read_ladder(connection, network_id)
    counted = (await qualifying_of(connection, network_id, ladder, [guest_id]))[guest_id]
    tier, above = tier_named(ladder.tiers, guest.tier), ladder.next_after(guest.tier)
    held = await connection.fetchval(
        """SELECT outstanding FROM limits
        WHERE network_id = $1 AND kind = 'points' AND subject = $2 AND guest = 0""",
        network_id,
        guest_id,
    )
    lots = await connection.fetch(
        """SELECT sum("left")::bigint AS points, expires_at FROM points_lots
        WHERE network_id = $1 AND guest_id = $2 AND "left" > 0 AND expires_at IS NOT NULL
        GROUP BY expires_at ORDER BY expires_at LIMIT $3""",
        network_id,
        guest_id,
        MAX_LOTS,
    )
    return Balance(
        guest_id=guest_id,
        points=guest.points,
        points_owed=await _owed(connection, network_id, guest_id),
        set_aside=held or 0,
        tier=guest.tier,
        tier_percent=0.0 if tier is None else tier.percent_bp / 100,
        qualifying_points=counted,
        next_tier=None if above is None else above.name,
        points_to_next_tier=None if above is None else max(above.from_points - counted, 0),
        purchases=guest.purchases,
        expiring=[Expiring(**lot) for lot in lots],
        as_of=moment(clock_of(connection)),
    )


async def _owed(connection: asyncpg.Connection, network_id: int, guest_id: int) -> int:
    owed: int = await connection.fetchval(
        "SELECT points_owed FROM guests WHERE network_id = $1 AND id = $2", network_id, guest_id
    )
    return owed
