"""Sales that a till may give back though another one sold them: what they were, and what of them is left."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import asyncpg

from sync.central.clock import clock_of
from sync.central.database import Database
from sync.central.services.grants import LeaseFor
from sync.central.services.standing import require_good_standing
from sync.protocol.payloads import Sale, SaleLine
from sync.protocol.sales import MAX_FOUND, SaleRequest, SaleSeen, SalesReply, SignerSeen
from sync.rules.refunds import left_by_line, paid_by_line

MAX_NUMBER = 2**31 - 1
"""What a till's and a life's number can be at most: a receipt's code may claim anything."""


async def find_sales(database: Database, till: LeaseFor, request: SaleRequest) -> SalesReply:
    """Answer what a till asks of a sale; raises :class:`Refusal` for a till that is revoked or fenced.

    What stands here is what central knows at this moment: a refund that its till has not sent yet is not in it,
    and is held against the sale when it comes.
    """
    async with database.network_transaction(till.network) as connection:
        standing = await require_good_standing(connection, till)
        if request.event is not None:
            events = [await _original(connection, till.network, request.event)]
        elif request.receipt is not None:
            events = await _with_receipt(connection, till.network, standing.restaurant, request.receipt)
        else:
            events = []
        found = await _read_sales(connection, till.network, events)
        found += await _read_uses(connection, till.network, set(events) - {each.event for each in found})
        return SalesReply(
            sales=tuple(found),
            server_ms=clock_of(connection).now_ms(),
            signer=await _signer(connection, till.network, request.signer),
            event_hash=await _event_hash(connection, till.network, request.event),
        )


async def _signer(
    connection: asyncpg.Connection, network_id: int, signer: tuple[int, int] | None
) -> SignerSeen | None:
    """Return whose key a receipt is checked by: what an older life of a till signed stays provable."""
    if signer is None or not all(0 < number <= MAX_NUMBER for number in signer):
        return None
    row = await connection.fetchrow(
        """SELECT i.public_key, t.name AS till_name, r.name AS restaurant_name FROM incarnations i
        JOIN tills t ON t.network_id = i.network_id AND t.id = i.till_id
        JOIN restaurants r ON r.network_id = i.network_id AND r.id = t.restaurant_id
        WHERE i.network_id = $1 AND i.till_id = $2 AND i.incarnation = $3""",
        network_id,
        *signer,
    )
    return None if row is None else SignerSeen(**row)


async def _event_hash(connection: asyncpg.Connection, network_id: int, event: UUID | None) -> bytes | None:
    if event is None:
        return None
    found: bytes | None = await connection.fetchval(
        "SELECT hash FROM events WHERE network_id = $1 AND event = $2", network_id, event
    )
    return found


async def _original(connection: asyncpg.Connection, network_id: int, event: UUID) -> UUID:
    """Return the sale that a void's or refund's receipt is about, or the event itself."""
    original: UUID | None = await connection.fetchval(
        "SELECT original FROM refunds WHERE network_id = $1 AND event = $2", network_id, event
    )
    return original or event


async def _with_receipt(
    connection: asyncpg.Connection, network_id: int, restaurant_id: int, receipt: int
) -> list[UUID]:
    rows = await connection.fetch(
        """SELECT s.event FROM tills t
        JOIN sales s ON s.network_id = t.network_id AND s.till_id = t.id AND s.receipt = $3
        WHERE t.network_id = $1 AND t.restaurant_id = $2 ORDER BY s.at DESC LIMIT $4""",
        network_id,
        restaurant_id,
        receipt,
        MAX_FOUND,
    )
    return [row["event"] for row in rows]


async def _read_sales(
    connection: asyncpg.Connection, network_id: int, events: Collection[UUID]
) -> list[SaleSeen]:
    rows = await connection.fetch(
        """SELECT s.*, t.name AS till_name, r.name AS restaurant_name,
            (extract(epoch FROM s.at) * 1000)::bigint AS at_ms,
            COALESCE(b.refunded, '{}') AS refunded, COALESCE(b.points_taken, 0) AS points_taken,
            COALESCE(b.done, false) AS done
        FROM sales s
        JOIN tills t ON t.network_id = $1 AND t.id = s.till_id
        JOIN restaurants r ON r.network_id = $1 AND r.id = s.restaurant_id
        LEFT JOIN refund_totals b ON b.network_id = $1 AND b.original = s.event
        WHERE s.network_id = $1 AND s.event = ANY ($2::uuid[]) ORDER BY s.at DESC""",
        network_id,
        list(events),
    )
    return [_seen(row) for row in rows]


def _seen(row: asyncpg.Record) -> SaleSeen:
    sale = Sale(
        receipt=row["receipt"],
        currency=row["currency"],
        lines=tuple(_line(line) for line in row["lines"]),
        total_minor=row["total_minor"],
        discount_minor=row["discount_minor"],
        paid_minor=row["paid_minor"],
        tier_discount_minor=row["tier_discount_minor"],
        points_earned=row["points_earned"],
        guest_id=row["guest_id"],
        vip=row["vip"],
        redemptions=tuple(row["redemptions"]),
        points_spent=row["points_spent"],
        points_paid_minor=row["points_paid_minor"],
    )
    paid = paid_by_line([line.amount_minor - line.discount_minor for line in sale.lines], sale.paid_minor)
    left = left_by_line(paid, row["refunded"])
    return SaleSeen(
        event=row["event"],
        till=row["till_id"],
        till_name=row["till_name"],
        restaurant_name=row["restaurant_name"],
        at_ms=row["at_ms"],
        sale=sale,
        left=tuple(0 for _ in left) if row["done"] else left,
        points_taken=row["points_taken"],
        done=row["done"],
    )


def _line(stored: dict[str, Any]) -> SaleLine:
    return SaleLine(**{name: stored[name] for name in SaleLine.__struct_fields__ if name in stored})


async def _read_uses(
    connection: asyncpg.Connection, network_id: int, events: Collection[UUID]
) -> list[SaleSeen]:
    """Read uses without a sale; one that belongs to a sale leads to that."""
    rows = await connection.fetch(
        """SELECT u.event, u.till_id, u.sale, t.name AS till_name, r.name AS restaurant_name,
            (extract(epoch FROM u.at) * 1000)::bigint AS at_ms, COALESCE(b.done, false) AS done
        FROM redemptions u
        JOIN tills t ON t.network_id = $1 AND t.id = u.till_id
        JOIN restaurants r ON r.network_id = $1 AND r.id = u.restaurant_id
        LEFT JOIN refund_totals b ON b.network_id = $1 AND b.original = u.event
        WHERE u.network_id = $1 AND u.event = ANY ($2::uuid[]) ORDER BY u.at DESC""",
        network_id,
        list(events),
    )
    of_sales = await _read_sales(connection, network_id, [row["sale"] for row in rows if row["sale"]])
    return of_sales + [
        SaleSeen(
            event=row["event"],
            till=row["till_id"],
            till_name=row["till_name"],
            restaurant_name=row["restaurant_name"],
            at_ms=row["at_ms"],
            done=row["done"],
        )
        for row in rows
        if row["sale"] is None
    ]
