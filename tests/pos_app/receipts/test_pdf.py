"""A PDF, rendered back to a picture: it holds what the paper holds, and its code can be read."""

from pathlib import Path

import numpy as np
import pypdfium2
import pytest

from pos_app.receipts.layout import receipt_slip
from pos_app.receipts.pdf import receipt_pdf
from pos_app.receipts.press import Press, save_pdf
from pos_app.receipts.typeset import PAPERS, typeset
from pos_app.scanner.decoder import Decoder
from sync.rules.user_error import UserError
from tests.builders.receipts import PROOF, a_receipt, a_setup

POINTS_PER_MM = 72 / 25.4


@pytest.mark.parametrize("width", [58, 80])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_pdf_is_as_wide_as_the_roll_holds_the_words_and_a_code_that_can_be_read(
    width: int, language: str
) -> None:
    paper = PAPERS[width]
    slip = receipt_slip(a_receipt(), language)
    document = pypdfium2.PdfDocument(receipt_pdf(typeset(slip, paper), paper, slip.title))
    try:
        assert len(document) == 1
        page = document[0]
        assert page.get_width() == pytest.approx(width * POINTS_PER_MM, abs=1)
        words = page.get_textpage().get_text_range()
        assert ("Кассир" if language == "ru" else "Cashier") in words
        picture = np.asarray(page.render(scale=4).to_pil().convert("RGB"))
        found = Decoder(deadline_ms=5000, thorough=True).decode(picture)
        assert [read.text for read in found] == [PROOF]
    finally:
        document.close()


def test_the_printer_may_be_a_folder_of_pdf_files(tmp_path: Path) -> None:
    press = Press(a_setup(f"pdf:{tmp_path}/receipts"))
    press.ask()
    for _ in range(2):
        press.print_slip(receipt_slip(a_receipt(), "en"))
    files = sorted((tmp_path / "receipts").iterdir())
    assert len(files) == 2
    assert all(
        file.name.startswith("Receipt-17-") and file.read_bytes().startswith(b"%PDF") for file in files
    )


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError) as raised:
        save_pdf(tmp_path / "file" / "sub", "Receipt 1", b"%PDF")
    assert raised.value.reason == "printer_folder"
