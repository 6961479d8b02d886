from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.protocol.chain import verify_batch
from sync.protocol.event import GENESIS, MAX_EVENT_BYTES, Spend, read_envelope
from sync.protocol.keys import VerifyKey
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import Payload, Redemption, Sale, SessionOpened, TillEnrolled, read_payload
from sync.rules.user_error import UserError
from sync.till.journal.appending import MAX_ENTRIES, AlreadyRecorded
from sync.till.journal.ballast import MIN_FREE_BYTES
from sync.till.journal.entries import Entry
from sync.till.journal.held import LeaseShort
from sync.till.journal.notes import read_marks
from sync.till.sqlcipher import DatabaseError
from sync.till.till import Till
from tests.builders.hand_clock import HandClock
from tests.builders.till import enrolled_till, fill, identity, leased, new_till, page, sale, sell, use

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS


def test_the_first_event_says_who_the_till_is(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    batch = till.journal.unsettled()
    assert batch is not None
    envelope = read_envelope(batch.events[0].body)
    payload = read_payload(envelope.kind, envelope.kind_version, bytes(envelope.payload))
    assert isinstance(payload, TillEnrolled)
    assert payload.public_key == till.signing_key.public.hex()
    assert (envelope.seq, envelope.previous, envelope.staff) == (1, GENESIS.hex(), None)
    till.close()


def test_a_sale_with_its_redemption_is_one_chain_under_the_tills_key(tmp_path: Path) -> None:
    clock = HandClock()
    till = enrolled_till(tmp_path, clock=clock)
    fill(till.cache, number=12)
    till.cache.apply_page(page(14))
    lease = leased(till)
    clock.go_on(1_000)
    redeemed, sold = sell(till, lease=lease)
    batch = till.journal.unsettled()
    assert batch is not None
    links = verify_batch(
        VerifyKey(till.signing_key.public), batch.events, previous=GENESIS, from_seq=batch.from_seq
    )
    assert [link.envelope.seq for link in links] == [1, 2, 3]
    redemption = links[1].envelope
    assert redemption.event == redeemed.event
    assert redemption.spends == (Spend(lease, 1),)
    assert redemption.cursor == ("epoch-1", 14)
    assert redemption.trusted_ms == redeemed.at_ms == clock.wall_ms()
    assert redemption.boot == clock.boot_id()
    payload = read_payload("sale", 1, bytes(links[2].envelope.payload))
    assert isinstance(payload, Sale)
    assert (payload.receipt, payload.redemptions) == (1, (redeemed.event,))
    assert sold.receipt == 1
    assert links[2].hash == sold.hash
    till.close()


def test_receipt_numbers_run_without_gap_across_openings(tmp_path: Path) -> None:
    numbers = []
    for _ in range(3):
        till = enrolled_till(tmp_path)
        numbers += [committed.receipt for committed in till.journal.commit([sale(), sale()])]
        till.close()
    assert numbers == [1, 2, 3, 4, 5, 6]


def test_a_lease_that_is_short_writes_nothing_at_all(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    lease = leased(till, units=2)
    before = till.journal.status()
    with pytest.raises(LeaseShort) as short:
        till.journal.commit([use(lease=lease), sale(), use(lease=lease, units=2)])
    assert (short.value.lease, short.value.wanted, short.value.left) == (lease, 2, 1)
    assert till.journal.status() == before
    held = till.journal.held(LimitKind.USES, 7)
    assert held is not None
    assert held.left == 2
    assert till.journal.commit([sale()])[0].receipt == 1
    till.close()


def test_an_event_is_recorded_once_under_its_id(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    lease = leased(till)
    event = till.journal.new_event_id()
    till.journal.commit([use(lease=lease, event=event)])
    with pytest.raises(AlreadyRecorded):
        till.journal.commit([use(lease=lease, event=event)])
    held = till.journal.held(LimitKind.USES, 7)
    assert held is not None
    assert held.left == 1
    assert till.journal.status().last_seq == 2
    till.close()


def test_a_payload_that_cannot_be_made_writes_nothing(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)

    def fails(receipt: int) -> Payload:
        message = f"cannot make {receipt}"
        raise RuntimeError(message)

    with pytest.raises(RuntimeError):
        till.journal.commit([use(), Entry(payload=fails)])
    assert till.journal.status().last_seq == 1
    assert till.journal.commit([sale()])[0].receipt == 1
    till.close()


def test_before_enrolment_nothing_can_be_recorded(tmp_path: Path) -> None:
    till = new_till(tmp_path)
    with pytest.raises(UserError) as refused:
        till.journal.commit([use()])
    assert refused.value.reason == "not_enrolled"
    assert till.journal.unsettled() is None
    assert till.journal.held(LimitKind.USES, 7) is None
    assert till.journal.leases() == []
    assert not till.journal.status().enrolled
    till.close()


def test_low_disk_refuses_before_a_sale_starts(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    sell(till)
    till.close()
    till = new_till(tmp_path, free_bytes=MIN_FREE_BYTES - 1)
    for attempt in (till.journal.check_room, till.journal.check_free, lambda: sell(till)):
        with pytest.raises(UserError) as refused:
            attempt()
        assert refused.value.reason == "disk_low"
    assert till.journal.status().stopped is None
    assert till.journal.verify().events == 3
    till.close()


def test_an_event_too_large_for_the_office_is_refused_with_a_sentence(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    with pytest.raises(UserError) as refused:
        till.journal.commit([use(), Entry(payload=SessionOpened(method="x" * MAX_EVENT_BYTES))])
    assert refused.value.reason == "event_too_large"
    assert till.journal.status().last_seq == 1
    till.close()


def test_too_many_or_no_entries_are_a_mistake_of_ours(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    for entries in ([], [use()] * (MAX_ENTRIES + 1)):
        with pytest.raises(ValueError, match="entries"):
            till.journal.commit(entries)
    till.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET kind = 'sale' WHERE kind = 'redemption'",
        "UPDATE events SET body = x'00'",
        "DELETE FROM events",
        "DELETE FROM events WHERE position = (SELECT max(position) FROM events)",
        "INSERT OR REPLACE INTO events SELECT * FROM events LIMIT 1",
        "INSERT INTO events SELECT position + 5, x'01', kind, at_ms, hash, body, signature FROM events LIMIT 1",
        "DELETE FROM leases",
        "UPDATE leases SET spent = -1",
        "UPDATE leases SET spent = units + 1",
    ],
)
def test_the_file_itself_refuses_to_change_what_was_recorded(tmp_path: Path, statement: str) -> None:
    till = enrolled_till(tmp_path)
    sell(till, lease=leased(till))
    with pytest.raises(DatabaseError):
        till.journal._connection.execute(statement)
    assert till.journal.verify().ok
    till.close()


def test_a_closed_lease_stays_closed(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    lease = leased(till)
    till.journal.close_lease(lease, "test")
    with pytest.raises(DatabaseError, match="stays closed"):
        till.journal._connection.execute("UPDATE leases SET state = 'open'")
    till.close()


def test_the_latest_sales_and_redemptions_come_newest_first(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    till.journal.commit([Entry(payload=SessionOpened(method="pin"), staff=9)])
    sell(till)
    till.journal.commit([Entry(payload=use().payload, staff=9)])
    recent = till.journal.recent(2)
    assert [each.committed.seq for each in recent] == [5, 4]
    assert isinstance(recent[0].payload, Redemption)
    assert recent[0].staff == 9
    assert recent[1].committed.receipt == 1
    assert not recent[0].settled
    assert len(till.journal.recent(1_000_000)) == 3
    till.close()


def test_enrolling_again_with_the_same_incarnation_only_renews_names(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    assert till.journal.become(identity(), app_version="1.0") is None
    assert till.journal.status().last_seq == 1
    till.close()


def test_a_new_incarnation_begins_its_own_chain(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    lease = leased(till)
    sell(till)
    till.become(identity(2), digest_key=b"d" * 32, app_version="1.1")
    assert till.journal.status().incarnation == 2
    assert till.journal.status().last_seq == 1
    assert till.journal.status().unsettled == 4
    assert till.journal.held(LimitKind.USES, 7) is None
    with pytest.raises(LeaseShort):
        till.journal.commit([use(lease=lease)])
    with pytest.raises(ValueError, match="older"):
        till.journal.become(identity(1), app_version="1.1")
    assert till.journal.verify().ok
    till.close()


def test_notes_are_kept_and_removed(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    till.journal.set_note("lock-out", "3")
    till.close()
    till = new_till(tmp_path)
    assert till.journal.note("lock-out") == "3"
    till.journal.set_note("lock-out", None)
    assert till.journal.note("lock-out") is None
    till.close()


def test_the_time_marks_survive_with_the_events(tmp_path: Path) -> None:
    clock = HandClock()
    till = enrolled_till(tmp_path, clock=clock)
    till.time.anchor(clock.wall_ms() + 10_000, 0)
    clock.go_on(120_000)
    sell(till)
    expected = till.time.now()
    # Neither closed nor kept by hand: what the commit wrote along must be enough.
    connection = till.journal._connection
    kept = connection.execute("SELECT content FROM meta WHERE name = 'marks'").fetchone()
    assert kept is not None
    till.close()
    till = new_till(tmp_path, clock=clock)
    assert till.time.now() == expected
    assert till.time.anchored()
    till.close()


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("grant"), st.integers(1, 3), st.integers(1, 4)),
        st.tuples(st.just("use"), st.integers(1, 3), st.integers(1, 3)),
        st.tuples(st.just("sale"), st.just(0), st.just(0)),
        st.tuples(st.just("close"), st.integers(1, 3), st.just(0)),
        st.tuples(st.just("reopen"), st.just(0), st.just(0)),
    ),
    max_size=25,
)


@settings(max_examples=40)
@given(operations=OPERATIONS)
def test_whatever_is_done_no_lease_is_overspent_and_the_chain_holds(
    tmp_path_factory: pytest.TempPathFactory, operations: list[tuple[str, int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("till")
    till = enrolled_till(folder)
    granted, used, receipts = {1: 0, 2: 0, 3: 0}, {1: 0, 2: 0, 3: 0}, 0
    for what, code, units in operations:
        held = till.journal.held(LimitKind.USES, code) if code else None
        if what == "grant":
            leased(till, code, units)
            granted[code] += units
        elif what == "use" and held is not None:
            try:
                till.journal.commit([use(code, lease=held.lease, units=units)])
            except LeaseShort:
                assert units > held.left
            else:
                used[code] += units
        elif what == "sale":
            receipts += 1
            assert till.journal.commit([sale()])[0].receipt == receipts
        elif what == "close" and held is not None:
            till.journal.close_lease(held.lease, "test")
            granted[code] -= held.left
        elif what == "reopen":
            till.close()
            till = new_till(folder)
    left = {
        code: sum(held.left for held in till.journal.leases() if held.subject == code) for code in granted
    }
    assert {code: used[code] + left[code] for code in granted} == granted
    assert till.journal.verify().ok
    till.close()


def kept_high_water_ms(till: Till) -> int:
    mark = read_marks(till.journal._connection).high_water_ms
    assert mark is not None
    return mark


def anchored_long_ago(folder: Path, clock: HandClock) -> Till:
    """A till that was told the time days ago, and whose process has just been started anew."""
    till = enrolled_till(folder, clock=clock)
    till.time.anchor(clock.wall_ms(), 10)
    till.close()
    clock.go_on(3 * DAY_MS)
    return new_till(folder, clock=clock)


def test_the_first_sale_after_a_start_keeps_that_its_moment_has_passed(tmp_path: Path) -> None:
    clock = HandClock()
    till = anchored_long_ago(tmp_path, clock)
    assert clock.wall_ms() - kept_high_water_ms(till) > 2 * DAY_MS
    sell(till)
    # Whatever becomes of this process, and of the wall clock, no later one falls behind what stands in the journal.
    assert clock.wall_ms() - kept_high_water_ms(till) < MINUTE_MS
    till.close()


def test_a_commit_that_was_rolled_back_does_not_count_as_having_kept_the_time(tmp_path: Path) -> None:
    clock = HandClock()
    till = anchored_long_ago(tmp_path, clock)
    with pytest.raises(LeaseShort):
        sell(till, lease=uuid4())
    sell(till)
    assert clock.wall_ms() - kept_high_water_ms(till) < MINUTE_MS
    till.close()


def test_the_first_sale_after_central_has_moved_the_time_keeps_it(tmp_path: Path) -> None:
    clock = HandClock()
    till = enrolled_till(tmp_path, clock=clock)
    till.close()
    clock.reboot(wall_off_ms=-40 * DAY_MS)
    again = new_till(tmp_path, clock=clock)
    sell(again)
    again.time.anchor(clock.wall_ms() + 45 * DAY_MS, 10)
    sell(again)
    # As after a power cut before the next minute: what a later process reads is as far as what it has sold.
    assert kept_high_water_ms(again) > clock.wall_ms() + 45 * DAY_MS - MINUTE_MS
    again.close()
