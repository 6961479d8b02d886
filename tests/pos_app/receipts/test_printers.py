"""Real sockets and files: what a printer says, how it fails, and what a person then reads."""

import socket
from pathlib import Path

import pytest

from pos_app.receipts import devices
from pos_app.receipts.devices import NetworkDevice, UsbDevice
from pos_app.receipts.layout import receipt_slip
from pos_app.receipts.press import Press
from pos_app.receipts.setup import read_address
from pos_app.receipts.slip import Slip
from sync.rules.user_error import UserError
from tests.builders.patience import LONG_S
from tests.builders.receipt_printer import SmallPrinter, read_paper
from tests.builders.receipts import PROOF, a_receipt, a_setup


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A printer that answers is waited for: on a busy machine it would else be taken for one that never does."""
    monkeypatch.setattr(devices, "ANSWER_S", LONG_S)


def a_slip() -> Slip:
    return receipt_slip(a_receipt(), "en")


def test_a_receipt_reaches_a_network_printer_whole() -> None:
    with SmallPrinter() as printer:
        Press(a_setup(printer.address)).print_slip(a_slip(), copies=2)
        printer.wait()
        (sheet,) = printer.sheets
    assert sheet.cuts == 2
    assert sheet.codes == [PROOF, PROOF]
    assert sheet.questions == [1, 2, 3, 4, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({4: 0x72}, "printer_paper"),
        ({2: 0x32}, "printer_paper"),
        ({2: 0x16, 1: 0x1A}, "printer_cover"),
        ({3: 0x1A}, "printer_error"),
        ({2: 0x52}, "printer_error"),
        ({1: 0x1A}, "printer_offline"),
    ],
)
def test_a_printer_that_cannot_print_says_why_and_gets_nothing(answers: dict[int, int], reason: str) -> None:
    with SmallPrinter() as printer:
        printer.status.update(answers)
        with pytest.raises(UserError) as raised:
            Press(a_setup(printer.address)).print_slip(a_slip())
        printer.wait()
        assert printer.sheets == []
    assert raised.value.reason == reason
    assert "The sale stands" in raised.value.advice


def test_paper_that_is_nearly_at_its_end_still_prints() -> None:
    with SmallPrinter() as printer:
        printer.status[4] = 0x1E
        Press(a_setup(printer.address)).print_slip(a_slip())
        printer.wait()
        assert len(printer.sheets) == 1


def test_paper_that_ends_within_a_receipt_is_said() -> None:
    with SmallPrinter(paper_bytes=100) as printer, pytest.raises(UserError) as raised:
        Press(a_setup(printer.address)).print_slip(a_slip())
    assert raised.value.reason == "printer_paper"


def test_a_printer_that_answers_no_questions_prints_and_is_asked_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(devices, "ANSWER_S", 0.05)
    with SmallPrinter(mute=True) as printer:
        press = Press(a_setup(printer.address))
        press.print_slip(a_slip())
        printer.wait()
        press.print_slip(a_slip())
        printer.wait()
        first, second = printer.sheets
    assert (first.questions, second.questions) == ([1], [])


def test_a_printer_that_breaks_off_is_said() -> None:
    with SmallPrinter(breaks_off_after=50) as printer, pytest.raises(UserError) as raised:
        Press(a_setup(printer.address)).print_slip(a_slip())
    assert raised.value.reason == "printer_lost"


def test_a_printer_that_is_off_is_said() -> None:
    # Bound and not listening: nobody answers there, and nobody else can come to.
    with socket.socket() as off:
        off.bind(("127.0.0.1", 0))
        device = NetworkDevice("127.0.0.1", off.getsockname()[1])
        with pytest.raises(UserError) as raised:
            device.ask()
    assert raised.value.reason == "printer_unreachable"


def test_receipts_are_added_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "lp0"
    press = Press(a_setup(f"file:{file}"))
    press.print_slip(a_slip())
    press.print_slip(a_slip())
    assert read_paper(file.read_bytes()).codes == [PROOF, PROOF]


def test_a_device_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError) as raised:
        Press(a_setup(f"file:{tmp_path}/gone/lp0")).print_slip(a_slip())
    assert raised.value.reason == "printer_unreachable"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_device_without_paper_is_said() -> None:
    with pytest.raises(UserError) as raised:
        Press(a_setup("file:/dev/full")).print_slip(a_slip())
    assert raised.value.reason == "printer_paper"


def test_a_usb_printer_that_is_not_there_is_said() -> None:
    with pytest.raises(UserError) as raised:
        UsbDevice(0xFFFE, 0xFFFE).ask()
    assert raised.value.reason in ("printer_unreachable", "printer_usb")


def test_letters_that_a_model_lacks_are_said(tmp_path: Path) -> None:
    with pytest.raises(UserError) as raised:
        Press(a_setup(f"file:{tmp_path}/out", model="simple", letters="cp1251")).print_slip(a_slip())
    assert raised.value.reason == "printer_model"


@pytest.mark.parametrize(
    "text",
    [
        "none",
        "file:/dev/usb/lp0",
        "tcp://printer.local:9100",
        "tcp://[fe80::1]:9101",
        "usb:04b8:0e15",
        "pdf:/tmp/x y",
    ],
)
def test_an_address_reads_back_as_it_was_written(text: str) -> None:
    assert str(read_address(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "lp0", "file:", "tcp://", "tcp://h:0", "tcp://h:99999", "usb:1", "usb:0:1", "usb:zz:1", "none:x"],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is for the log; the settings say it in a sentence
        read_address(text)
