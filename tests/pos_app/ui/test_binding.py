"""The Qt binding that is installed may be trusted with a till that runs for weeks."""

import sys

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

CALLS = 1_000
SLACK = 50


class _Sender(QObject):
    sent = Signal(object)


def test_calls_into_qt_give_no_references_away(qtbot: QtBot) -> None:
    """A binding built for Python 3.12 lets the counts of None and True fall on 3.11, until it aborts."""
    sender, widget = _Sender(), QWidget()
    qtbot.addWidget(widget)
    sender.sent.connect(lambda _what: None)
    before = [sys.getrefcount(each) for each in (None, True, False)]
    for _ in range(CALLS):
        sender.sent.emit(None)
        widget.setEnabled(False)
        widget.isEnabled()
        QCoreApplication.processEvents()
    after = [sys.getrefcount(each) for each in (None, True, False)]
    assert all(late > early - SLACK for early, late in zip(before, after, strict=True))
