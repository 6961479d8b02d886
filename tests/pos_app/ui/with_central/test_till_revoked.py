"""A till that the office takes out of service: said above every screen, and nothing that it sold is lost."""

import pytest

from pos_app.ui.places.place import PlaceName
from tests.builders.real_network import RealNetwork
from tests.builders.till_window import wait_for
from tests.pos_app.ui.with_central.conftest import Work

pytestmark = pytest.mark.timeout(600)


def test_a_revoked_till_says_so_on_every_screen_and_what_it_sold_before_is_at_central(
    network: RealNetwork, at_work: Work
) -> None:
    home, enrolled = network.enrolled_home("Bar")
    alone = at_work(home.folder, offline=True)
    alone.type_amount("12.50")
    sold = alone.confirm()
    alone.window.close()
    network.central.admin_here("revoke-till", "--till", str(enrolled.till_id))

    cashier = at_work(home.folder)
    window = cashier.window
    wait_for(
        lambda: window.notice.sentence.text() == "The office has revoked this till.", what="the revocation"
    )
    assert window.bar.badge.text().strip() == "Till revoked"
    for name in (PlaceName.SALES, PlaceName.SHIFT, PlaceName.SELL):
        cashier.go(name)
        assert window.notice.isVisible()
    running = window.flow.running
    assert running is not None
    assert running.verify().ok
    wait_for(
        lambda: str(sold.event) in {event["event"] for event in network.events(enrolled.till_id)},
        what="the sale at central",
    )
    (row,) = network.central.rows("SELECT paid_minor FROM sales WHERE network_id = $1", network.id)
    assert row["paid_minor"] == 1_250
