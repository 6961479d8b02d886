"""What keeps an office on its feet: readiness, back-pressure, limits on bodies, clocks that differ."""

import asyncio
import json
import re
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx
import pytest
from litestar import Litestar

from sync.central.cli.listening import claim_address
from sync.central.cli.waiting_room import waiting_room
from sync.central.http.bodies import MAX_BODY_BYTES
from sync.central.http.central import Central
from sync.central.http.gate import Gate
from sync.central.http.short_ways import ShortWays
from sync.central.schema.words import Role
from sync.central.services.redeeming import gatherer
from sync.central.services.sessions import Owner, open_session
from sync.central.services.tokens import Tokens
from sync.rules.code import Kind
from tests.builders.bounded import MinuteHand
from tests.builders.callers import bearer, member, owner_headers
from tests.builders.expected_access import EXPECTED
from tests.builders.office import NOW_MS, Office, new_office, problem_of, serving
from tests.builders.patience import LONG_S

pytestmark = pytest.mark.anyio

INSIDE, KNOCKING = 20, 70


@asynccontextmanager
async def standing_still(dsn: str, table: str) -> AsyncIterator[None]:
    """Let nobody read a table."""
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            await connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await connection.close()


async def first(tasks: list[asyncio.Task[httpx.Response]], count: int) -> list[httpx.Response]:
    """Wait until so many have their answer."""
    async with asyncio.timeout(LONG_S):
        while sum(task.done() for task in tasks) < count:
            await asyncio.wait(
                [task for task in tasks if not task.done()], return_when=asyncio.FIRST_COMPLETED
            )
    return [task.result() for task in tasks if task.done()]


def assert_told_to_wait(answers: list[httpx.Response]) -> None:
    for answer in answers:
        assert (answer.status_code, problem_of(answer)) == (503, "busy")
        assert int(answer.headers["retry-after"]) >= 1


async def test_a_database_that_stands_still_makes_no_pile(central_dsn: str) -> None:
    async with serving(central_dsn) as (app, client):
        office = await new_office(app, client)
        headers = await owner_headers(office)
        gate = next(layer for layer in app.middleware if isinstance(layer, Gate))
        gate._limit = INSIDE
        async with standing_still(central_dsn, "restaurants"):
            asks = [
                asyncio.create_task(client.get("/api/restaurants", headers=headers)) for _ in range(KNOCKING)
            ]
            sent_away = await first(asks, KNOCKING - INSIDE)
            assert len(sent_away) == KNOCKING - INSIDE
            assert_told_to_wait(sent_away)
            assert (await client.get("/health/live")).status_code == 200
        served = [answer for answer in await asyncio.gather(*asks) if answer.status_code == 200]
        assert len(served) == INSIDE
        assert (await client.get("/api/restaurants", headers=headers)).status_code == 200


async def test_the_short_way_has_a_full_house_too(
    central: tuple[Litestar, httpx.AsyncClient],
    office: Office,
    central_dsn: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gatherer, "MAX_WAITING", INSIDE)
    await office.code(await office.campaign(kind=Kind.VIP), text="BUSY-1", max_uses=1000)
    app: Any = ShortWays(central[0])
    headers = (await member(office, Role.CASHIER)).headers
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://central", headers=headers) as shop:

        def use() -> asyncio.Task[httpx.Response]:
            return asyncio.create_task(shop.post("/api/vip/use", json={"code": "BUSY-1"}))

        await use()
        async with standing_still(central_dsn, "codes"):
            asks = [use() for _ in range(KNOCKING)]
            sent_away = await first(asks, KNOCKING - INSIDE)
            assert_told_to_wait(sent_away)
        answers = await asyncio.gather(*asks)
        served = [answer for answer in answers if answer.status_code == 200]
        assert len(served) == INSIDE
    assert await office.value("SELECT uses FROM codes WHERE code = 'BUSY-1'") == 1 + INSIDE


@pytest.mark.expects_log("out of reach")
async def test_readiness_is_refused_while_the_database_does_not_answer(
    central: tuple[Litestar, httpx.AsyncClient], central_dsn: str
) -> None:
    client = central[1]
    async with standing_still(central_dsn, "installation"):
        assert_told_to_wait([await client.get("/health")])
        assert (await client.get("/health/live")).json() == {"status": "alive"}
    assert (await client.get("/health")).status_code == 200


async def test_a_process_that_stops_is_not_ready_but_serves(
    central: tuple[Litestar, httpx.AsyncClient], office: Office
) -> None:
    state: Central = central[0].state.central
    state.stopping = True
    try:
        assert_told_to_wait([await office.client.get("/health")])
        headers = await owner_headers(office)
        assert (await office.client.get("/api/restaurants", headers=headers)).status_code == 200
    finally:
        state.stopping = False


def test_while_the_office_starts_everybody_hears_not_yet() -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with claim_address("127.0.0.1", 0) as address:
        with waiting_room(address):
            for path in ("/health", "/api/vip/use", "/sync/v1/token"):
                with pytest.raises(urllib.error.HTTPError) as caught:
                    opener.open(f"{address.url}{path}", timeout=LONG_S)
                with caught.value as answer:
                    assert answer.code == 503
                    assert int(answer.headers["Retry-After"]) >= 1
                    assert json.load(answer)["type"] == "urn:countersign:busy"
            with opener.open(f"{address.url}/health/live", timeout=LONG_S) as answer:
                assert answer.status == 200
            with socket.create_connection((address.host, address.port)):
                pass  # somebody who asks nothing keeps nobody waiting
        with pytest.raises(urllib.error.URLError):
            opener.open(f"{address.url}/health/live", timeout=LONG_S)
    assert "waiting room" not in {thread.name for thread in threading.enumerate()}


async def test_a_huge_body_is_refused_without_being_read(office: Office) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(1000):
            read += 64 * 1024
            yield b" " * 64 * 1024

    headers = {**await owner_headers(office), "Content-Type": "application/json"}
    for path in ("/api/restaurants", "/api/vip/use", "/api/auth/login"):
        told = {**headers, "Content-Length": str(10**12)}
        refused = await office.client.post(path, headers=told, content=b"{}")
        assert (refused.status_code, problem_of(refused)) == (413, "too-large")
        read = 0
        refused = await office.client.post(path, headers=headers, content=endless())
        assert (refused.status_code, problem_of(refused)) == (413, "too-large")
        assert read <= 64 * MAX_BODY_BYTES


@pytest.mark.parametrize(
    "deep", ["[" * 100_000, '{"a":' * 50_000, '{"name": ' + "[" * 90_000 + "]" * 90_000 + "}"]
)
async def test_json_that_is_nested_too_deep_is_refused_in_words(office: Office, deep: str) -> None:
    headers = {**await owner_headers(office), "Content-Type": "application/json"}
    for method, path in (
        ("POST", "/api/restaurants"),
        ("POST", "/api/vip/codes"),
        ("POST", "/api/referral-codes"),
    ):
        refused = await office.client.request(method, path, headers=headers, content=deep.encode())
        assert (refused.status_code, problem_of(refused)) == (400, "invalid")


async def test_every_body_refuses_fields_that_it_does_not_know_by_name(
    central: tuple[Litestar, httpx.AsyncClient], office: Office
) -> None:
    document = (await office.client.get("/schema/openapi.json")).json()
    parts, headers = document["components"]["schemas"], await owner_headers(office)
    open_bodies, asked = [], 0
    for route in EXPECTED:
        method, path = route.split(" ")
        body = document["paths"].get(path, {}).get(method.lower(), {}).get("requestBody", {})
        schema = body.get("content", {}).get("application/json", {}).get("schema", {})
        if not schema:
            continue
        asked += 1
        named = re.findall(r"#/components/schemas/(\w+)", json.dumps(schema))
        if not named or any(parts[name].get("additionalProperties") is not False for name in named):
            open_bodies.append(route)
    assert set(open_bodies) == {"POST /api/campaigns", "PATCH /api/campaigns/{campaign_id}"}
    unknown = await office.client.post("/api/campaigns", headers=headers, json={"name": "A", "colour": "red"})
    assert (unknown.status_code, problem_of(unknown)) == (400, "invalid")
    assert asked > 40
    refused = await office.client.post(
        "/api/restaurants", headers=headers, json={"name": "A", "colour": "red"}
    )
    assert refused.status_code == 400
    assert "colour" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("ahead_s", "status"), [(0, 200), (300, 200), (-300, 200), (-7 * 24 * 3600 - 60, 401)]
)
async def test_a_token_from_a_process_whose_clock_differs_is_good_until_its_own_end(
    office: Office, ahead_s: int, status: int
) -> None:
    clock = office.database.clock
    other = MinuteHand(clock.now_ms() + ahead_s * 1000)
    tokens = Tokens(office.secrets.jwt_key, office.secrets.link_key, other)
    staff = await office.value("SELECT min(id) FROM staff")
    async with office.database.network_transaction(office.network) as connection:
        opened = await open_session(connection, tokens, office.network, Owner(staff=staff))
    answer = await office.client.get("/api/auth/me", headers=bearer(opened.access_token))
    assert answer.status_code == status


@pytest.mark.parametrize("off_ms", [0, 86_400_000, -86_400_000, 10**14])
async def test_a_till_whose_clock_is_wrong_gets_its_token_and_hands_in_its_journal(
    office: Office, off_ms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.builders.office.NOW_MS", NOW_MS + off_ms)
    till = await office.till(f"Till {off_ms}")
    till.enrolled()
    assert (await till.upload()).applied == 1
