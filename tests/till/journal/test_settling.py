from pathlib import Path

import pytest

from sync.protocol.upload import Ack
from sync.rules.user_error import UserError
from tests.builders.hand_clock import HandClock
from tests.builders.till import DIGEST_KEY, enrolled_till, identity, new_till, sell


def ack(applied: int, *, safe: int | None = None) -> Ack:
    return Ack(applied=applied, want=applied + 1, safe=safe)


def test_what_is_acknowledged_is_not_sent_again(tmp_path: Path) -> None:
    clock = HandClock()
    till = enrolled_till(tmp_path, clock=clock)
    first_ms = clock.wall_ms()
    clock.go_on(500)
    sell(till)
    assert till.journal.status().oldest_unsettled_ms == first_ms
    till.journal.acknowledge(ack(1))
    status = till.journal.status()
    assert (status.applied, status.safe, status.unsettled) == (1, None, 2)
    assert status.oldest_unsettled_ms == first_ms + 500
    batch = till.journal.unsettled()
    assert batch is not None
    assert (batch.from_seq, len(batch.events)) == (2, 2)
    till.journal.acknowledge(ack(3, safe=2))
    assert till.journal.unsettled() is None
    assert till.journal.status().oldest_unsettled_ms is None
    assert till.journal.status().safe == 2
    assert till.journal.recent(1)[0].settled
    till.close()


def test_batches_keep_to_their_bounds_but_never_stand_still(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    sell(till)
    by_count = till.journal.unsettled(max_events=2)
    assert by_count is not None
    assert len(by_count.events) == 2
    by_size = till.journal.unsettled(max_bytes=1)
    assert by_size is not None
    assert len(by_size.events) == 1
    till.close()


def test_an_office_that_lost_events_gets_them_again(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    sell(till)
    till.journal.acknowledge(ack(3, safe=3))
    till.journal.acknowledge(Ack(applied=1, want=2))
    batch = till.journal.unsettled()
    assert batch is not None
    assert (batch.from_seq, len(batch.events)) == (2, 2)
    assert till.journal.status().safe is None
    till.close()


def test_the_older_incarnation_is_settled_first(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    sell(till)
    till.become(identity(2), digest_key=DIGEST_KEY, app_version="2")
    sent = []
    while (batch := till.journal.unsettled(max_events=2)) is not None:
        sent.append((batch.incarnation, batch.from_seq, len(batch.events)))
        till.journal.acknowledge(ack(batch.from_seq + len(batch.events) - 1), incarnation=batch.incarnation)
    assert sent == [(1, 1, 2), (1, 3, 1), (2, 1, 1)]
    till.close()


@pytest.mark.expects_log("the office holds event|the journal stops")
def test_an_older_copy_of_the_files_is_found_and_stops_until_enrolled_anew(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    till.journal.acknowledge(ack(9))
    for _ in range(2):
        with pytest.raises(UserError) as refused:
            sell(till)
        assert refused.value.reason == "journal_rolled_back"
        till.close()
        till = new_till(tmp_path)
    assert "older copy" in (till.journal.status().stopped or "")
    assert till.journal.reopen().recorded is None
    till.become(identity(2), digest_key=DIGEST_KEY, app_version="2")
    sell(till)
    till.close()
    till = new_till(tmp_path)
    assert till.journal.status().stopped is None
    till.close()
