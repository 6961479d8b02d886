"""Room for a screen that may be larger than the window, as at twice the size: it then scrolls by finger."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QScroller, QWidget


class ScrollRoom(QScrollArea):
    """Holds one screen, as large as the window gives it or as large as it must be."""

    def __init__(self, screen: QWidget) -> None:
        super().__init__()
        self.content = screen
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(screen)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
