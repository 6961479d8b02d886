"""A part scrolls when its words need more room than there is, and only then."""

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.finger_area import Content, FingerArea
from pos_app.ui.widgets.text import label
from tests.builders.patience import LONG_MS

SENTENCE = "Used by the office: 0 of 5"


def _area(qtbot: QtBot, missing: int) -> FingerArea:
    """Show sentences in a room that is ``missing`` pixels lower than they need."""
    content = Content()
    column = QVBoxLayout(content)
    for _ in range(7):
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label("muted", SENTENCE, wrap=True))
        column.addWidget(line)
    area = FingerArea(content)
    qtbot.addWidget(area)
    # The letters are the test's own, and the room follows from them: another machine's are wider.
    font = Look().font(15)
    area.setFont(font)
    width = 2 * QFontMetrics(font).horizontalAdvance(SENTENCE)
    area.resize(width, 1_000)
    area.show()
    needed = column.totalHeightForWidth(width)
    # In the narrowest column they would be higher: without this the test would prove nothing.
    assert column.minimumSize().height() > needed
    area.resize(width, needed - missing)
    qtbot.waitUntil(lambda: area.viewport().height() == needed - missing, timeout=LONG_MS)
    return area


def test_sentences_that_just_fit_are_not_scrolled(qtbot: QtBot) -> None:
    assert _area(qtbot, 0).verticalScrollBar().maximum() == 0


def test_what_does_not_fit_is_reached_by_scrolling_and_is_whole(qtbot: QtBot) -> None:
    missing = 40
    area = _area(qtbot, missing)
    assert area.verticalScrollBar().maximum() == missing
    for words in area.findChildren(QLabel):
        assert words.height() >= words.heightForWidth(words.width())
