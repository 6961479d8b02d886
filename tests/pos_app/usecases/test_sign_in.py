"""Who stands at the till, offline as online, and what guessing costs."""

from pathlib import Path

import pytest

from pos_app.usecases.counter import Counter
from pos_app.usecases.lockout import FIRST_WAIT_MS, FREE_TRIES, LONGEST_WAIT_MS
from pos_app.usecases.sign_in import identify
from pos_app.usecases.source import Source
from sync.protocol.event import read_envelope
from sync.protocol.payloads import SessionClosed, SessionOpened
from sync.rules.user_error import UserError
from tests.builders.desk import HandClock, World, a_counter, the_till, written
from tests.builders.rules import a_campaign


@pytest.fixture
def world() -> World:
    world = World()
    world.staff("Olga", pin="4711", badge="BADGE-OLGA")
    world.staff("Ben", pin="0815")
    world.staff("Gone", pin="9999", badge="BADGE-GONE", active=False)
    return world


def reason(counter: Counter, pin: str) -> str:
    with pytest.raises(UserError) as caught:
        counter.sign_in(pin)
    assert caught.value.advice
    return caught.value.reason


def test_a_pin_or_a_badge_signs_in_without_any_office(tmp_path: Path, world: World) -> None:
    counter = a_counter(tmp_path, world, offline=True)
    assert counter.sign_in("0815").name == "Ben"
    olga = counter.sign_in_badge("BADGE-OLGA")
    assert (olga.name, olga.method, counter.signed_in) == ("Olga", "badge", olga)
    counter.sign_out()
    assert counter.signed_in is None
    assert written(counter)[1:] == [
        SessionOpened(method="pin"),
        SessionOpened(method="badge"),
        SessionClosed(why="switched"),
        SessionClosed(why="signed_out"),
    ]


def test_what_is_done_then_carries_the_name(tmp_path: Path, world: World) -> None:
    world.code("SPRING", world.campaign(a_campaign()))
    counter = a_counter(tmp_path, world)
    ben = counter.sign_in("0815")
    counter.redeem("SPRING", Source.CAMERA)
    batch = the_till(counter).journal.unsettled()
    assert batch is not None
    assert read_envelope(batch.events[-1].body).staff == ben.staff_id


@pytest.mark.parametrize("pin", ["", "1234", "9999", "4711 ", "'; --", "\x00", "4" * 10_000, "４７１１"])
def test_a_wrong_pin_is_a_sentence(tmp_path: Path, world: World, pin: str) -> None:
    assert reason(a_counter(tmp_path, world), pin) == "wrong_pin"


@pytest.mark.parametrize("text", ["", "BADGE-GONE", "NOSUCH", "\x00\xff", "4711"])
def test_a_badge_that_is_nobodys_is_a_sentence(tmp_path: Path, world: World, text: str) -> None:
    with pytest.raises(UserError) as caught:
        a_counter(tmp_path, world).sign_in_badge(text)
    assert caught.value.reason == "wrong_badge"


def test_a_picked_person_needs_their_own_pin(tmp_path: Path, world: World) -> None:
    counter = a_counter(tmp_path, world)
    assert counter.sign_in("4711", staff_id=1).name == "Olga"
    with pytest.raises(UserError) as caught:
        counter.sign_in("4711", staff_id=2)
    assert caught.value.reason == "wrong_pin"
    assert counter.signed_in is not None
    assert counter.signed_in.name == "Olga"


def test_guessing_locks_the_till_longer_each_time_and_a_restart_does_not_help(
    tmp_path: Path, world: World
) -> None:
    clock = HandClock()
    counter = a_counter(tmp_path, world, clock=clock)
    reasons = [reason(counter, "1234") for _ in range(FREE_TRIES)]
    assert reasons == ["wrong_pin"] * (FREE_TRIES - 1) + ["locked_out"]
    assert reason(counter, "4711") == "locked_out"
    the_till(counter).close()
    counter = a_counter(tmp_path, world, clock=clock)
    assert reason(counter, "4711") == "locked_out"
    clock.at_ms += FIRST_WAIT_MS
    assert reason(counter, "1234") == "locked_out"
    clock.at_ms += FIRST_WAIT_MS
    assert reason(counter, "4711") == "locked_out"
    clock.at_ms += FIRST_WAIT_MS
    assert counter.sign_in("4711").name == "Olga"
    assert reason(counter, "1234") == "wrong_pin"


def test_no_wait_is_longer_than_the_longest_whatever_the_clock_does(tmp_path: Path, world: World) -> None:
    clock = HandClock()
    counter = a_counter(tmp_path, world, clock=clock)
    for _ in range(40):
        reason(counter, "1234")
        clock.at_ms += LONGEST_WAIT_MS
    reason(counter, "1234")
    clock.at_ms -= 10 * 86_400_000
    with pytest.raises(UserError) as caught:
        counter.sign_in("4711")
    assert str(LONGEST_WAIT_MS // 1000) in caught.value.advice


def test_a_till_without_staff_says_what_is_missing(tmp_path: Path) -> None:
    assert reason(a_counter(tmp_path, World(), load=False), "4711") == "no_staff"


def test_the_list_of_staff_is_by_name_and_without_those_who_left(tmp_path: Path, world: World) -> None:
    assert [row.name for row in a_counter(tmp_path, world).staff()] == ["Ben", "Olga"]


def test_a_second_person_is_known_by_badge_as_by_pin(tmp_path: Path, world: World) -> None:
    counter = a_counter(tmp_path, world, offline=True)
    assert identify(counter._desk, "0815").name == "Ben"
    assert identify(counter._desk, "BADGE-OLGA").name == "Olga"
    with pytest.raises(UserError, match="PIN"):
        identify(counter._desk, "BADGE-GONE")
    assert counter.signed_in is None
