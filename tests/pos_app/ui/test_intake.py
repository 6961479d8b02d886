"""Codes from pictures and from the clipboard."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from pos_app.scanner.read import Read
from pos_app.ui.camera_bridge import Seen
from pos_app.ui.sheets.codes_sheet import CodesSheet
from pos_app.ui.till_window import TillWindow
from pos_app.usecases.source import Source
from tests.builders.qr_picture import qr_picture
from tests.builders.till_window import LUNCH, VOUCHER, settle, wait_for


def a_picture(folder: Path, text: str) -> Path:
    path = folder / "code.png"
    cv2.imwrite(str(path), qr_picture(text))
    return path


def test_a_dropped_picture_is_read_and_its_source_noted(till: TillWindow, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(a_picture(tmp_path, LUNCH)))])
    till.intake.take_data(data)
    settle(till)
    assert till.till.verdict.banner.text.tone == "accept"
    assert till.desk_open.basket.look_ups[0].source is Source.GALLERY


def test_a_pasted_picture_is_read(till: TillWindow, tmp_path: Path) -> None:
    data = QMimeData()
    data.setImageData(QImage(str(a_picture(tmp_path, LUNCH))))
    till.intake.take_data(data)
    settle(till)
    assert till.till.verdict.banner.text.tone == "accept"


@pytest.mark.parametrize(
    ("text", "source"), [(VOUCHER, Source.TYPED), (f"https://x.example/{LUNCH}", Source.LINK)]
)
def test_a_pasted_text_is_looked_up(till: TillWindow, text: str, source: Source) -> None:
    seen: list[Source] = []
    till.verdict_shown.connect(lambda look: seen.append(look.source))
    data = QMimeData()
    data.setText(f"  {text}\n")
    till.intake.take_data(data)
    settle(till)
    assert seen == [source]


def both(folder: Path) -> Path:
    one, other = qr_picture(LUNCH), qr_picture(VOUCHER)
    cv2.imwrite(str(folder / "both.png"), np.hstack([one, np.resize(other, (one.shape[0], other.shape[1]))]))
    return folder / "both.png"


def offered(till: TillWindow) -> CodesSheet:
    wait_for(lambda: till.sheets.up is not None, what="the offer of several codes")
    sheet = till.sheets.up
    assert isinstance(sheet, CodesSheet)
    return sheet


def test_several_codes_in_one_picture_are_offered_with_what_each_is(till: TillWindow, tmp_path: Path) -> None:
    till.intake.open_picture(both(tmp_path))
    sheet = offered(till)
    said = sorted(choice.accessibleName() for choice in sheet.choices)
    assert said == [
        f"{VOUCHER}, Accepted · 5.00\u00a0EUR off, from 15.00\u00a0EUR",
        f"{LUNCH}, Accepted · 10 % off",
    ]
    assert not till.desk_open.basket.look_ups
    number = next(at for at, choice in enumerate(sheet.choices) if LUNCH in choice.accessibleName())
    QTest.keyClick(sheet, ord(str(number + 1)))
    settle(till)
    assert [look.source for look in till.desk_open.basket.look_ups] == [Source.GALLERY]
    assert till.till.verdict.banner.text.subject == "Lunch −10 %"


def test_all_codes_of_a_picture_can_be_taken_and_none_is_by_leaving(till: TillWindow, tmp_path: Path) -> None:
    till.intake.open_picture(both(tmp_path))
    QTest.keyClick(offered(till), Qt.Key.Key_Escape)
    settle(till)
    assert till.desk_open.basket.empty
    till.intake.open_picture(both(tmp_path))
    QTest.keyClick(offered(till), Qt.Key.Key_0)
    settle(till)
    assert len(till.desk_open.basket.look_ups) == 2


def test_two_codes_before_the_camera_at_once_are_offered_not_guessed(till: TillWindow) -> None:
    corners = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    reads = tuple(Read(text, text.encode(), corners) for text in (LUNCH, VOUCHER))
    till.cameras.bridge.seen.emit(Seen(reads, (corners, corners), 40.0))
    sheet = offered(till)
    assert len(sheet.choices) == 2
    assert till.desk_open.basket.empty


def test_the_code_inside_a_link_is_taken(till: TillWindow) -> None:
    till.take_scan(f"https://trattoria.example/v/{LUNCH}?utm=mail", Source.CAMERA)
    settle(till)
    assert till.till.verdict.banner.text.subject == "Lunch −10 %"


def test_a_picture_without_a_code_is_said(till: TillWindow, tmp_path: Path) -> None:
    QImage(200, 200, QImage.Format.Format_RGB32).save(str(tmp_path / "empty.png"))
    till.intake.open_picture(tmp_path / "empty.png")
    settle(till)
    assert till.till.verdict.banner.text.headline == "Not done"
    assert "no readable QR code" in till.till.verdict.message.text()


def test_a_file_that_is_no_picture_is_said(till: TillWindow, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("hello")
    till.intake.open_picture(tmp_path / "note.txt")
    settle(till)
    assert "picture" in till.till.verdict.message.text()
    till.switch_language("ru")
    assert "снимк" in till.till.verdict.message.text()
