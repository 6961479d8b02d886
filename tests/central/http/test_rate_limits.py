"""Rate limits: shared by all processes, told with Retry-After, a case for whoever guesses; tills are never limited."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar

from sync.central.http.addresses import choose_proxies
from sync.central.http.central import Central
from sync.central.http.rates import HOUR_S
from sync.central.http.short_ways import ShortWays
from sync.central.schema.words import Role
from sync.central.services.scanning.ids import public_id
from sync.rules.code import Kind
from tests.builders.bounded import begin_anew, rates_with
from tests.builders.callers import bearer, guest_token, member
from tests.builders.office import Office, attempt, problem_of

pytestmark = pytest.mark.anyio

MINUTE_MS = 60_000


async def test_nothing_that_was_counted_tells_who_it_was(office: Office) -> None:
    await office.client.post("/api/auth/login", json={"email": "ada@example.com", "password": "wrong"})
    rows = await office.fetch("SELECT subject FROM rate_windows")
    assert rows
    assert all(len(row["subject"]) == 16 and b"127.0" not in row["subject"] for row in rows)


@pytest.mark.parametrize("way", ["short", "long"])
@pytest.mark.parametrize("path", ["/api/vip/use", "/api/vip/validate"])
@pytest.mark.expects_log("somebody guesses: wrong_codes")
async def test_guessing_vip_codes_is_bounded_and_a_case_once(
    central: tuple[Litestar, httpx.AsyncClient], office: Office, way: str, path: str
) -> None:
    hand = begin_anew(central[0], rates_with(wrong_codes=5))
    await office.code(await office.campaign(kind=Kind.VIP), text="REAL-1")
    headers = (await member(office, Role.CASHIER)).headers
    app: Any = ShortWays(central[0]) if way == "short" else central[0]
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://central", headers=headers) as shop:
        for number in range(5):
            assert (await shop.post(path, json={"code": f"GUESS-{number}"})).status_code in (200, 422)
        for text in ("GUESS-9", "REAL-1"):
            refused = await shop.post(path, json={"code": text})
            assert (refused.status_code, problem_of(refused)) == (429, "too-many-requests")
            assert 0 < int(refused.headers["retry-after"]) <= 60
        hand.time_ms += MINUTE_MS
        assert (await shop.post(path, json={"code": "REAL-1"})).status_code == 200
        for number in range(5):
            await shop.post(path, json={"code": f"AGAIN-{number}"})
        assert (await shop.post(path, json={"code": "AGAIN-9"})).status_code == 429
    assert await office.cases() == ["guessing"]
    (detail,) = [row["detail"] for row in await office.fetch("SELECT detail FROM cases")]
    assert detail["who"].startswith("staff:")
    assert "GUESS" not in str(detail)


@pytest.mark.expects_log("somebody guesses: wrong_codes_hour")
async def test_guessing_slowly_is_bounded_by_the_hour(
    central: tuple[Litestar, httpx.AsyncClient], office: Office
) -> None:
    hand = begin_anew(central[0], rates_with(wrong_codes=5, wrong_codes_hour=8))
    headers = (await member(office, Role.CASHIER)).headers
    ask = {"code": "NO-SUCH", "user_id": 1}
    for _ in range(2):
        for _ in range(4):
            wrong = await office.client.post("/api/referral-codes/use", json=ask, headers=headers)
            assert wrong.status_code == 404
        hand.time_ms += MINUTE_MS
    refused = await office.client.post("/api/referral-codes/use", json=ask, headers=headers)
    assert refused.status_code == 429
    assert 60 < int(refused.headers["retry-after"]) <= HOUR_S
    assert await office.cases() == ["guessing"]


@pytest.mark.expects_log("somebody guesses: wrong_codes")
async def test_looking_for_referral_codes_by_their_text_counts_as_guessing(
    central: tuple[Litestar, httpx.AsyncClient], office: Office
) -> None:
    begin_anew(central[0], rates_with(wrong_codes=3))
    headers = (await member(office, Role.OFFICE)).headers
    statuses = [
        (await office.client.get(f"/api/referral-codes?code=ABCD{n}", headers=headers)).status_code
        for n in range(4)
    ]
    assert statuses == [200, 200, 200, 429]
    assert (await office.client.get("/api/referral-codes", headers=headers)).status_code == 200


@pytest.mark.expects_log("somebody guesses: wrong_codes")
async def test_somebody_unknown_who_tries_voucher_ids_is_stopped_by_address(
    central: tuple[Litestar, httpx.AsyncClient], office: Office
) -> None:
    begin_anew(central[0], rates_with(wrong_codes=4))
    code = await office.code(await office.campaign(kind=Kind.VOUCHER))
    await office.execute("UPDATE networks SET voucher_scans = true")
    good = public_id(office.secrets, office.network, code)
    scan = {"scanSource": "CAMERA"}
    for _ in range(4):
        gone = await office.client.post(f"/api/v1/vouchers/{uuid4()}/scan", json=scan)
        assert gone.status_code == 404
    refused = await office.client.post(f"/api/v1/vouchers/{good}/scan", json=scan)
    assert (refused.status_code, problem_of(refused)) == (429, "too-many-requests")
    guest = bearer(await guest_token(office))
    scanned = await office.client.post(f"/api/v1/vouchers/{good}/scan", json=scan, headers=guest)
    assert scanned.status_code == 201


async def test_scans_are_bounded_by_address_and_by_voucher(
    central: tuple[Litestar, httpx.AsyncClient], office: Office
) -> None:
    await office.execute("UPDATE networks SET voucher_scans = true")
    code = await office.code(await office.campaign(kind=Kind.VOUCHER))
    path = f"/api/v1/vouchers/{public_id(office.secrets, office.network, code)}"
    for limits in ({"scans": 3}, {"scans_of_code": 3}):
        begin_anew(central[0], rates_with(**limits))
        statuses = [
            (await office.client.post(f"{path}/impressions", json={})).status_code for _ in range(2)
        ] + [
            (await office.client.post(f"{path}/scan", json={"scanSource": "LINK"})).status_code
            for _ in range(2)
        ]
        assert statuses == [201, 201, 201, 429]


async def test_each_caller_has_a_limit_of_their_own(
    central: tuple[Litestar, httpx.AsyncClient], office: Office
) -> None:
    begin_anew(central[0], rates_with(guest=3, caller=3))
    guests = [bearer(await guest_token(office, await office.guest(name))) for name in ("Ada", "Bob")]
    cashier = (await member(office, Role.CASHIER)).headers
    for headers in (*guests, cashier):
        statuses = [(await office.client.get("/api/auth/me", headers=headers)).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]


async def test_tills_are_never_limited(central: tuple[Litestar, httpx.AsyncClient], office: Office) -> None:
    begin_anew(central[0], rates_with(caller=1, guest=1, address=1, wrong_tokens=1, wrong_enrolments=1))
    tills = [await office.till(f"Till {number}") for number in range(3)]
    for till in tills:
        till.enrolled()
        till.write(attempt())
        for _ in range(3):
            await till.contact()
            await till.upload()
            till.token = None


async def test_however_many_tills_enrol_at_once_from_one_address_none_waits(
    central: tuple[Litestar, httpx.AsyncClient], office: Office
) -> None:
    begin_anew(central[0], rates_with(wrong_enrolments=1, wrong_tokens=1))
    tills = await asyncio.gather(*(office.till(f"Till {number}") for number in range(12)))
    assert len({till.who.till for till in tills}) == 12
    assert len(await asyncio.gather(*(till.signed_in() for till in tills))) == 12


async def test_signing_in_rightly_costs_nothing_however_many_do_at_once(
    central: tuple[Litestar, httpx.AsyncClient], office: Office
) -> None:
    begin_anew(central[0], rates_with(wrong_logins=4, wrong_logins_account=4))
    somebody = await member(office, Role.CASHIER)
    ask = {"email": somebody.email, "password": "a good password"}
    for _ in range(3):
        answers = await asyncio.gather(*(office.client.post("/api/auth/login", json=ask) for _ in range(3)))
        assert [answer.status_code for answer in answers] == [200, 200, 200]


@pytest.mark.expects_log("somebody guesses: wrong_logins_account")
async def test_passwords_tried_all_at_once_are_no_more_than_one_after_the_other(
    central: tuple[Litestar, httpx.AsyncClient], office: Office
) -> None:
    begin_anew(central[0], rates_with(wrong_logins_account=4))
    ask = {"email": office.owner_email, "password": "guess"}
    answers = await asyncio.gather(*(office.client.post("/api/auth/login", json=ask) for _ in range(12)))
    assert sorted(answer.status_code for answer in answers) == [401] * 4 + [429] * 8


async def test_behind_a_trusted_proxy_each_address_counts_for_itself(
    central: tuple[Litestar, httpx.AsyncClient], office: Office
) -> None:
    begin_anew(central[0], rates_with(address=2))
    state: Central = central[0].state.central
    state.proxies = choose_proxies({"COUNTERSIGN_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8"})

    async def ask(forwarded: str) -> int:
        headers = {"X-Forwarded-For": forwarded}
        return (await office.client.get("/latest?key=x", headers=headers)).status_code

    try:
        assert [await ask("203.0.113.5, 10.1.2.3") for _ in range(3)] == [401, 401, 429]
        assert await ask("203.0.113.6") == 401
        # What somebody writes there themselves stands before what the proxy adds.
        assert await ask("1.1.1.1, 203.0.113.5") == 429
        assert [await ask(f"2001:db8::{n}") for n in range(1, 4)] == [401, 401, 429]
    finally:
        state.proxies = choose_proxies({})
