"""A guest registers at one real till, and is a guest of the whole network: through the real central and back."""

from contextlib import closing

import pytest

from pos_app.usecases.counter import Counter
from pos_app.usecases.desk import Desk
from pos_app.usecases.guest_results import Consent, GuestForm
from pos_app.usecases.source import Source
from sync.rules.sale import Line
from sync.till.agent.enrolled import enrolled
from sync.till.till import Till
from sync.till.worker import DirectFiles
from tests.builders.patience import LONG_S
from tests.builders.real_counter import add_guest, counter_at
from tests.builders.real_network import RealNetwork, settled
from tests.builders.working_till import WorkingTill

pytestmark = pytest.mark.timeout(600)

PHONE = "+4915112349876"
LINES = (Line(amount_minor=3000),)


def register(counter: Counter, name: str, **fields: str) -> int:
    form = GuestForm(name=name, consents=(Consent.DATA,), **fields)  # type: ignore[arg-type]  # texts alone
    done = counter.guests.register(form)
    counter.sell(LINES, [done.look])
    return done.found.guest.id


def without_office(till: Till) -> Counter:
    """Stand at a till whose line is down."""
    return Counter(
        Desk(
            till=till,
            identity=enrolled(till),
            files=DirectFiles(),
            spot=None,
            language="en",
            committed=lambda: None,
        )
    )


def wait_until_known(till: WorkingTill, counter: Counter, guest: int) -> None:
    """Wait until the feed has brought a guest who registered here."""
    board = till.threads.agent.board

    def known() -> bool:
        found = counter.guests.find(guest)
        return found is not None and not found.waiting

    with board.changed:
        assert board.changed.wait_for(known, LONG_S)


def test_a_guest_who_registers_offline_is_known_everywhere_once_the_till_has_spoken(
    network: RealNetwork,
) -> None:
    till = network.till("Bar")
    counter = counter_at(till, offline=True)
    guest = register(counter, "Maria Nowak", phone=PHONE)
    settled(till)
    (row,) = network.central.rows(
        "SELECT id, purchases, phone_last4 FROM guests WHERE network_id = $1", network.id
    )
    assert (row["id"], row["purchases"], row["phone_last4"]) == (guest, 1, "9876")
    wait_until_known(till, counter, guest)
    assert [found.waiting for found in counter.guests.search("nowak")] == [False]
    assert till.files.call(till.till.journal.waiting_guests) == []
    door = network.till("Door")
    other = counter_at(door)
    wait_until_known(door, other, guest)
    (found,) = other.guests.search("nowak maria")
    assert (found.guest.id, found.guest.purchases, found.waiting) == (guest, 1, False)
    assert [each.guest.id for each in other.guests.search("+49 151 1234 9876")] == [guest]
    assert network.central.rows("SELECT 1 FROM cases WHERE network_id = $1", network.id) == []
    assert network.broken_limits() == []


def test_a_guest_who_was_there_stays_one_guest_and_the_till_learns_it(network: RealNetwork) -> None:
    home = network.stop(network.till("Bar"))
    made = add_guest(network, "Maria Nowak", phone=PHONE, points=50).guest_id
    # This till has loaded its copy before the office made the guest, and registers them as well.
    with closing(Till.open(home)) as alone:
        guest = register(without_office(alone), "Marija Nowak", phone="+49 151 1234 9876")
    till = network.work(home)
    settled(till)
    rows = network.central.rows(
        "SELECT id, merged_into, purchases FROM guests WHERE network_id = $1 ORDER BY id", network.id
    )
    assert [(row["id"], row["merged_into"], row["purchases"]) for row in rows] == [
        (made, None, 1),
        (guest, made, 0),
    ]
    counter = counter_at(till, offline=True)
    wait_until_known(till, counter, guest)
    found = counter.guests.find(guest)
    assert found is not None
    assert (found.guest.id, found.guest.points) == (made, 50)
    assert network.broken_limits() == []


def test_a_referral_code_that_came_with_a_registration_is_counted_once(network: RealNetwork) -> None:
    network.central.admin_here("referral", "--network", str(network.id), "--enabled", "yes")
    network.import_codes("REFERRAL,FRIEND-ANNA,Anna's friends,3,,Bring a friend,leased")
    till = network.till("Bar")
    counter = counter_at(till)
    form = GuestForm(name="Maria Nowak", consents=(Consent.DATA,), referral="friend-anna")
    done = counter.guests.register(form, Source.CAMERA)
    settled(till)
    assert network.status("FRIEND-ANNA")["uses"] == 1
    (row,) = network.central.rows(
        """SELECT r.guest_id, r.judged, g.referral_code_id = r.code_id AS same FROM redemptions r
        JOIN guests g ON g.network_id = r.network_id AND g.id = r.guest_id WHERE r.network_id = $1""",
        network.id,
    )
    assert (row["guest_id"], row["same"]) == (done.found.guest.id, True)
    assert row["judged"] != "differs"
    assert network.central.rows("SELECT 1 FROM cases WHERE network_id = $1", network.id) == []
    assert network.broken_limits() == []
