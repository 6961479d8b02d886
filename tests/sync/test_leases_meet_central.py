"""Leases between real tills and the real central: recalled, refilled, taken at risk, given up."""

from pathlib import Path

import pytest

from sync.protocol.event import Spend
from sync.protocol.leases import LimitKind
from sync.till.journal.held import HeldLease
from tests.builders.patience import LONG_MS, LONG_S
from tests.builders.real_network import RealNetwork, code_of, granted, settled, use
from tests.builders.till_process import kiosk, till
from tests.builders.working_till import WorkingTill

pytestmark = pytest.mark.timeout(600)


def held(working: WorkingTill, code: int, kind: LimitKind = LimitKind.USES) -> HeldLease | None:
    return working.files.call(lambda: working.till.journal.held(kind, code))


def wait_for_units(working: WorkingTill, code: int, least: int) -> HeldLease:
    """Wait until the agent has brought a lease with so many units; each state of the board is a chance to look."""
    board = working.threads.agent.board
    found: list[HeldLease] = []

    def there() -> bool:
        lease = held(working, code)
        if lease is not None and lease.left >= least:
            found.append(lease)
        return bool(found)

    while not found:
        with board.changed:
            assert board.changed.wait_for(lambda: True, LONG_S)
        if not there():
            working.commit()
            settled(working)
    return found[0]


def test_a_single_use_that_lies_at_another_till_is_had_within_a_moment(network: RealNetwork) -> None:
    network.import_codes("VOUCHER,ONCE,Once,1,,Lunches,leased")
    one, two = network.till("Bar"), network.till("Door")
    code = code_of(one, "ONCE").code.id
    lease = granted(one.spot.ask(LimitKind.USES, code, wait_ms=LONG_MS))
    # The sale at the bar is over without it, and nobody has given it back yet.
    one.threads.agent.operations.put_down(lease.operation)  # type: ignore[arg-type]  # asked on the spot: it has one
    refused = two.spot.ask(LimitKind.USES, code, wait_ms=LONG_MS)
    assert refused is not None
    assert refused.reason == "held_elsewhere"
    board = one.threads.agent.board
    with board.changed:
        assert board.changed.wait_for(lambda: held(one, code) is None, LONG_S)
    settled(one)
    again = granted(two.spot.ask(LimitKind.USES, code, wait_ms=LONG_MS))
    use(two, "ONCE", [Spend(again.lease, 1)], by="online")
    settled(two)
    assert network.status("ONCE")["uses"] == 1
    assert network.broken_limits() == []


def test_a_lease_that_runs_low_is_refilled_before_the_next_regular_contact(network: RealNetwork) -> None:
    network.import_codes("VOUCHER,LUNCH-100,Lunch,100,,Lunches,leased")
    working = network.till("Bar")
    code = code_of(working, "LUNCH-100").code.id
    first = wait_for_units(working, code, 16)
    settled(working)
    for _ in range(12):
        use(working, "LUNCH-100", [Spend(first.lease, 1)], by="lease")

    def left() -> int:
        leases = working.files.call(lambda: working.till.journal.spendable(LimitKind.USES, code))
        return sum(lease.left for lease in leases)

    board = working.threads.agent.board
    with board.changed:
        # Contact may be made before the last uses are settled; what these leave is asked for next.
        assert board.changed.wait_for(lambda: left() >= 12, LONG_S)
    assert network.broken_limits() == []


def test_two_tills_without_the_office_take_no_more_risk_than_was_accepted(
    network: RealNetwork, tmp_path: Path
) -> None:
    network.import_codes("VOUCHER,RISKY,Risky,1,,Risky,allow_with_risk", "VOUCHER,SAFE,Safe,1,,Safe,leased")
    homes = []
    for name in ("Bar", "Terrace"):
        home = tmp_path / name
        invited = network.invite(name)
        done = till(home, "enrol", "--central", network.central.url, "--code", invited["code"])
        assert done.returncode == 0, done.stderr.decode()
        homes.append(home)
    before = network.status("RISKY")
    assert (before["uses"], before["exposure"]) == (0, 2)
    accepted = 0
    for home in homes:
        with kiosk(home, "--offline") as running:
            said = [running.ask(code) for code in ("RISKY", "RISKY", "SAFE")]
            assert [one["verdict"] for one in said] == ["accept", "refuse", "refuse"]
            assert said[0]["by"] == "risk"
            accepted += 1
            assert running.end() == 0
    assert accepted <= 1 + before["exposure"]
    for home in homes:
        assert till(home, "kiosk", "--sync-and-exit").returncode == 0
    after = network.status("RISKY")
    assert (after["uses"], after["max_uses"]) == (2, 1)
    (exposure,) = [
        each
        for each in network.central.admin_here("exposure", "--network", str(network.id))
        if each["policy"] == "allow_with_risk"
    ]
    # The first use took the unit that was left, so only the second is exposure, and one allowance came back.
    assert (exposure["booked"], exposure["taken"], exposure["allowance"]) == (1, 1, 20)
    assert network.broken_limits() == []


def test_a_lost_tills_late_uses_are_taken_and_the_books_stay_right(network: RealNetwork) -> None:
    network.import_codes("VOUCHER,LUNCH-100,Lunch,100,,Lunches,leased")
    home, enrolled = network.enrolled_home("Bar")
    lost = network.work(home)
    lease = wait_for_units(lost, code_of(lost, "LUNCH-100").code.id, 16)
    settled(lost)
    network.close()
    given_up = network.central.admin_here(
        "lost-till", "--till", str(enrolled.till_id), "--by", "Olga Owner", "--reissue"
    )[-1]
    assert given_up == {
        "till_id": enrolled.till_id, "status": "lost", "leases": 1, "units": 16, "reissued": True,
    }  # fmt: skip
    assert network.status("LUNCH-100")["exposure"] == 16
    # Its agent would hear within a moment that the till is revoked, and then nothing is spent any more.
    found = network.work(home, reaching_out=False)
    for _ in range(3):
        use(found, "LUNCH-100", [Spend(lease.lease, 1)], by="lease")
    found.reach_out()
    board = found.threads.agent.board
    with board.changed:
        assert board.changed.wait_for(lambda: board.read().revoked, LONG_S)
    settled(found)
    # The journal that came after all proves what was not spent: that much is no exposure any more.
    assert network.status("LUNCH-100") == {
        "code_id": code_of(found, "LUNCH-100").code.id, "uses": 3, "max_uses": 100, "leased": 0,
        "status": "active", "exposure": 3,
    }  # fmt: skip
    assert network.broken_limits() == []
