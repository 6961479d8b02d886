"""A receipt on the screen: exactly the lines that come out of the printer, on white paper in every theme."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from pos_app.receipts.picture import draw, height_of
from pos_app.receipts.typeset import WIDE, Line, Paper, Printed
from pos_app.ui.theme.look import Look

PAPER, INK = "#ffffff", "#111111"
_MARGIN_DOTS = 24
_DOTS_PER_PIXEL = 1.65
_LEAST, _AROUND = 200, 262
"""How high the paper stands at least before it is scrolled, and what else the window must hold, in pixels at size 1."""


class _Sheet(QWidget):
    """Paints the paper."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[Line, ...] = ()
        self._paper: Paper = WIDE
        self._scale = 1 / _DOTS_PER_PIXEL
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def put(self, lines: Sequence[Line], paper: Paper) -> None:
        """Show other lines."""
        self._lines, self._paper = tuple(lines), paper
        self._resize()

    def magnify(self, scale: float) -> None:
        """Show them at another size."""
        self._scale = scale / _DOTS_PER_PIXEL
        self._resize()

    def sizeHint(self) -> QSize:
        """Return the size of the paper."""
        width = self._paper.dots + 2 * _MARGIN_DOTS
        height = height_of(self._lines, self._paper) + 2 * _MARGIN_DOTS
        return QSize(round(width * self._scale), round(height * self._scale))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is visible of it."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(PAPER))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self._scale, self._scale)
        painter.translate(_MARGIN_DOTS, _MARGIN_DOTS)
        draw(painter, self._lines, self._paper, ink=QColor(INK))
        painter.end()

    def _resize(self) -> None:
        self.setFixedSize(self.sizeHint())
        self.update()


class PaperView(QScrollArea):
    """Scrolls a paper; a reader of the screen is told its words."""

    def __init__(self) -> None:
        super().__init__()
        self._sheet = _Sheet()
        self.setWidget(self._sheet)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def put(self, lines: Sequence[Line], paper: Paper) -> None:
        """Show lines."""
        self._sheet.put(lines, paper)
        words = [line.text.strip() for line in lines if isinstance(line, Printed) and line.text.strip(" -=")]
        self.setAccessibleDescription("\n".join(words))

    @property
    def text(self) -> str:
        """What stands on the paper, line by line."""
        return self.accessibleDescription()

    def sizeHint(self) -> QSize:
        """Ask for as much of the paper as the window has room for."""
        return self.minimumSize()

    def dress(self, look: Look) -> None:
        """Take on the size."""
        self._sheet.magnify(look.scale)
        room = max(look.px(_LEAST), self.window().height() - look.px(_AROUND))
        self.setMinimumSize(self._sheet.width() + look.px(24), min(self._sheet.height(), room))
