"""Sales that tills have confirmed."""

from collections.abc import Sequence

import asyncpg
import msgspec

from sync.central.services.journal.item import Item, Scene
from sync.protocol.payloads import Sale


async def book_sales(connection: asyncpg.Connection, scene: Scene, items: Sequence[Item]) -> None:
    """Store the sales of a batch."""
    sales = [(item, item.payload) for item in items if type(item.payload) is Sale]
    if not sales:
        return
    await connection.execute(
        """INSERT INTO sales (network_id, till_id, restaurant_id, event, staff_id, guest_id, at, receipt,
            currency, total_minor, discount_minor, paid_minor, tier_discount_minor, points_earned, vip, lines,
            redemptions, points_spent, points_paid_minor)
        SELECT $1, $2, $3, s.event, s.staff, s.guest, to_timestamp(s.at_ms / 1000.0), s.receipt, s.currency,
            s.total, s.discount, s.paid, s.tier_discount, s.points, s.vip, s.lines::jsonb,
            s.redemptions::uuid[], s.points_spent, s.points_paid
        FROM unnest($4::uuid[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[],
            $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bool[], $16::text[],
            $17::text[], $18::bigint[], $19::bigint[])
            AS s (event, staff, guest, at_ms, receipt, currency, total, discount, paid, tier_discount, points,
                vip, lines, redemptions, points_spent, points_paid)""",
        scene.network,
        scene.till,
        scene.restaurant,
        [item.event_id for item, _ in sales],
        [item.link.envelope.staff for item, _ in sales],
        [sale.guest_id for _, sale in sales],
        [item.link.envelope.trusted_ms for item, _ in sales],
        [sale.receipt for _, sale in sales],
        [sale.currency for _, sale in sales],
        [sale.total_minor for _, sale in sales],
        [sale.discount_minor for _, sale in sales],
        [sale.paid_minor for _, sale in sales],
        [sale.tier_discount_minor for _, sale in sales],
        [sale.points_earned for _, sale in sales],
        [sale.vip for _, sale in sales],
        [msgspec.json.encode(sale.lines).decode() for _, sale in sales],
        # PostgreSQL has no arrays of arrays of different lengths: each travels in its text form.
        [f"{{{','.join(map(str, sale.redemptions))}}}" for _, sale in sales],
        [sale.points_spent for _, sale in sales],
        [sale.points_paid_minor for _, sale in sales],
    )
