import asyncio
import contextlib

import asyncpg
import pytest

from sync.central.database import (
    IDLE_IN_TRANSACTION_TIMEOUT_MS,
    LOCK_TIMEOUT_MS,
    OUT_OF_REACH,
    STATEMENT_TIMEOUT_MS,
    Database,
    connected,
)
from sync.central.schema.words import Noun
from sync.rules.user_error import UserError
from tests.builders.central_world import OfficeWorld, a_world, in_office

TURNS = 60
"""asyncpg has heard that the server ends the connection after some of these, and that it is closed after others."""


def test_a_network_sees_its_own_rows_only(central_dsn: str) -> None:
    async def work() -> None:
        async with connected(central_dsn) as database:
            ours, theirs = await a_world(database), await a_world(database)
            for world, other in ((ours, theirs), (theirs, ours)):
                assert [row["id"] for row in await world.fetch("SELECT id FROM restaurants")] == [
                    world.restaurant_id
                ]
                assert [row["id"] for row in await world.fetch("SELECT id FROM networks")] == [
                    world.network_id
                ]
                assert (
                    await world.fetch("SELECT 1 FROM restaurants WHERE network_id = $1", other.network_id)
                    == []
                )

    asyncio.run(work())


def test_a_network_is_named_with_the_begin_of_its_transaction_and_of_no_other(central_dsn: str) -> None:
    async def work() -> None:
        async with connected(central_dsn, max_connections=1) as database:
            world = await a_world(database)
            sent: list[str] = []
            async with database.network_transaction(world.network_id) as connection:
                connection.add_query_logger(lambda record: sent.append(record.query))
                assert connection.begins_with == ""
            for isolated in (False, True):
                async with database.network_transaction(
                    world.network_id, repeatable_read=isolated
                ) as connection:
                    assert await connection.fetchval("SELECT count(*) FROM networks") == 1
            async with database.directory_transaction() as connection:
                assert await connection.fetchval("SELECT count(*) FROM networks") == 0
            begun = [query for query in sent if query.startswith("BEGIN")]
            named = [query for query in sent if f"'{world.network_id}'" in query]
            assert (len(begun), named) == (3, begun[:2])

    asyncio.run(work())


def test_a_row_of_another_network_cannot_be_written_or_moved(central_dsn: str) -> None:
    async def work() -> None:
        async with connected(central_dsn) as database:
            ours, theirs = await a_world(database), await a_world(database)
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                await ours.fetch(
                    "INSERT INTO restaurants (network_id, name) VALUES ($1, 'x')", theirs.network_id
                )
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                await ours.fetch("UPDATE restaurants SET network_id = $1", theirs.network_id)
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                await ours.fetch(
                    "INSERT INTO directory (noun, id, network_id) VALUES ('till', 999999, $1)",
                    theirs.network_id,
                )
            assert (
                await ours.fetch(
                    "UPDATE restaurants SET name = 'x' WHERE network_id = $1 RETURNING 1", theirs.network_id
                )
                == []
            )

    asyncio.run(work())


def test_without_a_network_there_are_no_rows(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        async with world.database.directory_transaction() as connection:
            assert await connection.fetch("SELECT 1 FROM restaurants") == []
            assert await connection.fetch("SELECT 1 FROM networks") == []

    asyncio.run(in_office(central_dsn, work))


def test_a_connection_that_comes_back_to_the_pool_is_the_serving_role_of_no_network(central_dsn: str) -> None:
    async def work() -> None:
        async with connected(central_dsn, max_connections=1) as database:
            world = await a_world(database)
            await world.fetch("SELECT 1")
            async with database.directory_transaction() as connection:
                assert await connection.fetchval("SELECT current_user") == "countersign_app"
                assert await connection.fetchval("SELECT current_setting('countersign.network', true)") in (
                    None,
                    "",
                )

    asyncio.run(work())


def test_a_transaction_that_fails_leaves_nothing(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        async def fail() -> None:
            async with world.database.network_transaction(world.network_id) as connection:
                await connection.execute("UPDATE restaurants SET name = 'half done'")
                await connection.execute("SELECT 1 / 0")

        with pytest.raises(asyncpg.DivisionByZeroError):
            await fail()
        assert [row["name"] for row in await world.fetch("SELECT name FROM restaurants")] == ["Harbour"]

    asyncio.run(in_office(central_dsn, work))


def test_a_repeatable_read_sees_one_state(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        async with world.database.network_transaction(world.network_id, repeatable_read=True) as connection:
            before = await connection.fetchval("SELECT count(*) FROM campaigns")
            await world.campaign()
            assert await connection.fetchval("SELECT count(*) FROM campaigns") == before
        assert len(await world.fetch("SELECT 1 FROM campaigns")) == before + 1

    asyncio.run(in_office(central_dsn, work))


def test_the_directory_tells_whose_a_till_is(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        assert await world.database.network_of(Noun.TILL, world.till_id) == world.network_id
        assert await world.database.network_of(Noun.RESTAURANT, world.restaurant_id) == world.network_id
        assert await world.database.network_of(Noun.NETWORK, world.network_id) == world.network_id
        assert await world.database.network_of(Noun.TILL, 123_456_789) is None
        assert world.network_id in await world.database.network_ids()

    asyncio.run(in_office(central_dsn, work))


@pytest.mark.parametrize(
    "columns",
    [
        "total = total + 1",
        "pool = pool - 1, outstanding = outstanding + 2",
        "pool = -1, outstanding = total + 1",
        "outstanding = -1, spent = 1",
        "exposure = 1",
    ],
)
def test_the_database_refuses_a_limit_that_does_not_add_up(central_dsn: str, columns: str) -> None:
    async def work(world: OfficeWorld) -> None:
        campaign = await world.campaign()
        await world.codes(campaign, "LIMITED-1", max_uses=3)
        with pytest.raises(asyncpg.CheckViolationError):
            await world.fetch(f"UPDATE limits SET {columns}")
        await world.fetch("UPDATE limits SET pool = pool - 1, outstanding = outstanding + 1")

    asyncio.run(in_office(central_dsn, work))


def test_a_recorded_event_cannot_be_deleted_or_rewritten(central_dsn: str) -> None:
    async def work(world: OfficeWorld) -> None:
        for statement in (
            "DELETE FROM events",
            "UPDATE events SET body = 'x'",
            "DELETE FROM audit",
            "TRUNCATE sales",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await world.fetch(statement)

    asyncio.run(in_office(central_dsn, work))


def test_a_database_without_the_schema_is_said_in_a_sentence() -> None:
    async def work() -> None:
        with pytest.raises(UserError) as caught:
            async with connected("postgresql://someone@127.0.0.1:1/nothing"):
                pass
        assert caught.value.reason == "database_unreachable"

    asyncio.run(work())


def test_a_connection_that_was_cut_while_it_rested_is_told_as_gone_and_replaced(central_dsn: str) -> None:
    async def ask(database: Database) -> int:
        async with database.directory_transaction() as connection:
            pid: int = await connection.fetchval("SELECT pg_backend_pid()")
            return pid

    async def work() -> None:
        knife = await asyncpg.connect(central_dsn)
        async with connected(central_dsn) as database:
            for turns in range(TURNS):
                await knife.execute("SELECT pg_terminate_backend($1)", await ask(database))
                for _ in range(turns):
                    await asyncio.sleep(0)
                with contextlib.suppress(*OUT_OF_REACH):
                    await ask(database)
        await knife.close()

    asyncio.run(work())


def test_no_statement_lock_or_idle_transaction_of_a_request_lasts_for_ever(central_dsn: str) -> None:
    limits = {
        "statement_timeout": STATEMENT_TIMEOUT_MS,
        "lock_timeout": LOCK_TIMEOUT_MS,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_TIMEOUT_MS,
    }

    async def work() -> None:
        async with connected(central_dsn) as database, database.directory_transaction() as connection:
            for name, limit_ms in limits.items():
                set_ms = await connection.fetchval("SELECT setting FROM pg_settings WHERE name = $1", name)
                assert int(set_ms) == limit_ms > 0, name
        async with connected(central_dsn, settings={"statement_timeout": "1"}) as database:
            with pytest.raises(asyncpg.QueryCanceledError):
                async with database.directory_transaction() as connection:
                    await connection.execute("SELECT pg_sleep(60)")

    asyncio.run(work())
