"""What became of operations: uses and refusals as they are stored, and found again when they are asked for again."""

from collections.abc import Mapping

import asyncpg

from sync.central.clock import clock_of, moment
from sync.central.services.idempotency import key_reused
from sync.central.services.redeeming.asking import ONLINE, Asked, CodeSeen, Redeemed
from sync.protocol.digest import Subject, keyed_digest
from sync.rules.code import Kind
from sync.rules.normalise import fold
from sync.rules.reasons import Reason
from sync.rules.verdict import Verdict


async def answered_before(connection: asyncpg.Connection, asked: Asked) -> Redeemed | None:
    """Return what this operation was answered; None when it is new.

    Raises :class:`~sync.central.services.refusal.Refusal` ``key-reused`` where something else was asked then.
    """
    row = await connection.fetchrow(
        """SELECT r.request, r.uses_after, r.discount_minor, r.points, c.id, c.code, c.name, c.kind, c.campaign_id,
            c.max_uses
        FROM redemptions r JOIN codes c ON c.network_id = $1 AND c.id = r.code_id
        WHERE r.network_id = $1 AND r.event = $2""",
        asked.network,
        asked.operation,
    )
    if row is not None:
        _compare(row, asked)
        return Redeemed(
            operation=asked.operation,
            reason=Reason.OK,
            code=CodeSeen(
                id=row["id"],
                code=row["code"],
                name=row["name"],
                kind=Kind(row["kind"]),
                campaign_id=row["campaign_id"],
                max_uses=row["max_uses"],
                uses=row["uses_after"] or 0,
            ),
            discount_minor=row["discount_minor"],
            points=row["points"],
            replayed=True,
        )
    row = await connection.fetchrow(
        "SELECT request, reason, params FROM attempts WHERE network_id = $1 AND event = $2",
        asked.network,
        asked.operation,
    )
    if row is None:
        return None
    _compare(row, asked)
    return Redeemed(
        operation=asked.operation, reason=row["reason"], params=row["params"] or {}, replayed=True
    )


async def store_use(
    connection: asyncpg.Connection,
    asked: Asked,
    seen: CodeSeen,
    verdict: Verdict,
    *,
    guest: int | None,
    at_ms: int,
) -> bool:
    """Store a use; False when this operation was decided at the same moment elsewhere."""
    stored: bool | None = await connection.fetchval(
        """INSERT INTO redemptions (network_id, event, code_id, campaign_id, restaurant_id, guest_id, at,
            discount_minor, points, by, source, staff_id, caller, order_id, request, uses_after)
        VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7::bigint / 1000::float8), $8, $9, $10, $11, $12, $13, $14,
            $15, $16)
        ON CONFLICT DO NOTHING RETURNING true""",
        asked.network,
        asked.operation,
        seen.id,
        seen.campaign_id,
        asked.restaurant,
        guest,
        at_ms,
        verdict.discount_minor,
        verdict.points,
        ONLINE,
        asked.source,
        asked.staff,
        asked.caller,
        asked.order_id,
        asked.request,
        seen.uses,
    )
    return bool(stored)


async def store_refusal(
    connection: asyncpg.Connection,
    digest_key: bytes,
    asked: Asked,
    reason: str,
    params: Mapping[str, str],
    code_id: int | None,
) -> bool:
    """Store that a use was refused, and why; False when this operation was decided at the same moment elsewhere."""
    stored: bool | None = await connection.fetchval(
        """INSERT INTO attempts (network_id, event, at, reason, code_id, digest, source, staff_id, caller, order_id,
            request, params)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING RETURNING true""",
        asked.network,
        asked.operation,
        moment(clock_of(connection)),
        reason,
        code_id,
        digest_of(digest_key, asked.code),
        asked.source,
        asked.staff,
        asked.caller,
        asked.order_id,
        asked.request,
        dict(params),
    )
    return bool(stored)


def digest_of(digest_key: bytes, code: str | int) -> bytes:
    """Return what stands for the text that was tried: attempts keep no text."""
    return keyed_digest(digest_key, Subject.CODE, fold(code) if isinstance(code, str) else f"#{code}")


def _compare(row: Mapping[str, bytes | None], asked: Asked) -> None:
    # A till's own event has no request, and nobody can repeat it here.
    if row["request"] != asked.request:
        raise key_reused()
