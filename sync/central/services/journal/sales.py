"""Sales that tills have confirmed."""

from collections.abc import Sequence

import asyncpg
import msgspec

from sync.central.services.journal.columns import numbers, texts, uuids
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
        SELECT $1, $2, $3, s.event, s.staff, s.guest, to_timestamp(s.at_ms / 1000::float8), s.receipt,
            s.currency, s.total, s.discount, s.paid, s.tier_discount, s.points, s.vip, s.lines,
            s.redemptions::uuid[], s.points_spent, s.points_paid
        FROM ROWS FROM (unnest($4::text::uuid[]), unnest($5::text::bigint[]), unnest($6::text::bigint[]),
            unnest($7::text::bigint[]), unnest($8::text::bigint[]), unnest($9::text::text[]),
            unnest($10::text::bigint[]), unnest($11::text::bigint[]), unnest($12::text::bigint[]),
            unnest($13::text::bigint[]), unnest($14::text::bigint[]), unnest($15::text::bool[]),
            jsonb_array_elements($16::text::jsonb), unnest($17::text::text[]), unnest($18::text::bigint[]),
            unnest($19::text::bigint[]))
            AS s (event, staff, guest, at_ms, receipt, currency, total, discount, paid, tier_discount, points,
                vip, lines, redemptions, points_spent, points_paid)""",
        scene.network,
        scene.till,
        scene.restaurant,
        uuids(item.event_id for item, _ in sales),
        numbers(item.link.envelope.staff for item, _ in sales),
        numbers(sale.guest_id for _, sale in sales),
        numbers(item.link.envelope.trusted_ms for item, _ in sales),
        numbers(sale.receipt for _, sale in sales),
        texts(sale.currency for _, sale in sales),
        numbers(sale.total_minor for _, sale in sales),
        numbers(sale.discount_minor for _, sale in sales),
        numbers(sale.paid_minor for _, sale in sales),
        numbers(sale.tier_discount_minor for _, sale in sales),
        numbers(sale.points_earned for _, sale in sales),
        numbers(sale.vip for _, sale in sales),
        msgspec.json.encode([sale.lines for _, sale in sales]).decode(),
        # PostgreSQL has no arrays of arrays of different lengths: each travels in its text form.
        texts(uuids(sale.redemptions) for _, sale in sales),
        numbers(sale.points_spent for _, sale in sales),
        numbers(sale.points_paid_minor for _, sale in sales),
    )
