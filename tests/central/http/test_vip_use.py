"""VIP codes at the checkout (document 000), by the short way and by the long way."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar

from sync.central.http.short_ways import ShortWays
from sync.central.schema.words import Role
from sync.rules.code import Kind
from tests.builders.callers import member
from tests.builders.office import Office, new_office, problem_of
from tests.builders.patience import LONG_S

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["short", "long"])
async def shop(
    request: pytest.FixtureRequest, central: tuple[Litestar, httpx.AsyncClient], office: Office
) -> AsyncIterator[httpx.AsyncClient]:
    """A shop that is signed in; on the short way the guard has let it in already."""
    app: Any = ShortWays(central[0]) if request.param == "short" else central[0]
    cashier = await member(office, Role.CASHIER)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False),
        base_url="http://central",
        headers=cashier.headers,
    ) as client:
        for path in ("use", "validate"):
            await client.post(f"/api/vip/{path}", json={"code": "WARM-UP"})
        yield client


async def vip_code(office: Office, text: str, **fields: Any) -> int:
    return await office.code(await office.campaign(kind=Kind.VIP), text=text, **fields)


async def test_a_code_is_validated_and_used_as_the_document_shows(
    office: Office, shop: httpx.AsyncClient
) -> None:
    number = await vip_code(office, "VIP123456", name="Individual VIP", max_uses=5)
    looked = await shop.post("/api/vip/validate", json={"code": "VIP123456"})
    assert looked.status_code == 200
    assert looked.json() == {
        "valid": True,
        "code": {"id": number, "code": "VIP123456", "name": "Individual VIP"},
    }
    used = await shop.post("/api/vip/use", json={"code": "vip 123456", "order_id": 9})
    assert used.status_code == 200
    assert used.json() == {
        "success": True,
        "code": {
            "id": number,
            "code": "VIP123456",
            "name": "Individual VIP",
            "current_uses": 1,
            "max_uses": 5,
        },
    }
    assert await office.value("SELECT order_id FROM redemptions") == 9


async def test_the_same_key_gets_the_same_answer_and_another_request_under_it_none(
    office: Office, shop: httpx.AsyncClient
) -> None:
    number = await vip_code(office, "KEYS-1", max_uses=5)
    key = {"Idempotency-Key": uuid4().hex}
    answers = [await shop.post("/api/vip/use", json={"code": "KEYS-1"}, headers=key) for _ in range(3)]
    assert len({answer.content for answer in answers}) == 1
    assert (await office.limit(number))["spent"] == 1
    other = await shop.post("/api/vip/use", json={"code": "KEYS-1", "order_id": 3}, headers=key)
    assert (other.status_code, problem_of(other)) == (422, "key-reused")


async def test_a_refused_use_says_why_and_stays_refused_under_its_key(
    office: Office, shop: httpx.AsyncClient
) -> None:
    number = await vip_code(office, "GONE-1", max_uses=1)
    await shop.post("/api/vip/use", json={"code": "GONE-1"})
    key = {"Idempotency-Key": "once"}
    refused = await shop.post("/api/vip/use", json={"code": "GONE-1"}, headers=key)
    assert (refused.status_code, problem_of(refused)) == (422, "code-refused")
    body = refused.json()
    assert (body["success"], body["reason"]) == (False, "used_up")
    assert body["detail"]
    await office.execute("UPDATE codes SET max_uses = 2 WHERE id = $1", number)
    await office.execute("UPDATE limits SET total = 2, pool = 1 WHERE kind = 'uses' AND subject = $1", number)
    assert (await shop.post("/api/vip/use", json={"code": "GONE-1"}, headers=key)).content == refused.content
    assert (await shop.post("/api/vip/use", json={"code": "GONE-1"})).status_code == 200


async def test_a_code_that_cannot_be_used_is_an_answer_to_a_look(
    office: Office, shop: httpx.AsyncClient
) -> None:
    await office.code(await office.campaign(kind=Kind.PROMO), text="PROMO-7")
    for text in ("PROMO-7", "NO-SUCH"):
        answer = await shop.post("/api/vip/validate", json={"code": text})
        assert answer.status_code == 200
        assert (answer.json()["valid"], answer.json()["reason"]) == (False, "unknown_code")
        assert answer.json()["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"code":5}',
        b'{"code":"X-1","order_id":-1}',
        b'{"code":"X-1","order_id":9223372036854775808}',
        b'{"code":"X-1","colour":"red"}',
        b'{"order_id":1}',
        b'{"code":"\\ud800"}',
        b"\xff\xfe",
    ],
)
async def test_what_is_no_request_is_said_by_field(shop: httpx.AsyncClient, body: bytes) -> None:
    answer = await shop.post("/api/vip/use", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, problem_of(answer)) == (400, "invalid")


async def test_a_key_that_does_not_fit_and_a_huge_body_are_refused(shop: httpx.AsyncClient) -> None:
    for key in ("", "x" * 300):
        answer = await shop.post("/api/vip/use", json={"code": "X-1"}, headers={"Idempotency-Key": key})
        assert problem_of(answer) == "invalid"
    assert problem_of(await shop.post("/api/vip/use", json={"code": "x" * 50_000})) == "too-large"


async def test_many_shops_at_once_use_what_there_is(office: Office, shop: httpx.AsyncClient) -> None:
    number = await vip_code(office, "RUSH-1", max_uses=30)
    answers = await asyncio.gather(*(shop.post("/api/vip/use", json={"code": "RUSH-1"}) for _ in range(60)))
    counts = sorted(answer.json()["code"]["current_uses"] for answer in answers if answer.status_code == 200)
    assert counts == list(range(1, 31))
    assert (await office.limit(number))["pool"] == 0


async def test_another_networks_code_is_unknown(
    central: tuple[Litestar, httpx.AsyncClient], office: Office, shop: httpx.AsyncClient
) -> None:
    other = await new_office(*central)
    await vip_code(other, "THEIRS-1", max_uses=3)
    assert (await shop.post("/api/vip/use", json={"code": "THEIRS-1"})).json()["reason"] == "unknown_code"
    assert await office.value("SELECT count(*) FROM redemptions") == 0


async def test_who_is_no_seller_is_refused_by_both_ways(
    central: tuple[Litestar, httpx.AsyncClient], office: Office
) -> None:
    asgi: Any = ShortWays(central[0])
    it = await member(office, Role.IT)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(asgi), base_url="http://central") as client:
        for headers, problem in (
            ({}, "unauthenticated"),
            ({"Authorization": "Bearer nothing"}, "unauthenticated"),
            (it.headers, "forbidden"),
        ):
            for _ in range(2):
                answer = await client.post("/api/vip/use", json={"code": "X-1"}, headers=headers)
                assert problem_of(answer) == problem


async def test_somebody_who_is_shut_out_is_out_when_the_guard_is_asked_again(
    central: tuple[Litestar, httpx.AsyncClient], office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    cashier = await member(office, Role.CASHIER)
    asgi: Any = ShortWays(central[0])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(asgi), base_url="http://central") as client:
        answer = await client.post("/api/vip/validate", json={"code": "X-1"}, headers=cashier.headers)
        assert answer.status_code == 200
        await office.execute("UPDATE staff SET active = false WHERE role = 'cashier'")
        monkeypatch.setattr("sync.central.http.doorkeeper.ASKED_AGAIN_S", 0.0)
        answer = await client.post("/api/vip/validate", json={"code": "X-1"}, headers=cashier.headers)
        assert problem_of(answer) == "unauthenticated"


async def test_who_hangs_up_while_waiting_keeps_nobody_else_waiting(
    office: Office, shop: httpx.AsyncClient
) -> None:
    await vip_code(office, "SLOW-1", max_uses=3)
    async with office.database.network_transaction(office.network) as connection:
        await connection.execute("SELECT 1 FROM limits FOR UPDATE")
        waiting = asyncio.create_task(shop.post("/api/vip/use", json={"code": "SLOW-1"}))
        async with asyncio.timeout(LONG_S):
            while not await connection.fetch(
                "SELECT FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"
            ):
                pass
        waiting.cancel()
    assert (await shop.post("/api/vip/use", json={"code": "SLOW-1"})).status_code == 200
