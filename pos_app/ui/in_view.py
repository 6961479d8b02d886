"""Keeps one widget in view while what it lies in changes its size."""

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QScrollArea, QScrollBar, QWidget
from shiboken6 import isValid

AROUND = 24
"""So many pixels above and below are brought into view with it: a field's caption stands there."""


class InView(QObject):
    """Scrolls whatever a widget lies in so that all of it is seen, now and each time that there is more to scroll."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._widget: QWidget | None = None
        self._bars: list[QScrollBar] = []

    def keep(self, widget: QWidget) -> None:
        """Keep this widget in view from now on, and no other."""
        if widget is not self._widget:
            self.let_go()
            self._widget = widget
            self._bars = [area.verticalScrollBar() for area in _around(widget)]
            for bar in self._bars:
                bar.rangeChanged.connect(self.show)
        self.show()
        # What has just been put on the screen has its place only in the next breath.
        QTimer.singleShot(0, self, self.show)

    def let_go(self) -> None:
        """Let a person scroll where they like."""
        for bar in self._bars:
            if isValid(bar):
                bar.rangeChanged.disconnect(self.show)
        self._bars, self._widget = [], None

    def show(self) -> None:
        """Scroll to it."""
        widget = self._widget
        if widget is None or not isValid(widget):
            return
        for area in _around(widget):
            content = area.widget()
            if content is None:
                continue
            # Qt's own way to a widget that is typed into brings its cursor to view, and not all of it.
            for corner in (widget.rect().bottomRight(), widget.rect().topLeft()):
                place = widget.mapTo(content, corner)
                area.ensureVisible(place.x(), place.y(), 0, AROUND)


def _around(widget: QWidget) -> list[QScrollArea]:
    """Return what a widget can be scrolled in, the nearest first."""
    found, around = [], widget.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            found.append(around)
        around = around.parentWidget()
    return found
