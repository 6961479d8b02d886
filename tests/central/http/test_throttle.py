"""A limit as several processes share it, whom it counts, and how it is set."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from sync.central.database import connected
from sync.central.http.addresses import choose_proxies
from sync.central.http.rates import choose_rates
from sync.central.http.throttle import Throttle
from sync.central.services.rates import SHARES, Rate, forget_windows
from sync.central.services.refusal import Refusal
from sync.rules.user_error import UserError
from tests.builders.bounded import MinuteHand
from tests.builders.office import Office

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


async def test_many_counted_afterwards_at_one_moment_are_each_counted_once(processes: list[Throttle]) -> None:
    rate = Rate("test", 120)
    counted = await asyncio.gather(*(processes[0].charge(rate, "crowd") for _ in range(20)))
    assert counted == [True] * 20
    processes[0].check(rate, "crowd")
    assert await taken(processes[0], rate, "crowd", 1_000) == 100
    assert await processes[0].charge(rate, "crowd") is False


async def test_wrong_tries_one_after_the_other_are_exactly_as_many_as_the_limit_by_whatever_process(
    processes: list[Throttle],
) -> None:
    rate, wrong = Rate("test", 10, singly=True), 0
    for number in range(60):
        throttle = processes[number * number % 3]
        try:
            await throttle.hold(rate, "somebody")
        except Refusal:
            continue
        wrong += 1
        assert await throttle.charge(rate, "somebody")
    assert wrong == 10


async def test_right_tries_cost_nothing_and_leave_all_but_one_unit_a_process_to_the_others(
    processes: list[Throttle],
) -> None:
    rate = Rate("test", 10, singly=True)
    for _ in range(100):
        for throttle in processes:
            await throttle.hold(rate, "shop")
    assert await taken(processes[2], rate, "shop", 100) == 10 - 2
    assert not processes[2].holds(rate, "shop")
    assert processes[0].holds(rate, "shop")


async def test_of_wrong_tries_at_one_moment_those_beyond_the_last_unit_pass_and_nothing_after_them(
    processes: list[Throttle],
) -> None:
    rate, throttle = Rate("test", 1, singly=True), processes[0]
    await asyncio.gather(*(throttle.hold(rate, "crowd") for _ in range(20)))
    counted = await asyncio.gather(*(throttle.charge(rate, "crowd") for _ in range(20)))
    assert counted.count(True) == 1
    for each in processes:
        with pytest.raises(Refusal):
            await each.hold(rate, "crowd")


async def test_a_unit_is_taken_only_where_there_is_one_of_each_limit_that_must_hold(
    processes: list[Throttle],
) -> None:
    throttle, rate, held = processes[0], Rate("all", 3), (Rate("wrong", 1), Rate("wrong in an hour", 1))
    assert not throttle.take_holding(rate, held, "shop"), "nothing was borrowed yet"
    since = await throttle.take(rate, "shop")
    throttle.give_back(rate, "shop", since)
    assert not throttle.take_holding(rate, held, "shop")
    for one in held:
        await throttle.hold(one, "shop")
    assert throttle.take_holding(rate, held, "shop")
    assert not throttle.take_holding(rate, held, "shop"), "its only unit was taken"
    assert await taken(throttle, rate, "shop", 9) == 2, "what was refused took no unit"


async def test_a_unit_of_a_minute_that_is_over_is_none(office: Office) -> None:
    hand = MinuteHand()
    throttle, rate, held = (
        Throttle(office.database, uuid4().bytes, hand),
        Rate("all", 320),
        Rate("wrong", 320),
    )
    await throttle.take(rate, "shop")
    await throttle.hold(held, "shop")
    assert throttle.take_holding(rate, (held,), "shop")
    hand.time_ms += MINUTE_MS
    assert not throttle.take_holding(rate, (held,), "shop")
    await throttle.hold(held, "shop")
    assert not throttle.take_holding(rate, (held,), "shop")


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
