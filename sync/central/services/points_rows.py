"""The ledger of points in PostgreSQL: reading lots and operations, appending what was booked, set by set."""

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from sync.central.services.feed_rows import to_ms
from sync.rules.ledger.book import Account, Entry, Kind, Lot, Transaction


class By(NamedTuple):
    """What brought an operation, and who did it by hand."""

    event: UUID | None = None
    staff: int | None = None
    approved_by: int | None = None
    note: str = ""


async def read_transactions(
    connection: asyncpg.Connection, network_id: int, pairs: Sequence[tuple[int, str]]
) -> dict[int, list[Transaction]]:
    """Read the operations that are to be taken back, with what was taken back of them already."""
    if not pairs:
        return {}
    rows = await connection.fetch(
        """SELECT DISTINCT t.guest_id, t.operation, t.kind, t.at, t.request, t.of, t.note
        FROM unnest($2::bigint[], $3::text[]) AS u (guest, operation)
        JOIN points_transactions t ON t.network_id = $1 AND t.guest_id = u.guest
            AND (t.operation = u.operation OR t.of = u.operation)
        ORDER BY t.guest_id, t.operation""",
        network_id,
        [guest for guest, _ in pairs],
        [operation for _, operation in pairs],
    )
    entries: dict[tuple[int, str], list[Entry]] = {}
    for row in await connection.fetch(
        """SELECT e.guest_id, e.operation, e.account, e.points, e.lot
        FROM unnest($2::bigint[], $3::text[]) AS u (guest, operation)
        JOIN points_entries e ON e.network_id = $1 AND e.guest_id = u.guest AND e.operation = u.operation
        ORDER BY e.guest_id, e.operation, e.place""",
        network_id,
        [row["guest_id"] for row in rows],
        [row["operation"] for row in rows],
    ):
        entry = Entry(account=Account(row["account"]), points=row["points"], lot=row["lot"])
        entries.setdefault((row["guest_id"], row["operation"]), []).append(entry)
    booked: dict[int, list[Transaction]] = {}
    for row in rows:
        transaction = Transaction(
            operation=row["operation"],
            kind=Kind(row["kind"]),
            at_ms=to_ms(row["at"]) or 0,
            entries=tuple(entries[row["guest_id"], row["operation"]]),
            request=tuple(row["request"]),
            of=row["of"],
            note=row["note"],
        )
        booked.setdefault(row["guest_id"], []).append(transaction)
    return booked


async def read_lots(
    connection: asyncpg.Connection,
    network_id: int,
    guests: Collection[int],
    named: Collection[tuple[int, str]],
) -> dict[int, list[Lot]]:
    """Read every lot that holds points, and the named ones whatever they hold."""
    rows = await connection.fetch(
        """SELECT guest_id, id, "left", earned_at, expires_at FROM points_lots
        WHERE network_id = $1 AND guest_id = ANY ($2::bigint[]) AND "left" > 0
        UNION
        SELECT l.guest_id, l.id, l."left", l.earned_at, l.expires_at
        FROM unnest($3::bigint[], $4::text[]) AS n (guest, lot)
        JOIN points_lots l ON l.network_id = $1 AND l.guest_id = n.guest AND l.id = n.lot
        ORDER BY 1, 2""",
        network_id,
        sorted(guests),
        [guest for guest, _ in named],
        [lot for _, lot in named],
    )
    lots: dict[int, list[Lot]] = {}
    for row in rows:
        lot = Lot(
            id=row["id"],
            left=row["left"],
            pending=False,
            earned_at_ms=to_ms(row["earned_at"]) or 0,
            expires_at_ms=to_ms(row["expires_at"]),
        )
        lots.setdefault(row["guest_id"], []).append(lot)
    return lots


async def append(
    connection: asyncpg.Connection,
    network_id: int,
    news: Sequence[tuple[int, Transaction]],
    by: Sequence[By],
) -> None:
    """Append transactions of guests, each with what brought it, and their entries."""
    await connection.execute(
        """INSERT INTO points_transactions (network_id, guest_id, operation, kind, at, request, of, note,
            event, staff_id, approved_by)
        SELECT $1, t.guest, t.operation, t.kind, to_timestamp(t.at_ms / 1000.0), t.request::jsonb, t.of, t.note,
            t.event, t.staff, t.approved_by
        FROM unnest($2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[],
            $9::uuid[], $10::bigint[], $11::bigint[])
            AS t (guest, operation, kind, at_ms, request, of, note, event, staff, approved_by)""",
        network_id,
        [guest for guest, _ in news],
        [one.operation for _, one in news],
        [one.kind.value for _, one in news],
        [one.at_ms for _, one in news],
        [msgspec.json.encode(one.request).decode() for _, one in news],
        [one.of for _, one in news],
        [one.note for _, one in news],
        [each.event for each in by],
        [each.staff for each in by],
        [each.approved_by for each in by],
    )
    entries = [
        (guest, one.operation, place, entry) for guest, one in news for place, entry in enumerate(one.entries)
    ]
    await connection.execute(
        """INSERT INTO points_entries (network_id, guest_id, operation, place, account, points, lot)
        SELECT $1, e.guest, e.operation, e.place, e.account, e.points, e.lot
        FROM unnest($2::bigint[], $3::text[], $4::int[], $5::text[], $6::bigint[], $7::text[])
            AS e (guest, operation, place, account, points, lot)""",
        network_id,
        [guest for guest, _, _, _ in entries],
        [operation for _, operation, _, _ in entries],
        [place for _, _, place, _ in entries],
        [entry.account.value for _, _, _, entry in entries],
        [entry.points for _, _, _, entry in entries],
        [entry.lot for _, _, _, entry in entries],
    )


async def keep_lots(connection: asyncpg.Connection, network_id: int, lots: Sequence[tuple[int, Lot]]) -> None:
    """Bring lots up to date, new ones too."""
    await connection.execute(
        """INSERT INTO points_lots (network_id, guest_id, id, "left", earned_at, expires_at)
        SELECT $1, l.guest, l.id, l."left", to_timestamp(l.earned_ms / 1000.0),
            to_timestamp(l.expires_ms / 1000.0)
        FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[])
            AS l (guest, id, "left", earned_ms, expires_ms)
        ON CONFLICT (network_id, guest_id, id) DO UPDATE SET "left" = EXCLUDED."left" """,
        network_id,
        [guest for guest, _ in lots],
        [lot.id for _, lot in lots],
        [lot.left for _, lot in lots],
        [lot.earned_at_ms for _, lot in lots],
        [lot.expires_at_ms for _, lot in lots],
    )
