"""Codes from pictures and from the clipboard."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu

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


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_several_codes_in_one_picture_are_offered(till: TillWindow, tmp_path: Path) -> None:
    one, other = qr_picture(LUNCH), qr_picture(VOUCHER)
    cv2.imwrite(
        str(tmp_path / "both.png"), np.hstack([one, np.resize(other, (one.shape[0], other.shape[1]))])
    )
    till.intake.open_picture(tmp_path / "both.png")
    wait_for(lambda: bool(till.findChildren(QMenu)))
    (menu,) = till.findChildren(QMenu)
    assert sorted(action.text() for action in menu.actions()) == sorted([LUNCH, VOUCHER])
    assert not till.desk_open.basket.look_ups
    menu.actions()[0].trigger()
    settle(till)
    assert len(till.desk_open.basket.look_ups) == 1
    menu.close()


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
