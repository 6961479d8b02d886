"""Central's books for a kept journal: laid out as when its till worked, and read when it was handed in."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx

from sync.central.database import connected
from sync.central.postgres.server import RunningServer
from sync.central.services.enrolment import answer_enrolled, begin_life
from sync.central.services.journal.intake import take_in
from sync.central.services.limits import LimitKey, set_total
from sync.central.services.points import open_balance
from sync.central.services.tills import till_named
from sync.protocol.keys import SigningKey
from sync.protocol.leases import LimitKind
from sync.protocol.upload import Ack, Batch
from sync.protocol.wire import pack, unpack
from tests.builders.office import SECRETS, Office, TillPen, office_on, serving
from tests.builders.points_book import check_points, check_refunds
from tests.builders.postgres import fresh_database
from tests.upgrades.kept import CODE, Kept, Life

NETWORK, RESTAURANT, TILL, GUEST, OWNER, PRINTED_CARD = 1, 2, 3, 5, 1, 6
"""The numbers that the builders have always used."""
USES = 10
CONNECTIONS = 2


@contextmanager
def laid_out(server: RunningServer) -> Iterator[str]:
    """Lay out what every kept journal speaks of; return the database's name, to be cloned for each of them."""

    async def lay_out() -> None:
        async with connected(dsn, max_connections=CONNECTIONS) as database:
            office = await office_on(database, nobody(), SECRETS)
            await _lay_out(office)

    with fresh_database(server) as dsn:
        asyncio.run(lay_out())
        yield urlsplit(dsn).path.strip("/")


def nobody() -> httpx.AsyncClient:
    """A client that reaches nobody: the journals are handed to the service itself, and the routes are spared."""
    return httpx.AsyncClient(transport=httpx.AsyncBaseTransport())


def in_an_office(
    server: RunningServer, layout: str, work: Callable[[Office], Awaitable[None]], *, served: bool = False
) -> None:
    """Let ``work`` happen at a central that nobody else has, laid out by :func:`laid_out`; ``served`` also over HTTP."""

    async def serve(dsn: str) -> None:
        async with connected(dsn, max_connections=CONNECTIONS) as database:
            await work(Office(nobody(), database, NETWORK, "", RESTAURANT, SECRETS))

    async def serve_http(dsn: str) -> None:
        async with serving(dsn) as (app, client):
            await work(Office(client, app.state.central.database, NETWORK, "", RESTAURANT, SECRETS))

    with fresh_database(server, template=layout) as dsn:
        asyncio.run(serve_http(dsn) if served else serve(dsn))


async def _lay_out(office: Office) -> None:
    assert office.network == NETWORK
    assert await office.value("SELECT role FROM staff WHERE id = $1", OWNER) == "owner"
    assert await office.another_restaurant() == RESTAURANT
    async with office.database.network_transaction(NETWORK) as connection:
        tills = [
            await till_named(connection, NETWORK, RESTAURANT, f"Till {number + 1}") for number in range(TILL)
        ]
        assert tills[-1] == TILL
        await set_total(connection, NETWORK, LimitKey(LimitKind.USES, CODE), USES)
    campaign = await office.campaign()
    await office.execute(
        """INSERT INTO codes (network_id, id, campaign_id, kind, code, folded, max_uses)
        VALUES ($1, $2, $3, 'VOUCHER', 'SEVEN', 'SEVEN', $4)""",
        NETWORK,
        CODE,
        campaign.id,
        USES,
    )
    guests = [await office.guest() for _ in range(GUEST)]
    assert guests[-1] == GUEST
    # Each of them has a card; one more is printed.
    assert await office.value("SELECT nextval(pg_get_serial_sequence('cards', 'id'))") == PRINTED_CARD


async def prepare(office: Office, kept: Kept) -> None:
    """Make central what it was when that till worked: its lives, the guest's points and its leases."""
    for life in kept.lives:
        assert await begin(office, TILL, kept.public_key) == life.incarnation
    async with office.database.network_transaction(NETWORK) as connection:
        if kept.points_before:
            await open_balance(connection, NETWORK, GUEST, kept.points_before, note="")
        for lease in kept.leases:
            await connection.execute(
                """UPDATE limits SET pool = pool - $4, outstanding = outstanding + $4
                WHERE network_id = $1 AND kind = $2 AND subject = $3""",
                NETWORK,
                lease.kind.value,
                lease.subject,
                lease.units,
            )
            await connection.execute(
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


async def begin(office: Office, till: int, public_key: bytes) -> int:
    """Begin the next life of a till, as its enrolment does; return its number."""
    async with office.database.network_transaction(NETWORK) as connection:
        life = await begin_life(connection, NETWORK, till, public_key=public_key, app_version="1.0")
    return life.incarnation


async def pen_of(office: Office, till: int, key: SigningKey) -> TillPen:
    """Return what writes and talks as the newest life of a till."""
    async with office.database.network_transaction(NETWORK) as connection:
        (life,) = await connection.fetchrow("SELECT incarnation FROM tills WHERE id = $1", till)
        return TillPen(office, key, await answer_enrolled(connection, SECRETS, NETWORK, till, life))


async def hand_in(office: Office, life: Life, *, size: int) -> Ack:
    """Hand a life in by batches of ``size`` events, each of them twice, as after a lost answer; return the last answer."""
    for first in range(1, len(life.events) + 1, size):
        for _ in range(2):
            ack = await take(office, TILL, life.batch(first, size))
    return ack


async def take(office: Office, till: int, batch: dict[str, Any]) -> Ack:
    """Let central take a batch as it lies on the wire."""
    return await take_in(
        office.database, SECRETS, network=NETWORK, till=till, batch=unpack(pack(batch), Batch)
    )


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
        "loose": await office.value(
            "SELECT COALESCE(sum(line), 0) FROM refund_totals, unnest(loose) AS line"
        ),
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
