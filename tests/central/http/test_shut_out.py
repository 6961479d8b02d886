"""Who is shut out is out of the routes with a short way as soon as the processes hear of it."""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from litestar import Litestar

from sync.central.http.doorkeeper import Doorkeeper
from sync.central.http.short_ways import ShortWays
from sync.central.schema.words import Role
from sync.central.services.login import Person
from tests.builders.callers import call, key_headers, member, owner_headers
from tests.builders.office import Office, problem_of
from tests.builders.patience import LONG_S

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
ROUTE = "/api/vip/validate"
NAMED = {"code": "NO-SUCH"}


@pytest.fixture
async def shop(
    central: tuple[Litestar, httpx.AsyncClient], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    """The short way, which believes for ever whom it has let in: only word of a change can end that."""
    for limit in ("ADMITTED_S", "ASKED_AGAIN_S"):
        monkeypatch.setattr(f"sync.central.http.doorkeeper.{limit}", math.inf)
    app: Any = ShortWays(central[0])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://central") as client:
        yield client


async def a_key(office: Office) -> tuple[Headers, tuple[str, str, Headers, Any]]:
    headers = await key_headers(office, "vip:use")
    number = await office.value("SELECT id FROM api_keys ORDER BY id DESC LIMIT 1")
    return headers, ("DELETE", f"/api/keys/{number}", await owner_headers(office), None)


async def one_who_signs_out(office: Office) -> tuple[Headers, tuple[str, str, Headers, Any]]:
    cashier = await member(office, Role.CASHIER)
    return cashier.headers, ("POST", "/api/auth/logout", cashier.headers, None)


async def one_who_is_dismissed(office: Office) -> tuple[Headers, tuple[str, str, Headers, Any]]:
    cashier = await member(office, Role.CASHIER)
    path = f"/api/staff/{cashier.staff}"
    return cashier.headers, ("PATCH", path, await owner_headers(office), {"active": False})


@pytest.mark.parametrize("somebody", [a_key, one_who_signs_out, one_who_is_dismissed])
async def test_who_is_shut_out_is_out_as_soon_as_the_process_hears_of_it(
    office: Office,
    shop: httpx.AsyncClient,
    somebody: Callable[[Office], Awaitable[tuple[Headers, tuple[str, str, Headers, Any]]]],
) -> None:
    headers, (method, path, by, body) = await somebody(office)
    other = await member(office, Role.OFFICE, "other")
    for known in (headers, other.headers):
        assert (await shop.post(ROUTE, json=NAMED, headers=known)).status_code == 200
    assert (await call(office, method, path, by, body)).is_success
    async with asyncio.timeout(LONG_S):
        answer = await shop.post(ROUTE, json=NAMED, headers=headers)
        while answer.status_code == 200:
            answer = await shop.post(ROUTE, json=NAMED, headers=headers)
    assert problem_of(answer) == "unauthenticated"
    # The others of the network are asked for again, and come in.
    assert (await shop.post(ROUTE, json=NAMED, headers=other.headers)).status_code == 200


async def test_what_the_guard_was_asked_before_somebody_was_shut_out_lets_nobody_in_afterwards() -> None:
    door, cashier = Doorkeeper(), Person(network=1, staff=7, role=Role.CASHIER)
    asking = await door.person(b"token", ROUTE)
    assert isinstance(asking, asyncio.Event)
    door.forget(1)
    door.admit(b"token", ROUTE, cashier)
    assert asking.is_set()
    again = await door.person(b"token", ROUTE)
    assert isinstance(again, asyncio.Event)
    door.admit(b"token", ROUTE, cashier)
    assert await door.person(b"token", ROUTE) is cashier
    door.forget(2)
    assert await door.person(b"token", ROUTE) is cashier
    door.forget(1)
    assert await door.person(b"token", ROUTE) is not cashier
