"""The office as it runs in a shop: real processes behind one port."""

import asyncio
import os
import signal
from pathlib import Path

import httpx
import pytest

from sync.central.database import connected
from tests.builders.office import attempt, office_on
from tests.builders.replica import Replica
from tests.builders.served import served_central

pytestmark = pytest.mark.anyio

WORKERS = 2
RECONNECTS = 8


async def test_several_workers_are_one_office(central_dsn: str, tmp_path: Path) -> None:
    with served_central(central_dsn, tmp_path, workers=WORKERS) as served:
        async with (
            httpx.AsyncClient(base_url=served.url, timeout=60) as client,
            connected(central_dsn, max_connections=4) as database,
        ):
            office = await office_on(database, client, served.secrets)
            tills = [await office.till(f"Till {number}") for number in range(4)]
            replicas = [Replica(till) for till in tills]
            for replica in replicas:
                await replica.load()
                await replica.catch_up()
            # Whichever process numbers the change, readers in every process wake up.
            waiting = [asyncio.create_task(replica.follow(wait_ms=20_000)) for replica in replicas]
            code = await office.limited_code(1)
            assert all([await reader for reader in waiting])
            replies = await asyncio.gather(*(till.ask(code) for till in tills for _ in range(2)))
            assert sum(reply.grant is not None for reply in replies) == 1
            for till in tills:
                for _ in range(30):
                    till.write(attempt())
            await asyncio.gather(*(till.upload() for till in tills for _ in range(3)))
            assert await office.value("SELECT count(*) FROM attempts") == 120
            await office.check_equation()


async def test_a_killed_worker_is_replaced_and_nothing_acknowledged_is_lost(
    central_dsn: str, tmp_path: Path
) -> None:
    with served_central(central_dsn, tmp_path, workers=WORKERS) as served:
        async with (
            httpx.AsyncClient(
                base_url=served.url, timeout=60, transport=httpx.AsyncHTTPTransport(retries=RECONNECTS)
            ) as client,
            connected(central_dsn, max_connections=4) as database,
        ):
            office = await office_on(database, client, served.secrets)
            till = await office.till()
            for _ in range(400):
                till.write(attempt())
            victims = served.children()
            assert len(victims) == WORKERS
            acknowledged, killed = 0, False
            while acknowledged < 400:
                if acknowledged >= 100 and not killed:
                    killed = True
                    for pid in victims:
                        os.kill(pid, signal.SIGKILL)
                try:
                    ack = await till.upload(acknowledged + 1, acknowledged + 10)
                except (httpx.ReadError, httpx.RemoteProtocolError):
                    continue
                acknowledged = ack.applied
            assert killed
            seqs = [row["seq"] for row in await office.fetch("SELECT seq FROM events ORDER BY seq")]
            assert seqs == list(range(1, 401))


async def test_tills_that_wait_do_not_keep_the_office_from_closing(central_dsn: str, tmp_path: Path) -> None:
    with served_central(central_dsn, tmp_path, workers=WORKERS) as served:
        async with (
            httpx.AsyncClient(base_url=served.url, timeout=60) as client,
            connected(central_dsn, max_connections=2) as database,
        ):
            office = await office_on(database, client, served.secrets)
            replica = Replica(await office.till())
            await replica.load()
            await replica.catch_up()
            waiting = asyncio.create_task(replica.follow(wait_ms=25_000))
            for _ in range(5):
                assert (await client.get("/health")).is_success
            served.process.terminate()
            assert await waiting == []
            assert await asyncio.to_thread(served.process.wait) == 0
        assert "refused to gracefully stop" not in (tmp_path / "central.log").read_text(encoding="utf-8")
