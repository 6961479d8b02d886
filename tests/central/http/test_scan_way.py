"""Scans of vouchers by people whom nobody knows, by the short way and by the long way."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar

from sync.central.http.short_ways import ShortWays
from sync.central.services.scanning.ids import public_id
from sync.rules.code import Kind
from tests.builders.bounded import begin_anew, rates_with
from tests.builders.callers import bearer, guest_token
from tests.builders.office import Office, problem_of

pytestmark = pytest.mark.anyio

CAMERA = {"scanSource": "CAMERA"}


@pytest.fixture(params=["short", "long"])
async def street(
    request: pytest.FixtureRequest, central: tuple[Litestar, httpx.AsyncClient], office: Office
) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody with a telephone before a poster."""
    await office.execute("UPDATE networks SET voucher_scans = true")
    app: Any = ShortWays(central[0]) if request.param == "short" else central[0]
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://central", headers={"User-Agent": "Telephone/3"}
    ) as client:
        yield client


async def poster(office: Office, **fields: Any) -> str:
    code = await office.code(await office.campaign(kind=Kind.VOUCHER), **fields)
    return f"/api/v1/vouchers/{public_id(office.secrets, office.network, code)}/scan"


async def stored(office: Office) -> list[tuple[str, str | None, str | None]]:
    rows = await office.fetch("SELECT source, agent, location ->> 'city' AS city FROM scans ORDER BY at, id")
    return [tuple(row) for row in rows]


async def test_a_scan_is_stored_and_answered(office: Office, street: httpx.AsyncClient) -> None:
    path = await poster(office, name="Free soup", max_uses=5)
    seen = await street.post(path, json=CAMERA | {"location": {"city": "Riga"}})
    assert seen.status_code == 201, seen.text
    body = seen.json()
    assert (body["success"], body["scanType"], body["claimable"]) == (True, "CUSTOMER", True)
    assert (body["voucher"]["id"], body["voucher"]["name"]) == (path.split("/")[-2], "Free soup")
    assert body["voucher"]["status"] == "active"
    assert seen.headers["content-type"] == "application/json"
    assert await stored(office) == [("CAMERA", "Telephone/3", "Riga")]


async def test_whatever_is_told_comes_back_as_it_was_told(office: Office, street: httpx.AsyncClient) -> None:
    path = await poster(office)
    odd = '{"a,b"} NULL \\ "null" {} \n \u00e9\u0416\U0001f372'
    for device, agent in (({odd: [odd, None, {"": 1.5}]}, 'A "quoted\\", {one}'), ({}, "NULL")):
        body = {
            "scanSource": "LINK",
            "deviceInfo": device,
            "metadata": {"k": odd},
            "location": {"city": "{R,"},
        }
        seen = await street.post(path, json=body, headers={"User-Agent": agent})
        assert seen.status_code == 201, seen.text
        (row,) = await office.fetch(
            "SELECT device, metadata, location, agent FROM scans WHERE id = $1", seen.json()["scanId"]
        )
        assert tuple(row) == (device, {"k": odd}, {"city": "{R,"}, agent)


async def test_many_who_scan_at_once_are_each_stored_with_their_own(
    office: Office, street: httpx.AsyncClient
) -> None:
    path = await poster(office)
    cities = [f"Town {number}" if number % 3 else None for number in range(40)]
    answers = await asyncio.gather(
        *(street.post(path, json=CAMERA | ({"location": {"city": city}} if city else {})) for city in cities)
    )
    rows = await office.fetch("SELECT id, location ->> 'city' AS city FROM scans")
    kept = {str(row["id"]): row["city"] for row in rows}
    assert [kept[answer.json()["scanId"]] for answer in answers] == cities


async def test_what_is_over_and_what_never_was_are_answered_alike(
    office: Office, street: httpx.AsyncClient
) -> None:
    over = await poster(office, max_uses=1)
    await office.execute("UPDATE codes SET status = 'inactive'")
    answers = [
        await street.post(path, json=CAMERA)
        for path in (over, f"/api/v1/vouchers/{uuid4()}/scan", "/api/v1/vouchers/soup/scan")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text.replace(path_of(answer), "") for answer in answers}) == 1
    assert len(await stored(office)) == 1, "a scan of what is over counts"


def path_of(answer: httpx.Response) -> str:
    return answer.request.url.path


@pytest.mark.expects_log("somebody guesses: wrong_codes")
async def test_a_wrong_scan_is_counted_once(
    central: tuple[Litestar, httpx.AsyncClient], office: Office, street: httpx.AsyncClient
) -> None:
    begin_anew(central[0], rates_with(wrong_codes=4))
    good = await poster(office)
    for _ in range(4):
        assert (await street.post(f"/api/v1/vouchers/{uuid4()}/scan", json=CAMERA)).status_code == 404
    refused = await street.post(good, json=CAMERA)
    assert (refused.status_code, problem_of(refused)) == (429, "too-many-requests")
    assert int(refused.headers["retry-after"]) > 0


@pytest.mark.parametrize("bound", ["address", "scans", "scans_of_code"])
async def test_each_bound_counts_a_scan_once(
    central: tuple[Litestar, httpx.AsyncClient], office: Office, street: httpx.AsyncClient, bound: str
) -> None:
    path = await poster(office)
    begin_anew(central[0], rates_with(**{bound: 3}))
    statuses = [(await street.post(path, json=CAMERA)).status_code for _ in range(5)]
    assert statuses == [201, 201, 201, 429, 429]


@pytest.mark.parametrize(
    "content",
    [
        b'{"scanSource":"EYES"}',
        b'{"scanSource":"CAMERA","more":1}',
        b'{"scanSource":',
        b"",
        b'{"scanSource":"CAMERA","scanType":"BUSINESS"}',
        b'{"scanSource":"CAMERA","deviceInfo":{"a":"%s"}}' % (b"x" * 20_000),
    ],
)
async def test_what_does_not_fit_is_refused_in_words(
    office: Office, street: httpx.AsyncClient, content: bytes
) -> None:
    path = await poster(office)
    refused = await street.post(path, content=content, headers={"Content-Type": "application/json"})
    assert refused.status_code in (400, 413), refused.text
    assert refused.json().get("detail"), refused.text
    assert await stored(office) == []


async def test_somebody_known_goes_the_long_way(office: Office, street: httpx.AsyncClient) -> None:
    path = await poster(office)
    headers = bearer(await guest_token(office))
    assert (await street.post(path, json=CAMERA, headers=headers)).json()["claimable"] is True
    assert (await street.post(path, json=CAMERA, headers=bearer("no token"))).status_code == 401
    assert await office.value("SELECT count(guest_id) FROM scans") == 1
