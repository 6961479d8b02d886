"""Central's books for a kept journal: laid out as when its till worked, and read when it was handed in."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from sync.central.postgres.server import RunningServer
from sync.central.services.limits import LimitKey, set_total
from sync.protocol.leases import LimitKind
from tests.builders.office import Office, TillPen, new_office, serving
from tests.builders.points_book import check_points, check_refunds
from tests.builders.postgres import fresh_database
from tests.upgrades.kept import CODE, Kept, Life

NETWORK, RESTAURANT, TILL, GUEST, OWNER, PRINTED_CARD = 1, 2, 3, 5, 1, 6
"""The numbers that the builders have always used."""
USES = 10


def in_an_office(server: RunningServer, work: Callable[[Office], Awaitable[None]]) -> None:
    """Let ``work`` happen at a central that nobody else has."""

    async def serve(dsn: str) -> None:
        async with serving(dsn, max_connections=4) as running:
            await work(await new_office(*running))

    with fresh_database(server) as dsn:
        asyncio.run(serve(dsn))


async def prepare(office: Office, kept: Kept) -> TillPen:
    """Make central what it was when that till worked: its number, its key, its code, its guest and its leases."""
    assert await office.another_restaurant() == RESTAURANT
    for number in range(TILL):
        pen = await office.till(f"Till {number + 1}", restaurant=RESTAURANT)
    assert (office.network, pen.who.till) == (NETWORK, TILL)
    assert await office.value("SELECT role FROM staff WHERE id = $1", OWNER) == "owner"
    campaign = await office.campaign()
    await office.execute(
        """INSERT INTO codes (network_id, id, campaign_id, kind, code, folded, max_uses)
        VALUES ($1, $2, $3, 'VOUCHER', 'SEVEN', 'SEVEN', $4)""",
        NETWORK,
        CODE,
        campaign.id,
        USES,
    )
    for number in range(1, GUEST + 1):
        guest = await office.guest(points=kept.points_before if number == GUEST else 0)
    assert guest == GUEST
    # Every guest has a card already; one more is printed.
    assert await office.value("SELECT nextval(pg_get_serial_sequence('cards', 'id'))") == PRINTED_CARD
    await pen.signed_in()
    await _lease(office, kept)
    await _know_lives(office, kept)
    return pen


async def _lease(office: Office, kept: Kept) -> None:
    async with office.database.network_transaction(NETWORK) as connection:
        await set_total(connection, NETWORK, LimitKey(LimitKind.USES, CODE), USES)
    for lease in kept.leases:
        await office.execute(
            """UPDATE limits SET pool = pool - $4, outstanding = outstanding + $4
            WHERE network_id = $1 AND kind = $2 AND subject = $3""",
            NETWORK,
            lease.kind.value,
            lease.subject,
            lease.units,
        )
        await office.execute(
            """INSERT INTO leases (network_id, id, till_id, incarnation, kind, subject, units, body, signature)
            VALUES ($1, $2, $3, 1, $4, $5, $6, '', '')""",
            NETWORK,
            lease.lease,
            TILL,
            lease.kind.value,
            lease.subject,
            lease.units,
        )
    await office.check_equation()


async def _know_lives(office: Office, kept: Kept) -> None:
    await office.execute("UPDATE incarnations SET public_key = $1 WHERE till_id = $2", kept.public_key, TILL)
    for life in kept.lives[1:]:
        await office.execute(
            "INSERT INTO incarnations (network_id, till_id, incarnation, public_key) VALUES ($1, $2, $3, $4)",
            NETWORK,
            TILL,
            life.incarnation,
            kept.public_key,
        )


async def hand_in(pen: TillPen, life: Life, *, size: int) -> list[httpx.Response]:
    """Hand a life in by batches of ``size`` events, each of them twice, as after a lost answer; return all answers."""
    return [
        await pen.post("/sync/v1/journal", life.batch(first, size))
        for first in range(1, len(life.events) + 1, size)
        for _ in range(2)
    ]


async def read_effects(office: Office) -> dict[str, Any]:
    """Say what stands in the books, after checking that they agree with each other."""
    await office.check_equation()
    await check_points(office)
    await check_refunds(office)
    limit, credit = await office.limit(CODE), await office.limit(RESTAURANT, LimitKind.CREDIT)
    assert (limit["outstanding"], limit["exposure"], credit["exposure"]) == (0, 0, 0)
    guest = (await office.fetch("SELECT points, points_owed, purchases FROM guests WHERE id = $1", GUEST))[0]
    assert guest["points_owed"] == 0
    single = {
        "uses": await office.value("SELECT uses FROM codes WHERE id = $1", CODE),
        "spent": limit["spent"],
        "credited": credit["spent"],
        "points": guest["points"],
        "purchases": guest["purchases"],
        "attempts": await office.value("SELECT count(*) FROM attempts"),
        "sales": await office.value("SELECT count(*) FROM sales"),
        "paid_minor": await office.value("SELECT sum(paid_minor) FROM sales"),
        "waiting": await office.value("SELECT count(*) FROM events WHERE waits_for IS NOT NULL"),
        "card_of": await office.value("SELECT sum(guest_id) FROM cards WHERE id = $1", PRINTED_CARD),
    }
    return single | {
        name: [_plain(row) for row in await office.fetch(query)] for name, query in _LISTS.items()
    }


_LISTS = {
    "closed": "SELECT id::text FROM leases WHERE state = 'closed' ORDER BY id",
    "undone": """SELECT kind, original::text, amount_minor, points_back, points_taken, lines FROM refunds
        ORDER BY receipt""",
    "totals": "SELECT original::text, refunded, done FROM refund_totals ORDER BY original",
    "overrides": "SELECT asked, allowed, note, code_id, campaign_id FROM overrides ORDER BY at, event",
    "shifts": """SELECT number, float_minor, expected_minor, counted_minor, other_minor, note, agrees FROM shifts
        ORDER BY number""",
    "registered": """SELECT id, phone_last4, referral_code_id, merged_into, points, purchases, consent -> 'to'
        FROM guests WHERE registered_by IS NOT NULL ORDER BY id""",
    "cases": "SELECT kind FROM cases ORDER BY kind",
}


def _plain(row: Any) -> Any:
    return row[0] if len(row) == 1 else list(row)
