"""A till that stops in the middle of a sale says at its next start what was finished and what was not."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from pos_app.bootstrap import open_counter
from pos_app.settings import Settings
from pos_app.ui.places.place import PlaceName
from pos_app.ui.screens.sales_screen import SalesScreen
from pos_app.ui.screens.shift_screen import Page, ShiftScreen
from pos_app.ui.till_window import TillWindow
from sync.protocol.feed import Product
from sync.protocol.payloads import Sale
from tests.builders.patience import LONG_S
from tests.builders.plug import ESPRESSO, MANAGER, NEWCOMER, Step, ended, pulled, start
from tests.builders.till_window import CARD, LUNCH, a_home, a_world, scan, settle, signed_in, wait_for
from tests.pos_app.ui.conftest import Open

pytestmark = pytest.mark.timeout(300)

Opening = Callable[[Callable[..., TillWindow]], Open]


def text_of(window: TillWindow) -> tuple[str, str, str]:
    text = window.till.verdict.text
    assert text is not None
    return text.banner.headline, text.gives, text.message


def sales(window: TillWindow) -> list[Sale]:
    assert window.flow.running is not None
    latest = window.flow.running.counter.latest_sales(10)
    return [each.payload for each in latest if isinstance(each.payload, Sale)]


@pytest.mark.parametrize("step", [Step.BEFORE_CONFIRM, Step.WRITING, Step.COMMITTING])
def test_a_sale_that_is_not_committed_is_back_on_the_bill_and_nothing_is_recorded(
    opening: Opening, home: Path, step: Step
) -> None:
    pulled(home, step)
    window = opening(signed_in)(home)
    headline, gives, message = text_of(window)
    assert (headline, gives) == ("A sale was not finished", "2.80\u00a0EUR")
    assert "Nothing of it is recorded" in message
    assert sales(window) == []
    basket = window.desk_open.basket
    assert [(line.product, line.quantity) for line in basket.bill] == [(Product(**ESPRESSO), 1)]
    assert (basket.amount_minor, basket.look_ups) == (4860, [])
    assert window.till.verdict.text is not None
    assert "2 codes" in window.till.verdict.text.facts[0][1]
    settle(window)
    assert window.till.basket.confirm_button.isEnabled()
    window.confirm()
    settle(window)
    assert text_of(window)[0] == "Sale done"
    assert [sale.paid_minor for sale in sales(window)] == [5140]
    assert window.flow.running is not None
    assert window.flow.running.verify().ok


def test_a_sale_whose_commit_is_on_disk_is_said_to_be_done_and_is_there_once(
    opening: Opening, home: Path
) -> None:
    pulled(home, Step.RECORDED)
    window = opening(signed_in)(home)
    headline, gives, message = text_of(window)
    assert headline == "The last sale is done"
    assert gives == "Paid 39.32\u00a0EUR"
    assert "do not repeat it" in message
    assert window.desk_open.basket.empty
    assert len(sales(window)) == 1


def test_a_sale_whose_receipt_was_being_printed_stands_and_its_receipt_is_offered(
    opening: Opening, home: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as printer:
        printer.settimeout(LONG_S)
        address = f"tcp://127.0.0.1:{printer.getsockname()[1]}"
        process = start(home, Step.PRINTING, printer=address)
        try:
            line, _ = printer.accept()
            with line:
                line.recv(1)
                process.kill()
        finally:
            process.kill()
            ended(process, home)
    window = opening(signed_in)(home, printer=address, print_auto=True)
    assert len(sales(window)) == 1
    assert window.desk_open.basket.empty
    wait_for(lambda: bool(window.receipts.trouble), what="the offer to print again")
    assert window.receipts.trouble == ("1 receipt is not printed: Ctrl+P prints it.",)


@pytest.mark.parametrize(
    ("step", "state"),
    [(Step.REFUNDING, ""), (Step.REFUNDED, "A part has gone back already.")],
)
def test_a_refund_is_recorded_whole_or_not_at_all_and_the_sale_says_which(
    opening: Opening, home: Path, step: Step, state: str
) -> None:
    pulled(home, step)
    window = opening(signed_in)(home)
    window.places.go(PlaceName.SALES)
    settle(window)
    screen = window.places.place(PlaceName.SALES).screen
    assert isinstance(screen, SalesScreen)
    screen.list.picked.emit(0)
    settle(window)
    assert screen.state.sentence.text() == state
    assert screen.void.isEnabled() is (step is Step.REFUNDING)
    assert len(sales(window)) == 1


@pytest.mark.parametrize("step", [Step.CLOSING, Step.CLOSED])
def test_a_shift_is_closed_whole_or_not_at_all_and_its_place_says_which(
    opening: Opening, tmp_path: Path, step: Step
) -> None:
    world = a_world()
    world.staff("Maria Stein", pin=MANAGER, role="shift_manager")
    home = a_home(tmp_path / "staffed", world)
    with open_counter(Settings(home=home, offline=True)) as running:
        running.counter.sign_in(MANAGER)
        running.counter.shift.open(10_000)
    pulled(home, step)
    window = opening(signed_in)(home)
    window.places.go(PlaceName.SHIFT)
    settle(window)
    screen = window.places.place(PlaceName.SHIFT).screen
    assert isinstance(screen, ShiftScreen)
    screen.pages[Page.EARLIER].click()
    settle(window)
    if step is Step.CLOSING:
        assert "Shift 1 open" in screen.standing.text()
        assert screen.list.lines[0].title == "No shift was closed here yet."
    else:
        assert screen.standing.text() == "No shift is open."
        assert "difference 0.50" in screen.list.lines[0].note
    assert window.flow.running is not None
    assert window.flow.running.verify().ok


@pytest.mark.parametrize(("step", "known"), [(Step.REGISTERING, []), (Step.REGISTERED, [NEWCOMER])])
def test_a_guest_is_registered_whole_or_not_at_all_and_is_found_or_not(
    opening: Opening, home: Path, step: Step, known: list[str]
) -> None:
    pulled(home, step)
    window = opening(signed_in)(home)
    found = window.around.counter.guests.search(NEWCOMER)
    assert [each.name for each in found] == known
    assert window.flow.running is not None
    assert window.flow.running.verify().ok


def test_a_sale_that_was_begun_and_finished_leaves_nothing_to_say(opening: Opening, home: Path) -> None:
    window = opening(signed_in)(home)
    window.enter_amount("12")
    window.desk_open.keeper.keep()
    settle(window)
    window.confirm()
    settle(window)
    window.close()
    again = opening(signed_in)(home)
    assert text_of(again)[0] == "Ready to scan"
    assert again.desk_open.basket.empty


def test_what_is_kept_of_an_open_sale_holds_no_code(opening: Opening, home: Path) -> None:
    window = opening(signed_in)(home)
    scan(window, LUNCH, CARD)
    window.desk_open.keeper.keep()
    settle(window)
    assert window.flow.running is not None
    desk = window.flow.running.desk
    note = desk.files.call(lambda: desk.till.journal.note("open_sale"))
    assert note is not None
    assert LUNCH not in note
    assert CARD not in note
