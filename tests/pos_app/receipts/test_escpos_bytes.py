"""Bytes for printers, read back by a printer of our own."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QColor, QImage

from pos_app.receipts.content import Letterhead
from pos_app.receipts.escpos_bytes import escpos_bytes, models
from pos_app.receipts.layout import receipt_slip
from pos_app.receipts.setup import Setup
from pos_app.receipts.typeset import Printed, typeset
from pos_app.scanner.decoder import Decoder
from tests.builders.receipt_printer import Sheet, read_paper
from tests.builders.receipts import PROOF, a_receipt, a_setup


def printed(setup: Setup, language: str = "en", **fields: object) -> Sheet:
    lines = typeset(receipt_slip(a_receipt(letterhead=setup.letterhead, **fields), language), setup.paper)
    return read_paper(escpos_bytes(lines, setup))


def codes_in(picture: Image.Image) -> list[str]:
    framed = Image.new("RGB", (picture.width + 80, picture.height + 80), "white")
    framed.paste(picture.convert("RGB"), (40, 40))
    return [read.text for read in Decoder(deadline_ms=5000, thorough=True).decode(np.asarray(framed))]


@pytest.mark.parametrize("width", [58, 80])
@pytest.mark.parametrize("letters", ["cp866", "cp1251"])
def test_russian_comes_out_in_the_printers_own_letters(width: int, letters: str) -> None:
    sheet = printed(a_setup(width=width, letters=letters), "ru")
    assert "Кассир" in sheet.text
    assert any("1 235,00 EUR" in line for line in sheet.lines)
    assert not sheet.pictures
    assert "?" not in sheet.text
    assert sheet.cuts == 1


def test_lines_whose_letters_the_printer_lacks_come_out_as_pictures() -> None:
    sheet = printed(a_setup(letters="cp437"), "ru")
    assert "Кассир" not in sheet.text
    assert "?" not in sheet.text
    assert len(sheet.pictures) > 5
    assert all(np.asarray(each).min() == 0 for each in sheet.pictures)
    assert "1 235,00 EUR" not in sheet.text  # its line says "К оплате", so that it is drawn as a whole
    assert any("Trattoria" in line for line in sheet.lines)


def test_fine_signs_become_plain_ones() -> None:
    sheet = printed(a_setup(letters="cp437"))
    assert "2 x Espresso" in sheet.text
    assert "-5.00" in sheet.text
    assert not sheet.pictures


def test_the_name_and_the_sum_are_large_and_the_receipts_number_is_bold() -> None:
    sheet = printed(a_setup())
    assert sheet.large[0].strip() == "Trattoria"
    assert any(line.startswith("To pay") for line in sheet.large)
    assert any(line.startswith("Receipt 17") for line in sheet.bold)
    assert "Till" not in " ".join(sheet.large)


@pytest.mark.parametrize("width", [58, 80])
def test_the_printer_draws_the_code_itself(width: int) -> None:
    assert printed(a_setup(width=width)).codes == [PROOF]


def test_a_printer_without_qr_codes_of_its_own_gets_a_picture_that_can_be_read() -> None:
    assert "TM-U220" in models()
    sheet = printed(a_setup(model="TM-U220", letters="cp437"))
    assert not sheet.codes
    assert codes_in(sheet.whole_picture()) == [PROOF]


@pytest.mark.parametrize("width", [58, 80])
def test_everything_can_be_drawn_as_one_picture_whose_code_can_be_read(width: int) -> None:
    setup = a_setup(width=width, letters="image")
    sheet = printed(setup, "ru")
    whole = sheet.whole_picture()
    assert whole.width == setup.paper.dots
    assert not sheet.text.strip()
    assert codes_in(whole) == [PROOF]


def test_a_logo_is_printed_and_a_missing_one_costs_nothing_but_itself(tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    image = QImage(100, 50, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    assert image.save(str(file))
    sheet = printed(a_setup(letterhead=Letterhead(logo=file)))
    assert len(sheet.pictures) == 1
    assert np.asarray(sheet.pictures[0]).mean() < 200
    missing = printed(a_setup(letterhead=Letterhead(logo=file.with_name("gone.png"))))
    assert "Trattoria" in missing.text


def test_the_drawer_opens_only_where_it_is_wanted() -> None:
    lines = (Printed(text="x"),)
    wanted, not_wanted = a_setup(drawer=True), a_setup()
    assert read_paper(escpos_bytes(lines, wanted, open_drawer=True)).kicks == 1
    assert read_paper(escpos_bytes(lines, wanted)).kicks == 0
    assert read_paper(escpos_bytes(lines, not_wanted, open_drawer=True)).kicks == 0


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(ValueError, match="no printer model"):
        escpos_bytes((Printed(text="x"),), a_setup(model="TYPEWRITER"))
