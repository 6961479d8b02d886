"""Who gave points by hand, and how tiers changed: lists that somebody reads when something looks odd."""

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec


class ManualCredit(msgspec.Struct, frozen=True, kw_only=True):
    """One credit (above zero) or debit by hand, at a till or by the office."""

    operation: str
    guest_id: int
    points: int
    note: str
    staff_id: int | None
    approved_by: int | None
    created_at: datetime


class TierChangeView(msgspec.Struct, frozen=True, kw_only=True):
    """One change of a tier; ``why`` is earned, lapsed, by_hand, given or taken_back.

    ``event`` is the use of a code that gave it, or that was undone.
    """

    tier_from: str
    tier_to: str
    why: str
    qualifying: int
    actor: str
    event: UUID | None
    created_at: datetime


_BY_HAND = """
    FROM points_transactions t WHERE t.network_id = $1 AND t.kind = 'adjust' AND t.of IS NULL
        AND t.staff_id IS NOT NULL AND ($2::bigint IS NULL OR t.guest_id = $2)
"""


async def list_credits(
    connection: asyncpg.Connection, network_id: int, guest_id: int | None, *, limit: int, offset: int
) -> tuple[list[ManualCredit], int]:
    """Return some operations by hand of a guest, or of all, the newest first, and the number of all."""
    rows = await connection.fetch(
        f"""SELECT t.operation, t.guest_id, t.note, t.staff_id, t.approved_by, t.at AS created_at,
            -COALESCE((SELECT sum(e.points) FROM points_entries e WHERE e.network_id = $1 AND e.guest_id = t.guest_id
                AND e.operation = t.operation AND e.account = 'adjusted'), 0)::bigint AS points
        {_BY_HAND} ORDER BY t.at DESC, t.operation DESC LIMIT $3 OFFSET $4""",  # noqa: S608 - the text above
        network_id,
        guest_id,
        limit,
        offset,
    )
    total: int = await connection.fetchval(
        f"SELECT count(*) {_BY_HAND}",
        network_id,
        guest_id,
    )
    return [ManualCredit(**row) for row in rows], total


async def list_tier_changes(
    connection: asyncpg.Connection, network_id: int, guest_id: int, *, limit: int, offset: int
) -> tuple[list[TierChangeView], int]:
    """Return some changes of a guest's tier, the newest first, and the number of all."""
    rows = await connection.fetch(
        """SELECT tier_from, tier_to, why, qualifying, actor, event, at AS created_at FROM tier_changes
        WHERE network_id = $1 AND guest_id = $2 AND tier_from <> tier_to ORDER BY id DESC LIMIT $3 OFFSET $4""",
        network_id,
        guest_id,
        limit,
        offset,
    )
    total: int = await connection.fetchval(
        "SELECT count(*) FROM tier_changes WHERE network_id = $1 AND guest_id = $2 AND tier_from <> tier_to",
        network_id,
        guest_id,
    )
    return [TierChangeView(**row) for row in rows], total
