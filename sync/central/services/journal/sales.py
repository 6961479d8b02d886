"""Sales that tills have confirmed."""

from collections.abc import Sequence

import asyncpg
import msgspec

from sync.central.services.journal.columns import numbers, texts, uuids
from sync.central.services.journal.item import Item, Scene
from sync.protocol.payloads import Sale


async def book_sales(connection: asyncpg.Connection, scene: Scene, items: Sequence[Item]) -> None:
    """Store the sales of a batch."""
    rows = [_row(item, item.payload) for item in items if type(item.payload) is Sale]
    if not rows:
        return
    (
        events, staff, guests, instants, receipts, currencies, totals, discounts, paid, tier_discounts, earned, vip,
        lines, redemptions, points_spent, points_paid,
    ) = zip(*rows, strict=True)  # fmt: skip
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
        uuids(events),
        numbers(staff),
        numbers(guests),
        numbers(instants),
        numbers(receipts),
        texts(currencies),
        numbers(totals),
        numbers(discounts),
        numbers(paid),
        numbers(tier_discounts),
        numbers(earned),
        numbers(vip),
        msgspec.json.encode(lines).decode(),
        # PostgreSQL has no arrays of arrays of different lengths: each travels in its text form.
        texts(map(uuids, redemptions)),
        numbers(points_spent),
        numbers(points_paid),
    )


def _row(item: Item, sale: Sale) -> tuple[object, ...]:
    envelope = item.link.envelope
    return (
        item.event_id, envelope.staff, sale.guest_id, envelope.trusted_ms, sale.receipt, sale.currency,
        sale.total_minor, sale.discount_minor, sale.paid_minor, sale.tier_discount_minor, sale.points_earned,
        sale.vip, sale.lines, sale.redemptions, sale.points_spent, sale.points_paid_minor,
    )  # fmt: skip
