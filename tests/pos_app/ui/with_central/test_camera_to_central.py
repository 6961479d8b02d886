"""From a hand before the camera to central's books: through the shipping scanner, the window and the journal."""

from pathlib import Path

import pytest

from pos_app.demo.film.make import make_film
from pos_app.demo.film.shot import Carrier, Manner, Shot
from pos_app.usecases.source import Source
from sync.rules.campaign import Policy
from sync.rules.code import Kind
from sync.rules.verdict import Outcome
from tests.builders.cashier import Cashier
from tests.builders.real_counter import add_campaign
from tests.builders.real_network import RealNetwork
from tests.builders.rules import a_campaign, percent
from tests.builders.till_window import settle, wait_for
from tests.pos_app.ui.with_central.conftest import Work

pytestmark = pytest.mark.timeout(600)

TEXT = "HELD-UP-7Q4"


def verdict_of(cashier: Cashier) -> tuple[str, str]:
    text = cashier.window.till.verdict.text
    assert text is not None
    return text.banner.tone, text.message


@pytest.mark.parametrize(
    ("carrier", "manner", "policy"),
    [(Carrier.PAPER, Manner.STEADY, Policy.LEASED), (Carrier.PHONE, Manner.WAVING, Policy.ONLINE_ONLY)],
)
def test_a_code_held_before_the_camera_is_confirmed_once_and_found_redeemed_at_central(
    network: RealNetwork, at_work: Work, tmp_path: Path, carrier: Carrier, manner: Manner, policy: Policy
) -> None:
    add_campaign(network, a_campaign(percent(1_000), kind=Kind.VOUCHER, name="Lunches", policy=policy))
    network.import_codes(f"VOUCHER,{TEXT},Held up,1,,Lunches,{policy.value}")
    home, enrolled = network.enrolled_home("Bar")
    film = make_film(tmp_path / "hand.avi", [Shot("Lunch", TEXT, carrier, manner)], seed=5)
    cashier = at_work(home.folder, film=film.path)
    window = cashier.window

    wait_for(lambda: bool(cashier.judged), what="the verdict on what the camera saw")
    settle(window)
    first = cashier.judged[0]
    assert (first.outcome, first.source) == (Outcome.ACCEPT, Source.CAMERA), first.message
    assert verdict_of(cashier)[0] == "accept"
    cashier.type_amount("20.00")
    # The film goes round: however often the hand comes back, the bill has the code once.
    sold = cashier.confirm()
    assert (sold.total_minor, sold.discount_minor) == (2_000, 200)

    # The next time round somebody holds up a code that is used.
    wait_for(lambda: cashier.judged[-1].outcome is Outcome.REFUSE, what="the same hand after the sale")
    settle(window)
    tone, message = verdict_of(cashier)
    assert tone == "refuse"
    assert "used" in message
    running = window.flow.running
    assert running is not None
    wait_for(lambda: running.settle(1.0).unsettled == 0, what="a settled journal")
    status = network.status(TEXT)
    assert (status["uses"], status["max_uses"]) == (1, 1)
    (use,) = [event for event in network.events(enrolled.till_id) if event["kind"] == "redemption"]
    assert use["code_id"] == status["code_id"]
    (row,) = network.central.rows(
        "SELECT source, sale, till_id, discount_minor FROM redemptions WHERE network_id = $1 AND code_id = $2",
        network.id,
        status["code_id"],
    )
    assert row == {"source": "CAMERA", "sale": sold.event, "till_id": enrolled.till_id, "discount_minor": 200}
    assert network.broken_limits() == []
