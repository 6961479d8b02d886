"""A key of one place: it works while that place is up, and nowhere else."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


def place_key(place: QWidget, key: str) -> QShortcut:
    """Give a place a key that works while it is up, wherever in it the focus is."""
    shortcut = QShortcut(QKeySequence(key), place)
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.setAutoRepeat(False)
    return shortcut
