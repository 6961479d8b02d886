"""Points that the office itself books: a guest's first balance, and what has expired."""

from collections.abc import Collection, Sequence

import asyncpg

from sync.central.clock import clock_of
from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services.feed_rows import GUEST_COLUMNS, guest_row
from sync.central.services.field_keys import known_fields
from sync.central.services.journal.ledger import Ledger
from sync.central.services.journal.points import open_limits, points_key
from sync.central.services.limits import LimitKey
from sync.central.services.outbox import publish_many
from sync.central.services.points_accounts import PointsAccounts, load_points
from sync.central.services.points_rows import By
from sync.protocol.feed import Table

MAX_EXPIRED_AT_ONCE = 500
"""Guests whose points expire in one transaction; the others follow in the next."""
MAX_ROUNDS = 200
"""Transactions of one run; what is left waits for the next run."""


async def open_balance(
    connection: asyncpg.Connection, network_id: int, guest_id: int, points: int, *, note: str
) -> None:
    """Give a guest who has just been made their first points, in the caller's transaction."""
    ledger, accounts = await open_books(connection, network_id, [guest_id])
    at_ms = clock_of(connection).now_ms()
    change = accounts.credit(guest_id, "opening", points, at_ms=at_ms, by=By(note=note))
    ledger.raise_total(points_key(guest_id), change)
    await write_books(connection, network_id, ledger, accounts)


async def expire_points(database: Database, secrets: Secrets, network_id: int) -> int:
    """Take out all points of a network whose time has come; return of how many guests.

    What a till holds on lease stays until it comes back. It goes in parts: each guest's points end by their own
    time, whether others' have ended or not, and a run that breaks off leaves the rest to the next one.
    """
    guests = 0
    for _ in range(MAX_ROUNDS):
        async with database.network_transaction(network_id) as connection:
            found = await _expire_some(connection, secrets, network_id)
        guests += found
        if found < MAX_EXPIRED_AT_ONCE:
            break
    return guests


async def expire_of(connection: asyncpg.Connection, network_id: int, guest_id: int) -> None:
    """Take out what of one guest's points has expired, before any of them is leased (caller's transaction).

    The guest's row is brought up to date; the tills hear of it with the guest's next change, or from the job.
    """
    ledger, accounts = await open_books(connection, network_id, [guest_id])
    at_ms = clock_of(connection).now_ms()
    if accounts.knows(guest_id) and _expire(ledger, accounts, guest_id, at_ms):
        await write_books(connection, network_id, ledger, accounts)


async def _expire_some(connection: asyncpg.Connection, secrets: Secrets, network_id: int) -> int:
    at_ms = clock_of(connection).now_ms()
    # Points that are out on lease would be found again and again: only guests whose pool has some are asked.
    rows = await connection.fetch(
        """SELECT DISTINCT l.guest_id FROM points_lots l
        JOIN limits m ON m.network_id = $1 AND m.kind = 'points' AND m.subject = l.guest_id AND m.guest = 0
            AND m.pool > 0
        WHERE l.network_id = $1 AND l."left" > 0 AND l.expires_at <= to_timestamp($2 / 1000.0)
        ORDER BY l.guest_id LIMIT $3""",
        network_id,
        at_ms,
        MAX_EXPIRED_AT_ONCE,
    )
    if not rows:
        return 0
    guests = [row["guest_id"] for row in rows]
    ledger, accounts = await open_books(connection, network_id, guests)
    for guest in guests:
        _expire(ledger, accounts, guest, at_ms)
    records = await write_books(connection, network_id, ledger, accounts)
    seal = await known_fields(connection, secrets, network_id)
    changed = [(record["id"], guest_row(record, seal, as_of_ms=at_ms)) for record in records]
    await publish_many(connection, network_id, Table.GUEST, changed)
    return len(guests)


def _expire(ledger: Ledger, accounts: PointsAccounts, guest: int, at_ms: int) -> bool:
    key = points_key(guest)
    expired = min(accounts.expired(guest, at_ms), ledger.free(key))
    if not expired:
        return False
    # Until the next millisecond everything that could expire has expired.
    change = accounts.expire(guest, f"expiry:{at_ms}", at_ms=at_ms, most=expired)
    ledger.lower_total(key, -change)
    return True


async def open_books(
    connection: asyncpg.Connection, network_id: int, guests: Sequence[int], further: Collection[LimitKey] = ()
) -> tuple[Ledger, PointsAccounts]:
    """Lock and read the points of guests, and ``further`` limits, in the order in which everybody locks them."""
    await open_limits(connection, network_id, guests)
    ledger = Ledger(till=0, incarnation=0)
    await ledger.load(connection, network_id, set(), {points_key(guest) for guest in guests} | set(further))
    return ledger, await load_points(connection, network_id, guests)


async def write_books(
    connection: asyncpg.Connection, network_id: int, ledger: Ledger, accounts: PointsAccounts
) -> list[asyncpg.Record]:
    """Write back what was booked; return the rows of the guests whose points changed, for the tills."""
    changed = accounts.changed()
    await ledger.write(connection, network_id)
    records: list[asyncpg.Record] = await connection.fetch(
        f"""UPDATE guests SET points = a.balance, points_owed = a.owed
        FROM unnest($2::bigint[], $3::bigint[], $4::bigint[]) AS a (guest, balance, owed)
        WHERE network_id = $1 AND id = a.guest RETURNING {GUEST_COLUMNS}""",  # noqa: S608 - columns are ours
        network_id,
        list(changed),
        [book.balance for book in changed.values()],
        [book.owed for book in changed.values()],
    )
    await accounts.write(connection, network_id)
    return records
