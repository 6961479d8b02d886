"""A real till and the real central on its embedded PostgreSQL: enrolment, leases, journal, feed."""

from pathlib import Path

import pytest

from sync.protocol.contact import Contact
from sync.protocol.event import Spend
from sync.protocol.leases import Grant, LimitKind
from sync.protocol.wire import read_canonical
from sync.rules.user_error import UserError
from sync.till.cache.found import FoundCode
from sync.till.enrol import enrol
from sync.till.home import TillHome
from tests.builders.central_process import start_central
from tests.builders.patience import LONG_MS, LONG_S
from tests.builders.real_network import RealNetwork, code_of, found, granted, settled, use
from tests.builders.working_till import WorkingTill


def test_enrolment_brings_codes_and_leases(network: RealNetwork) -> None:
    network.import_codes(
        "VOUCHER,LUNCH-100,Lunch,100,,Lunches,leased",
        "PROMO,SPRING,Spring,,,Spring sale,leased",
    )
    home, enrolled = network.enrolled_home("Bar")
    assert enrolled.codes == 2
    assert enrolled.leases == 1
    assert enrolled.identity.restaurant_name == "Old Town"
    till = network.work(home)
    assert code_of(till, "lunch-100").code.max_uses == 100
    assert found(till, "SPRING") != found(till, "WINTER")
    assert [event["kind"] for event in network.events(enrolled.till_id)] == ["till.enrolled"]


def test_enrolment_code_works_once_and_wrong_ones_are_told(network: RealNetwork, tmp_path: Path) -> None:
    invited = network.invite("Bar")
    enrol(TillHome(tmp_path / "one"), code=invited["qr_text"], app_version="1")
    with pytest.raises(UserError) as used:
        enrol(TillHome(tmp_path / "two"), code=invited["code"], central=network.central.url, app_version="1")
    assert used.value.reason == "enrolment_used"
    with pytest.raises(UserError) as unknown:
        enrol(TillHome(tmp_path / "two"), code="1-NONE", central=network.central.url, app_version="1")
    assert unknown.value.reason == "enrolment_unknown"


def test_leased_use_is_settled_to_the_unit(network: RealNetwork) -> None:
    network.import_codes("VOUCHER,LUNCH-100,Lunch,100,,Lunches,leased")
    till = network.till("Bar")
    code = code_of(till, "LUNCH-100").code
    held = till.files.call(lambda: till.till.journal.held(LimitKind.USES, code.id))
    assert held is not None
    assert held.units == 16
    for _ in range(3):
        use(till, "LUNCH-100", [Spend(lease=held.lease, units=1)], by="lease")
    settled(till)
    status = network.status("LUNCH-100")
    assert (status["uses"], status["max_uses"], status["leased"], status["exposure"]) == (3, 100, 13, 0)
    rows = network.central.rows("SELECT event FROM redemptions WHERE network_id = $1", network.id)
    assert len(rows) == 3
    assert network.broken_limits() == []


def test_unit_asked_for_on_the_spot_is_spent_once(network: RealNetwork) -> None:
    network.import_codes("VOUCHER,ONCE-1,Once,1,,Online,online_only")
    one, two = network.till("Bar"), network.till("Door")
    code = code_of(one, "ONCE-1").code
    grant = granted(one.spot.ask(LimitKind.USES, code.id, sale_bound=True, wait_ms=LONG_MS))
    refused = two.spot.ask(LimitKind.USES, code.id, sale_bound=True, wait_ms=LONG_MS)
    assert refused is not None
    assert refused.reason == "held_elsewhere"
    assert "Bar" in refused.params["where"]
    use(one, "ONCE-1", [Spend(lease=grant.lease, units=1)], by="online")
    settled(one)
    refused = two.spot.ask(LimitKind.USES, code.id, sale_bound=True, wait_ms=LONG_MS)
    assert refused is not None
    assert refused.reason == "used_up"
    assert network.status("ONCE-1")["uses"] == 1
    assert network.broken_limits() == []


def test_spent_grant_is_not_listed_at_every_contact_for_ever(network: RealNetwork) -> None:
    network.import_codes("VOUCHER,TWICE,Twice,2,,Online,online_only")
    till = network.till("Bar")
    code = code_of(till, "TWICE").code
    spent = granted(till.spot.ask(LimitKind.USES, code.id, sale_bound=True, wait_ms=LONG_MS))
    kept = granted(till.spot.ask(LimitKind.USES, code.id, sale_bound=True, wait_ms=LONG_MS))
    use(till, "TWICE", [Spend(lease=spent.lease, units=1)], by="online")
    settled(till)
    reply = till.office.contact(Contact(incarnation=1, app_version="1", last_seq=2, unsettled=0))
    assert [read_canonical(grant.body, Grant).lease for grant in reply.leases] == [kept.lease]


def test_cancelled_sale_frees_the_code_for_another_till(network: RealNetwork) -> None:
    network.import_codes("VOUCHER,ONCE-1,Once,1,,Online,online_only")
    one, two = network.till("Bar"), network.till("Door")
    code = code_of(one, "ONCE-1").code
    grant = granted(one.spot.ask(LimitKind.USES, code.id, sale_bound=True, wait_ms=LONG_MS))
    assert one.spot.release(grant.lease)
    settled(one)
    assert granted(two.spot.ask(LimitKind.USES, code.id, sale_bound=True, wait_ms=LONG_MS))
    assert network.broken_limits() == []


def test_code_held_by_another_till_is_called_back(network: RealNetwork) -> None:
    network.import_codes("VOUCHER,FEW-4,Few,4,,Lunches,leased")
    one = network.till("Bar")
    two = network.till("Door")
    code = code_of(two, "FEW-4").code
    refused = None
    for _ in range(4):
        reply = two.spot.ask(LimitKind.USES, code.id, units=2, wait_ms=LONG_MS)
        assert reply is not None
        if reply.grant is None:
            refused = reply
            break
        use(two, "FEW-4", [Spend(lease=granted(reply).lease, units=2)], by="online")
    assert refused is not None
    assert refused.reason == "held_elsewhere"
    settled(one)
    assert one.files.call(lambda: one.till.journal.held(LimitKind.USES, code.id)) is None
    assert granted(two.spot.ask(LimitKind.USES, code.id, units=1, wait_ms=LONG_MS))
    settled(two)
    assert network.broken_limits() == []


def test_new_code_reaches_a_till_that_is_online(network: RealNetwork) -> None:
    till = network.till("Bar")
    settled(till)
    network.import_codes("VIP,NEW-1,New,,,Friends,leased")
    assert _arrives(till, "NEW-1")


def test_revoked_till_still_hands_over_what_it_recorded(network: RealNetwork) -> None:
    network.import_codes("PROMO,SPRING,Spring,,,Spring sale,leased")
    home, enrolled = network.enrolled_home("Bar")
    network.central.admin("revoke-till", "--till", str(enrolled.till_id))
    till = network.work(home)
    use(till, "SPRING", [], by="cache")
    # Not the board alone: it says "nothing waits" until somebody has looked into the journal.
    state = till.threads.settle_all(LONG_S)
    assert (state.unsettled, state.revoked) == (0, True)
    assert [event["kind"] for event in network.events(enrolled.till_id)] == ["till.enrolled", "redemption"]


def test_central_killed_in_the_middle_has_every_event_once(tmp_path: Path) -> None:
    central = start_central(tmp_path / "office")
    network = RealNetwork(central, tmp_path)
    try:
        network.import_codes("VOUCHER,LUNCH-1000,Lunch,1000,,Lunches,leased")
        home, enrolled = network.enrolled_home("Bar")
        till = network.work(home)
        code = code_of(till, "LUNCH-1000").code
        held = till.files.call(lambda: till.till.journal.held(LimitKind.USES, code.id))
        assert held is not None
        recorded = []
        for number in range(12):
            if number == 4:
                central.kill()
            recorded.append(use(till, "LUNCH-1000", [Spend(lease=held.lease, units=1)], by="lease"))
        board = till.threads.agent.board
        with board.changed:
            assert board.changed.wait_for(lambda: not board.read().online, LONG_S)
        assert till.threads.state().unsettled > 0
        central.restart()
        settled(till)
        stored = network.events(enrolled.till_id)
        assert [event["event"] for event in stored if event["kind"] == "redemption"] == [
            str(done.event) for done in recorded
        ]
        assert network.status("LUNCH-1000")["uses"] == 12
        assert network.broken_limits() == []
    finally:
        network.close()
        central.close()


def _arrives(till: WorkingTill, text: str) -> bool:
    """Wait until a code has come down the feed."""
    board = till.threads.agent.board
    with board.changed:
        return board.changed.wait_for(lambda: isinstance(found(till, text), FoundCode), LONG_S)
