"""Pruning: only what is in a backup, never the newest, and the chain still verifies."""

from pathlib import Path

import pytest

from sync.protocol.payloads import ShiftClosed, ShiftOpened
from sync.protocol.shift_figures import ShiftFigures
from sync.protocol.upload import Ack
from sync.till.journal.entries import Entry
from sync.till.journal.pruning import KEEP_MS, PRUNED_AT_ONCE
from sync.till.sqlcipher import DatabaseError
from sync.till.till import Till
from tests.builders.hand_clock import HandClock
from tests.builders.till import enrolled_till, leased, new_till, sell


def old_till(folder: Path, clock: HandClock, sales: int = 4) -> Till:
    """A till whose sales lie further back than what it keeps."""
    till = enrolled_till(folder, clock=clock)
    lease = leased(till, units=1_000)
    for _ in range(sales):
        sell(till, lease=lease)
    clock.go_on(KEEP_MS + 1)
    return till


def held(till: Till) -> int:
    return till.journal.verify().events


def test_nothing_goes_before_a_backup_holds_it(tmp_path: Path) -> None:
    till = old_till(tmp_path, HandClock())
    assert till.journal.prune() == 0
    till.journal.acknowledge(Ack(applied=9, want=10))
    assert till.journal.prune() == 0
    till.journal.acknowledge(Ack(applied=9, want=10, safe=5))
    assert till.journal.prune() == 5
    assert till.journal.prune() == 0
    assert held(till) == 4
    till.close()


def test_what_is_recent_stays_for_receipts_and_voids(tmp_path: Path) -> None:
    clock = HandClock()
    till = old_till(tmp_path, clock, sales=2)
    sell(till)
    till.journal.acknowledge(Ack(applied=7, want=8, safe=7))
    assert till.journal.prune() == 5
    assert len(till.journal.recent(10)) == 2
    till.close()


def test_the_newest_event_stays_and_the_chain_goes_on_from_it(tmp_path: Path) -> None:
    clock = HandClock()
    till = old_till(tmp_path, clock)
    till.journal.acknowledge(Ack(applied=9, want=10, safe=9))
    assert till.journal.prune() == 8
    till.close()
    again = new_till(tmp_path, clock=clock)
    sell(again)
    found = again.journal.verify()
    assert (found.ok, found.events) == (True, 3)
    assert again.journal.status().last_seq == 11
    batch = again.journal.unsettled()
    assert batch is not None
    assert batch.from_seq == 10
    assert again.journal.acked().seq == 9
    again.close()


def test_what_no_z_report_has_counted_stays_and_so_does_the_newest_report(tmp_path: Path) -> None:
    clock = HandClock()
    till = enrolled_till(tmp_path, clock=clock)
    sell(till)
    (opened,) = till.journal.commit([Entry(payload=ShiftOpened(number=1, currency="EUR", float_minor=0))])
    clock.go_on(KEEP_MS + 1)
    till.journal.acknowledge(Ack(applied=3, want=4, safe=3))
    assert till.journal.prune() == 0
    report = ShiftClosed(
        shift=opened.event,
        number=1,
        currency="EUR",
        float_minor=0,
        expected_minor=0,
        counted_minor=0,
        figures=ShiftFigures(),
        opened_ms=1,
    )
    till.journal.commit([Entry(payload=report)])
    sell(till)
    clock.go_on(KEEP_MS + 1)
    till.journal.acknowledge(Ack(applied=5, want=6, safe=5))
    before = held(till)
    assert till.journal.prune() > 0
    assert till.journal.shift_marks().closed is not None
    assert held(till) < before
    assert till.journal.prune() == 0
    till.close()


def test_leases_still_verify_when_their_spends_are_pruned(tmp_path: Path) -> None:
    till = old_till(tmp_path, HandClock())
    till.journal.acknowledge(Ack(applied=9, want=10, safe=9))
    till.journal.prune()
    sell(till, lease=till.journal.leases()[0].lease)
    assert till.journal.verify().ok
    till.close()


def test_one_bad_hour_of_the_clock_keeps_nothing_for_ever(tmp_path: Path) -> None:
    clock = HandClock()
    till = enrolled_till(tmp_path, clock=clock)
    till.time.anchor(clock.wall_ms() + 100 * KEEP_MS, 0)
    sell(till)
    till.time.anchor(clock.wall_ms(), 0)
    sell(till)
    clock.go_on(KEEP_MS + 1)
    till.journal.acknowledge(Ack(applied=5, want=6, safe=5))
    assert till.journal.prune() == 4
    till.close()


def test_a_clock_that_central_has_not_confirmed_makes_nothing_old(tmp_path: Path) -> None:
    clock = HandClock()
    till = enrolled_till(tmp_path, clock=clock)
    for _ in range(4):
        sell(till)
    last = till.journal.status().last_seq
    till.journal.acknowledge(Ack(applied=last, want=last + 1, safe=last))
    till.close()
    clock.reboot(wall_off_ms=4 * KEEP_MS)
    again = new_till(tmp_path, clock=clock)
    assert again.journal.prune() == 0
    again.time.anchor(clock.wall_ms() - 4 * KEEP_MS, 0)
    assert again.journal.prune() == 0
    clock.go_on(KEEP_MS + 1)
    assert again.journal.prune() == last - 1
    again.close()


def test_an_idle_moment_prunes_a_bounded_piece(tmp_path: Path) -> None:
    clock = HandClock()
    till = old_till(tmp_path, clock, sales=PRUNED_AT_ONCE // 2 + 10)
    last = till.journal.status().last_seq
    till.journal.acknowledge(Ack(applied=last, want=last + 1, safe=last))
    assert till.journal.prune() == PRUNED_AT_ONCE
    assert till.journal.prune() == last - PRUNED_AT_ONCE - 1
    till.close()


@pytest.mark.parametrize(
    "deed",
    [
        "DELETE FROM events WHERE position = (1 << 40) + 9",
        "INSERT INTO anchors (incarnation, position, hash) VALUES (1, (1 << 40) + 7, x'00')",
        "UPDATE anchors SET position = (1 << 40) + 7",
    ],
)
def test_the_file_itself_refuses_to_let_go_of_what_is_not_safe(tmp_path: Path, deed: str) -> None:
    till = old_till(tmp_path, HandClock())
    till.journal.acknowledge(Ack(applied=9, want=10, safe=5))
    till.journal.prune()
    with pytest.raises(DatabaseError, match=r"pruned|append-only"):
        till.journal._file.connection.execute(deed)
    till.close()


def test_central_that_wants_what_was_pruned_gets_what_there_is(tmp_path: Path) -> None:
    till = old_till(tmp_path, HandClock())
    till.journal.acknowledge(Ack(applied=9, want=10, safe=5))
    till.journal.prune()
    till.journal.acknowledge(Ack(applied=2, want=3, safe=5))
    batch = till.journal.unsettled()
    assert batch is not None
    assert (batch.from_seq, len(batch.events)) == (6, 4)
    till.close()
