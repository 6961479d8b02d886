"""What a till holds, summed up kind by kind."""

from pathlib import Path

from sync.protocol.leases import LimitKind
from tests.builders.hand_clock import HandClock
from tests.builders.till import enrolled_till, grant, leased, use


def test_open_leases_with_something_left_are_summed_up_and_expired_ones_named(tmp_path: Path) -> None:
    clock = HandClock()
    till = enrolled_till(tmp_path, clock=clock)
    assert till.journal.held_by_kind() == []
    now_ms = till.time.now().at_ms
    lease = leased(till, units=5)
    till.journal.store_grants(
        [grant(units=2, expires_ms=now_ms + 1_000)[1], grant(units=3, expires_ms=now_ms + 9_000)[1]]
    )
    till.journal.commit([use(lease=lease)])
    spent = leased(till, units=1)
    till.journal.commit([use(lease=spent)])
    (held,) = till.journal.held_by_kind()
    assert (held.kind, held.leases, held.units, held.expired) == (LimitKind.USES, 3, 9, 0)
    assert held.next_expiry_ms == now_ms + 1_000
    clock.go_on(2_000)
    (held,) = till.journal.held_by_kind()
    assert (held.units, held.expired, held.next_expiry_ms) == (9, 1, now_ms + 9_000)
    till.close()
