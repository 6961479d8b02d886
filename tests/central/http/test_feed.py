"""Down: changes reach tills in order, none is missed, and only those that matter travel."""

import asyncio
import random
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar

from sync.central.database import Database
from sync.central.jobs.housekeeping import prune_feed
from sync.central.services.outbox import publish
from sync.central.services.snapshots import build_snapshot
from sync.protocol.feed import CardRow, CodeRow, FeedPage, GuestRow, Table
from sync.protocol.wire import unpack
from sync.rules.code import CodeStatus, Kind
from tests.builders.office import Office, new_office, problem_of, redemption, sale, serving
from tests.builders.replica import replica_of

pytestmark = pytest.mark.anyio

WRITERS = 12
WRITES = 15


async def test_a_change_wakes_a_till_that_waits(office: Office) -> None:
    replica = await replica_of(office)
    await replica.catch_up()
    waiting = asyncio.create_task(replica.follow(wait_ms=20_000))
    await asyncio.sleep(0)
    code = await office.limited_code()
    tables = {(change.table, change.id) for change in await waiting} | {
        (change.table, change.id) for change in await replica.catch_up()
    }
    assert (Table.CODE, code) in tables


async def test_with_nothing_new_the_page_is_empty_and_the_cursor_stays(office: Office) -> None:
    replica = await replica_of(office)
    await replica.catch_up()
    number = replica.number
    page = await replica.till.feed(replica.epoch, number, wait_ms=30)
    assert (page.changes, page.number, page.head) == ((), number, number)


async def test_a_process_that_ends_sends_waiting_tills_home(central_dsn: str) -> None:
    async with serving(central_dsn) as (app, client):
        replica = await replica_of(await new_office(app, client))
        await replica.catch_up()
        waiting = asyncio.create_task(replica.follow(wait_ms=25_000))
        await asyncio.sleep(0)
        app.state.central.bell.close()
        assert await waiting == []
        assert await replica.follow(wait_ms=25_000) == []


async def test_a_cursor_of_another_life_or_of_the_future_is_gone(office: Office) -> None:
    replica = await replica_of(office)
    await replica.catch_up()
    for epoch, after in (
        ("00000000-0000-0000-0000-000000000000", 0),
        ("", 0),
        (replica.epoch, replica.number + 1),
    ):
        response = await replica.till.get(f"/sync/v1/feed?epoch={epoch}&after={after}")
        assert response.status_code == 410
        assert problem_of(response) == "cursor-gone"


async def test_a_cursor_below_what_is_kept_is_gone_and_the_newest_one_goes_on(office: Office) -> None:
    replica = await replica_of(office)
    await replica.catch_up()
    early = replica.number - 1
    await prune_feed(office.database, office.network, kept=timedelta(0))
    assert (
        problem_of(await replica.till.get(f"/sync/v1/feed?epoch={replica.epoch}&after={early}"))
        == "cursor-gone"
    )
    assert await replica.follow() == []
    await office.limited_code()
    assert await replica.catch_up()


async def test_a_till_far_behind_is_sent_to_a_snapshot_that_is_nearer(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica = await replica_of(office)
    await replica.catch_up()
    early = replica.number
    for _ in range(6):
        await office.limited_code()
    await replica.catch_up()
    monkeypatch.setattr("sync.central.services.feed.FAR_BEHIND", 3)
    path = f"/sync/v1/feed?epoch={replica.epoch}&after={early}"
    assert (await replica.till.get(path)).is_success, "the only snapshot is no nearer"
    assert await build_snapshot(office.database, office.secrets, office.network)
    assert problem_of(await replica.till.get(path)) == "cursor-gone"
    again = await replica_of(office, replica.till)
    assert again.number == replica.number
    assert again.rows == replica.rows


async def test_the_feed_and_its_tombstones_reach_back_ninety_days(office: Office) -> None:
    replica = await replica_of(office)
    for _ in range(4):
        await office.limited_code()
    await replica.catch_up()
    oldest = replica.number - 2
    await office.execute(
        """UPDATE outbox SET row = NULL, created_at = now() - CASE
            WHEN number <= $1 THEN interval '91 days' ELSE interval '89 days' END""",
        oldest,
    )
    await prune_feed(office.database, office.network)
    path = f"/sync/v1/feed?epoch={replica.epoch}&after="
    assert problem_of(await replica.till.get(f"{path}{oldest - 1}")) == "cursor-gone"
    page = unpack((await replica.till.get(f"{path}{oldest}")).raise_for_status().content, FeedPage)
    assert [change.row for change in page.changes] == [None, None]


@pytest.mark.parametrize(
    "query", ["", "?epoch=x", "?epoch=x&after=-1", "?epoch=x&after=z", "?epoch=x&after=1&wait_ms=99999999"]
)
async def test_a_cursor_that_is_none_is_invalid(office: Office, query: str) -> None:
    till = await office.till()
    assert problem_of(await till.get(f"/sync/v1/feed{query}")) == "invalid"


async def test_no_change_is_missed_with_many_writers_and_two_sequencers(
    central: tuple[Litestar, httpx.AsyncClient], central_dsn: str
) -> None:
    async with serving(central_dsn) as (second_app, _):
        office = await new_office(*central)
        replica = await replica_of(office)
        databases: list[Database] = [office.database, second_app.state.central.database]
        chance = random.Random(7)

        async def write(writer: int) -> None:
            for turn in range(WRITES):
                async with databases[writer % 2].network_transaction(office.network) as connection:
                    row = CardRow(id=turn, guest_id=writer, digest=bytes([writer, turn]))
                    await publish(connection, office.network, Table.CARD, writer * 1_000 + turn, row)
                    await connection.execute("SELECT pg_sleep($1)", chance.random() / 200)

        writing = asyncio.gather(*(write(writer) for writer in range(WRITERS)))
        seen = []
        while not writing.done():
            seen += await replica.follow(wait_ms=50)
        await writing
        seen += await replica.catch_up()
        cards = [change.id for change in seen if change.table is Table.CARD]
        assert len(cards) == len(set(cards)) == WRITERS * WRITES
        numbers = [row["number"] for row in await office.fetch("SELECT number FROM outbox ORDER BY number")]
        assert numbers == list(range(1, len(numbers) + 1))
        assert await office.value("SELECT feed_head FROM networks") == len(numbers)


async def test_versions_of_one_row_rise_in_the_order_of_its_changes(office: Office) -> None:
    code = await office.limited_code()
    replica = await replica_of(office)

    async def touch(turn: int) -> None:
        async with office.database.network_transaction(office.network) as connection:
            row = CardRow(id=code, guest_id=turn, digest=b"")
            await publish(connection, office.network, Table.CODE, code, row)

    await asyncio.gather(*(touch(turn) for turn in range(10)))
    versions = [change.version for change in await replica.catch_up() if change.id == code]
    assert versions == sorted(set(versions))
    assert len(versions) >= 10


async def test_a_tombstone_outlives_its_row(office: Office) -> None:
    replica = await replica_of(office)
    async with office.database.network_transaction(office.network) as connection:
        await publish(connection, office.network, Table.CARD, 4711, CardRow(id=4711, guest_id=1, digest=b"x"))
    async with office.database.network_transaction(office.network) as connection:
        await publish(connection, office.network, Table.CARD, 4711, None)
    await replica.catch_up()
    assert replica.rows[Table.CARD, 4711] == (2, None)


async def test_uses_travel_only_when_they_use_a_code_up(office: Office) -> None:
    till = await office.till("Late", restaurant=await office.another_restaurant())
    replica = await replica_of(office)
    code = await office.limited_code(3)
    lease, own = await till.lease(code, units=2), await replica.till.lease(code)
    await replica.catch_up()
    till.redeem(code, lease=lease)
    till.redeem(code, lease=lease)
    await till.upload()
    assert await replica.catch_up() == []
    replica.till.redeem(code, lease=own)
    await replica.till.upload()
    changes = await replica.catch_up()
    assert [(change.table, change.id) for change in changes] == [(Table.CODE, code)]
    row = unpack(changes[0].row or b"", CodeRow)
    assert (row.code.uses, row.code.max_uses, row.code.status) == (3, 3, CodeStatus.ACTIVE)
    assert row.code.first_used_where == "Second, Late"


@pytest.mark.parametrize(
    ("kind", "enabled", "status"),
    [(Kind.PROMO, True, "expired"), (Kind.PROMO, False, "active"), (Kind.VOUCHER, True, "active")],
)
async def test_a_promo_code_deactivates_itself_at_its_last_use(
    office: Office, kind: Kind, enabled: bool, status: str
) -> None:
    campaign = await office.campaign(kind=kind, auto_deactivate_on_max_uses=enabled)
    code = await office.code(campaign, max_uses=1)
    till = await office.till()
    till.redeem(code, lease=await till.lease(code))
    await till.upload()
    row = (await office.fetch("SELECT status, auto_deactivated_at FROM codes WHERE id = $1", code))[0]
    assert row["status"] == status
    assert (row["auto_deactivated_at"] is not None) == (status == "expired")


async def test_an_unlimited_code_only_counts(office: Office) -> None:
    campaign = await office.campaign(kind=Kind.PROMO)
    code = await office.code(campaign)
    replica = await replica_of(office)
    await replica.catch_up()
    for _ in range(5):
        replica.till.redeem(code, by="cache")
    assert (await replica.till.upload()).cases == 0
    assert await office.value("SELECT uses FROM codes WHERE id = $1", code) == 5
    assert await replica.catch_up() == []


async def test_the_first_use_is_the_earliest_one_whenever_it_arrives(office: Office) -> None:
    code = await office.code(await office.campaign())
    first, second = await office.till("Early"), await office.till("Late")
    second.write(redemption(code), trusted_ms=1_700_000_100_000)
    first.write(redemption(code), trusted_ms=1_700_000_000_000)
    await second.upload()
    await first.upload()
    row = (await office.fetch("SELECT first_used_at, first_used_where FROM codes WHERE id = $1", code))[0]
    assert (row["first_used_at"].timestamp(), row["first_used_where"]) == (1_700_000_000, "Old Town, Early")


async def test_a_sale_credits_its_guest_and_tells_the_tills(office: Office) -> None:
    guest = await office.guest("Grace", points=10)
    replica = await replica_of(office)
    await replica.catch_up()
    replica.till.write(sale(guest_id=guest, points_earned=7))
    replica.till.write(redemption(await office.code(await office.campaign()), guest_id=guest, points=5))
    await replica.till.upload()
    await replica.catch_up()
    row = unpack(replica.living(Table.GUEST)[guest], GuestRow)
    assert (row.name, row.guest.points, row.guest.purchases) == ("Grace", 22, 1)
