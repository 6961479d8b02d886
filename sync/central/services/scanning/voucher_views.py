"""Vouchers as document 003 shows them, with their counters: list and one."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from sync.central.clock import clock_of
from sync.central.secrets import Secrets
from sync.central.services.editing.one_code import read_one
from sync.central.services.feed_rows import CODE_COLUMNS, read_code
from sync.central.services.paged_rows import paged_rows
from sync.central.services.scanning.ids import public_id
from sync.central.services.scanning.scans import IMPRESSION
from sync.rules.code import CodeStatus
from sync.rules.lifecycle import Badge, badge, uses_left
from sync.rules.normalise import fold

VOUCHER_COLUMNS = f"{CODE_COLUMNS}, description, created_at, updated_at"
_OURS = "network_id = $1 AND kind = 'VOUCHER' AND status <> 'archived'"
_ONE = f"SELECT {VOUCHER_COLUMNS} FROM codes WHERE {_OURS} AND id = $2"  # noqa: S608 - columns are ours
_SCANNED = """
    SELECT code_id, type = $3 AS shown, sum(count)::bigint AS count FROM (
        SELECT code_id, type, count FROM voucher_days WHERE network_id = $1 AND code_id = ANY ($2::bigint[])
        UNION ALL
        SELECT code_id, type, count FROM scans_waiting WHERE network_id = $1 AND code_id = ANY ($2::bigint[])
    ) AS counted GROUP BY 1, 2
"""
_CLAIMED = """
    SELECT code_id, count(*) AS count FROM wallet_claims
    WHERE network_id = $1 AND code_id = ANY ($2::bigint[]) GROUP BY 1
"""


class VoucherView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A voucher. ``status`` is what a person set, ``valid`` whether it can be used now, ``badge`` why not.

    ``customerId`` is the guest whom alone it is for. ``version`` comes back with a change.
    """

    id: UUID
    code_id: int
    code: str
    name: str
    description: str
    status: CodeStatus
    max_uses: int | None
    current_uses: int
    uses_remaining: int | None
    expires_at: datetime | None
    customer_id: int | None
    campaign_id: int
    scan_count: int
    claim_count: int
    impressions: int
    badge: Badge
    valid: bool
    created_at: datetime
    updated_at: datetime
    version: int


class VoucherFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which vouchers a list shows; what is None does not matter."""

    text: str | None = None
    campaign_id: int | None = None
    status: CodeStatus | None = None


class _Counters(NamedTuple):
    scans: dict[int, int]
    shown: dict[int, int]
    claims: dict[int, int]


async def list_vouchers(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network_id: int,
    wanted: VoucherFilter,
    *,
    limit: int,
    offset: int,
) -> tuple[list[VoucherView], int]:
    """Return some vouchers, the newest first, and the number of all."""
    rows, total = await paged_rows(
        connection,
        VOUCHER_COLUMNS,
        f"""FROM codes WHERE {_OURS} AND ($2::text IS NULL OR folded = $2)
            AND ($3::bigint IS NULL OR campaign_id = $3) AND ($4::text IS NULL OR status = $4)""",
        network_id,
        None if wanted.text is None else fold(wanted.text),
        wanted.campaign_id,
        None if wanted.status is None else wanted.status.value,
        order="id DESC",
        limit=limit,
        offset=offset,
    )
    return await _views(connection, secrets, network_id, rows), total


async def read_voucher(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, code_id: int
) -> VoucherView:
    """Return one voucher; raises :class:`Refusal` ``not-found``, also for a deleted one."""
    row = await voucher_record(connection, network_id, code_id)
    return (await _views(connection, secrets, network_id, [row]))[0]


async def voucher_record(connection: asyncpg.Connection, network_id: int, code_id: int) -> asyncpg.Record:
    """Return one voucher's ``VOUCHER_COLUMNS``; raises :class:`Refusal` ``not-found``."""
    return await read_one(connection, _ONE, network_id, code_id)


async def _views(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, rows: Sequence[asyncpg.Record]
) -> list[VoucherView]:
    ids = [row["id"] for row in rows]
    counted = await connection.fetch(_SCANNED, network_id, ids, IMPRESSION)
    claimed = await connection.fetch(_CLAIMED, network_id, ids)
    counters = _Counters(
        scans={row["code_id"]: row["count"] for row in counted if not row["shown"]},
        shown={row["code_id"]: row["count"] for row in counted if row["shown"]},
        claims={row["code_id"]: row["count"] for row in claimed},
    )
    now_ms = clock_of(connection).now_ms()
    return [_view(row, public_id(secrets, network_id, row["id"]), counters, now_ms) for row in rows]


def _view(row: asyncpg.Record, name: UUID, counters: _Counters, now_ms: int) -> VoucherView:
    code = read_code(row)
    standing = badge(code, now_ms)
    return VoucherView(
        id=name,
        code_id=code.id,
        code=row["code"],
        name=code.name,
        description=row["description"],
        status=code.status,
        max_uses=code.max_uses,
        current_uses=code.uses,
        uses_remaining=uses_left(code),
        expires_at=row["expires_at"],
        customer_id=code.holder_guest_id,
        campaign_id=code.campaign_id,
        scan_count=counters.scans.get(code.id, 0),
        claim_count=counters.claims.get(code.id, 0),
        impressions=counters.shown.get(code.id, 0),
        badge=standing,
        valid=standing is Badge.ACTIVE,
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        version=row["version"],
    )
