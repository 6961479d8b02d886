"""The office as it runs in a shop: real processes behind one port."""

import asyncio
import os
import signal
import time
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from sync.central.database import connected
from sync.central.http.rates import HOUR_S
from sync.central.schema.words import Role
from tests.builders.callers import member
from tests.builders.office import attempt, office_on, problem_of
from tests.builders.patience import LONG_S
from tests.builders.replica import Replica
from tests.builders.served import served_central

pytestmark = pytest.mark.anyio

WORKERS = 2
RECONNECTS = 8
WRONG_CODES = 48


async def test_several_workers_are_one_office(central_dsn: str, tmp_path: Path) -> None:
    with served_central(central_dsn, tmp_path, workers=WORKERS) as served:
        async with (
            httpx.AsyncClient(base_url=served.url, timeout=LONG_S) as client,
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
                base_url=served.url, timeout=LONG_S, transport=httpx.AsyncHTTPTransport(retries=RECONNECTS)
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


async def test_a_limit_is_one_for_all_workers_and_each_wrong_code_is_counted_once(
    central_dsn: str, tmp_path: Path
) -> None:
    rates = {"COUNTERSIGN_RATES": f"wrong_codes=1000000,wrong_codes_hour={WRONG_CODES}"}
    with served_central(central_dsn, tmp_path, workers=WORKERS, settings=rates) as served:
        async with connected(central_dsn, max_connections=4) as database:
            async with httpx.AsyncClient(base_url=served.url, timeout=LONG_S) as client:
                office = await office_on(database, client, served.secrets)
            # Where an hour ends in the midst of it, the next one has only begun: it is counted there.
            for _ in range(2):
                began_s = time.time() // HOUR_S
                statuses = await _scan_what_is_none(served.url)
                if began_s == time.time() // HOUR_S:
                    break
            assert sorted(set(statuses)) == [404, 429]
            assert statuses.count(404) == WRONG_CODES
            async with database.directory_transaction() as connection:
                taken = await connection.fetch(
                    "SELECT taken FROM rate_windows WHERE name = 'wrong_codes_hour' ORDER BY since DESC LIMIT 1"
                )
            assert [row["taken"] for row in taken] == [WRONG_CODES]
            assert await office.cases() in ([], ["guessing"])


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/vip/validate", {"code": "NO-SUCH"}),
        ("POST", "/api/vip/use", {"code": "NO-SUCH"}),
        ("POST", "/api/referral-codes/use", {"code": "NO-SUCH", "user_id": 1}),
        ("GET", "/api/referral-codes?code=NO-SUCH", None),
    ],
)
async def test_a_known_caller_names_as_many_wrong_codes_as_the_limit_says_by_whatever_worker(
    central_dsn: str, tmp_path: Path, method: str, path: str, body: dict[str, object] | None
) -> None:
    most = 5
    rates = {"COUNTERSIGN_RATES": f"wrong_codes=1000000,wrong_codes_hour={most}"}
    with served_central(central_dsn, tmp_path, workers=WORKERS, settings=rates) as served:
        async with connected(central_dsn, max_connections=4) as database:
            async with httpx.AsyncClient(base_url=served.url, timeout=LONG_S) as client:
                office = await office_on(database, client, served.secrets)
                headers = (await member(office, Role.OFFICE)).headers | {"Connection": "close"}
            # Where an hour ends in the midst of it, the next one has only begun: it is counted there.
            for _ in range(2):
                began_s = time.time() // HOUR_S
                statuses = []
                for _ in range(6 * most):
                    async with httpx.AsyncClient(base_url=served.url, timeout=LONG_S) as caller:
                        answer = await caller.request(method, path, json=body, headers=headers)
                        statuses.append(answer.status_code)
                if began_s == time.time() // HOUR_S:
                    break
            assert statuses.count(429) == len(statuses) - most
            assert statuses[-1] == 429


async def test_strangers_are_told_of_as_many_wrong_vouchers_as_the_limit_says_by_whatever_worker(
    central_dsn: str, tmp_path: Path
) -> None:
    most = 5
    rates = {"COUNTERSIGN_RATES": f"wrong_codes=1000000,wrong_codes_hour={most}"}
    with served_central(central_dsn, tmp_path, workers=WORKERS, settings=rates) as served:
        # Where an hour ends in the midst of it, the next one has only begun: it is counted there.
        for _ in range(2):
            began_s = time.time() // HOUR_S
            # One after the other, so that a process comes to its first one when others have counted all there were.
            statuses = await _scan_what_is_none(served.url, at_once=0, after=6 * most)
            if began_s == time.time() // HOUR_S:
                break
        assert statuses == [404] * most + [429] * (5 * most)


async def _scan_what_is_none(
    url: str, *, at_once: int = WRONG_CODES // 2, after: int = 3 * WRONG_CODES
) -> list[int]:
    """Name vouchers that do not exist, some at one moment; each from a connection of its own, to whichever worker."""

    async def scan() -> int:
        async with httpx.AsyncClient(
            base_url=url, timeout=LONG_S, transport=httpx.AsyncHTTPTransport(retries=RECONNECTS)
        ) as stranger:
            answer = await stranger.post(
                f"/api/v1/vouchers/{uuid4()}/scan",
                json={"scanSource": "LINK"},
                headers={"Connection": "close"},
            )
        if answer.status_code == 429:
            assert problem_of(answer) == "too-many-requests"
            assert 1 <= int(answer.headers["retry-after"]) <= HOUR_S
        return answer.status_code

    together = await asyncio.gather(*(scan() for _ in range(at_once)))
    return [*together, *[await scan() for _ in range(after)]]


async def test_tills_that_wait_do_not_keep_the_office_from_closing(central_dsn: str, tmp_path: Path) -> None:
    with served_central(central_dsn, tmp_path, workers=WORKERS) as served:
        async with (
            httpx.AsyncClient(base_url=served.url, timeout=LONG_S) as client,
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
