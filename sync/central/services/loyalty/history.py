"""What happened to a guest's purchases and points: tills' sales and refunds, the office's bookings, one list."""

from datetime import datetime

import asyncpg
import msgspec

from sync.central.services.loyalty.amounts import to_wire


class HistoryItem(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the history; ``points`` is by how much the balance changed, amounts are null where none was due.

    ``type`` is SALE, REDEMPTION, MANUAL, REFUND, EXPIRY or OTHER. ``id`` is the sale's or booking's own.
    """

    id: str
    type: str
    created_at: datetime
    amount: float | None
    discount: float | None
    paid: float | None
    currency: str | None
    points: int
    restaurant_id: int | None
    order_id: str | None
    note: str


_CHANGES = """
    WITH own AS (
        SELECT id FROM guests WHERE network_id = $1 AND (id = $2 OR merged_into = $2)
    ), moved AS (
        SELECT t.operation, t.kind, t.at, t.event, t.note, t.staff_id, COALESCE((SELECT sum(e.points) FROM points_entries e
            WHERE e.network_id = $1 AND e.guest_id = t.guest_id AND e.operation = t.operation
                AND e.account = 'available'), 0)::bigint AS points
        FROM points_transactions t WHERE t.network_id = $1 AND t.guest_id = $2
    ), by_event AS (
        SELECT event, sum(points)::bigint AS points FROM moved WHERE event IS NOT NULL GROUP BY event
    ), all_of_it AS (
        SELECT s.event::text AS id, 'SALE' AS type, s.at, s.total_minor AS amount, s.discount_minor AS discount,
            s.paid_minor AS paid, s.currency, COALESCE(b.points, 0) AS points, s.restaurant_id,
            NULL::text AS order_id, '' AS note
        FROM sales s LEFT JOIN by_event b ON b.event = s.event
        WHERE s.network_id = $1 AND s.guest_id IN (SELECT id FROM own)
        UNION ALL
        SELECT r.event::text, 'REFUND', r.at, -r.amount_minor, 0, -r.amount_minor, r.currency,
            COALESCE(b.points, 0), r.restaurant_id, NULL, r.reason
        FROM refunds r LEFT JOIN by_event b ON b.event = r.event
        WHERE r.network_id = $1 AND r.guest_id IN (SELECT id FROM own)
        UNION ALL
        SELECT t.id::text, t.kind, t.at, CASE WHEN t.kind = 'SALE' THEN t.amount_minor END,
            CASE WHEN t.kind = 'SALE' THEN t.discount_minor END, CASE WHEN t.kind = 'SALE' THEN t.paid_minor END,
            t.currency, t.points, t.restaurant_id, t.order_id, t.note
        FROM guest_transactions t WHERE t.network_id = $1 AND t.guest_id IN (SELECT id FROM own)
        UNION ALL
        SELECT COALESCE(m.event::text, m.operation), CASE m.kind WHEN 'expire' THEN 'EXPIRY' WHEN 'adjust' THEN 'MANUAL'
            WHEN 'burn' THEN 'REDEMPTION' ELSE 'OTHER' END, m.at, NULL, NULL, NULL, NULL, m.points, NULL, NULL, m.note
        FROM moved m
        WHERE (m.event IS NULL AND NOT EXISTS (SELECT FROM guest_transactions t
                WHERE t.network_id = $1 AND t.id::text = m.operation))
            OR (m.event IS NOT NULL AND NOT EXISTS (SELECT FROM sales s WHERE s.network_id = $1 AND s.event = m.event)
                AND NOT EXISTS (SELECT FROM refunds r WHERE r.network_id = $1 AND r.event = m.event))
    )
"""


async def read_history(
    connection: asyncpg.Connection, network_id: int, guest_id: int, *, limit: int, offset: int
) -> tuple[list[HistoryItem], int]:
    """Return some lines of a guest's history, the newest first, and the number of all."""
    rows = await connection.fetch(
        f"{_CHANGES} SELECT *, count(*) OVER () AS total FROM all_of_it ORDER BY at DESC, id DESC LIMIT $3 OFFSET $4",  # noqa: S608 - the text above
        network_id,
        guest_id,
        limit,
        offset,
    )
    if rows:
        return [_item(row) for row in rows], rows[0]["total"]
    total: int = await connection.fetchval(
        f"{_CHANGES} SELECT count(*) FROM all_of_it",  # noqa: S608 - the text above
        network_id,
        guest_id,
    )
    return [], total


def _item(row: asyncpg.Record) -> HistoryItem:
    currency = row["currency"]
    amounts = {
        name: None if row[name] is None or currency is None else to_wire(row[name], currency)
        for name in ("amount", "discount", "paid")
    }
    return HistoryItem(
        id=row["id"],
        type=row["type"],
        created_at=row["at"],
        currency=currency,
        points=row["points"],
        restaurant_id=row["restaurant_id"],
        order_id=row["order_id"],
        note=row["note"],
        **amounts,
    )
