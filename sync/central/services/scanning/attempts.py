"""Every time that somebody tried to redeem a voucher, at a till or without one (document 003)."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from sync.central.secrets import Secrets
from sync.central.services.scanning.ids import public_id, unknown_voucher


class AttemptView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One attempt. ``businessId`` is the restaurant; ``failureReason`` a stable identifier, null where it succeeded."""

    id: UUID
    voucher_id: UUID
    business_id: int | None
    customer_id: int | None
    till_id: int | None
    staff_id: int | None
    attempted_at: datetime
    successful: bool
    failure_reason: str | None
    source: str
    device_info: dict[str, Any]
    location: dict[str, Any] | None
    metadata: dict[str, Any]


_ALL = """
    SELECT r.event, r.at, r.till_id, r.restaurant_id, r.guest_id, r.staff_id, r.source, NULL AS reason
    FROM redemptions r WHERE r.network_id = $1 AND r.code_id = $2 AND $3::boolean IS NOT FALSE
    UNION ALL
    SELECT a.event, a.at, a.till_id, t.restaurant_id, NULL, a.staff_id, a.source, a.reason
    FROM attempts a LEFT JOIN tills t ON t.network_id = $1 AND t.id = a.till_id
    WHERE a.network_id = $1 AND a.code_id = $2 AND $3::boolean IS NOT TRUE
"""


async def list_attempts(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network_id: int,
    code_id: int,
    *,
    limit: int,
    offset: int,
    successful: bool | None = None,
) -> tuple[list[AttemptView], int]:
    """Return some attempts on a voucher, the newest first, and the number of all; raises ``not-found``."""
    known = await connection.fetchval(
        "SELECT 1 FROM codes WHERE network_id = $1 AND id = $2 AND kind = 'VOUCHER'", network_id, code_id
    )
    if known is None:
        raise unknown_voucher()
    rows = await connection.fetch(
        f"""SELECT t.*, n.guest_id AS told_guest, n.device, n.location, n.metadata FROM ({_ALL}) AS t
        LEFT JOIN attempt_notes n ON n.network_id = $1 AND n.event = t.event
        ORDER BY t.at DESC, t.event LIMIT $4 OFFSET $5""",  # noqa: S608 - the statement is ours
        network_id,
        code_id,
        successful,
        limit,
        offset,
    )
    total: int = await connection.fetchval(
        f"SELECT count(*) FROM ({_ALL}) AS t",  # noqa: S608 - the statement is ours
        network_id,
        code_id,
        successful,
    )
    return [_view(secrets, network_id, code_id, row) for row in rows], total


def _view(secrets: Secrets, network_id: int, code_id: int, row: asyncpg.Record) -> AttemptView:
    return AttemptView(
        id=row["event"],
        voucher_id=public_id(secrets, network_id, code_id),
        business_id=row["restaurant_id"],
        customer_id=row["guest_id"] if row["guest_id"] is not None else row["told_guest"],
        till_id=row["till_id"],
        staff_id=row["staff_id"],
        attempted_at=row["at"],
        successful=row["reason"] is None,
        failure_reason=row["reason"],
        source=row["source"],
        device_info=row["device"] or {},
        location=row["location"],
        metadata=row["metadata"] or {},
    )
