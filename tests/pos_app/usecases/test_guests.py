"""Finding a guest without a card, and registering one with the office out of reach."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pos_app.usecases.counter import Counter
from pos_app.usecases.guest_form import read_day
from pos_app.usecases.guest_results import Alike, ChildForm, Consent, GuestForm
from pos_app.usecases.results import GuestSeen
from pos_app.usecases.source import Source
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.feed import Change, FeedPage, GuestRow, Table
from sync.protocol.guest_data import made_by_till, open_guest, open_guest_key
from sync.protocol.payloads import GuestRegistered, Redemption, Sale
from sync.protocol.sealed_keys import seal_key
from sync.protocol.wire import pack
from sync.rules.campaign import Benefit, BenefitKind, Policy
from sync.rules.card_text import CardKeys, write_card
from sync.rules.code import Kind
from sync.rules.sale import Guest, Line
from sync.rules.user_error import UserError
from tests.builders.desk import DIGEST_KEY, NETWORK, World, a_counter, lend, the_till, written
from tests.builders.rules import a_campaign, percent

CARD_KEY = bytes([5]) * 32
CARDS = CardKeys(network=NETWORK, current=1, keys={1: CARD_KEY})


def a_form(name: str = "Maria Nowak", **fields: Any) -> GuestForm:
    return GuestForm(name=name, **{"consents": (Consent.DATA,), **fields})


@pytest.fixture
def world() -> World:
    world = World()
    world.guest("CARD-ANNA", Guest(id=5, tier="GOLD", points=40), name="Anna Petrova", phone="+79161234321")
    world.guest("CARD-JOHN", Guest(id=6), name="Jöhn Müller-Smith", phone="+4930111222")
    friend = world.campaign(a_campaign(percent(500), id=4, kind=Kind.REFERRAL, name="Bring a friend"))
    world.code("FRIEND", friend, max_uses=3)
    world.settings(card_keys={1: seal_key(DIGEST_KEY, 1, CARD_KEY)})
    return world


@pytest.fixture
def counter(world: World, tmp_path: Path) -> Iterator[Counter]:
    counter = a_counter(tmp_path, world, offline=True)
    yield counter
    the_till(counter).close()


def names(counter: Counter, text: str) -> list[str]:
    return [found.name for found in counter.guests.search(text)]


def refused(counter: Counter, form: GuestForm, **choice: Any) -> str:
    with pytest.raises(UserError) as caught:
        counter.guests.register(form, **choice)
    assert not [each for each in written(counter) if isinstance(each, GuestRegistered)]
    return caught.value.reason


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("anna", ["Anna Petrova"]),
        ("PETR an", ["Anna Petrova"]),
        ("john muller", ["Jöhn Müller-Smith"]),
        ("Smith", ["Jöhn Müller-Smith"]),
        ("4321", ["Anna Petrova"]),
        ("anna 4321", ["Anna Petrova"]),
        ("+7 916 123-43-21", ["Anna Petrova"]),
        ("8 (916) 123 43 21", ["Anna Petrova"]),
        ("030 111222", ["Jöhn Müller-Smith"]),
        ("a", []),
        ("", []),
        ("nobody", []),
        ('anna" OR "john', []),
        ("   ", []),
    ],
)
def test_a_guest_is_found_by_name_or_phone(counter: Counter, text: str, found: list[str]) -> None:
    assert names(counter, text) == found


def test_a_guest_whom_the_feed_renames_is_found_by_the_new_name_only(counter: Counter) -> None:
    row = GuestRow(guest=Guest(id=5), name="Anna Ivanova", phone_last4="4321")
    _feed(counter, [Change(Table.GUEST, 5, 2, pack(row))])
    assert (names(counter, "petrova"), names(counter, "ivanova")) == ([], ["Anna Ivanova"])
    _feed(counter, [Change(Table.GUEST, 5, 3, None)])
    assert names(counter, "anna") == []


def test_a_found_guest_goes_onto_a_bill_like_a_scanned_card(counter: Counter) -> None:
    look = counter.guests.take(5)
    assert isinstance(look.subject, GuestSeen)
    assert look.accepted
    counter.sell([Line(amount_minor=1000)], [look])
    (sale,) = [each for each in written(counter) if isinstance(each, Sale)]
    assert (sale.guest_id, sale.tier) == (5, "GOLD")


def test_a_registered_guest_is_known_at_once_and_sealed_in_the_journal(counter: Counter) -> None:
    done = counter.guests.register(
        a_form(
            phone="+49 151 1234 9876",
            email="m@example.com",
            children=(ChildForm(name="Ola", born="02.07.2019"),),
            consents=(Consent.DATA, Consent.MESSAGES),
        )
    )
    assert done.found.waiting
    assert names(counter, "nowak") == ["Maria Nowak"]
    assert names(counter, "9876") == ["Maria Nowak"]
    counter.sell([Line(amount_minor=1000)], [done.look])
    registered, sale = [each for each in written(counter) if isinstance(each, GuestRegistered | Sale)]
    assert isinstance(registered, GuestRegistered)
    assert isinstance(sale, Sale)
    assert sale.guest_id == registered.guest_id == done.found.guest.id
    assert made_by_till(registered.guest_id)
    assert registered.consent == ("data", "messages")
    batch = the_till(counter).journal.unsettled()
    assert batch is not None
    assert not any(b"Nowak" in event.body or b"9876" in event.body for event in batch.events)
    key = open_guest_key(DIGEST_KEY, done.event, batch.guest_keys[done.event])
    assert key is not None
    data = open_guest(key, done.event, registered.sealed)
    assert data is not None
    assert (data.name, data.phone, data.email) == ("Maria Nowak", "+4915112349876", "m@example.com")
    assert [(child.name, child.born) for child in data.children] == [("Ola", "2019-07-02")]


def test_a_registration_survives_a_restart_and_a_new_copy_of_the_offices_data(
    counter: Counter, world: World, tmp_path: Path
) -> None:
    counter.guests.register(a_form(phone="+4915112349876"))
    the_till(counter).close()
    again = a_counter(tmp_path, world, offline=True)
    assert names(again, "maria") == ["Maria Nowak"]
    the_till(again).close()


def test_a_guest_whom_the_feed_brings_waits_no_longer_but_keeps_the_key(counter: Counter) -> None:
    done = counter.guests.register(a_form())
    guest = replace(done.found.guest, points=12)
    _feed(counter, [Change(Table.GUEST, guest.id, 1, pack(GuestRow(guest=guest, name="Maria Nowak")))])
    (found,) = counter.guests.search("nowak")
    assert (found.waiting, found.guest.points) == (False, 12)
    assert the_till(counter).journal.waiting_guests() == []
    batch = the_till(counter).journal.unsettled()
    assert batch is not None
    assert done.event in batch.guest_keys


def test_the_key_of_a_guest_whom_the_office_erased_is_destroyed(counter: Counter) -> None:
    done = counter.guests.register(a_form())
    _feed(counter, [Change(Table.GUEST, done.found.guest.id, 2, None)])
    assert names(counter, "nowak") == []
    batch = the_till(counter).journal.unsettled()
    assert batch is not None
    assert batch.guest_keys == {}


def test_a_guest_who_turned_out_to_be_another_is_that_other(counter: Counter) -> None:
    done = counter.guests.register(a_form())
    merged = GuestRow(guest=Guest(id=5), name="Maria Nowak", merged_into=5)
    _feed(counter, [Change(Table.GUEST, done.found.guest.id, 1, pack(merged))])
    assert names(counter, "nowak") == []
    found = counter.guests.find(done.found.guest.id)
    assert found is not None
    assert (found.guest.id, found.name) == (5, "Anna Petrova")


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        (a_form("  "), "guest_name"),
        (a_form("x" * 201), "guest_name"),
        (a_form(phone="12"), "phone_unfit"),
        (a_form(phone="+49 30 ABC 12345"), "phone_unfit"),
        (a_form(phone="1" * 16), "phone_unfit"),
        (a_form(email="nobody"), "guest_email"),
        (a_form(email="a b@example.com"), "guest_email"),
        (a_form(consents=()), "guest_consent"),
        (a_form(consents=(Consent.MESSAGES,)), "guest_consent"),
        (a_form(children=(ChildForm(name="", born="2019-07-02"),)), "child_name"),
        (a_form(children=(ChildForm(name="Ola", born="2199-01-01"),)), "child_born"),
        (a_form(children=(ChildForm(name="Ola", born="1959-01-01"),)), "child_born"),
        (a_form(children=(ChildForm(name="Ola", born="31.02.2019"),)), "child_born"),
        (a_form(children=tuple(ChildForm(name=f"Ola {n}") for n in range(11))), "too_many_children"),
        (a_form(referral="NO-SUCH-CODE"), "unknown_code"),
        (a_form(card="anything"), "card_not_ours"),
        (a_form(card="CSC1:1.1.1.AAAA"), "card_not_ours"),
        (a_form(phone="+7 916 123 43 21"), "guest_known"),
        (a_form("Petrova, Anna"), "guest_maybe_known"),
        (a_form("Anna Petrowa"), "guest_maybe_known"),
    ],
)
def test_a_form_that_does_not_do_is_refused_with_its_reason(
    counter: Counter, form: GuestForm, fault: str
) -> None:
    assert refused(counter, form) == fault


def test_somebody_else_of_the_same_name_is_registered_but_never_of_the_same_phone(counter: Counter) -> None:
    form = a_form("Anna Petrova")
    assert refused(counter, replace(form, phone="+79161234321"), somebody_else=True) == "guest_known"
    counter.guests.register(form, somebody_else=True)
    assert names(counter, "petrova") == ["Anna Petrova", "Anna Petrova"]


def test_a_newcomer_who_waits_is_noticed_as_a_duplicate(counter: Counter) -> None:
    counter.guests.register(a_form(phone="+4915112349876"))
    checked = counter.guests.check(a_form(phone="+4915112349876"))
    assert [(each.alike, each.found.waiting) for each in checked.duplicates] == [(Alike.PHONE, True)]


def test_a_new_card_is_handed_over_and_reads_at_once(counter: Counter) -> None:
    text = write_card(CARDS, 77)
    done = counter.guests.register(a_form(card=text))
    look = counter.look_up(text, Source.CAMERA)
    assert look.guest is not None
    assert (look.accepted, look.guest.id) == (True, done.found.guest.id)
    (registered,) = [each for each in written(counter) if isinstance(each, GuestRegistered)]
    digest = keyed_digest(DIGEST_KEY, Subject.CARD, text).hex()
    assert (registered.card, registered.card_digest) == (77, digest)
    # The same card is somebody's now.
    checked = counter.guests.check(a_form("Other Person", card=text))
    assert [each.alike for each in checked.duplicates] == [Alike.CARD]


def test_a_referral_code_is_used_up_by_the_registration_that_it_came_with(
    counter: Counter, world: World
) -> None:
    code = _code(counter)
    lend(counter, world, code, 1)
    done = counter.guests.register(a_form(referral="friend"), Source.CAMERA)
    registered, use = [each for each in written(counter) if isinstance(each, GuestRegistered | Redemption)]
    assert isinstance(registered, GuestRegistered)
    assert isinstance(use, Redemption)
    assert registered.referral_code == use.code_id == code.id
    assert (use.guest_id, use.by, use.sale) == (done.found.guest.id, "lease", None)
    # The lease is spent: the next newcomer cannot bring the code without the office.
    with pytest.raises(UserError) as caught:
        counter.guests.register(a_form("Second Newcomer", referral="friend"))
    assert caught.value.reason == "needs_office"
    assert names(counter, "second") == []


def test_a_newcomer_gets_the_points_that_their_friends_code_gives(world: World, tmp_path: Path) -> None:
    points = Benefit(kind=BenefitKind.POINTS, points=40)
    friends = world.campaign(a_campaign(points, id=8, kind=Kind.REFERRAL, name="Points for a friend"))
    world.code("POINTS", friends)
    counter = a_counter(tmp_path, world, offline=True)
    counter.guests.register(a_form(referral="points"))
    (use,) = [each for each in written(counter) if isinstance(each, Redemption)]
    assert (use.points, use.discount_minor) == (40, 0)
    the_till(counter).close()


def test_a_referral_code_may_be_required(world: World, tmp_path: Path) -> None:
    world.changes = [each for each in world.changes if each.table is not Table.SETTINGS]
    world.settings(referral_required=True)
    counter = a_counter(tmp_path, world, offline=True)
    assert counter.guests.rules().referral_required
    assert refused(counter, a_form()) == "referral_required"
    the_till(counter).close()


def test_a_newcomer_has_only_the_risk_allowance_until_the_office_knows_them(tmp_path: Path) -> None:
    world = World()
    offer = world.campaign(a_campaign(percent(500), id=7, max_uses_per_guest=1, policy=Policy.LEASED))
    world.code("ONCE", offer)
    world.settings()
    world.refuse = ("needs_guest", {})
    counter = a_counter(tmp_path, world)
    done = counter.guests.register(a_form())
    look = counter.look_up("ONCE", Source.TYPED, guest=done.found.guest)
    assert (look.accepted, look.reason) == (False, "needs_office")
    the_till(counter).close()


def test_an_orphaned_key_of_a_registration_that_never_was_is_forgotten(counter: Counter) -> None:
    journal = the_till(counter).journal
    journal.keep_guest_key(journal.new_event_id(), b"k" * 48)
    assert names(counter, "maria") == []
    assert journal.waiting_guests() == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2019-07-02", "2019-07-02"),
        ("02.07.2019", "2019-07-02"),
        ("2/7/2019", "2019-07-02"),
        (" 2019-07-02 ", "2019-07-02"),
        ("2019-13-02", None),
        ("tomorrow", None),
        ("1.2", None),
        ("٢.٧.2019", None),
        ("99999999999999999999-1-1", None),
    ],
)
def test_a_day_is_read_as_people_write_it(text: str, day: str | None) -> None:
    read = read_day(text)
    assert (None if read is None else read.isoformat()) == day


def _feed(counter: Counter, changes: list[Change]) -> None:
    cache = the_till(counter).cache
    epoch, number = cache.cursor()
    cache.apply_page(FeedPage(epoch=epoch, number=number + 1, head=number + 1, changes=tuple(changes)))


def _code(counter: Counter) -> Any:
    code = counter.may_register("friend").code
    assert code is not None
    return code
