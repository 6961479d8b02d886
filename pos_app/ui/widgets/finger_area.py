"""A part that scrolls: by finger and wheel, up and down alone, and only when its words truly need more room."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QScrollArea, QScroller, QWidget


class Content(QWidget):
    """What scrolls: as high as its words need at the width they have.

    Qt adds up how high each wrapped sentence would be in the narrowest column; the area would then scroll through
    room in which nothing stands.
    """

    def minimumSizeHint(self) -> QSize:
        """Ask for no height of its own where the height follows from the width."""
        narrowest = super().minimumSizeHint()
        return QSize(narrowest.width(), 0) if self.hasHeightForWidth() else narrowest

    def heightForWidth(self, width: int) -> int:
        """Return the least height at which nothing is cut off, in pixels."""
        layout = self.layout()
        return (
            layout.totalMinimumHeightForWidth(width) if layout is not None else super().heightForWidth(width)
        )


class FingerArea(QScrollArea):
    """Scrolls its content, which is never wider than itself; :meth:`unfold` lets the screen around it scroll instead."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self._whole = False
        # The content asks for more room than there is.
        self.verticalScrollBar().rangeChanged.connect(self.grow)

    def unfold(self, *, whole: bool) -> None:
        """Show everything at once, where the screen around it scrolls anyway: a bar in a bar is no help."""
        if whole != self._whole:
            self._whole = whole
            policy = Qt.ScrollBarPolicy
            self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOff if whole else policy.ScrollBarAsNeeded)
            self.updateGeometry()

    def grow(self) -> None:
        """Ask for another height after the content changed; an area that scrolls never asks by itself."""
        if self._whole:
            self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """Ask for all of it where it is to be seen at once."""
        least, content = super().minimumSizeHint(), self.widget()
        if not self._whole or content is None:
            return least
        width = self.viewport().width()
        return QSize(least.width(), max(content.heightForWidth(width), content.minimumSizeHint().height()))
