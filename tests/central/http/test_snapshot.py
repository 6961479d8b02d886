"""A snapshot and the feed after it are what central has."""

import asyncio
from datetime import timedelta

import httpx
import msgspec
import pytest
from litestar import Litestar

from sync.central.jobs.snapshots_ahead import make_ahead
from sync.central.services.feed_rows import CODE_COLUMNS, code_row, settings_row
from sync.central.services.snapshot_making import how_far, making
from sync.central.services.snapshots import build_snapshot
from sync.protocol.feed import ChunkKind, SettingsRow, Table
from sync.protocol.problems import Problem
from sync.protocol.wire import pack, unpack
from tests.builders.office import Office, new_office, problem_of
from tests.builders.replica import Replica, replica_of, untold

pytestmark = pytest.mark.anyio


async def codes_of(office: Office) -> dict[int, bytes]:
    """Every code as central would send it now."""
    key = office.secrets.digest_key(office.network)
    rows = await office.fetch(f"SELECT {CODE_COLUMNS} FROM codes")
    return {row["id"]: untold(pack(code_row(row, key))) for row in rows}


async def test_a_first_snapshot_holds_everything_of_the_network_and_nothing_else(office: Office) -> None:
    campaign = await office.campaign()
    codes = {await office.code(campaign) for _ in range(20)}
    guest = await office.guest("Ада Лавлейс")
    replica = await replica_of(office)
    assert set(replica.living(Table.CODE)) == codes
    assert set(replica.living(Table.CAMPAIGN)) == {campaign.id}
    assert set(replica.living(Table.GUEST)) == {guest}
    assert len(replica.living(Table.CARD)) == 1
    assert len(replica.living(Table.STAFF)) == 1
    settings = unpack(replica.living(Table.SETTINGS)[office.network], SettingsRow)
    assert settings.network_name == "Trattoria"


async def test_snapshot_and_feed_equal_central_while_it_changes(office: Office) -> None:
    campaign = await office.campaign()
    for _ in range(30):
        await office.code(campaign)

    async def go_on() -> None:
        for _ in range(25):
            await office.code(campaign)

    writing = asyncio.gather(*(go_on() for _ in range(4)))
    replica = await replica_of(office)
    await writing
    await replica.catch_up()
    assert replica.living(Table.CODE) == await codes_of(office)
    async with office.database.network_transaction(office.network) as connection:
        settings = await settings_row(connection, office.network)
    assert replica.living(Table.SETTINGS)[office.network] == pack(settings)


async def test_the_newest_snapshot_serves_many_tills(office: Office) -> None:
    first = await replica_of(office)
    second = Replica(await office.till("Another"))
    assert (await second.manifest()).snapshot == (await first.manifest()).snapshot


async def test_tills_that_ask_at_the_same_moment_share_one_snapshot(office: Office) -> None:
    till = await office.till()
    await till.signed_in()
    manifests = await asyncio.gather(*(Replica(till).manifest() for _ in range(5)))
    assert len({manifest.snapshot for manifest in manifests}) == 1
    assert await office.value("SELECT count(*) FROM snapshots") == 1


async def test_a_snapshot_of_another_life_of_the_feed_is_replaced(office: Office) -> None:
    replica = await replica_of(office)
    await office.execute("UPDATE networks SET feed_epoch = gen_random_uuid()")
    manifest = await replica.manifest()
    assert manifest.epoch != replica.epoch


async def test_a_snapshot_that_the_feed_does_not_reach_any_more_is_replaced(office: Office) -> None:
    replica = await replica_of(office)
    old = await replica.manifest()
    await office.limited_code()
    await replica.catch_up()
    await office.execute("DELETE FROM outbox WHERE number <= $1", old.number + 1)
    new = await replica.manifest()
    assert new.snapshot > old.snapshot
    assert new.number == replica.number


async def test_ranges_of_a_chunk_are_honoured(office: Office) -> None:
    replica = await replica_of(office)
    manifest = await replica.manifest()
    path = f"/sync/v1/snapshot/{manifest.snapshot}/0"
    whole = (await replica.till.get(path)).content
    size = len(whole)
    part = await replica.till.get(path, {"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{size}"
    rest = await replica.till.get(path, {"Range": f"bytes={size - 5}-"})
    assert (rest.status_code, rest.content) == (206, whole[-5:])
    beyond = await replica.till.get(path, {"Range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")


@pytest.mark.parametrize(
    "odd", ["bytes=5-2", "bytes=-7", "lines=1-2", "bytes=0-1,3-4", "bytes=" + "9" * 20 + "-"]
)
async def test_an_odd_range_does_no_harm(office: Office, odd: str) -> None:
    replica = await replica_of(office)
    path = f"/sync/v1/snapshot/{(await replica.manifest()).snapshot}/0"
    answer = await replica.till.get(path, {"Range": odd})
    assert answer.status_code in (200, 416)


async def test_a_chunk_that_is_not_there_is_gone(office: Office) -> None:
    replica = await replica_of(office)
    manifest = await replica.manifest()
    for place in (f"{manifest.snapshot}/999", "999999/0"):
        response = await replica.till.get(f"/sync/v1/snapshot/{place}")
        assert (response.status_code, problem_of(response)) == (410, "snapshot-gone")


async def test_another_networks_chunk_is_gone(
    office: Office, central: tuple[Litestar, httpx.AsyncClient]
) -> None:
    replica = await replica_of(office)
    manifest = await replica.manifest()
    foreign = await (await new_office(*central)).till()
    response = await foreign.get(f"/sync/v1/snapshot/{manifest.snapshot}/0")
    assert problem_of(response) == "snapshot-gone"


async def test_old_snapshots_are_cleared_away(office: Office) -> None:
    await replica_of(office)
    for _ in range(4):
        await office.execute("UPDATE snapshots SET created_at = now() - interval '2 hours'")
        assert await build_snapshot(office.database, office.secrets, office.network)
    assert await office.value("SELECT count(*) FROM snapshots") == 3
    assert await office.value("SELECT count(DISTINCT snapshot_id) FROM snapshot_chunks") == 3


async def test_many_codes_make_many_chunks_in_order_of_ids_and_of_digests(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in ("snapshot_chunks", "snapshot_codes"):
        monkeypatch.setattr(f"sync.central.services.{room}.CHUNK_ROWS", 25)
    campaign = await office.campaign()
    for _ in range(120):
        await office.code(campaign)
    replica = await replica_of(office)
    manifest = await replica.manifest()
    kinds = [info.kind for info in manifest.chunks]
    assert kinds == [ChunkKind.CHANGES, *[ChunkKind.CODES] * 5, *[ChunkKind.CODE_DIGESTS] * 5]
    assert replica.living(Table.CODE) == await codes_of(office)


async def test_a_till_that_asks_too_early_hears_at_once_how_far_its_snapshot_is(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.central.http.snapshot_desk.MOMENT_S", 0.0)
    till = await office.till()
    await till.signed_in()
    lock = "SELECT pg_advisory_xact_lock(0x435353, ($1::bigint % 2147483647)::int)"
    async with office.database.network_transaction(office.network) as connection:
        await connection.execute(lock, office.network)
        await office.execute("INSERT INTO snapshot_making VALUES ($1, 40, 100)", office.network)
        answer = await till.get("/sync/v1/snapshot")
        assert problem_of(answer) == "snapshot-in-making"
        assert int(answer.headers["retry-after"]) > 0
        told = msgspec.json.decode(answer.content, type=Problem)
        assert (told.done, told.whole, told.status) == (40, 100, 503)
    monkeypatch.setattr("sync.central.http.snapshot_desk.MOMENT_S", 60.0)
    assert (await till.get("/sync/v1/snapshot")).is_success


async def test_a_large_snapshot_tells_how_far_it_is_and_clears_that_away(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.central.services.snapshot_making.ANNOUNCED_FROM_ROWS", 1)
    monkeypatch.setattr("sync.central.services.snapshot_making.TOLD_EVERY_S", 0.0)
    await office.limited_code()
    seen = []
    async with (
        office.database.network_transaction(office.network) as connection,
        making(office.database, office.network, connection) as told,
    ):
        seen.append(await how_far(office.database, office.network))
        await told(1)
        seen.append(await how_far(office.database, office.network))
    assert seen == [(0, 1), (1, 1)]
    assert await how_far(office.database, office.network) == (0, 0)


async def test_a_snapshot_is_made_ahead_once_a_network_with_tills_is_at_rest(office: Office) -> None:
    async def ahead() -> bool:
        return await make_ahead(office.database, office.secrets, office.network, quiet=timedelta(minutes=1))

    async def rest() -> None:
        await office.execute(
            "UPDATE outbox SET number = COALESCE(number, id), created_at = now() - interval '1 hour'"
        )

    await office.limited_code()
    await rest()
    assert not await ahead(), "nobody would take it"
    await office.enrolment_code()
    assert await ahead()
    assert not await ahead(), "there is one"
    await office.execute("DELETE FROM snapshots")
    await office.limited_code()
    assert not await ahead(), "something is changing"
    await rest()
    assert await ahead()


async def test_the_feed_tells_since_when_a_code_has_its_text(office: Office) -> None:
    code = await office.code(await office.campaign(), text="LUNCH")

    async def told(change: str) -> tuple[int, int | None]:
        await office.execute(f"UPDATE codes SET {change} WHERE id = $1", code)
        (record,) = await office.fetch(f"SELECT {CODE_COLUMNS} FROM codes WHERE id = $1", code)
        return record["version"], code_row(record, b"key").text_version

    first, since = await told("name = 'Lunch', version = version + 1")
    assert since == 0
    assert await told("code = 'DINNER', folded = 'D1NNER', version = version + 1") == (first + 1, first + 1)
    assert await told("name = 'Dinner', version = version + 1") == (first + 2, first + 1)
    # A text that is changed without its version still counts as newer than every row that a till can have.
    assert await told("code = 'SUPPER', folded = 'SUPPER'") == (first + 2, first + 3)
