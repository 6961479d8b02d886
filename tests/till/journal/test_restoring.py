"""What a void gives back on the till: into its own open lease, in the transaction of the event."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest

from sync.protocol.event import Restore, read_envelope
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import Payload, Refund, Void
from sync.till.journal.entries import Entry
from sync.till.journal.held import LeaseShort
from sync.till.till import Till
from tests.builders.till import enrolled_till, leased, redemption, sale, sell, use


def voiding(original: UUID, *restores: Restore, event: UUID | None = None) -> Entry:
    def with_receipt(receipt: int) -> Payload:
        return Void(receipt=receipt, original=original, reason="mistake", currency="EUR", amount_minor=1125)

    return Entry(payload=with_receipt, restores=restores, event=event)


def last_restores(till: Till) -> tuple[Restore, ...]:
    batch = till.journal.unsettled()
    assert batch is not None
    return read_envelope(batch.events[-1].body).restores


def left(till: Till) -> int:
    held = till.journal.held(LimitKind.USES, 7)
    return 0 if held is None else held.left


def test_units_go_back_into_the_tills_own_open_lease_and_the_event_says_so(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    lease = leased(till, units=2)
    used, sold = sell(till, lease=lease)
    assert left(till) == 1
    till.journal.commit([voiding(sold.event, Restore(lease, 1, used.event))])
    assert left(till) == 2
    assert last_restores(till) == (Restore(lease, 1, used.event, here=True),)
    assert till.journal.verify().ok
    till.close()


def test_a_closed_lease_and_a_foreign_one_are_left_to_the_office(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    lease, foreign = leased(till, units=2), uuid4()
    used, sold = sell(till, lease=lease)
    till.journal.close_lease(lease, "idle")
    entry = voiding(sold.event, Restore(lease, 1, used.event), Restore(foreign, 1, used.event))
    till.journal.commit([entry])
    assert [restore.here for restore in last_restores(till)] == [False, False]
    assert left(till) == 0
    assert till.journal.verify().ok
    till.close()


def test_more_than_was_spent_of_a_lease_does_not_go_back_into_it(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    lease = leased(till, units=5)
    used, sold = sell(till, lease=lease)
    till.journal.commit([voiding(sold.event, Restore(lease, 2, used.event))])
    assert last_restores(till)[0].here is False
    assert left(till) == 4
    with pytest.raises(ValueError, match="at least one unit"):
        till.journal.commit([voiding(sold.event, Restore(lease, 0, used.event))])
    till.close()


def test_a_commit_that_fails_gives_nothing_back(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    lease = leased(till, units=2)
    used, sold = sell(till, lease=lease)
    with pytest.raises(LeaseShort):
        till.journal.commit([voiding(sold.event, Restore(lease, 1, used.event)), use(lease=uuid4())])
    assert left(till) == 1
    assert till.journal.verify().ok
    till.close()


def test_a_till_knows_what_it_can_undo_and_what_it_gave_back_already(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    lease = leased(till, units=2)
    used, sold = sell(till, lease=lease)
    found = till.journal.undoable(sold.event)
    assert found is not None
    (spent,) = found.spent
    assert (spent.event, spent.lease, spent.kind, spent.units, spent.restored) == (
        used.event, lease, LimitKind.USES, 1, 0,
    )  # fmt: skip
    assert (found.undone, found.refunded_minor, found.voided) == ((), 0, False)
    refund = Refund(receipt=2, original=sold.event, reason="returned", currency="EUR", amount_minor=125)
    till.journal.commit([Entry(payload=refund)])
    found = till.journal.undoable(sold.event)
    assert found is not None
    assert (found.refunded_minor, found.voided) == (125, False)
    till.journal.commit([voiding(sold.event, Restore(lease, 1, used.event))])
    found = till.journal.undoable(sold.event)
    assert found is not None
    assert found.voided
    assert found.spent[0].restored == 1
    assert till.journal.undoable(uuid4()) is None
    till.close()


def test_the_last_action_is_the_newest_that_still_stands(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    assert till.journal.last_done() is None
    (bare,) = till.journal.commit([use()])
    of_sale = till.journal.new_event_id()
    part = replace(use(), payload=msgspec.structs.replace(redemption(), sale=of_sale))
    _, sold = till.journal.commit([part, replace(sale(), event=of_sale)])
    last = till.journal.last_done()
    assert last is not None
    assert last.event == sold.event
    till.journal.commit([voiding(sold.event)])
    last = till.journal.last_done()
    assert last is not None
    assert last.event == bare.event
    till.journal.commit([voiding(bare.event)])
    assert till.journal.last_done() is None
    till.close()
