"""One till's real files under every fault of their disk: a slice of what the simulation runs for hours."""

from pathlib import Path

import pytest

from sync.rules.user_error import UserError
from sync.till.journal.ballast import BALLAST_BYTES, MIN_FREE_BYTES
from tests.simulation.disk.disk import Disk, Fault, Io
from tests.simulation.disk.one_till import OneTill
from tests.simulation.disk.runs import crash_everywhere, run

pytestmark = pytest.mark.expects_log("the journal stops|the office holds event")


@pytest.fixture
def till(tmp_path: Path) -> OneTill:
    """A till that has sold, with leases, a replica, and something settled."""
    till = OneTill(tmp_path / "disk", 1)
    till.begin()
    for work in (till.store_grants, till.sell, till.snapshot, till.feed, till.sell, till.upload):
        work()
    return till


def done(till: OneTill) -> None:
    till.close()
    till.disk.close()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("keep", [0, 1, None])
def test_a_commit_cut_at_any_of_its_calls_is_there_or_not_and_never_half(
    till: OneTill, keep: float | None, after: bool
) -> None:
    calls = crash_everywhere(till, till.sell, keep=keep, after=after)
    assert calls >= 11
    assert till.disk.places.keys() >= {
        "before the first WAL write", "between WAL frames", "within a WAL frame",
        "after the sync, before return" if after else "before the sync",
    }  # fmt: skip
    done(till)


@pytest.mark.parametrize("work", ["store_grants", "close_lease", "upload", "note", "fold", "feed"])
def test_anything_that_a_till_writes_may_be_cut_anywhere(till: OneTill, work: str) -> None:
    for after in (False, True):
        till.sell()
        crash_everywhere(till, getattr(till, work), after=after)
    done(till)


@pytest.mark.parametrize(("work", "stride"), [("snapshot", 13), ("reopen", 11)])
def test_a_swapped_replica_and_a_restart_may_be_cut_anywhere(till: OneTill, work: str, stride: int) -> None:
    assert crash_everywhere(till, getattr(till, work), stride=stride) > 50
    done(till)


def test_a_first_start_may_be_cut_anywhere_and_is_simply_done_again(tmp_path: Path) -> None:
    for at in range(3, 300, 23):
        till = OneTill(tmp_path / str(at), at)
        till.disk.arm(Fault.POWER, at=at)
        till.step(till.begin)
        struck = till.disk.struck[Fault.POWER]
        till.disk.disarm()
        if till.running.identity is None:
            till.become()
        till.sell()
        till.check()
        done(till)
        if not struck:
            return
    pytest.fail("a first start has no end")


@pytest.mark.parametrize("seed", range(6))
def test_a_long_run_keeps_every_promise(tmp_path: Path, seed: int) -> None:
    till = run(tmp_path / "disk", seed)
    assert sum(till.steps.values()) > 200
    assert till.disk.struck[Fault.POWER] > 0
    assert len(till.promise.kept) > 50


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_lie_of_the_disk_is_found_by_whoever_knows_more(tmp_path: Path, seed: int) -> None:
    till = run(tmp_path / "disk", seed, lie=True)
    assert till.disk.struck[Fault.LYING_SYNC] > 0


@pytest.mark.parametrize("fault", [Fault.EIO, Fault.SYNC_LOST, Fault.SYNC_KEPT])
def test_a_failed_commit_stops_selling_and_is_never_tried_again_blindly(till: OneTill, fault: Fault) -> None:
    journal = till.running.journal
    till.disk.arm(fault, kinds={Io.WRITE, Io.SYNC}, name="journal.db-wal")
    with pytest.raises(UserError) as failed:
        till.sell()
    assert failed.value.reason == "commit_unknown"
    calls = till.disk.calls
    with pytest.raises(UserError) as still:
        till.use()
    assert still.value.reason == "commit_unknown"
    assert till.disk.calls == calls
    found = journal.reopen()
    assert found.recorded in (True, False)
    assert len(found.events) == 2
    # What it says of them is so for good, whatever the disk had kept back.
    if found.recorded:
        till.promise.kept.update({event: till._hash(event) for event in found.events})
    else:
        till.promise.refused.update(found.events)
    till.keep = 0
    till.crash()
    till.sell()
    till.check()
    done(till)


@pytest.mark.parametrize("fault", [Fault.POWER, Fault.SYNC_KEPT])
def test_what_a_killed_program_had_not_synced_is_durable_before_it_is_sent(
    till: OneTill, fault: Fault
) -> None:
    till.thorough = 0
    last = till.running.journal.status().last_seq
    till.disk.arm(fault, kinds={Io.SYNC}, name="journal.db-wal")
    with pytest.raises(UserError):
        till.sell()
    till.kill()
    assert till.running.journal.status().last_seq == last + 2
    # A reader sees it now, so that it may be sent at once.
    till.keep = 0
    till.crash()
    assert till.running.journal.status().last_seq == last + 2
    done(till)


def test_what_was_said_not_to_be_recorded_does_not_come_back(till: OneTill) -> None:
    # All of it reached the disk although the sync failed; closing the file removes the WAL that holds it.
    till.disk.dropped_keep = 1
    till.disk.arm(Fault.SYNC_LOST, kinds={Io.SYNC}, name="journal.db-wal")
    till.step(till.sell)
    assert till.promise.refused
    till.keep = 0
    till.crash()
    done(till)


def test_torn_ends_of_several_power_cuts_are_no_damage(till: OneTill) -> None:
    till.keep, till.thorough = 0.8, 0
    for _ in range(20):
        for work, torn in ((till.sell, True), (till.note, False), (till.note, True)):
            if torn:
                till.disk.arm(Fault.POWER, kinds={Io.SYNC}, name="journal.db-wal")
            till.step(work)
    done(till)


def test_a_write_of_the_till_that_fails_outside_a_sale_is_no_damage(till: OneTill) -> None:
    till.disk.arm(Fault.EIO, kinds={Io.SYNC}, name="journal.db-wal")
    with pytest.raises(UserError) as failed:
        till.note()
    assert failed.value.reason == "commit_unknown"
    found = till.running.journal.reopen()
    assert (found.recorded, found.events) == (None, ())
    till.sell()
    till.check()
    done(till)


def test_a_disk_that_fails_while_nobody_waits_stops_the_next_sale(till: OneTill) -> None:
    till.disk.arm(Fault.EIO, kinds={Io.WRITE}, name="journal.db")
    till.fold()
    with pytest.raises(UserError) as refused:
        till.sell()
    assert refused.value.reason == "disk_failed"
    till.running.journal.reopen()
    till.sell()
    till.check()
    done(till)


def test_a_page_that_cannot_be_read_stops_the_journal_with_a_sentence(till: OneTill) -> None:
    for _ in range(60):
        till.sell()
    till.reopen()
    till.disk.arm(Fault.EIO, kinds={Io.READ}, name="journal.db")
    with pytest.raises(UserError) as failed:
        till.running.journal.recent(1_000)
    assert failed.value.reason == "disk_failed"
    with pytest.raises(UserError) as refused:
        till.running.journal.check_room()
    assert refused.value.reason == "disk_failed"
    till.running.journal.reopen()
    till.check()
    done(till)


def test_a_bit_that_went_bad_in_the_file_is_found_and_named(till: OneTill) -> None:
    for _ in range(20):
        till.sell()
    till.close()
    till.disk.rot("journal.db")
    with pytest.raises(UserError) as refused:
        till.open()
    assert refused.value.reason == "journal_damaged"
    till.disk.close()


@pytest.mark.parametrize("at", [3, 9, 17, 25, 40, 700, 5_000])
def test_a_bit_that_went_bad_in_the_wal_is_found_and_named(till: OneTill, at: int) -> None:
    till.fold()
    for _ in range(20):
        till.sell()
    till.disk.down = True
    till.close()
    till.disk.crash(keep=0)
    wal = till.disk.folder / "home" / "journal.db-wal"
    content = bytearray(wal.read_bytes())
    content[at] ^= 1
    wal.write_bytes(content)
    with pytest.raises(UserError) as refused:
        till.open()
    assert refused.value.reason == "journal_damaged"
    assert wal.read_bytes() == bytes(content)
    till.disk.close()


def test_a_damaged_replica_is_made_anew_and_the_journal_not_touched(till: OneTill) -> None:
    till.close()
    till.disk.rot("cache.db", bits=40)
    journal = (till.disk.folder / "home" / "journal.db").read_bytes()
    till.open()
    # What is not read at opening is found when it is.
    for guest in range(1, 51):
        till.running.cache.guest(guest)
    assert till.running.cache.findings
    assert (till.disk.folder / "home" / "journal.db").read_bytes() == journal
    till.running.cache.findings.clear()
    till.promise.floor = 0
    till.snapshot()
    till.sell()
    till.check()
    done(till)


def test_one_read_that_failed_costs_no_replica(till: OneTill) -> None:
    """What it has left in the memory of a connection looks like damage a few pages of the feed later."""
    struck = 0
    for at in range(1, 16):
        till.reopen()
        before = till.disk.struck[Fault.EIO]
        till.disk.arm(Fault.EIO, at=at, kinds=frozenset({Io.READ}), name="cache.db")
        till.step(till.feed)
        till.disk.disarm()
        struck += till.disk.struck[Fault.EIO] - before
        for _ in range(6):
            till.step(till.feed)
        till.check()
        assert not till.running.cache.findings
    assert struck >= 8
    done(till)


def fill(disk: Disk, *, leave: int) -> None:
    disk.capacity = 1 << 62
    disk.capacity -= disk.free_bytes() - leave


def test_a_full_disk_refuses_the_sale_before_it_starts_and_still_gives_units_back(till: OneTill) -> None:
    ballast = till.disk.folder / "home" / "ballast"
    assert ballast.stat().st_size == BALLAST_BYTES
    till.fold()
    fill(till.disk, leave=0)
    calls = till.disk.calls
    with pytest.raises(UserError) as refused:
        till.running.journal.check_room()
    assert refused.value.reason == "disk_low"
    with pytest.raises(UserError):
        till.sell()
    assert till.disk.calls == calls
    leases = len(till.running.journal.leases())
    till.close_lease()
    assert len(till.running.journal.leases()) == leases - 1
    assert not ballast.exists()
    while till.running.journal.unsettled() is not None:
        till.upload()
    till.check()
    till.crash()
    # Once there is room again it is kept again.
    fill(till.disk, leave=MIN_FREE_BYTES + BALLAST_BYTES)
    till.fold()
    assert ballast.stat().st_size == BALLAST_BYTES
    till.sell()
    done(till)


def test_a_disk_that_fills_up_in_the_middle_of_a_sale_leaves_nothing_of_it(till: OneTill) -> None:
    for room in (0, 100, 2_072, 5_000, 9_000):
        till.fold()
        fill(till.disk, leave=room)
        # The system reports more room than there is, as under a quota.
        till.running.journal._free_bytes = lambda: 1 << 40
        with pytest.raises(UserError) as refused:
            till.sell()
        assert refused.value.reason == "disk_full"
        till.disk.capacity = None
        till.check()
        till.crash()
        till.sell()
    done(till)
