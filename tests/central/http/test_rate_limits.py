"""Rate limits: shared by all processes, told with Retry-After, a case for whoever guesses; tills are never limited."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar

from sync.central.database import connected
from sync.central.http.addresses import choose_proxies
from sync.central.http.central import Central
from sync.central.http.rates import HOUR_S, choose_rates
from sync.central.http.throttle import Throttle
from sync.central.http.vip_lane import VipLane
from sync.central.schema.words import Role
from sync.central.services.rates import SHARES, Rate, forget_windows
from sync.central.services.refusal import Refusal
from sync.central.services.scanning.ids import public_id
from sync.rules.code import Kind
from sync.rules.user_error import UserError
from tests.builders.bounded import MinuteHand, begin_anew, rates_with
from tests.builders.callers import bearer, guest_token, member
from tests.builders.office import Office, attempt, problem_of

pytestmark = pytest.mark.anyio

MINUTE_MS = 60_000


@pytest.fixture
async def processes(central_dsn: str) -> AsyncIterator[list[Throttle]]:
    """Three processes' halves of one installation's limits."""
    async with connected(central_dsn) as database:
        hand, key = MinuteHand(), uuid4().bytes
        yield [Throttle(database, key, hand) for _ in range(3)]


async def taken(throttle: Throttle, rate: Rate, subject: str, most: int) -> int:
    for number in range(most):
        try:
            await throttle.take(rate, subject)
        except Refusal:
            return number
    return most


async def test_all_processes_together_never_give_more_than_the_limit(processes: list[Throttle]) -> None:
    rate = Rate("test", 160)
    assert await taken(processes[0], rate, "somebody", 1) == 1
    # The first process has borrowed a share, whose rest nobody else can have.
    assert await taken(processes[1], rate, "somebody", 1_000) == 160 - 160 // SHARES
    assert await taken(processes[0], rate, "somebody", 1_000) == 160 // SHARES - 1
    assert await taken(processes[2], rate, "somebody", 1_000) == 0
    assert await taken(processes[2], rate, "somebody else", 1) == 1


async def test_many_at_once_get_exactly_what_there_is(processes: list[Throttle]) -> None:
    rate = Rate("test", 50)

    async def one(throttle: Throttle) -> int:
        return await taken(throttle, rate, "crowd", 1)

    got = await asyncio.gather(*(one(processes[number % 3]) for number in range(300)))
    assert 50 - 2 * (50 // SHARES - 1) <= sum(got) <= 50


async def test_a_new_minute_begins_anew_and_says_when_that_is(processes: list[Throttle]) -> None:
    rate, throttle = Rate("test", 2), processes[0]
    hand = throttle._clock
    assert isinstance(hand, MinuteHand)
    hand.time_ms += 48_500
    assert await taken(throttle, rate, "somebody", 5) == 2
    with pytest.raises(Refusal) as caught:
        await throttle.take(rate, "somebody")
    assert caught.value.retry_after_s == 12
    hand.time_ms += 11_500
    assert await taken(throttle, rate, "somebody", 5) == 2


async def test_a_unit_given_back_is_there_again_but_not_in_the_next_minute(processes: list[Throttle]) -> None:
    rate, throttle = Rate("test", 1), processes[0]
    hand = throttle._clock
    assert isinstance(hand, MinuteHand)
    since = await throttle.take(rate, "somebody")
    throttle.give_back(rate, "somebody", since)
    since = await throttle.take(rate, "somebody")
    hand.time_ms += MINUTE_MS
    throttle.give_back(rate, "somebody", since)
    assert await taken(throttle, rate, "somebody", 5) == 1


async def test_a_limit_costs_few_writes_a_window(office: Office, processes: list[Throttle]) -> None:
    rate = Rate("counted", 16_000)
    assert await taken(processes[0], rate, "somebody", 16_000) == 16_000
    written = await office.fetch("SELECT taken FROM rate_windows WHERE name = 'counted'")
    assert [row["taken"] for row in written] == [16_000]
    assert rate.limit // rate.share == SHARES


async def test_windows_that_are_over_are_forgotten(office: Office, processes: list[Throttle]) -> None:
    await processes[0].take(Rate("old", 5), "somebody")
    await office.execute("UPDATE rate_windows SET since = now() - interval '3 hours' WHERE name = 'old'")
    await forget_windows(office.database)
    assert await office.value("SELECT count(*) FROM rate_windows WHERE name = 'old'") == 0


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
    app: Any = VipLane(central[0]) if way == "short" else central[0]
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


@pytest.mark.parametrize(
    ("trusted", "client", "forwarded", "found"),
    [
        ("", "8.8.4.4", "203.0.113.5", "8.8.4.4"),
        ("10.0.0.0/8", "8.8.4.4", "203.0.113.5", "8.8.4.4"),
        ("10.0.0.0/8", "10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("10.0.0.0/8", "10.0.0.1", "9.9.9.9, 203.0.113.5, 10.0.0.2", "203.0.113.5"),
        ("10.0.0.0/8", "10.0.0.1", "203.0.113.5, rubbish", "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", "203.0.113.5:4711", "203.0.113.5"),
        ("10.0.0.0/8", "::ffff:10.0.0.1", "[2001:db8::1]:443", "2001:db8::1"),
        ("10.0.0.0/8", "10.0.0.1", "10.0.0.9, 10.0.0.2", "10.0.0.9"),
    ],
)
def test_the_address_is_the_last_that_no_trusted_proxy_has(
    trusted: str, client: str, forwarded: str, found: str
) -> None:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    proxies = choose_proxies({"COUNTERSIGN_TRUSTED_PROXIES": trusted})
    assert proxies.client_of({"client": (client, 1), "headers": headers}) == found


@pytest.mark.expects_log("a proxy at 10.0.0.0/24 is not in COUNTERSIGN_TRUSTED_PROXIES")
def test_a_proxy_that_nobody_named_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    proxies = choose_proxies({})
    headers = [(b"x-forwarded-for", b"203.0.113.5")]
    for client, given in (
        ("10.0.0.7", []),
        ("8.8.8.8", headers),
        ("10.0.0.7", headers),
        ("10.0.0.7", headers),
    ):
        assert proxies.client_of({"client": (client, 1), "headers": given}) == client
    assert len(caplog.records) == 1


def test_settings_that_do_not_fit_are_named() -> None:
    assert choose_rates({"COUNTERSIGN_RATES": "guest=7, scans=9"}).guest.limit == 7
    for text in ("guests=7", "guest=-1", "guest", "guest=0", "guest=99999999999"):
        with pytest.raises(UserError, match="no limit"):
            choose_rates({"COUNTERSIGN_RATES": text})
    with pytest.raises(UserError, match="no address"):
        choose_proxies({"COUNTERSIGN_TRUSTED_PROXIES": "here"})
