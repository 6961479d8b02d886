"""Sales, and what they bring to the guest's account."""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg
import msgspec

from sync.central.clock import clock_of
from sync.central.services.cases import CaseKind
from sync.central.services.feed_rows import GUEST_COLUMNS, guest_row
from sync.central.services.journal.item import Item, Scene
from sync.central.services.outbox import publish_many
from sync.protocol.feed import Table
from sync.protocol.payloads import Redemption, Sale


@dataclass(slots=True)
class _Account:
    purchases: int = 0
    points: int = 0


async def book_sales(connection: asyncpg.Connection, scene: Scene, items: Sequence[Item]) -> None:
    """Store the sales of a batch and credit their guests."""
    sales = [(item, item.payload) for item in items if isinstance(item.payload, Sale)]
    if sales:
        await _store(connection, scene, sales)
    await _credit_guests(connection, scene, items)


async def _store(connection: asyncpg.Connection, scene: Scene, sales: Sequence[tuple[Item, Sale]]) -> None:
    await connection.execute(
        """INSERT INTO sales (network_id, till_id, restaurant_id, event, staff_id, guest_id, at, receipt,
            currency, total_minor, discount_minor, paid_minor, tier_discount_minor, points_earned, vip, lines)
        SELECT $1, $2, $3, s.event, s.staff, s.guest, to_timestamp(s.at_ms / 1000.0), s.receipt, s.currency,
            s.total, s.discount, s.paid, s.tier_discount, s.points, s.vip, s.lines::jsonb
        FROM unnest($4::uuid[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[],
            $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bool[], $16::text[])
            AS s (event, staff, guest, at_ms, receipt, currency, total, discount, paid, tier_discount, points,
                vip, lines)""",
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
    )


async def _credit_guests(connection: asyncpg.Connection, scene: Scene, items: Sequence[Item]) -> None:
    """Count purchases and add points; a use without a sale brings its own points."""
    accounts: dict[int, _Account] = {}
    first: dict[int, Item] = {}
    for item in items:
        payload = item.payload
        if not isinstance(payload, Sale | Redemption) or payload.guest_id is None:
            continue
        if isinstance(payload, Sale):
            purchases, points = 1, payload.points_earned
        else:
            purchases, points = 0, payload.points if payload.sale is None else 0
        if purchases or points:
            account = accounts.setdefault(payload.guest_id, _Account())
            account.purchases += purchases
            account.points += points
            first.setdefault(payload.guest_id, item)
    if not accounts:
        return
    ids = sorted(accounts)
    await connection.execute(
        "SELECT 1 FROM guests WHERE network_id = $1 AND id = ANY ($2::bigint[]) ORDER BY id FOR NO KEY UPDATE",
        scene.network,
        ids,
    )
    records = await connection.fetch(
        f"""UPDATE guests SET purchases = purchases + a.more_purchases, points = points + a.more_points
        FROM unnest($2::bigint[], $3::bigint[], $4::bigint[]) AS a (guest, more_purchases, more_points)
        WHERE network_id = $1 AND id = a.guest RETURNING {GUEST_COLUMNS}""",  # noqa: S608 - columns are ours
        scene.network,
        ids,
        [accounts[guest].purchases for guest in ids],
        [accounts[guest].points for guest in ids],
    )
    seal, at_ms = scene.secrets.fields(scene.network), clock_of(connection).now_ms()
    rows = [(record["id"], guest_row(record, seal, as_of_ms=at_ms)) for record in records]
    await publish_many(connection, scene.network, Table.GUEST, rows)
    for guest in set(ids) - {record["id"] for record in records}:
        first[guest].raise_case(CaseKind.GUEST_UNKNOWN, guest=guest, points=accounts[guest].points)
