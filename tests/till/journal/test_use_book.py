"""The till's own uses: filed with the events, found by index, made again from the events."""

from pathlib import Path
from uuid import uuid4

import pytest

from sync.protocol.payloads import Redemption, SessionOpened, Void
from sync.till.journal import use_book
from sync.till.journal.appending import AlreadyRecorded
from sync.till.journal.entries import Entry
from sync.till.journal.file import Stop
from sync.till.journal.use_book import OwnUses, open_use_book, own_uses
from sync.till.sqlcipher import transaction
from sync.till.till import Till
from tests.builders.hand_clock import HandClock
from tests.builders.till import enrolled_till, new_till

EVER = 1 << 60


def used(code: int, *, campaign: int = 1, guest: int | None = None, sale: object = None) -> Redemption:
    return Redemption(
        code_id=code,
        campaign_id=campaign,
        code_kind="PROMO",
        rules_version=1,
        outcome="accept",
        reason="ok",
        by="cache",
        source="CAMERA",
        guest_id=guest,
        sale=sale,  # type: ignore[arg-type]  # a UUID or None
    )


def count(
    till: Till,
    *,
    campaign: int = 1,
    code: int = 1,
    guest: int | None = None,
    since_ms: int = 0,
    until_ms: int = EVER,
) -> OwnUses:
    return till.journal.own_uses(
        campaign=campaign, code=code, guest=guest, since_ms=since_ms, until_ms=until_ms
    )


def test_uses_are_counted_by_campaign_span_guest_and_code(tmp_path: Path) -> None:
    clock = HandClock()
    till = enrolled_till(tmp_path, clock=clock)
    start_ms = till.time.now().at_ms
    till.journal.commit(
        [Entry(payload=used(1, guest=5)), Entry(payload=used(2)), Entry(payload=used(1, guest=6))]
    )
    till.journal.commit([Entry(payload=used(9, campaign=2, guest=5))])
    assert count(till) == OwnUses(campaign=3)
    assert count(till, guest=5) == OwnUses(campaign=3, campaign_by_guest=1, code_by_guest=1)
    assert count(till, guest=5, code=2) == OwnUses(campaign=3, campaign_by_guest=1)
    assert count(till, since_ms=start_ms).campaign == 3
    assert count(till, until_ms=start_ms).campaign == 0
    assert count(till, campaign=3) == OwnUses()
    till.close()


def test_a_void_of_a_sale_or_of_a_use_takes_its_uses_out_and_a_rebuild_ends_the_same(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    sale = uuid4()
    of_sale = [Entry(payload=used(code, sale=sale)) for code in (1, 2)]
    alone, *_ = till.journal.commit([Entry(payload=used(3)), Entry(payload=used(4)), *of_sale])
    assert count(till).campaign == 4
    till.journal.commit([Entry(payload=Void(receipt=1, original=alone.event, reason="mistake"))])
    assert count(till).campaign == 3
    till.journal.commit([Entry(payload=Void(receipt=2, original=sale, reason="mistake"))])
    assert count(till) == OwnUses(campaign=1)
    connection = till.journal._connection
    with transaction(connection):
        use_book.file_uses(connection)
        connection.execute("DROP TABLE uses")
        open_use_book(connection)
    assert count(till) == OwnUses(campaign=1)
    till.close()


def filed(till: Till) -> int:
    return int(till.journal._connection.execute("SELECT count(*) FROM main.uses").fetchone()[0])


def test_a_use_is_counted_at_once_and_filed_when_nobody_waits(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    first, *_ = till.journal.commit([Entry(payload=used(1, guest=5)), Entry(payload=used(1, guest=5))])
    assert (count(till, guest=5).code_by_guest, filed(till)) == (2, 0)
    till.tidy()
    assert (count(till, guest=5).code_by_guest, filed(till)) == (2, 2)
    till.journal.commit([Entry(payload=Void(receipt=1, original=first.event, reason="mistake"))])
    assert (count(till, guest=5).code_by_guest, filed(till)) == (1, 2)
    till.tidy()
    assert (count(till, guest=5).code_by_guest, filed(till)) == (1, 1)
    till.close()


def test_uses_and_voids_that_a_crash_left_unfiled_are_read_from_the_events(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    first, *_ = till.journal.commit([Entry(payload=used(1)), Entry(payload=used(2))])
    till.tidy()
    till.journal.commit([Entry(payload=used(3))])
    till.journal.commit([Entry(payload=Void(receipt=1, original=first.event, reason="mistake"))])
    assert filed(till) == 2
    till.journal._file._drop_connection()
    till.journal._file.stopped = Stop("disk_failed", "The disk has failed.", "")
    till.journal.reopen()
    assert (count(till).campaign, filed(till)) == (2, 2)
    till.close()
    again = new_till(tmp_path)
    assert (count(again).campaign, filed(again)) == (2, 2)
    again.close()


def test_an_opening_looks_through_a_bounded_number_of_events(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    connection = till.journal._connection
    for _ in range(use_book.MAX_UNREAD // 200):
        till.journal.commit([Entry(payload=SessionOpened(method="pin")) for _ in range(200)])
    assert use_book.is_due(connection)
    till.tidy()
    assert not use_book.is_due(connection)
    till.close()


def test_a_till_that_never_rests_files_within_its_commits(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    for _ in range(use_book.MAX_UNFILED // 64):
        till.journal.commit([Entry(payload=used(1)) for _ in range(64)])
    assert filed(till) == use_book.MAX_UNFILED
    assert count(till).campaign == use_book.MAX_UNFILED
    till.close()


def test_nothing_is_filed_of_a_commit_that_did_not_happen(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    (first,) = till.journal.commit([Entry(payload=used(1))])
    again = [Entry(payload=used(2)), Entry(payload=used(3), event=first.event)]
    with pytest.raises(AlreadyRecorded):
        till.journal.commit(again)
    assert count(till).campaign == 1
    till.close()


def test_counting_reads_no_more_than_it_counts(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    connection = till.journal._connection
    plans = [
        connection.execute(
            f"EXPLAIN QUERY PLAN {use_book._OF_CAMPAIGN}", {"campaign": 1, "guest": 5, "since": 0, "until": 9}
        ).fetchall(),
        connection.execute(f"EXPLAIN QUERY PLAN {use_book._OF_CODE}", {"code": 1, "guest": 5}).fetchall(),
        connection.execute(f"EXPLAIN QUERY PLAN {use_book._TAKE_BACK}", {"event": b""}).fetchall(),
    ]
    told = [str(step[-1]) for plan in plans for step in plan]
    assert any("uses_by_day" in step for step in told)
    assert any("uses_by_guest" in step for step in told)
    # What is in memory only is bounded, so it may be looked through.
    scanned = [step for step in told if step.startswith("SCAN") and "subquery" not in step]
    assert sorted(scanned) == ["SCAN CONSTANT ROW", "SCAN u", "SCAN u"]
    assert own_uses(connection, campaign=1, code=1, guest=None, since_ms=0, until_ms=1) == OwnUses()
    till.close()
