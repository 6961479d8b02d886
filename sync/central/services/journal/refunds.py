"""Storing voids and refunds, and how much of each original is undone."""

from collections.abc import Sequence

import asyncpg
import msgspec

from sync.central.schema.words import RefundKind
from sync.central.services.journal.item import Scene
from sync.central.services.journal.undoing import Undone
from sync.protocol.payloads import Refund, Void


async def book_refunds(connection: asyncpg.Connection, scene: Scene, undone: Sequence[Undone]) -> None:
    """Store what was undone in a batch."""
    if not undone:
        return
    payloads = [one.item.payload for one in undone]
    booked = [
        (one, payload)
        for one, payload in zip(undone, payloads, strict=True)
        if isinstance(payload, Void | Refund)
    ]
    await connection.execute(
        """INSERT INTO refunds (network_id, till_id, restaurant_id, event, kind, original, staff_id, approved_by,
            guest_id, at, receipt, currency, amount_minor, points_back, points_taken, reason, lines)
        SELECT $1, $2, $3, r.event, r.kind, r.original, r.staff, r.approved_by, r.guest,
            to_timestamp(r.at_ms / 1000.0), r.receipt, r.currency, r.amount, r.points_back, r.points_taken,
            r.reason, r.lines::jsonb
        FROM unnest($4::uuid[], $5::text[], $6::uuid[], $7::bigint[], $8::bigint[], $9::bigint[],
            $10::bigint[], $11::bigint[], $12::text[], $13::bigint[], $14::bigint[], $15::bigint[],
            $16::text[], $17::text[])
            AS r (event, kind, original, staff, approved_by, guest, at_ms, receipt, currency, amount,
                points_back, points_taken, reason, lines)""",
        scene.network,
        scene.till,
        scene.restaurant,
        [one.item.event_id for one, _ in booked],
        [RefundKind(payload.KIND).value for _, payload in booked],
        [one.original.event for one, _ in booked],
        [one.item.link.envelope.staff for one, _ in booked],
        [payload.approved_by for _, payload in booked],
        [one.original.guest for one, _ in booked],
        [one.item.link.envelope.trusted_ms for one, _ in booked],
        [payload.receipt for _, payload in booked],
        [one.original.currency for one, _ in booked],
        [sum(one.lines) for one, _ in booked],
        [one.points_back for one, _ in booked],
        [one.points_taken for one, _ in booked],
        [payload.reason for _, payload in booked],
        [msgspec.json.encode(one.lines).decode() for one, _ in booked],
    )
    # Each row was locked when it was read; one of this batch's own sales has none yet.
    originals = {one.original.event: one.original for one, _ in booked}
    await connection.executemany(
        """INSERT INTO refund_totals (network_id, original, refunded, loose, points_taken, done)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (network_id, original) DO UPDATE SET refunded = EXCLUDED.refunded, loose = EXCLUDED.loose,
            points_taken = EXCLUDED.points_taken, done = EXCLUDED.done""",
        [
            (
                scene.network,
                event,
                list(original.refunded),
                list(original.loose),
                original.points_taken,
                original.done,
            )
            for event, original in originals.items()
        ],
    )
