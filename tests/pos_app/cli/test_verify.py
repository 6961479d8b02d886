"""``verify`` and the doctor's look at the printer, from the command line."""

import json
from pathlib import Path

import cv2
import pytest

from pos_app.bootstrap import open_counter
from pos_app.receipts.content import Letterhead
from pos_app.receipts.layout import receipt_slip
from pos_app.receipts.slip import Code
from pos_app.settings import SETTINGS_FILE, load_settings
from pos_app.usecases.receipt import receipt_of
from sync.rules.sale import Line
from tests.builders.qr_picture import qr_picture
from tests.builders.receipt_printer import SmallPrinter
from tests.builders.shop import Shop
from tests.builders.till_process import answers, till


def a_code(home: Path) -> str:
    """Sell something, and return the text of its receipt's code."""
    with open_counter(load_settings({"home": str(home), "offline": True})) as running:
        sold = running.counter.sell([Line(amount_minor=1250)], [])
        slip = receipt_slip(receipt_of(running.desk, sold.event, letterhead=Letterhead()), "en")
        (code,) = [block.text for block in slip.blocks if isinstance(block, Code)]
        return code


def test_a_receipt_is_proved_from_a_picture_from_its_text_and_from_stdin(shop: Shop, tmp_path: Path) -> None:
    code = a_code(shop.home)
    picture = tmp_path / "receipt.png"
    assert cv2.imwrite(str(picture), qr_picture(code, box=4))
    ways = (((str(picture),), b""), ((code,), b""), (("-",), code.encode() + b"\n"))
    for words, stdin in ways:
        (told,) = answers(till(shop.home, "verify", *words, "--offline", stdin=stdin))
        assert (told["proved"], told["signature"], told["held"]) == (True, "good", "here")
        assert (told["receipt"], told["amount_minor"], told["currency"]) == (1, 1250, "EUR")
        assert told["message"].startswith("The receipt is genuine. Receipt 1 · ")


def test_an_altered_receipt_is_not_proved(shop: Shop) -> None:
    code = a_code(shop.home)
    altered = code[:-10] + ("A" if code[-10] != "A" else "E") + code[-9:]
    done = till(shop.home, "verify", altered, "--offline")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert (told["proved"], told["signature"]) == (False, "altered")


@pytest.mark.parametrize("words", [("LUNCH-10",), ("-",)])
def test_what_is_no_receipt_is_said(shop: Shop, words: tuple[str, ...]) -> None:
    done = till(shop.home, "verify", *words, "--offline", stdin=b"LUNCH-10\n")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr


def test_a_picture_without_a_receipt_is_said(shop: Shop, tmp_path: Path) -> None:
    picture = tmp_path / "other.png"
    assert cv2.imwrite(str(picture), qr_picture("LUNCH-10"))
    done = till(shop.home, "verify", str(picture), "--offline")
    assert done.returncode == 1
    assert b"names no sale" in done.stderr


def test_the_doctor_asks_the_printer(shop: Shop) -> None:
    file = shop.home / SETTINGS_FILE
    with SmallPrinter() as printer:
        file.write_text(json.dumps({"printer": printer.address, "printer_width": 58}))
        (good,) = checks(shop)
        printer.status[2] = 0x16
        (bad,) = checks(shop)
        assert printer.sheets == []
    assert (good["health"], "answers (58 mm" in good["message"]) == ("good", True)
    assert (bad["health"], bad["message"]) == ("warning", "The receipt printer's cover is open.")
    file.write_text("{}")
    assert [check["health"] for check in checks(shop)] == ["good"]


def checks(shop: Shop) -> list[dict[str, str]]:
    return [each for each in answers(till(shop.home, "doctor", "--json")) if each["check"] == "printer"]
