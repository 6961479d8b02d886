"""Limits of (campaign, guest): when two registrations turn out to be one guest, and when a campaign is changed.

What both registrations have used of a campaign counts together (DESIGN 7.8). A guest who has a limit already gets
what the campaign says from now on, as those get it who have none yet.
"""

import asyncpg

from sync.central.services.campaign_rows import find_campaign
from sync.central.services.feed_rows import CAMPAIGN_COLUMNS, read_campaign
from sync.central.services.limits import LimitKey, open_guest_limits, set_total
from sync.protocol.leases import LimitKind

_OF_BOTH = """network_id = $1 AND kind = 'guest_uses' AND guest IN ($2, $3)
    AND subject = ANY (ARRAY (SELECT id FROM campaigns WHERE network_id = $1))"""
"""By campaign: limits are found by what they are of, and a network has many more guests than campaigns."""
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
        f"SELECT 1 FROM limits WHERE {_OF_BOTH} ORDER BY subject, guest FOR NO KEY UPDATE",  # noqa: S608 - a constant
        network_id,
        kept,
        merged,
    )
    await open_listed_limits(connection, network_id, merged)
    limits = await connection.fetch(
        f"SELECT subject, guest, total, pool, exposure FROM limits WHERE {_OF_BOTH} ORDER BY subject",  # noqa: S608 - a constant
        network_id,
        kept,
        merged,
    )
    before: int = sum(row["exposure"] for row in limits)
    for row in limits:
        if row["guest"] == merged:
            await _merge(connection, network_id, row, kept=kept, merged=merged)
    return await _exposure(connection, network_id, kept, merged) - before


async def open_listed_limits(connection: asyncpg.Connection, network_id: int, guest: int) -> None:
    """Give a guest who comes now what the campaigns allow, in the caller's transaction.

    To a central that was put back a till may list what it holds for a guest before the registration has come up
    again: that limit was booked as one of nothing, and all that is held as exposed.
    """
    for row in await connection.fetch(
        f"""SELECT {CAMPAIGN_COLUMNS}, listed.total AS listed FROM campaigns, LATERAL (
            SELECT total FROM limits
            WHERE network_id = $1 AND kind = 'guest_uses' AND subject = campaigns.id AND guest = $2
        ) AS listed WHERE network_id = $1 ORDER BY id""",  # noqa: S608 - columns are ours
        network_id,
        guest,
    ):
        campaign = read_campaign(row)
        allowed = campaign.max_uses_per_guest
        if allowed is not None and row["listed"] < allowed:
            await set_total(
                connection, network_id, LimitKey(LimitKind.GUEST_USES, campaign.id, guest), allowed
            )


async def take_off_kept(
    connection: asyncpg.Connection, network_id: int, campaign: int, *, kept: int, merged: int, units: int
) -> int:
    """Take units that a till turns out to hold for a merged registration off what the kept one may use.

    In the caller's transaction, after they were booked as exposure of the registration. Returns by how much less
    is exposed now; what the kept one has no room for stays exposed, there or here.
    """
    keep, other = (LimitKey(LimitKind.GUEST_USES, campaign, guest) for guest in (kept, merged))
    allowed = await _allowed(connection, network_id, campaign)
    if allowed is None:
        return 0
    await open_guest_limits(connection, network_id, {keep: allowed})
    await connection.fetch(
        """SELECT 1 FROM limits WHERE network_id = $1 AND kind = 'guest_uses' AND subject = $2
            AND guest IN ($3, $4) ORDER BY guest FOR NO KEY UPDATE""",
        network_id,
        campaign,
        kept,
        merged,
    )
    before = await _exposure(connection, network_id, kept, merged)
    total = await _total(connection, network_id, keep) or 0
    own = await _total(connection, network_id, other) or 0
    taken = min(units, total)
    await set_total(connection, network_id, keep, total - taken)
    await set_total(connection, network_id, other, own + taken)
    return before - await _exposure(connection, network_id, kept, merged)


async def resize_guest_limits(
    connection: asyncpg.Connection, network_id: int, campaign_id: int, *, before: int | None, after: int
) -> None:
    """Let every guest's limit of a campaign follow its rules, in the caller's transaction.

    ``before`` is None for a campaign that had no such rule; guests may have limits from an earlier one. What a
    lowered limit has already given to tills becomes exposure, and is asked back. Numbers that turned out to be
    another guest's keep what they have used, and it is reckoned anew what that leaves: from a limit that was once
    lower than what they had used, nobody would know any more by how much.
    """
    if before == after:
        return
    await connection.execute(
        """WITH RECURSIVE own AS (
            SELECT l.guest FROM limits l JOIN guests g ON g.network_id = $1 AND g.id = l.guest
            WHERE l.network_id = $1 AND l.kind = 'guest_uses' AND l.subject = $2 AND g.merged_into IS NULL
            ORDER BY l.guest FOR NO KEY UPDATE OF l
        ), other (leads_to, total) AS (
            SELECT g.merged_into, l.total FROM limits l JOIN guests g ON g.network_id = $1 AND g.id = l.guest
            WHERE l.network_id = $1 AND l.kind = 'guest_uses' AND l.subject = $2 AND g.merged_into IS NOT NULL
            UNION ALL SELECT g.merged_into, o.total FROM other o
            JOIN guests g ON g.network_id = $1 AND g.id = o.leads_to AND g.merged_into IS NOT NULL
        ), wanted AS (
            SELECT guest, greatest($3 - COALESCE(
                (SELECT sum(o.total) FROM other o WHERE o.leads_to = own.guest), 0), 0)::bigint AS total FROM own
        ) UPDATE limits l SET total = w.total,
            pool = l.pool + CASE WHEN w.total > l.total THEN greatest(w.total - l.total - l.exposure, 0)
                ELSE -least(l.pool, l.total - w.total) END,
            exposure = l.exposure + CASE WHEN w.total > l.total THEN -least(l.exposure, w.total - l.total)
                ELSE l.total - w.total - least(l.pool, l.total - w.total) END
        FROM wanted w
        WHERE l.network_id = $1 AND l.kind = 'guest_uses' AND l.subject = $2 AND l.guest = w.guest
            AND l.total <> w.total""",
        network_id,
        campaign_id,
        after,
    )
    if before is None or after < before:
        await connection.execute(
            """UPDATE leases SET recall = true
            WHERE network_id = $1 AND kind = 'guest_uses' AND subject = $2 AND state = 'open'""",
            network_id,
            campaign_id,
        )


async def _merge(
    connection: asyncpg.Connection, network_id: int, row: asyncpg.Record, *, kept: int, merged: int
) -> None:
    campaign, used = row["subject"], row["total"] - row["pool"]
    keep = LimitKey(LimitKind.GUEST_USES, campaign, kept)
    total = await _total(connection, network_id, keep)
    if total is None:
        # No row means full: the limit is the same for every guest of the campaign.
        total = row["total"]
        await set_total(connection, network_id, keep, total)
    await set_total(connection, network_id, keep, max(0, total - used))
    await set_total(
        connection, network_id, LimitKey(LimitKind.GUEST_USES, campaign, merged), min(used, total)
    )


async def _total(connection: asyncpg.Connection, network_id: int, key: LimitKey) -> int | None:
    total: int | None = await connection.fetchval(
        f"SELECT total FROM limits WHERE {_PLACE}",  # noqa: S608 - a constant
        network_id,
        key.subject,
        key.guest,
    )
    return total


async def _allowed(connection: asyncpg.Connection, network_id: int, campaign: int) -> int | None:
    found = await find_campaign(connection, network_id, campaign)
    return None if found is None else found.max_uses_per_guest


async def _exposure(connection: asyncpg.Connection, network_id: int, kept: int, merged: int) -> int:
    booked: int = await connection.fetchval(
        f"SELECT COALESCE(sum(exposure), 0)::bigint FROM limits WHERE {_OF_BOTH}",  # noqa: S608 - a constant
        network_id,
        kept,
        merged,
    )
    return booked
