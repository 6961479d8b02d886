"""Limits by day, once per person, one's own code, and the code that a registration needs."""

from pathlib import Path
from uuid import uuid4

import pytest

from pos_app.usecases.counter import Counter
from pos_app.usecases.source import Source
from sync.protocol.payloads import Void
from sync.rules.campaign import Stacking
from sync.rules.code import Kind
from sync.rules.reasons import Reason
from sync.rules.sale import Line
from sync.rules.user_error import UserError
from sync.till.journal.entries import Entry
from tests.builders.desk import HandClock, World, a_counter, the_till
from tests.builders.rules import a_campaign, a_guest, percent

LINES = (Line(amount_minor=1000),)
DAY_MS = 24 * 3600 * 1000
# 2026-01-01T22:30 UTC is half past eleven at night in Berlin and half past four in the afternoon in Chicago.
LATE_MS = 1_767_306_600_000


def buy(counter: Counter, *texts: str) -> Reason:
    """Sell with these codes and cards; return what became of it."""
    looks = [counter.look_up(text, Source.CAMERA, lines=LINES) for text in texts]
    try:
        counter.sell(LINES, looks)
    except UserError as error:
        return Reason(error.reason)
    return Reason.OK


def test_a_limit_by_day_holds_at_the_till_until_midnight_in_the_campaigns_zone(tmp_path: Path) -> None:
    world = World()
    world.settings()
    world.code("BERLIN", world.campaign(a_campaign(id=1, max_uses_per_day=2, zone="Europe/Berlin")))
    world.code("CHICAGO", world.campaign(a_campaign(id=2, max_uses_per_day=1, zone="America/Chicago")))
    clock = HandClock(at_ms=LATE_MS)
    counter = a_counter(tmp_path, world, clock=clock)
    assert [buy(counter, "BERLIN") for _ in range(3)] == [Reason.OK, Reason.OK, Reason.USED_UP_TODAY]
    refused = counter.look_up("BERLIN", Source.CAMERA)
    assert (refused.reason, "2 a day" in refused.message) == (Reason.USED_UP_TODAY, True)
    assert buy(counter, "CHICAGO") is Reason.OK
    clock.at_ms += 3600 * 1000
    assert buy(counter, "BERLIN") is Reason.OK
    assert counter.look_up("CHICAGO", Source.CAMERA).reason == Reason.USED_UP_TODAY
    clock.at_ms += DAY_MS
    assert counter.look_up("CHICAGO", Source.CAMERA).accepted


def test_uses_of_one_bill_count_together_towards_the_day(tmp_path: Path) -> None:
    world = World()
    world.settings()
    campaign = world.campaign(a_campaign(max_uses_per_day=1, stacking=Stacking.COMBINABLE))
    world.code("ONE", campaign)
    world.code("TWO", campaign)
    counter = a_counter(tmp_path, world)
    looks = [counter.look_up(text, Source.CAMERA, lines=LINES) for text in ("ONE", "TWO")]
    priced = counter.price(LINES, looks)
    assert [given.look_up.code.name for given in priced.given if given.look_up.code] == ["ONE"]
    assert [left.verdict.reason for left in priced.left_out] == [Reason.USED_UP_TODAY]


def test_a_limit_by_day_and_guest_lets_the_next_guest_use_it(tmp_path: Path) -> None:
    world = World()
    world.settings()
    world.code("DAILY", world.campaign(a_campaign(max_uses_per_guest_per_day=1)))
    world.guest("CARD-A", a_guest(id=5))
    world.guest("CARD-B", a_guest(id=6))
    clock = HandClock()
    counter = a_counter(tmp_path, world, clock=clock)
    assert buy(counter, "CARD-A", "DAILY") is Reason.OK
    assert buy(counter, "CARD-A", "DAILY") is Reason.GUEST_LIMIT_TODAY
    assert buy(counter, "CARD-B", "DAILY") is Reason.OK
    clock.at_ms += DAY_MS
    assert buy(counter, "CARD-A", "DAILY") is Reason.OK


def test_what_is_voided_does_not_count(tmp_path: Path) -> None:
    world = World()
    world.settings()
    world.code("DAILY", world.campaign(a_campaign(max_uses_per_day=1)))
    counter = a_counter(tmp_path, world)
    sold = counter.sell(LINES, [counter.look_up("DAILY", Source.CAMERA, lines=LINES)])
    assert buy(counter, "DAILY") is Reason.USED_UP_TODAY
    journal = the_till(counter).journal
    journal.commit([Entry(payload=Void(receipt=9, original=uuid4(), reason="mistake"))])
    assert buy(counter, "DAILY") is Reason.USED_UP_TODAY
    journal.commit([Entry(payload=Void(receipt=9, original=sold.event, reason="mistake"))])
    assert buy(counter, "DAILY") is Reason.OK


def test_the_offices_word_that_the_day_is_used_up_counts_for_that_day_alone(tmp_path: Path) -> None:
    world = World()
    world.settings()
    for number, (text, day) in enumerate((("TODAY", "2026-01-01"), ("YESTERDAY", "2025-12-31"))):
        campaign = a_campaign(id=number, max_uses_per_day=5, zone="UTC", used_up_on=day)
        world.code(text, world.campaign(campaign))
    counter = a_counter(tmp_path, world, clock=HandClock())
    assert counter.look_up("TODAY", Source.CAMERA).reason == Reason.USED_UP_TODAY
    assert counter.look_up("YESTERDAY", Source.CAMERA).accepted


def a_referral_world(**switches: bool) -> World:
    world = World()
    world.settings(**switches)
    campaign = world.campaign(a_campaign(percent(1000), kind=Kind.REFERRAL))
    world.code("FRIEND", campaign, max_uses=100, holder_guest_id=5, beneficiary_id=7)
    world.code("OTHER", campaign, max_uses=100, holder_guest_id=6)
    for guest in (5, 6, 7):
        world.guest(f"CARD-{guest}", a_guest(id=guest))
    return world


def test_a_referral_code_counts_once_per_person_at_this_till_for_ever(tmp_path: Path) -> None:
    clock = HandClock()
    counter = a_counter(tmp_path, a_referral_world(), clock=clock)
    assert buy(counter, "CARD-6", "FRIEND") is Reason.OK
    clock.at_ms += 400 * DAY_MS
    assert buy(counter, "CARD-6", "FRIEND") is Reason.ALREADY_USED_BY_GUEST
    assert buy(counter, "CARD-5", "OTHER") is Reason.OK


@pytest.mark.parametrize("card", ["CARD-5", "CARD-7"])
def test_neither_the_owner_nor_the_beneficiary_can_use_a_referral_code(tmp_path: Path, card: str) -> None:
    counter = a_counter(tmp_path, a_referral_world())
    assert buy(counter, card, "FRIEND") is Reason.OWN_CODE


@pytest.mark.parametrize(
    ("enabled", "required", "text", "reason"),
    [
        (False, True, None, Reason.OK),
        (False, True, "FRIEND", Reason.REFERRAL_DISABLED),
        (True, False, None, Reason.OK),
        (True, True, None, Reason.REFERRAL_REQUIRED),
        (True, True, "  ", Reason.REFERRAL_REQUIRED),
        (True, True, "FRIEND", Reason.OK),
        (True, False, "NOBODYS", Reason.UNKNOWN_CODE),
        (True, False, "CARD-5", Reason.UNKNOWN_CODE),
    ],
)
def test_a_registration_asks_for_a_code_as_the_network_says(
    tmp_path: Path, *, enabled: bool, required: bool, text: str | None, reason: Reason
) -> None:
    world = a_referral_world(referral_enabled=enabled, referral_required=required)
    counter = a_counter(tmp_path, world)
    answer = counter.may_register(text)
    assert (answer.reason, answer.allowed) == (reason, reason is Reason.OK)
    assert (answer.code is not None) == (reason is Reason.OK and text == "FRIEND")
    assert answer.message


def test_a_till_without_its_list_says_so_to_a_registration(tmp_path: Path) -> None:
    counter = a_counter(tmp_path, World(), load=False)
    assert counter.may_register().allowed
    assert counter.may_register("FRIEND").reason is Reason.REFERRAL_DISABLED


def test_a_code_of_an_ended_referral_campaign_does_not_help_a_registration(tmp_path: Path) -> None:
    world = World()
    world.settings(referral_required=True)
    ended = a_campaign(kind=Kind.REFERRAL, ends_on="2025-12-31", zone="UTC")
    world.code("LATE", world.campaign(ended), max_uses=100)
    answer = a_counter(tmp_path, world, clock=HandClock(), language="ru").may_register("LATE")
    assert answer.reason is Reason.ENDED
    assert "31.12.2025" in answer.message
