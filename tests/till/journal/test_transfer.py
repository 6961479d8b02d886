"""A journal moves to the machine that replaces a till: whole, signed, and never over anything newer."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sync.protocol.keys import SigningKey
from sync.protocol.payloads import ShiftOpened, Void
from sync.protocol.upload import Ack
from sync.rules.user_error import UserError
from sync.till.journal.entries import Entry
from sync.till.journal.pruning import KEEP_MS
from sync.till.till import Till
from tests.builders.hand_clock import HandClock
from tests.builders.till import DIGEST_KEY, enrolled_till, identity, leased, new_till, sell


def replacement(folder: Path, incarnation: int = 2) -> Till:
    till = new_till(folder)
    till.become(identity(incarnation), digest_key=DIGEST_KEY, app_version="2")
    return till


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """The journal of a till that sold twice, once on a lease, of which the office has three events."""
    old = enrolled_till(tmp_path / "old")
    sell(old, lease=leased(old))
    sell(old)
    old.journal.acknowledge(Ack(applied=3, want=4))
    file = tmp_path / "till.journal"
    assert old.journal.export_to(file) == 5
    old.close()
    return file


def test_what_the_office_lacks_goes_up_from_the_replacement(tmp_path: Path, exported: Path) -> None:
    till = replacement(tmp_path / "new")
    taken = till.journal.import_from(exported)
    assert (taken.events, taken.new, taken.unsettled) == (5, 5, 2)
    batch = till.journal.unsettled()
    assert batch is not None
    assert (batch.incarnation, batch.from_seq, len(batch.events)) == (1, 4, 2)
    assert till.journal.verify().ok
    assert till.journal.status().unsettled == 3
    assert till.journal.status().next_receipt == 3
    till.close()


def test_importing_twice_adds_nothing_and_takes_nothing_back(tmp_path: Path, exported: Path) -> None:
    till = replacement(tmp_path / "new")
    till.journal.import_from(exported)
    till.journal.acknowledge(Ack(applied=5, want=6), incarnation=1)
    assert till.journal.import_from(exported).new == 0
    assert till.journal.acked_lives() == {1: 5, 2: 0}
    till.close()


def test_a_longer_journal_of_the_same_life_continues_the_shorter_one(tmp_path: Path, exported: Path) -> None:
    till = replacement(tmp_path / "new")
    till.journal.import_from(exported)
    old = enrolled_till(tmp_path / "old")
    sell(old)
    old.journal.export_to(tmp_path / "later.journal")
    assert till.journal.import_from(tmp_path / "later.journal").new == 2
    assert till.journal.import_from(exported).new == 0
    assert till.journal.verify().ok
    old.close()
    till.close()


def test_leases_of_a_retired_till_are_closed_by_its_own_journal(tmp_path: Path) -> None:
    old = enrolled_till(tmp_path / "old")
    leased(old)
    old.journal.export_to(tmp_path / "file", retire=True)
    with pytest.raises(UserError) as stopped:
        sell(old)
    assert stopped.value.reason == "journal_retired"
    old.close()
    # It stays so after a restart.
    again = new_till(tmp_path / "old")
    assert again.journal.ended() == "journal_retired"
    again.close()
    till = replacement(tmp_path / "new")
    assert till.journal.import_from(tmp_path / "file").events == 2
    assert till.journal.leases() == []
    assert till.journal.verify().ok
    till.close()


pytestmark = pytest.mark.expects_log("the journal stops")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda raw: raw[:-3], "import_not_journal"),
        (lambda raw: raw[:200] + bytes([raw[200] ^ 1]) + raw[201:], "import_not_journal"),
        (lambda _: b"%PDF-1.7", "import_not_journal"),
        (lambda _: b"", "import_not_journal"),
    ],
)
def test_a_file_that_is_not_whole_is_refused(
    tmp_path: Path, exported: Path, spoil: Callable[[bytes], bytes], reason: str
) -> None:
    exported.write_bytes(spoil(exported.read_bytes()))
    till = replacement(tmp_path / "new")
    with pytest.raises(UserError) as refused:
        till.journal.import_from(exported)
    assert refused.value.reason == reason
    assert till.journal.status().unsettled == 1
    till.close()


def test_a_file_is_not_imported_over_its_own_life_or_a_newer_one(tmp_path: Path, exported: Path) -> None:
    till = enrolled_till(tmp_path / "other")
    with pytest.raises(UserError) as refused:
        till.journal.import_from(exported)
    assert refused.value.reason == "import_not_older"
    till.close()


def test_a_file_that_differs_from_what_is_here_changes_nothing(tmp_path: Path, exported: Path) -> None:
    till = replacement(tmp_path / "new")
    till.journal.import_from(exported)
    double = enrolled_till(tmp_path / "double")
    sell(double)
    double.journal.export_to(tmp_path / "double.journal")
    with pytest.raises(UserError) as refused:
        till.journal.import_from(tmp_path / "double.journal")
    assert refused.value.reason == "import_differs"
    assert till.journal.verify().ok
    double.close()
    till.close()


def test_an_export_never_replaces_a_file(tmp_path: Path, exported: Path) -> None:
    till = replacement(tmp_path / "new")
    before = exported.read_bytes()
    with pytest.raises(UserError) as refused:
        till.journal.export_to(exported)
    assert refused.value.reason == "export_exists"
    assert exported.read_bytes() == before
    assert SigningKey(bytes(32)).public not in before
    till.close()


def test_uses_and_voids_of_the_earlier_machine_count_as_soon_as_they_are_imported(tmp_path: Path) -> None:
    old = enrolled_till(tmp_path / "old")
    sold = [sell(old)[0].event for _ in range(3)]
    old.journal.commit([Entry(payload=Void(receipt=9, original=sold[0], reason="mistake"))])
    old.journal.export_to(tmp_path / "file")
    old.close()
    till = replacement(tmp_path / "new")
    # A colleague has agreed to a void before the old journal was here.
    till.journal.commit([Entry(payload=Void(receipt=1, original=sold[1], reason="mistake"))])
    till.journal.import_from(tmp_path / "file")

    def uses() -> int:
        return till.journal.own_uses(campaign=5, code=7, guest=None, since_ms=0, until_ms=1 << 60).campaign

    assert uses() == 1
    assert [found.voided for found in map(till.journal.undoable, sold) if found] == [True, True, False]
    till.close()
    till = new_till(tmp_path / "new")
    assert uses() == 1
    till.close()


def test_a_pruned_journal_moves_though_the_office_was_put_back_behind_it(tmp_path: Path) -> None:
    clock = HandClock()
    old = enrolled_till(tmp_path / "old", clock=clock)
    for _ in range(4):
        sell(old)
    last = old.journal.status().last_seq
    clock.go_on(KEEP_MS + 1)
    old.journal.acknowledge(Ack(applied=last, want=last + 1, safe=last))
    let_go = old.journal.prune()
    assert let_go > 2
    # The office was put back to a backup older than the one that had let the till forget.
    old.journal.acknowledge(Ack(applied=2, want=3, safe=2))
    file = tmp_path / "till.journal"
    old.journal.export_to(file)
    old.close()
    till = replacement(tmp_path / "new")
    taken = till.journal.import_from(file)
    assert taken.new == last - let_go
    batch = till.journal.unsettled()
    assert batch is not None
    assert batch.anchor is not None
    assert (batch.incarnation, batch.from_seq, batch.anchor.seq) == (1, let_go + 1, let_go)
    assert till.journal.acked_lives() == {1: 2, 2: 0}
    assert till.journal.verify().ok
    till.close()


def sold_and_pruned(old: Till, clock: HandClock) -> tuple[int, int]:
    """Sell, let the office have all of it in a backup, and let the oldest go; return the last seq and how many went."""
    sell(old, lease=leased(old))
    sell(old)
    last = old.journal.status().last_seq
    clock.go_on(KEEP_MS + 1)
    old.journal.acknowledge(Ack(applied=last, want=last + 1, safe=last))
    return last, old.journal.prune()


def test_a_second_file_that_begins_behind_what_is_here_goes_on_from_there(tmp_path: Path) -> None:
    clock = HandClock()
    old = enrolled_till(tmp_path / "old", clock=clock)
    lease = leased(old, units=5)
    sell(old, lease=lease)
    old.journal.export_to(tmp_path / "first")
    till = replacement(tmp_path / "new")
    held = till.journal.import_from(tmp_path / "first").new
    # The office has what came over, and a backup of it; the old machine goes on, and lets go of more than that.
    till.journal.acknowledge(Ack(applied=held, want=held + 1, safe=held), incarnation=1)
    sell(old, lease=lease)
    last, let_go = sold_and_pruned(old, clock)
    assert let_go > held
    sell(old, lease=lease)
    old.journal.export_to(tmp_path / "second")
    taken = till.journal.import_from(tmp_path / "second")
    assert taken.new == old.journal.status().last_seq - let_go
    batch = till.journal.unsettled()
    assert batch is not None
    assert (batch.incarnation, batch.from_seq) == (1, last + 1)
    assert till.journal.verify().ok
    assert till.journal.import_from(tmp_path / "second").new == 0
    assert till.journal.import_from(tmp_path / "first").new == 0
    assert till.journal.verify().ok
    old.close()
    till.close()


def test_a_second_file_changes_nothing_while_the_only_copy_of_something_might_go(tmp_path: Path) -> None:
    clock = HandClock()
    old = enrolled_till(tmp_path / "old", clock=clock)
    sell(old)
    old.journal.export_to(tmp_path / "first")
    till = replacement(tmp_path / "new")
    held = till.journal.import_from(tmp_path / "first").new
    till.journal.acknowledge(Ack(applied=held, want=held + 1, safe=held - 1), incarnation=1)
    sold_and_pruned(old, clock)
    old.journal.export_to(tmp_path / "second")
    with pytest.raises(UserError) as refused:
        till.journal.import_from(tmp_path / "second")
    assert refused.value.reason == "import_gap"
    assert till.journal.status().last_seq == 1
    assert till.journal.verify().ok
    # As soon as the office has it in a backup, the same file goes in.
    till.journal.acknowledge(Ack(applied=held, want=held + 1, safe=held), incarnation=1)
    assert till.journal.import_from(tmp_path / "second").new > 0
    assert till.journal.verify().ok
    old.close()
    till.close()


def test_sales_that_the_open_shift_counts_do_not_go_with_a_second_file(tmp_path: Path) -> None:
    clock = HandClock()
    old = enrolled_till(tmp_path / "old", clock=clock)
    sell(old)
    old.journal.export_to(tmp_path / "first")
    till = replacement(tmp_path / "new")
    held = till.journal.import_from(tmp_path / "first").new
    till.journal.acknowledge(Ack(applied=held, want=held + 1, safe=held), incarnation=1)
    till.journal.commit([Entry(payload=ShiftOpened(number=1, currency="EUR"))])
    sold_and_pruned(old, clock)
    old.journal.export_to(tmp_path / "second")
    with pytest.raises(UserError) as refused:
        till.journal.import_from(tmp_path / "second")
    assert refused.value.reason == "import_shift_open"
    assert till.journal.verify().ok
    old.close()
    till.close()


def test_a_file_of_a_copied_till_that_begins_where_ours_ends_is_not_joined_to_it(tmp_path: Path) -> None:
    clock = HandClock()
    old = enrolled_till(tmp_path / "old", clock=clock)
    sell(old)
    old.journal.export_to(tmp_path / "first")
    till = replacement(tmp_path / "new")
    held = till.journal.import_from(tmp_path / "first").new
    double = enrolled_till(tmp_path / "double", clock=clock)
    while double.journal.status().last_seq < held:
        sell(double)
    clock.go_on(KEEP_MS + 1)
    double.journal.acknowledge(Ack(applied=held, want=held + 1, safe=held))
    sell(double)
    assert double.journal.prune() == held
    double.journal.export_to(tmp_path / "double.journal")
    with pytest.raises(UserError) as refused:
        till.journal.import_from(tmp_path / "double.journal")
    assert refused.value.reason == "import_differs"
    assert till.journal.verify().ok
    for each in (old, double, till):
        each.close()
