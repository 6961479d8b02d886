"""A PostgreSQL that dies under central is started again; one that dies again and again is given up."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from sync.central.postgres import keeper
from sync.central.postgres.ownership import What, owned_server
from tests.builders.patience import LONG_S
from tests.builders.postgres import enterable_place

EXPECTED = "PostgreSQL has ended|cannot be kept running"


@pytest.fixture(autouse=True)
def _place() -> Iterator[None]:
    with enterable_place():
        yield


async def _answers(dsn: str) -> int | None:
    """Ask until it answers: the number of its process."""
    connection = await asyncpg.connect(dsn, timeout=LONG_S)
    try:
        found: int = await connection.fetchval("SELECT count(*) FROM kept")
        return found
    finally:
        await connection.close()


async def _write(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (1), (2)")
    finally:
        await connection.close()


def _postmaster(data: Path) -> int:
    return int((data / "postgres" / "postmaster.pid").read_text().split()[0])


@pytest.mark.expects_log(EXPECTED)
@pytest.mark.parametrize("whose", ["postmaster", "supervisor"])
def test_a_killed_server_comes_back_on_the_same_address_with_what_was_committed(
    tmp_path: Path, whose: str
) -> None:
    with owned_server(tmp_path) as owned:
        asyncio.run(_write(owned.dsn))
        before = owned.keeper.process
        os.kill(_postmaster(tmp_path) if whose == "postmaster" else before.pid, signal.SIGKILL)
        before.wait(LONG_S)
        assert owned.keeper.revived.wait(LONG_S)
        assert asyncio.run(_answers(owned.dsn)) == 2
        assert owned.keeper.process.pid != before.pid
        assert not owned.keeper.given_up.is_set()


@pytest.mark.expects_log(EXPECTED)
def test_a_server_that_dies_again_and_again_is_given_up_and_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "REVIVALS_WITHIN_S", 3_600.0)
    with owned_server(tmp_path) as owned:
        heard: list[bool] = []
        owned.keeper.on_given_up = lambda: heard.append(True)
        for _ in range(keeper.MAX_REVIVALS):
            owned.keeper.revived.clear()
            os.kill(_postmaster(tmp_path), signal.SIGKILL)
            assert owned.keeper.revived.wait(LONG_S)
        os.kill(_postmaster(tmp_path), signal.SIGKILL)
        assert owned.keeper.given_up.wait(LONG_S)
    assert heard == [True]


def test_a_server_that_is_stopped_in_good_order_is_not_revived(tmp_path: Path) -> None:
    with owned_server(tmp_path) as owned:
        process = owned.keeper.process
    assert process.poll() == 0
    assert owned.keeper.process is process
    assert not owned.keeper.given_up.is_set()


@pytest.mark.expects_log(EXPECTED)
def test_a_command_does_not_revive_its_server(tmp_path: Path) -> None:
    with owned_server(tmp_path, What.COMMAND) as owned:
        os.kill(_postmaster(tmp_path), signal.SIGKILL)
        owned.keeper.process.wait(LONG_S)
    assert not owned.keeper.revived.is_set()
