"""What undid an event is found by a table of its own, which says what the events say."""

from pathlib import Path
from uuid import UUID

from sync.protocol.payloads import Payload, Refund, SessionOpened, Void
from sync.protocol.upload import Ack
from sync.till.journal import pruning, undo_book
from sync.till.journal.entries import Entry
from sync.till.sqlcipher import transaction
from sync.till.till import Till
from tests.builders.till import enrolled_till, new_till, sell


def refund(receipt: int, original: UUID, amount: int) -> Refund:
    return Refund(receipt=receipt, original=original, reason="returned", currency="EUR", amount_minor=amount)


def record(till: Till, payload: Payload) -> None:
    till.journal.commit([Entry(payload=payload)])


def refunded(till: Till, event: UUID) -> int:
    found = till.journal.undoable(event)
    assert found is not None
    return found.refunded_minor


def table(till: Till) -> list[tuple[bytes, int]]:
    rows = till.journal._connection.execute("SELECT * FROM undone ORDER BY original, position")
    return [(original, at) for original, at in rows]


def test_each_sale_finds_its_own_refunds_and_a_rebuild_ends_the_same(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    first, second = (sell(till)[1].event for _ in range(2))
    for receipt, (original, amount) in enumerate(((first, 5), (second, 7), (first, 11)), start=10):
        record(till, refund(receipt, original, amount))
    record(till, Void(receipt=13, original=second, reason="mistake"))
    assert (refunded(till, first), refunded(till, second)) == (16, 7)
    before = table(till)
    assert len(before) == 4
    connection = till.journal._connection
    with transaction(connection):
        connection.execute("DROP TABLE undone")
        undo_book.open_undo_book(connection)
    assert table(till) == before
    till.close()
    again = new_till(tmp_path)
    assert refunded(again, first) == 16
    again.close()


def test_a_pruned_refund_is_forgotten_with_its_event(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    event = sell(till)[1].event
    record(till, refund(10, event, 5))
    record(till, SessionOpened(method="pin"))
    newest = till.journal.status().last_seq
    till.journal.acknowledge(Ack(applied=newest, want=newest + 1, safe=newest))
    connection = till.journal._connection
    with transaction(connection):
        assert pruning.prune(connection, now_ms=till.time.now().at_ms + 1, keep_ms=0) == newest - 1
    assert table(till) == []
    assert till.journal.undoable(event) is None
    till.close()


def test_receipts_are_found_by_number_among_many_other_events(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    receipts = {}
    for turn in range(40):
        for _ in range(turn % 5):
            record(till, SessionOpened(method="pin"))
        committed = sell(till)[1]
        receipts[committed.receipt] = committed.event
    for number, event in receipts.items():
        assert number is not None
        assert till.journal.with_receipt(number) == [event]
    assert till.journal.with_receipt(0) == []
    assert till.journal.with_receipt(max(number or 0 for number in receipts) + 1) == []
    till.close()
