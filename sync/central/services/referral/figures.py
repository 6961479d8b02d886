"""Who used referral codes: one code's uses and figures, and those of the network (document 001)."""

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from sync.central.schema.numbers import MAX_ID
from sync.central.services.editing.edit_code import no_such_code
from sync.central.services.one_row import one_row
from sync.central.services.paged_rows import paged_rows

_STANDS = """r.network_id = $1 AND r.code_id = $2 AND NOT EXISTS (SELECT 1 FROM refund_totals t
    WHERE t.network_id = $1 AND t.done AND t.original IN (r.event, r.sale))"""
"""Uses that stand; what was undone does not count."""


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """One use: ``used_by`` is the guest, null where a till did not know them."""

    id: UUID
    code_id: int
    used_by: int | None
    date_used: datetime
    restaurant_id: int | None
    source: str


class UsageStats(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one code. ``remaining_uses`` is null for a code without a limit."""

    code_id: int
    total_uses: int
    unique_users: int
    max_uses: int | None
    remaining_uses: int | None
    first_used: datetime | None
    last_used: datetime | None


class UsedBy(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a guest used a code, and when first."""

    code_id: int
    user_id: int
    used: bool
    date_used: datetime | None


class SystemStats(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of all referral codes that were not deleted."""

    total_codes: int
    active_codes: int
    total_usage: int
    codes_with_usage: int


async def list_usage(
    connection: asyncpg.Connection, network_id: int, code_id: int, *, limit: int, offset: int
) -> tuple[list[Usage], int]:
    """Return some uses of a code, the newest first, and the number of all."""
    await _require(connection, network_id, code_id)
    rows, total = await paged_rows(
        connection,
        "r.event AS id, r.code_id, r.guest_id AS used_by, r.at AS date_used, r.restaurant_id, r.source",
        f"FROM redemptions r WHERE {_STANDS}",
        network_id,
        code_id,
        order="r.at DESC, r.event",
        limit=limit,
        offset=offset,
    )
    return [Usage(**row) for row in rows], total


async def usage_stats(connection: asyncpg.Connection, network_id: int, code_id: int) -> UsageStats:
    """Return the figures of one code."""
    max_uses = await _require(connection, network_id, code_id)
    row = await connection.fetchrow(
        f"""SELECT count(*) AS total_uses, count(DISTINCT r.guest_id) AS unique_users, min(r.at) AS first_used,
            max(r.at) AS last_used FROM redemptions r WHERE {_STANDS}""",  # noqa: S608 - conditions are ours
        network_id,
        code_id,
    )
    left = None if max_uses is None else max(0, max_uses - row["total_uses"])
    return UsageStats(code_id=code_id, max_uses=max_uses, remaining_uses=left, **row)


async def used_by(connection: asyncpg.Connection, network_id: int, code_id: int, guest: int) -> UsedBy:
    """Say whether a guest used a code; nobody's number used nothing."""
    await _require(connection, network_id, code_id)
    at = None
    if 0 < guest <= MAX_ID:
        at = await connection.fetchval(
            f"SELECT min(r.at) FROM redemptions r WHERE {_STANDS} AND r.guest_id = $3",  # noqa: S608 - conditions are ours
            network_id,
            code_id,
            guest,
        )
    return UsedBy(code_id=code_id, user_id=guest, used=at is not None, date_used=at)


async def system_stats(connection: asyncpg.Connection, network_id: int) -> SystemStats:
    """Return the figures of all referral codes of a network."""
    row = await connection.fetchrow(
        """SELECT count(*) AS total_codes, count(*) FILTER (WHERE status = 'active') AS active_codes,
            COALESCE(sum(uses), 0)::bigint AS total_usage, count(*) FILTER (WHERE uses > 0) AS codes_with_usage
        FROM codes WHERE network_id = $1 AND kind = 'REFERRAL' AND status <> 'archived'""",
        network_id,
    )
    return SystemStats(**row)


async def _require(connection: asyncpg.Connection, network_id: int, code_id: int) -> int | None:
    """Return a referral code's limit; its history can be read even when it was deleted."""
    row = await one_row(
        connection,
        "SELECT max_uses FROM codes WHERE network_id = $1 AND id = $2 AND kind = 'REFERRAL'",
        network_id,
        code_id,
        missing=no_such_code(code_id),
    )
    max_uses: int | None = row["max_uses"]
    return max_uses
