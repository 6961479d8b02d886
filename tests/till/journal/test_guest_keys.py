"""The keys of what guests said at this till: durable before their event, and gone with it."""

from pathlib import Path
from uuid import UUID

import pytest

from sync.protocol.guest_data import GUEST_KEY_BYTES, GuestData, guest_id_of, seal_guest, seal_guest_key
from sync.protocol.payloads import GuestRegistered
from sync.protocol.upload import Ack
from sync.till.journal.entries import Entry
from sync.till.journal.guest_keys import MAX_WAITING
from sync.till.journal.pruning import KEEP_MS
from sync.till.till import Till
from tests.builders.hand_clock import HandClock
from tests.builders.till import DIGEST_KEY, enrolled_till, identity, new_till, sell

KEY = bytes(range(GUEST_KEY_BYTES))


def register(till: Till) -> UUID:
    event = till.journal.new_event_id()
    till.journal.keep_guest_key(event, seal_guest_key(DIGEST_KEY, event, KEY))
    sealed = seal_guest(KEY, event, GuestData(name="Ada"))
    till.journal.commit(
        [Entry(payload=GuestRegistered(guest_id=guest_id_of(event), sealed=sealed), event=event)]
    )
    return event


def told(till: Till, max_events: int = 100) -> set[UUID]:
    batch = till.journal.unsettled(max_events)
    assert batch is not None
    return set(batch.guest_keys)


def test_keys_of_guests_who_wait_go_up_with_every_batch(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    event = register(till)
    till.journal.acknowledge(Ack(applied=2, want=3))
    sell(till)
    assert told(till) == {event}
    till.close()


def test_the_key_of_a_guest_who_arrived_goes_up_with_its_own_event_alone(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    event = register(till)
    sell(till)
    till.journal.guest_arrived(event)
    assert till.journal.waiting_guests() == []
    assert told(till, max_events=1) == set()
    assert told(till) == {event}
    # Central was put back, and asks for everything once more.
    till.journal.acknowledge(Ack(applied=4, want=5))
    till.journal.acknowledge(Ack(applied=0, want=1))
    assert told(till) == {event}
    till.close()


def test_after_a_whole_replica_the_office_is_asked_of_everybody_once(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    events = sorted(register(till) for _ in range(3))
    asked = till.journal.guests_to_ask()
    assert asked.events == tuple(events)
    till.journal.heard_of_guests(asked, [guest_id_of(events[1])])
    assert till.journal.guests_to_ask().events == ()
    assert told(till) == {events[0], events[2]}
    till.close()
    till = new_till(tmp_path)
    assert till.journal.guests_to_ask().events == ()
    till.journal.ask_after_guests()
    till.close()
    till = new_till(tmp_path)
    assert till.journal.guests_to_ask().events == (events[0], events[2])
    till.close()


def test_many_guests_are_asked_after_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.till.journal.guests.MAX_ASKED_GUESTS", 2)
    till = enrolled_till(tmp_path)
    events = sorted(register(till) for _ in range(5))
    asked = []
    while piece := till.journal.guests_to_ask().events:
        asked.append(piece)
        till.journal.heard_of_guests(till.journal.guests_to_ask(), [])
    assert asked == [tuple(events[:2]), tuple(events[2:4]), tuple(events[4:])]
    till.close()


def test_an_answer_from_before_a_replica_says_nothing_of_those_erased_since(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    first, second = sorted(register(till) for _ in range(2))
    asked = till.journal.guests_to_ask()
    till.journal.ask_after_guests()
    till.journal.heard_of_guests(asked, [guest_id_of(first)])
    assert told(till) == {second}
    assert till.journal.guests_to_ask().events == (second,)
    till.close()


def test_a_key_survives_the_end_of_the_program_and_is_forgotten_when_asked(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    event = register(till)
    till.close()
    again = new_till(tmp_path)
    assert [each.event for each in again.journal.waiting_guests()] == [event]
    again.journal.forget_guest_key(event)
    assert again.journal.waiting_guests() == []
    assert told(again) == set()
    again.close()


def test_a_key_goes_when_its_event_is_pruned(tmp_path: Path) -> None:
    clock = HandClock()
    till = enrolled_till(tmp_path, clock=clock)
    event = register(till)
    till.journal.guest_arrived(event)
    sell(till)
    clock.go_on(KEEP_MS + 1)
    till.journal.acknowledge(Ack(applied=4, want=5, safe=4))
    assert till.journal.prune() == 3
    till.journal.guest_arrived(event)
    till.journal.acknowledge(Ack(applied=0, want=1))
    assert told(till) == set()
    till.close()


def test_the_machine_that_replaces_a_till_has_its_keys(tmp_path: Path) -> None:
    old = enrolled_till(tmp_path / "old")
    waiting, arrived = register(old), register(old)
    old.journal.guest_arrived(arrived)
    file = tmp_path / "till.journal"
    old.journal.export_to(file)
    old.close()
    till = new_till(tmp_path / "new")
    till.become(identity(2), digest_key=DIGEST_KEY, app_version="2")
    till.journal.import_from(file)
    assert told(till) == {waiting, arrived}
    assert b"Ada" not in file.read_bytes()
    till.close()


def test_the_newest_of_too_many_who_wait_go_first(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    events = [till.journal.new_event_id() for _ in range(MAX_WAITING + 3)]
    for event in events:
        till.journal.keep_guest_key(event, b"k" * 48)
    assert len(told(till)) == MAX_WAITING
    till.close()
