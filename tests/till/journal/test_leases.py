from pathlib import Path
from uuid import uuid4

import pytest

from sync.protocol.event import Spend
from sync.protocol.keys import SigningKey
from sync.protocol.leases import LimitKind, SignedGrant
from sync.protocol.payloads import LeaseClosed
from sync.till.journal.entries import Entry
from sync.till.journal.held import LeaseShort
from tests.builders.hand_clock import HandClock
from tests.builders.till import enrolled_till, grant, leased, new_till, redemption, use


def test_a_grant_is_held_once_however_often_it_comes(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    lease, signed = grant(units=3)
    stored = till.journal.store_grants([signed, signed])
    assert ([each.lease for each in stored.new], stored.known, stored.refused) == ([lease], 1, ())
    till.journal.commit([use(lease=lease)])
    assert till.journal.store_grants([signed]).known == 1
    held = till.journal.held(LimitKind.USES, 7)
    assert held is not None
    assert (held.lease, held.units, held.left) == (lease, 3, 2)
    till.close()


@pytest.mark.parametrize(
    ("signed", "why"),
    [
        (grant(key=SigningKey(b"x" * 32))[1], "signature"),
        (grant(till=4)[1], "another till"),
        (grant(incarnation=2)[1], "earlier life"),
        (grant(units=0)[1], "nothing"),
        (SignedGrant(b"{}", b""), "cannot be read"),
        (SignedGrant(grant()[1].body, b"short"), "signature"),
        (
            SignedGrant(
                grant(units=1)[1].body.replace(b'"units":1', b'"units":9'), grant(units=1)[1].signature
            ),
            "signature",
        ),
    ],
)
def test_a_grant_that_is_not_ours_is_refused_and_the_others_are_kept(
    tmp_path: Path, signed: SignedGrant, why: str
) -> None:
    till = enrolled_till(tmp_path)
    lease, good = grant()
    stored = till.journal.store_grants([signed, good])
    assert [each.lease for each in stored.new] == [lease]
    assert len(stored.refused) == 1
    assert why in stored.refused[0]
    till.close()


def test_expired_lease_stops_spending_but_returns_nothing(tmp_path: Path) -> None:
    clock = HandClock()
    till = enrolled_till(tmp_path, clock=clock)
    lease = leased(till, units=4, expires_ms=clock.wall_ms() + 1_000)
    till.journal.commit([use(lease=lease)])
    clock.go_on(1_000)
    assert till.journal.held(LimitKind.USES, 7) is None
    with pytest.raises(LeaseShort) as short:
        till.journal.commit([use(lease=lease)])
    assert short.value.left == 0
    (open_lease,) = till.journal.leases()
    assert open_lease.left == 3
    till.journal.close_lease(lease, "expired")
    assert till.journal.leases() == []
    till.close()


def test_the_lease_that_expires_first_is_spent_first(tmp_path: Path) -> None:
    clock = HandClock()
    till = enrolled_till(tmp_path, clock=clock)
    leased(till, units=1)
    later = leased(till, units=1, expires_ms=clock.wall_ms() + 9_000)
    sooner = leased(till, units=1, expires_ms=clock.wall_ms() + 5_000)
    order = []
    while (held := till.journal.held(LimitKind.USES, 7)) is not None:
        order.append(held.lease)
        till.journal.commit([use(lease=held.lease)])
    assert order[:2] == [sooner, later]
    assert len(order) == 3
    till.close()


def test_a_sale_bound_lease_is_found_by_its_operation_only(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    operation = uuid4()
    lease, signed = grant(units=1, operation=operation, sale_bound=True)
    till.journal.store_grants([signed])
    assert till.journal.held(LimitKind.USES, 7) is None
    assert till.journal.held(LimitKind.USES, 7, operation=uuid4()) is None
    held = till.journal.held(LimitKind.USES, 7, operation=operation)
    assert held is not None
    assert (held.lease, held.sale_bound, held.operation) == (lease, True, operation)
    till.close()


def test_closing_a_lease_states_all_that_was_spent_and_ends_it(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    lease, signed = grant(units=5)
    till.journal.store_grants([signed])
    till.journal.commit([use(lease=lease, units=2)])
    closed = till.journal.close_lease(lease, "recalled")
    assert closed is not None
    assert closed.kind == LeaseClosed.KIND
    assert till.journal.close_lease(lease, "recalled") is None
    assert till.journal.store_grants([signed]).known == 1
    assert till.journal.lease(lease) is None
    assert till.journal.held(LimitKind.USES, 7) is None
    with pytest.raises(LeaseShort):
        till.journal.commit([use(lease=lease)])
    assert till.journal.verify().ok
    till.close()


def test_an_unknown_lease_spends_nothing(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    with pytest.raises(LeaseShort):
        till.journal.commit([use(lease=uuid4())])
    assert till.journal.close_lease(uuid4(), "none") is None
    with pytest.raises(ValueError, match="at least one"):
        till.journal.commit([Entry(payload=redemption(), spends=(Spend(leased(till), 0),))])
    till.close()


def test_leases_survive_a_restart(tmp_path: Path) -> None:
    till = enrolled_till(tmp_path)
    lease = leased(till, units=3)
    till.journal.commit([use(lease=lease)])
    till.close()
    till = new_till(tmp_path)
    assert [(held.lease, held.left) for held in till.journal.leases()] == [(lease, 2)]
    till.close()
