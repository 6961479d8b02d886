"""Cases with a real cause: opened by central, shown and explained at the till, closed by the office, gone at the till."""

from typing import Any

import pytest
import requests
from PySide6.QtCore import Qt

from pos_app.ui.places.place import PlaceName
from pos_app.ui.screens.cases_screen import CasesScreen
from pos_app.ui.screens.sales_screen import SalesScreen
from sync.rules.code import Kind
from tests.builders.cashier import Cashier
from tests.builders.patience import LONG_S
from tests.builders.real_counter import add_campaign
from tests.builders.real_network import OWNER_PASSWORD, RealNetwork
from tests.builders.rules import a_campaign, percent
from tests.builders.till_process import kiosk, till
from tests.builders.till_window import settle, wait_for
from tests.pos_app.ui.with_central.conftest import Work

pytestmark = pytest.mark.timeout(600)

PHONE = "+49 151 1234 9876"


class Owner:
    """Who looks after the network's cases at the office, over its API."""

    def __init__(self, network: RealNetwork) -> None:
        self._url = network.central.url
        login = {"email": network.owner_email, "password": OWNER_PASSWORD}
        self._headers: dict[str, str] = {}
        token = self._call("POST", "/api/auth/login", login)["access_token"]
        self._headers = {"Authorization": f"Bearer {token}"}

    def open_cases(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self._call("GET", "/api/cases?open=true")["items"]
        return items

    def close(self, case: int, outcome: str) -> dict[str, Any]:
        return self._call("PATCH", f"/api/cases/{case}", {"mine": True, "outcome": outcome})

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = requests.request(method, self._url + path, json=body, headers=self._headers, timeout=LONG_S)
        assert answer.ok, answer.text
        found: dict[str, Any] = answer.json()
        return found


def cases_of(cashier: Cashier, count: int) -> CasesScreen:
    """Wait until the rail counts so many cases, and go there."""
    button = cashier.window.rail.buttons[PlaceName.CASES]
    said = f": {count}" if count else "Cases"
    wait_for(lambda: button.accessibleName().endswith(said), what=f"{count} cases on the rail")
    screen = cashier.go(PlaceName.CASES)
    assert isinstance(screen, CasesScreen)
    return screen


def close_at_the_office(cashier: Cashier, screen: CasesScreen, owner: Owner, outcome: str) -> None:
    """Let the owner close the one open case, and wait until the till shows that nothing is left to do."""
    (case,) = owner.open_cases()
    closed = owner.close(case["id"], outcome)
    assert (closed["outcome"], closed["owner"] is not None) == (outcome, True)
    cashier.window.agent.try_now()
    wait_for(lambda: screen.count.text() == "None open", what="an empty inbox")
    settle(cashier.window)
    assert screen.title.text() == ""
    assert cashier.window.rail.buttons[PlaceName.CASES].accessibleName().endswith("Cases")
    assert owner.open_cases() == []


def hand_in(cashier: Cashier) -> None:
    """Wait until everything that this till has recorded is at central."""
    running = cashier.window.flow.running
    assert running is not None
    wait_for(lambda: running.settle(1.0).unsettled == 0, what="the till's journal at central")


def test_a_code_that_two_tills_took_at_risk_is_a_case_until_the_office_has_closed_it(
    network: RealNetwork, at_work: Work
) -> None:
    add_campaign(network, a_campaign(percent(1_000), kind=Kind.VOUCHER, name="Risky"))
    network.import_codes("VOUCHER,RISKY,Risky,1,,Risky,allow_with_risk")
    bar, door = network.enrolled_home("Bar")[0].folder, network.enrolled_home("Door")[0].folder
    alone = at_work(bar, offline=True)
    assert alone.scan("RISKY").accepted
    alone.type_amount("30.00")
    sold = alone.confirm()
    assert cases_of(alone, 0).count.text() == "None open"
    alone.window.close()
    with kiosk(door, "--offline") as running:
        said = running.ask("RISKY")
        assert (said["verdict"], said["by"]) == ("accept", "risk")
        assert running.end() == 0
    # The other till is heard first: the one unit is its, and this till's use is the one too many.
    assert till(door, "kiosk", "--sync-and-exit").returncode == 0

    cashier = at_work(bar)
    screen = cases_of(cashier, 1)
    assert screen.count.text() == "1 open"
    assert screen.title.text() == "Accepted once too often"
    assert "had been used up elsewhere" in screen.what.text()
    assert "Uses beyond the limit: 1" in screen.what.text()
    assert screen.advice.sentence.text()
    cashier.press(Qt.Key.Key_F9)
    sales = cashier.window.places.place(PlaceName.SALES).screen
    assert isinstance(sales, SalesScreen)
    wait_for(lambda: sales.title.text() == f"Receipt {sold.receipt}", what="the sale that the case is about")
    screen = cases_of(cashier, 1)
    close_at_the_office(cashier, screen, Owner(network), "The guest was called; nothing is owed.")
    (row,) = network.central.rows(
        "SELECT kind, till_id, outcome, closed_at FROM cases WHERE network_id = $1", network.id
    )
    assert (row["kind"], row["outcome"]) == ("at_risk", "The guest was called; nothing is owed.")
    assert row["closed_at"] is not None
    assert network.broken_limits() == []


def test_a_guest_registered_twice_without_the_office_is_a_case_at_the_till_that_was_second(
    network: RealNetwork, at_work: Work
) -> None:
    homes = [network.enrolled_home(name)[0].folder for name in ("Bar", "Door")]
    for home, name in zip(homes, ("Nina Nowak", "Oskar Lund"), strict=True):
        alone = at_work(home, offline=True)
        alone.register_guest(name, PHONE)
        # The newcomer stands on the bill, and the till asks before it forgets them.
        alone.press(Qt.Key.Key_F6)
        alone.window.close()
    first = at_work(homes[0])
    hand_in(first)
    first.window.close()

    second = at_work(homes[1], language="ru")
    hand_in(second)
    second.window.agent.try_now()
    button = second.window.rail.buttons[PlaceName.CASES]
    wait_for(lambda: button.accessibleName().endswith(": 1"), what="the case on the rail")
    screen = second.go(PlaceName.CASES)
    assert isinstance(screen, CasesScreen)
    assert screen.title.text() == "Гость записан дважды"
    assert "Спросите гостя" in screen.advice.sentence.text()
    (case,) = Owner(network).open_cases()
    assert case["kind"] == "guest_twice"
