"""Jobs that listen come back by themselves, and another process takes over from one that is gone."""

import asyncio
import logging

import asyncpg
import httpx
import pytest
from litestar import Litestar

from sync.central.jobs import line, sequencing
from sync.central.jobs.line import keep_line
from sync.central.jobs.supervising import keep_running
from tests.builders.office import Office, new_office, serving
from tests.builders.replica import replica_of

pytestmark = pytest.mark.anyio


async def break_lines(dsn: str) -> int:
    """End every job's connection, as a restarted database or network would."""
    connection = await asyncpg.connect(dsn)
    try:
        ended: int = await connection.fetchval(
            """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'countersign %'"""
        )
    finally:
        await connection.close()
    return ended


@pytest.mark.expects_log("no connection to the database")
async def test_changes_go_on_after_all_lines_broke(office: Office, central_dsn: str) -> None:
    replica = await replica_of(office)
    await replica.catch_up()
    for _ in range(2):
        assert await break_lines(central_dsn) >= 1
        code = await office.limited_code()
        assert code in {change.id for change in await replica.catch_up()}


async def test_another_process_takes_over_when_the_sequencer_is_gone(
    central: tuple[Litestar, httpx.AsyncClient], central_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencing, "TAKE_OVER_S", 0.02)
    async with serving(central_dsn) as (second, client):
        async with serving(central_dsn) as (first, _):
            office = await new_office(first, client)
            replica = await replica_of(office)
            await replica.catch_up()
        office.database = second.state.central.database
        code = await office.limited_code()
        assert code in {change.id for change in await replica.catch_up()}


@pytest.mark.expects_log("no connection to the database")
async def test_a_database_that_does_not_answer_is_said_once(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(line, "FIRST_PAUSE_S", 0.0)
    attempts = asyncio.Event()
    real = line._connect
    tried = []

    async def counted(dsn: str, name: str) -> asyncpg.Connection:
        tried.append(name)
        if len(tried) >= 5:
            attempts.set()
        return await real(dsn, name)

    async def nothing(_connection: asyncpg.Connection) -> None:
        return

    monkeypatch.setattr(line, "_connect", counted)
    with caplog.at_level(logging.WARNING):
        task = asyncio.create_task(keep_line(f"postgresql://x@/x?host={tmp_path}", "job", nothing))
        await attempts.wait()
        task.cancel()
    assert [record.getMessage().partition(" (")[0] for record in caplog.records] == [
        "job: no connection to the database"
    ]


@pytest.mark.expects_log("unexpected error")
async def test_a_job_outlives_its_bugs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.central.jobs.supervising.RESTART_S", 0.0)
    runs = []
    again = asyncio.Event()

    async def job() -> None:
        runs.append(1)
        if len(runs) == 3:
            again.set()
        raise ZeroDivisionError

    task = asyncio.create_task(keep_running("job", job))
    await again.wait()
    task.cancel()
    assert len(runs) == 3
