"""A part scrolls when its words need more room than there is, and only then."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from pos_app.ui.widgets.finger_area import Content, FingerArea

ROOM_WIDTH, ROOM_HEIGHT = 400, 160


def _shown(qtbot: QtBot, sentences: list[str]) -> FingerArea:
    content = Content()
    column = QVBoxLayout(content)
    for sentence in sentences:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        words = QLabel(sentence)
        words.setWordWrap(True)
        row.addWidget(words)
        column.addWidget(line)
    area = FingerArea(content)
    qtbot.addWidget(area)
    area.resize(ROOM_WIDTH, ROOM_HEIGHT)
    with qtbot.waitExposed(area):
        area.show()
    return area


def test_sentences_that_fit_are_not_scrolled_however_high_a_narrow_column_would_make_them(
    qtbot: QtBot,
) -> None:
    area = _shown(qtbot, ["Uses known to the office: 0 of 5, as of 18:42"] * 4)
    assert area.verticalScrollBar().maximum() == 0


def test_what_does_not_fit_is_reached_by_scrolling_and_is_whole(qtbot: QtBot) -> None:
    area = _shown(qtbot, ["A long sentence that stands on several lines of this narrow card. " * 3] * 6)
    assert area.verticalScrollBar().maximum() > 0
    for words in area.findChildren(QLabel):
        assert words.height() >= words.heightForWidth(words.width())
