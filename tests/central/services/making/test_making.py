"""Orders of many codes: all of them are there, or none, whatever happens meanwhile."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from sync.central.jobs.line import GONE
from sync.central.schema.words import MakingStatus
from sync.central.services.code_file import CodeLine, read_code_file
from sync.central.services.feed_rows import CODE_COLUMNS, code_row
from sync.central.services.making.code_csv import code_lines, require_done
from sync.central.services.making.engine import LOCK_CLASS, LOT, Came, make_order, open_orders
from sync.central.services.making.orders import BulkOrder, BulkView, cancel_order, order_codes, read_order
from sync.central.services.refusal import Refusal
from sync.protocol.feed import CodeRow
from sync.protocol.wire import unpack
from sync.rules.code import Kind
from sync.rules.code_form import UNAMBIGUOUS
from sync.rules.user_error import UserError
from tests.builders.central_world import OfficeWorld, a_world, in_office
from tests.builders.patience import LONG_S


def run(dsn: str, work: Callable[[OfficeWorld], Awaitable[None]]) -> None:
    asyncio.run(in_office(dsn, work))


async def placed(world: OfficeWorld, count: int, kind: Kind = Kind.VOUCHER, **fields: Any) -> BulkView:
    order = BulkOrder(kind=kind, count=count, name="Free soup", **fields)
    async with world.database.network_transaction(world.network_id) as connection:
        return await order_codes(connection, world.network_id, order, staff=None, actor="test")


async def made(world: OfficeWorld, order: BulkView) -> Came:
    return await make_order(world.database, world.secrets, world.network_id, order.id)


async def now(world: OfficeWorld, order: BulkView) -> BulkView:
    async with world.database.network_transaction(world.network_id) as connection:
        return await read_order(connection, world.network_id, order.id)


async def under_way(world: OfficeWorld, order: BulkView) -> None:
    """Wait until somebody has told that a part of an order is ready."""
    async with asyncio.timeout(LONG_S):
        while not (await now(world, order)).made:
            pass


async def counted(world: OfficeWorld) -> tuple[int, int, int]:
    """How many codes, limits and rows for the tills there are."""
    (row,) = await world.fetch(
        """SELECT (SELECT count(*) FROM codes) AS codes, (SELECT count(*) FROM limits WHERE kind = 'uses') AS limits,
            (SELECT count(*) FROM outbox WHERE tab = 'code') AS told"""
    )
    return row["codes"], row["limits"], row["told"]


def test_every_code_has_its_limit_and_reaches_the_tills_as_if_made_alone(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        expires = datetime(2090, 1, 1, tzinfo=UTC)
        wanted: dict[str, Any] = {
            "max_uses": 3,
            "expires_at": expires,
            "prefix": "ab-",
            "restaurant_id": world.restaurant_id,
        }
        order = await placed(world, LOT + 7, **wanted)
        assert (order.status, order.made) == (MakingStatus.WAITING, 0)
        assert await open_orders(world.database, world.network_id) == [order.id]
        assert await made(world, order) is Came.DONE
        done = await now(world, order)
        assert (done.status, done.made) == (MakingStatus.DONE, LOT + 7)
        assert await counted(world) == (LOT + 7,) * 3
        assert await open_orders(world.database, world.network_id) == []
        rows = await world.fetch(f"SELECT {CODE_COLUMNS} FROM codes")
        told = {row["subject"]: row for row in await world.fetch("SELECT * FROM outbox WHERE tab = 'code'")}
        key = world.secrets.digest_key(world.network_id)
        for row in rows:
            assert told[row["id"]]["version"] == row["version"] == 1
            sent = unpack(bytes(told[row["id"]]["row"]), CodeRow)
            assert sent == replace_text_version(code_row(row, key))
        assert {(row["name"], row["max_uses"], row["expires_at"]) for row in rows} == {
            ("Free soup", 3, expires)
        }
        assert all(row["code"].startswith("AB-") and len(row["code"]) == 15 for row in rows)
        (limit,) = await world.fetch(
            "SELECT DISTINCT kind, total, pool, outstanding, spent FROM limits WHERE kind = 'uses'"
        )
        assert tuple(limit) == ("uses", 3, 3, 0, 0)

    run(central_dsn, work)


def replace_text_version(row: CodeRow) -> CodeRow:
    """A new code is not told with the version of its text."""
    return CodeRow(code=replace(row.code), digests=row.digests)


def test_a_cancelled_order_leaves_nothing_and_is_never_begun_again(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        order = await placed(world, 20 * LOT)
        making = asyncio.create_task(made(world, order))
        await under_way(world, order)
        assert await counted(world) == (0, 0, 0)
        async with world.database.network_transaction(world.network_id) as connection:
            ended = await cancel_order(connection, world.network_id, order.id, actor="test")
        assert (ended.status, ended.made) == (MakingStatus.CANCELLED, 0)
        assert await making is Came.CANCELLED
        assert await counted(world) == (0, 0, 0)
        assert await made(world, order) is Came.ELSEWHERE
        assert await counted(world) == (0, 0, 0)
        assert (await now(world, order)).finished_at is not None

    run(central_dsn, work)


def test_a_killed_order_is_made_by_the_next_who_looks(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        order = await placed(world, 4 * LOT)
        making = asyncio.create_task(made(world, order))
        await under_way(world, order)
        await kill(central_dsn)
        with pytest.raises(GONE):
            await making
        assert await counted(world) == (0, 0, 0)
        assert (await now(world, order)).status is MakingStatus.RUNNING
        assert await made(world, order) is Came.DONE
        assert await counted(world) == (4 * LOT,) * 3

    run(central_dsn, work)


async def kill(dsn: str) -> None:
    """End the connection on which an order is made, as a killed process would."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(
            """SELECT pg_terminate_backend(pid) FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND classid = $1::bigint::oid""",
            LOCK_CLASS,
        )
    finally:
        await connection.close()


def test_two_processes_make_one_order_once(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        order = await placed(world, 2 * LOT)
        assert sorted(await asyncio.gather(made(world, order), made(world, order))) == [
            Came.DONE,
            Came.ELSEWHERE,
        ]
        assert await counted(world) == (2 * LOT,) * 3
        assert await made(world, order) is Came.ELSEWHERE

    run(central_dsn, work)


def test_texts_that_exist_already_are_drawn_again(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        signs = UNAMBIGUOUS[:10]
        every = ["".join(three) for three in itertools.product(signs, repeat=3)]
        await world.codes(await world.campaign(Kind.REFERRAL), *every[::2], max_uses=1)
        order = await placed(world, 100, Kind.REFERRAL, alphabet=signs, length=3)
        assert await made(world, order) is Came.DONE
        rows = await world.fetch("SELECT DISTINCT folded FROM codes WHERE batch_id = $1", order.id)
        assert len(rows) == 100
        assert await counted(world) == (600, 600, 600)

    run(central_dsn, work)


def test_unlimited_codes_have_no_limit_and_referral_codes_the_documents(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        for kind in (Kind.VIP, Kind.REFERRAL):
            await made(world, await placed(world, 3, kind, max_uses=None))
        (vip, referral) = await world.fetch(
            """SELECT kind, max_uses, expires_at IS NULL AS for_ever, max(length(code)) AS chars FROM codes
            GROUP BY 1, 2, 3 ORDER BY kind DESC"""
        )
        assert (vip["kind"], vip["max_uses"], vip["for_ever"], vip["chars"]) == ("VIP", None, True, 12)
        assert (referral["max_uses"], referral["for_ever"], referral["chars"]) == (100, False, 5)
        assert await counted(world) == (6, 3, 6)

    run(central_dsn, work)


def test_the_file_of_an_order_is_one_that_can_be_imported(central_dsn: str, tmp_path: Path) -> None:
    async def work(world: OfficeWorld) -> None:
        order = await placed(world, LOT + 1, expires_at=datetime(2090, 5, 1, tzinfo=UTC))
        async with world.database.network_transaction(world.network_id) as connection:
            with pytest.raises(Refusal):
                await require_done(connection, world.network_id, order.id)
        await made(world, order)
        await made(world, await placed(world, 5))
        pieces = [piece async for piece in code_lines(world.database, world.network_id, order.id)]
        assert len(pieces) == 3
        file = tmp_path / "codes.csv"
        file.write_bytes(b"".join(pieces))
        with file.open("rb") as opened:
            lines = list(read_code_file(opened, zone="UTC", currency="EUR").lines)
        rows = await world.fetch("SELECT code FROM codes WHERE batch_id = $1", order.id)
        assert {line.code for line in lines if isinstance(line, CodeLine)} == {row["code"] for row in rows}
        assert len(lines) == LOT + 1
        first = lines[0]
        assert isinstance(first, CodeLine)
        assert (first.kind, first.name, first.max_uses, first.campaign) == (
            Kind.VOUCHER,
            "Free soup",
            1,
            "Vouchers",
        )

    run(central_dsn, work)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"kind": Kind.PROMO}, "campaign_missing"),
        ({"length": 4}, "code_guessable"),
        ({"alphabet": "ABC"}, "code_form_unsound"),
        ({"prefix": "a b"}, "code_form_unsound"),
        ({"expires_at": datetime(2001, 1, 1, tzinfo=UTC)}, "expiry_past"),
        ({"campaign_id": 7}, "unknown_campaign"),
        ({"description": "x" * 2_001}, "description_unfit"),
    ],
)
def test_an_order_that_does_not_fit_is_not_placed(
    central_dsn: str, fields: dict[str, Any], reason: str
) -> None:
    async def work(world: OfficeWorld) -> None:
        with pytest.raises(UserError) as caught:
            await placed(world, 10, **fields)
        assert caught.value.reason == reason
        assert await open_orders(world.database, world.network_id) == []

    run(central_dsn, work)


def test_an_order_is_nothing_to_another_network(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        order = await placed(world, 10)
        other = await a_world(world.database)
        async with other.database.network_transaction(other.network_id) as connection:
            with pytest.raises(Refusal):
                await cancel_order(connection, other.network_id, order.id, actor="test")
        assert await make_order(other.database, other.secrets, other.network_id, order.id) is Came.ELSEWHERE
        assert (await now(world, order)).status is MakingStatus.WAITING

    run(central_dsn, work)
