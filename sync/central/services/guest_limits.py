"""Two registrations turn out to be one guest: what both have used of a campaign counts together (DESIGN 7.8)."""

import asyncpg

from sync.central.services.limits import LimitKey, set_total
from sync.protocol.leases import LimitKind

_PLACE = "network_id = $1 AND kind = 'guest_uses' AND subject = $2 AND guest = $3"


async def merge_guest_limits(
    connection: asyncpg.Connection, network_id: int, *, kept: int, merged: int
) -> int:
    """Let a guest have each campaign's uses once, in the caller's transaction; return the exposure that this books.

    A registration is merged once: whoever merges the registrations themselves calls this in the same transaction.
    What the merged registration has used, or tills still hold for it, is taken off what the kept one may use;
    what both have used beyond the limit is exposure. Units that come back to the merged registration later
    take that exposure back, and beyond it are lost to the guest, never doubled.
    """
    await connection.fetch(
        """SELECT 1 FROM limits WHERE network_id = $1 AND kind = 'guest_uses' AND guest IN ($2, $3)
        ORDER BY subject, guest FOR NO KEY UPDATE""",
        network_id,
        kept,
        merged,
    )
    campaigns = await connection.fetch(
        """SELECT subject, total, pool FROM limits
        WHERE network_id = $1 AND kind = 'guest_uses' AND guest = $2 ORDER BY subject""",
        network_id,
        merged,
    )
    before = await _exposure(connection, network_id, kept, merged)
    for row in campaigns:
        await _merge(connection, network_id, row, kept=kept, merged=merged)
    return await _exposure(connection, network_id, kept, merged) - before


async def _merge(
    connection: asyncpg.Connection, network_id: int, row: asyncpg.Record, *, kept: int, merged: int
) -> None:
    campaign, used = row["subject"], row["total"] - row["pool"]
    keep = LimitKey(LimitKind.GUEST_USES, campaign, kept)
    total = await connection.fetchval(
        f"SELECT total FROM limits WHERE {_PLACE}",  # noqa: S608 - a constant
        network_id,
        campaign,
        kept,
    )
    if total is None:
        # No row means full: the limit is the same for every guest of the campaign.
        total = row["total"]
        await set_total(connection, network_id, keep, total)
    await set_total(connection, network_id, keep, max(0, total - used))
    await set_total(
        connection, network_id, LimitKey(LimitKind.GUEST_USES, campaign, merged), min(used, total)
    )


async def _exposure(connection: asyncpg.Connection, network_id: int, kept: int, merged: int) -> int:
    booked: int = await connection.fetchval(
        """SELECT COALESCE(sum(exposure), 0)::bigint FROM limits
        WHERE network_id = $1 AND kind = 'guest_uses' AND guest IN ($2, $3)""",
        network_id,
        kept,
        merged,
    )
    return booked
