"""What has become of VIP codes: figures for the office's dashboard, and the uses one by one (document 000)."""

from datetime import date, datetime
from uuid import UUID

import asyncpg
import msgspec

MAX_DAYS = 366


class VipUse(msgspec.Struct, frozen=True, kw_only=True):
    """One use; ``order_id`` is the shop's, ``restaurant_id`` and ``till_id`` are null where no till recorded it."""

    id: UUID
    code_id: int
    used_at: datetime
    order_id: int | None
    restaurant_id: int | None
    till_id: int | None
    guest_id: int | None
    source: str


class UsesOfDay(msgspec.Struct, frozen=True, kw_only=True):
    """How often VIP codes were used on one day of the network's zone."""

    day: date
    uses: int


class VipAnalytics(msgspec.Struct, frozen=True, kw_only=True):
    """The figures; ``daily_uses`` are those of the last ``days`` days that have any."""

    total_codes: int
    active_codes: int
    archived_codes: int
    used_codes: int
    used_up_codes: int
    total_uses: int
    orders: int
    total_recipients: int
    emails_sent: int
    daily_uses: list[UsesOfDay]


async def list_uses(
    connection: asyncpg.Connection, network: int, code_id: int, *, limit: int, offset: int
) -> tuple[list[VipUse], int]:
    """Return some uses of one code, the newest first, and the number of all."""
    rows = await connection.fetch(
        """SELECT event AS id, code_id, at AS used_at, order_id, restaurant_id, till_id, guest_id, source
        FROM redemptions WHERE network_id = $1 AND code_id = $2 ORDER BY at DESC, event DESC LIMIT $3 OFFSET $4""",
        network,
        code_id,
        limit,
        offset,
    )
    total: int = await connection.fetchval(
        "SELECT count(*) FROM redemptions WHERE network_id = $1 AND code_id = $2", network, code_id
    )
    return [VipUse(**row) for row in rows], total


async def read_analytics(connection: asyncpg.Connection, network: int, days: int) -> VipAnalytics:
    """Add up all VIP codes of a network as they are now."""
    codes = await connection.fetchrow(
        """SELECT count(*) AS total_codes, count(*) FILTER (WHERE status = 'active') AS active_codes,
            count(*) FILTER (WHERE status = 'archived') AS archived_codes,
            count(*) FILTER (WHERE uses > 0) AS used_codes, count(*) FILTER (WHERE uses >= max_uses) AS used_up_codes,
            COALESCE(sum(uses), 0)::bigint AS total_uses
        FROM codes WHERE network_id = $1 AND kind = 'VIP'""",
        network,
    )
    mail = await connection.fetchrow(
        """SELECT count(*) AS total_recipients, count(sent_at) AS emails_sent
        FROM code_recipients WHERE network_id = $1""",
        network,
    )
    recent = await connection.fetch(
        """SELECT (r.at AT TIME ZONE n.zone)::date AS day, count(*) AS uses, count(r.order_id) AS orders
        FROM redemptions r JOIN networks n ON n.id = $1
        JOIN codes c ON c.network_id = $1 AND c.id = r.code_id AND c.kind = 'VIP'
        WHERE r.network_id = $1 AND r.at > now() - make_interval(days => $2) GROUP BY day ORDER BY day""",
        network,
        days,
    )
    return VipAnalytics(
        **codes,
        **mail,
        orders=sum(row["orders"] for row in recent),
        daily_uses=[UsesOfDay(day=row["day"], uses=row["uses"]) for row in recent],
    )
