"""A receipt that one till printed, brought to another of the network: what its code proves there, and what not."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
from PySide6.QtCore import Qt

from pos_app.receipts import devices
from pos_app.scanner.read import Image
from pos_app.ui.places.place import PlaceName
from pos_app.ui.screens.sales_screen import SalesScreen
from pos_app.ui.sheets.receipt_sheet import ReceiptSheet
from pos_app.usecases.results import Sold
from tests.builders.camera_film import film_of
from tests.builders.cashier import Cashier
from tests.builders.patience import LONG_S
from tests.builders.qr_picture import qr_picture
from tests.builders.real_network import RealNetwork
from tests.builders.receipt_printer import SmallPrinter
from tests.builders.till_process import answers, till
from tests.builders.till_window import settle, wait_for
from tests.pos_app.ui.with_central.conftest import Work

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def printer(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallPrinter]:
    """A printer that is waited for, however slow this machine is."""
    monkeypatch.setattr(devices, "ANSWER_S", LONG_S)
    with SmallPrinter() as printer:
        yield printer


@dataclass(frozen=True)
class Tills:
    """The till that prints, and the one to which the guest brings the paper."""

    bar: Path
    door: Path


@pytest.fixture
def tills(network: RealNetwork) -> Tills:
    return Tills(network.enrolled_home("Bar")[0].folder, network.enrolled_home("Door")[0].folder)


def sold_at(cashier: Cashier) -> Sold:
    """Sell, and wait until the receipt is out and the office has the sale; the till is then switched off."""
    cashier.type_amount("48.60")
    sold = cashier.confirm()
    window = cashier.window
    wait_for(lambda: window.receipts.idle, what="an idle printer")
    running = window.flow.running
    assert running is not None
    wait_for(lambda: running.settle(1.0).unsettled == 0, what="a settled journal")
    return sold


def sales_of(cashier: Cashier) -> SalesScreen:
    screen = cashier.go(PlaceName.SALES)
    assert isinstance(screen, SalesScreen)
    return screen


def show(cashier: Cashier, film: Path, paper: Image, said: str) -> SalesScreen:
    """Hold a paper before the till's camera until the place of sales says something of it."""
    screen = sales_of(cashier)
    cashier.window.cameras.choose(film_of(film, paper))
    wait_for(lambda: screen.proof.sentence.text() == said, what=f"{said!r}")
    settle(cashier.window)
    cashier.window.cameras.watch(None)
    return screen


def altered(code: str) -> str:
    """Change one sign of a code, as somebody would who makes one of their own from it."""
    return code[:-10] + ("A" if code[-10] != "A" else "E") + code[-9:]


@pytest.mark.parametrize("width", [58, 80])
def test_a_receipt_on_paper_is_proved_by_another_tills_camera_and_an_altered_one_is_not(
    tills: Tills, at_work: Work, printer: SmallPrinter, tmp_path: Path, width: int
) -> None:
    choices = {"printer": printer.address, "printer_width": width, "printer_letters": "image"}
    bar = at_work(tills.bar, print_auto=True, **choices)
    sold_at(bar)
    bar.window.close()
    wait_for(lambda: len(printer.sheets) == 1, what="the receipt on paper")
    paper = np.asarray(printer.sheets[0].whole_picture(), dtype=np.uint8)

    door = at_work(tills.door)
    # A whole receipt is longer than a camera sees well: its foot with the code is held there.
    foot = paper[-min(paper.shape[0], paper.shape[1] + 80) :]
    framed = cv2.copyMakeBorder(foot, 40, 40, 40, 40, cv2.BORDER_CONSTANT, value=(255,))
    screen = show(door, tmp_path / "paper.avi", np.asarray(framed, dtype=np.uint8), "The receipt is genuine.")
    said = screen.proof.advice.text()
    assert "Receipt 1 · " in said
    assert " · Old Town, Bar · Marta Klein · 48.60\u00a0EUR" in said
    assert said.endswith("The office holds its event, with the same content.")
    assert screen.title.text() == "Receipt 1"
    # It is another till's: it is given back here only with a second person, and printed again only there.
    assert screen.state.sentence.text() == "Of another till: a second person agrees."
    assert not screen.receipt.isEnabled()
    assert door.judged == []
    assert door.window.desk_open.basket.empty


def test_a_copied_code_that_was_changed_proves_nothing_at_any_till(
    tills: Tills, at_work: Work, printer: SmallPrinter, tmp_path: Path
) -> None:
    bar = at_work(tills.bar, print_auto=True, printer=printer.address)
    sold_at(bar)
    wait_for(lambda: len(printer.sheets) == 1, what="the receipt on paper")
    (code,) = printer.sheets[0].codes
    forged = qr_picture(altered(code), box=4)
    screen = show(bar, tmp_path / "here.avi", forged, "The receipt was altered: it proves nothing.")
    assert screen.proof.advice.text().startswith("It claims: ")
    bar.window.close()

    door = at_work(tills.door, language="ru")
    screen = show(door, tmp_path / "there.avi", forged, "Чек изменён: он ничего не подтверждает.")
    assert screen.proof.advice.text().startswith("На нём написано: ")
    assert " · Old Town, Bar · " in screen.proof.advice.text()
    door.window.close()
    done = till(tills.door, "verify", altered(code))
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert (told["proved"], told["signature"]) == (False, "altered")
    assert told["message"].startswith("The receipt was altered: it proves nothing. It claims: Receipt 1 · ")


def test_a_receipt_that_was_saved_as_pdf_is_verified_at_another_till_from_its_picture(
    tills: Tills, at_work: Work, tmp_path: Path
) -> None:
    bar = at_work(tills.bar)
    sold = sold_at(bar)
    bar.press(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert isinstance(bar.window.sheets.up, ReceiptSheet)
    bar.press(Qt.Key.Key_Return)
    (file,) = (tills.bar / "reports").glob("Receipt-1-*.pdf")
    bar.window.close()
    picture = tmp_path / "receipt.png"
    document = pypdfium2.PdfDocument(file)
    try:
        document[0].render(scale=4).to_pil().save(picture)
    finally:
        document.close()

    done = till(tills.door, "verify", str(picture))
    (told,) = answers(done)
    assert done.returncode == 0
    assert (told["proved"], told["signature"], told["held"]) == (True, "good", "office")
    assert (told["event"], told["receipt"], told["amount_minor"]) == (str(sold.event), 1, 4_860)
    assert (told["till_name"], told["restaurant"], told["cashier"]) == ("Bar", "Old Town", "Marta Klein")
    # The same picture, opened at the window: it is a receipt, and no code for a sale.
    door = at_work(tills.door)
    screen = sales_of(door)
    door.window.intake.open_picture(picture)
    wait_for(lambda: screen.proof.sentence.text() == "The receipt is genuine.", what="the proof")
    settle(door.window)
    assert door.judged == []
