"""Looks at a guest's balance and cards, by the short way and by the long way: what one says, the other says."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from litestar import Litestar

from sync.central.http.short_ways import ShortWays
from sync.central.schema.words import Role
from sync.protocol.leases import LimitKind
from tests.builders.bounded import begin_anew, rates_with
from tests.builders.callers import bearer, call, guest_token, key_headers, member, owner_headers
from tests.builders.office import Office, new_office, problem_of, sale

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
WORDS = ("balance", "cards")
_AS_OF = re.compile(rb'"as_of":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"')


class _Behind:
    """The office behind the short way, and which requests reached it."""

    def __init__(self, app: Litestar) -> None:
        self.state = app.state
        self.asked: list[str] = []
        self._app: Any = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.asked.append(scope["path"])
        await self._app(scope, receive, send)


@dataclass
class Counter:
    """Both ways in. ``behind`` lists what the short way handed on."""

    office: Office
    short: httpx.AsyncClient
    behind: _Behind = field(repr=False)

    async def warm_up(self, headers: Headers, *words: str) -> None:
        """Let the guard let a caller in."""
        for word in words or WORDS:
            await self.short.get(f"/api/guest/1/{word}", headers=headers)
        self.behind.asked.clear()

    async def both(self, guest: int, word: str, headers: Headers) -> tuple[bool, int, bytes]:
        """Ask both ways; return whether the short way answered by itself, and what both said."""
        path = f"/api/guest/{guest}/{word}"
        before = len(self.behind.asked)
        short = await self.short.get(path, headers=headers)
        by_itself = len(self.behind.asked) == before
        long = await self.office.client.get(path, headers=headers)
        said, expected = _told(short), _told(long)
        assert said == expected
        return by_itself, said[0], said[2]


def _told(answer: httpx.Response) -> tuple[int, str, bytes]:
    content, instants = _AS_OF.subn(b'"as_of":"now"', answer.content)
    assert instants == (answer.status_code == 200 and answer.request.url.path.endswith("balance"))
    return answer.status_code, answer.headers["content-type"], content


@pytest.fixture
async def counter(central: tuple[Litestar, httpx.AsyncClient], office: Office) -> AsyncIterator[Counter]:
    behind = _Behind(central[0])
    asgi: Any = ShortWays(behind)
    transport = httpx.ASGITransport(asgi, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://central") as client:
        yield Counter(office, client, behind)


@pytest.fixture
async def cashier(office: Office, counter: Counter) -> Headers:
    headers = (await member(office, Role.CASHIER)).headers
    await counter.warm_up(headers)
    return headers


async def regular(office: Office) -> int:
    """A guest with everything that a balance tells of."""
    guest = await office.guest("Ada", points=40)
    owner = await owner_headers(office)
    body = {"type": "SALE", "amount": 1200}
    (await call(office, "POST", f"/api/guest/{guest}/transaction", owner, body)).raise_for_status()
    till = await office.till()
    till.write(sale(guest_id=guest, points_earned=25))
    till.write(sale(guest_id=guest, points_earned=5))
    await till.upload()
    await till.lease(guest, kind=LimitKind.POINTS, units=7)
    await office.execute(
        """UPDATE points_lots SET expires_at = now() + make_interval(days => "left"::int)
        WHERE guest_id = $1 AND "left" < 40""",
        guest,
    )
    (await call(office, "POST", f"/api/guest/{guest}/cards", owner)).raise_for_status()
    (await call(office, "POST", f"/api/guest/{guest}/cards/digits", owner)).raise_for_status()
    return guest


@pytest.mark.parametrize("word", WORDS)
async def test_staff_are_told_by_the_short_way_what_the_long_way_tells(
    office: Office, counter: Counter, cashier: Headers, word: str
) -> None:
    for guest in (await regular(office), await office.guest("Bob")):
        by_itself, status, content = await counter.both(guest, word, cashier)
        assert (by_itself, status) == (True, 200)
        assert content != b"[]"


async def test_a_balance_by_the_short_way_tells_everything(
    office: Office, counter: Counter, cashier: Headers
) -> None:
    guest = await regular(office)
    seen = (await counter.short.get(f"/api/guest/{guest}/balance", headers=cashier)).json()
    assert counter.behind.asked == []
    assert (seen["guest_id"], seen["set_aside"], seen["purchases"]) == (guest, 7, 3)
    assert (seen["qualifying_points"], seen["points_to_next_tier"]) == (1140, 1860)
    assert (seen["tier"], seen["next_tier"]) == ("SILVER", "GOLD")
    assert [lot["points"] for lot in seen["expiring"]] == [5, 25]
    assert seen["points"] == await office.value("SELECT points FROM guests WHERE id = $1", guest)


@pytest.mark.parametrize("word", WORDS)
async def test_guests_see_themselves_by_the_short_way_and_nobody_else(
    office: Office, counter: Counter, word: str
) -> None:
    ada, bob = await regular(office), await office.guest("Bob", points=3)
    headers = bearer(await guest_token(office, ada))
    await counter.warm_up(headers)
    assert (await counter.both(ada, word, headers))[:2] == (True, 200)
    assert (await counter.both(bob, word, headers))[:2] == (False, 404)


@pytest.mark.parametrize("word", WORDS)
async def test_who_is_not_there_is_not_found_by_either_way(
    central: tuple[Litestar, httpx.AsyncClient], office: Office, counter: Counter, cashier: Headers, word: str
) -> None:
    erased, theirs = await office.guest("Bob"), await (await new_office(*central)).guest()
    owner = await owner_headers(office)
    gone = await call(office, "POST", f"/api/guests/{erased}/erase", owner, {"reason": "asked"})
    gone.raise_for_status()
    for guest in (0, 10**15, 2**63, 10**30, erased, theirs):
        assert (await counter.both(guest, word, cashier))[:2] == (False, 404), guest


@pytest.mark.parametrize("word", WORDS)
async def test_who_turned_out_to_be_somebody_else_is_shown_as_that_one(
    office: Office, counter: Counter, cashier: Headers, word: str
) -> None:
    kept, other = await regular(office), await office.guest("Ada again")
    await office.execute("UPDATE guests SET merged_into = $1 WHERE id = $2", kept, other)
    told = await counter.both(kept, word, cashier)
    assert told[:2] == (True, 200)
    assert await counter.both(other, word, cashier) == (False, 200, told[2])


async def test_points_that_have_expired_are_in_no_balance_and_are_taken_out_once(
    office: Office, counter: Counter, cashier: Headers
) -> None:
    guest = await regular(office)
    await office.execute("""UPDATE points_lots SET expires_at = now() WHERE "left" = 25""")
    path = f"/api/guest/{guest}/balance"
    before = await office.value("SELECT points FROM guests WHERE id = $1", guest)
    seen = (await counter.short.get(path, headers=cashier)).json()
    assert (seen["points"], [lot["points"] for lot in seen["expiring"]]) == (before - 25, [5])
    assert counter.behind.asked == [path], "the long way has taken them out"
    assert (await counter.both(guest, "balance", cashier))[:2] == (True, 200)
    assert await office.value("SELECT count(*) FROM points_transactions WHERE kind = 'expire'") == 1


async def test_expired_points_that_a_till_holds_stay_in_the_balance_of_both_ways(
    office: Office, counter: Counter, cashier: Headers
) -> None:
    guest = await office.guest(points=10)
    await (await office.till()).lease(guest, kind=LimitKind.POINTS, units=10)
    await office.execute("UPDATE points_lots SET expires_at = now()")
    by_itself, _, content = await counter.both(guest, "balance", cashier)
    assert by_itself
    assert b'"points":10,"points_owed":0,"set_aside":10' in content


async def test_a_look_sees_what_was_committed_before_it(
    office: Office, counter: Counter, cashier: Headers
) -> None:
    guest = await office.guest()
    await office.execute("UPDATE guests SET points_owed = 8 WHERE id = $1", guest)
    assert b'"points_owed":8' in (await counter.both(guest, "balance", cashier))[2]
    await office.execute("UPDATE guests SET points_owed = 0 WHERE id = $1", guest)
    assert b'"points_owed":0' in (await counter.both(guest, "balance", cashier))[2]


async def test_many_who_look_at_once_each_get_their_guests(
    office: Office, counter: Counter, cashier: Headers
) -> None:
    guests = [await office.guest(f"Guest {number}", points=number) for number in range(9)]
    paths = [f"/api/guest/{guest}/balance" for guest in guests * 20]
    answers = await asyncio.gather(*(counter.short.get(path, headers=cashier) for path in paths))
    assert [(answer.json()["guest_id"], answer.json()["points"]) for answer in answers] == list(
        zip(guests, range(9), strict=True)
    ) * 20
    assert counter.behind.asked == []


async def test_two_networks_that_look_at_once_see_their_own_guests_alone(
    central: tuple[Litestar, httpx.AsyncClient], office: Office, counter: Counter, cashier: Headers
) -> None:
    other = await new_office(*central)
    elsewhere = (await member(other, Role.CASHIER)).headers
    await counter.warm_up(elsewhere)
    ours, theirs = await office.guest(), await other.guest()
    for word in WORDS:
        asks = [
            counter.short.get(f"/api/guest/{guest}/{word}", headers=headers)
            for headers in (cashier, elsewhere)
            for guest in (ours, theirs) * 10
        ]
        statuses = [answer.status_code for answer in await asyncio.gather(*asks)]
        assert statuses == [200, 404] * 10 + [404, 200] * 10


@pytest.mark.parametrize("way", ["short", "long"])
async def test_a_balance_waits_for_nobody_and_writes_nothing(
    office: Office, counter: Counter, cashier: Headers, way: str
) -> None:
    guest = await office.guest()
    limits = await office.value("SELECT count(*) FROM limits")
    client = counter.short if way == "short" else office.client
    async with office.database.network_transaction(office.network) as connection:
        await connection.execute("SELECT 1 FROM guests WHERE id = $1 FOR UPDATE", guest)
        answer = await client.get(f"/api/guest/{guest}/balance", headers=cashier)
    assert answer.status_code == 200
    assert await office.value("SELECT count(*) FROM limits") == limits


async def test_who_hangs_up_keeps_nobody_else_waiting(
    office: Office, counter: Counter, cashier: Headers
) -> None:
    path = f"/api/guest/{await office.guest()}/balance"
    impatient, patient = (asyncio.create_task(counter.short.get(path, headers=cashier)) for _ in range(2))
    await asyncio.wait([impatient], timeout=0)
    impatient.cancel()
    assert (await patient).status_code == 200
    assert (await counter.short.get(path, headers=cashier)).status_code == 200


@pytest.mark.parametrize("word", WORDS)
async def test_roles_and_scopes_are_the_guards_on_both_ways(
    office: Office, counter: Counter, word: str
) -> None:
    guest = await office.guest()
    for headers, status in (
        ({}, 401),
        (bearer("nothing"), 401),
        ({"Authorization": "Basic eDp5"}, 401),
        ((await member(office, Role.IT)).headers, 403),
        (await key_headers(office, "vip:use"), 403),
        (await key_headers(office, "guests:read"), 200),
    ):
        await counter.warm_up(headers)
        assert (await counter.both(guest, word, headers))[:2] == (status == 200, status)


async def test_who_was_let_in_to_one_of_the_two_is_asked_again_for_the_other(
    office: Office, counter: Counter
) -> None:
    guest, headers = await office.guest(), (await member(office, Role.CASHIER)).headers
    await counter.warm_up(headers, "balance")
    assert (await counter.both(guest, "cards", headers))[:2] == (False, 200)
    assert (await counter.both(guest, "cards", headers))[:2] == (True, 200)


async def test_somebody_who_is_shut_out_is_out_when_the_guard_is_asked_again(
    office: Office, counter: Counter, cashier: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest = await office.guest()
    assert (await counter.both(guest, "balance", cashier))[:2] == (True, 200)
    await office.execute("UPDATE staff SET active = false WHERE role = 'cashier'")
    monkeypatch.setattr("sync.central.http.doorkeeper.ASKED_AGAIN_S", 0.0)
    assert (await counter.both(guest, "balance", cashier))[:2] == (False, 401)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("there", [True, False])
async def test_each_look_is_counted_once(
    central: tuple[Litestar, httpx.AsyncClient], office: Office, counter: Counter, cashier: Headers, word: str,
    there: bool,
) -> None:  # fmt: skip
    path = f"/api/guest/{await office.guest() if there else 10**15}/{word}"
    begin_anew(central[0], rates_with(caller=3))
    answers = [await counter.short.get(path, headers=cashier) for _ in range(5)]
    good = 200 if there else 404
    assert [answer.status_code for answer in answers] == [good, good, good, 429, 429]
    assert problem_of(answers[-1]) == "too-many-requests"
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_what_is_no_look_goes_the_long_way(office: Office, counter: Counter, cashier: Headers) -> None:
    guest = await office.guest()
    for path, status in (
        (f"/api/guest/{guest}", 200),
        (f"/api/guest/{guest}/children", 200),
        (f"/api/guest/{guest}/balance/more", 404),
        ("/api/guest/ada/balance", 404),
        ("/api/guest//balance", 404),
    ):
        counter.behind.asked.clear()
        assert (await counter.short.get(path, headers=cashier)).status_code == status, path
        assert len(counter.behind.asked) == 1
    assert (await counter.short.post(f"/api/guest/{guest}/balance", headers=cashier)).status_code == 405
