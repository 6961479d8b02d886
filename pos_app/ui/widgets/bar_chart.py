"""A small chart of bars, painted by hand: hours side by side, or names below each other."""

from collections.abc import Sequence

from msgspec import Struct
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pos_app.ui.theme.look import Look

_TITLE, _GAP, _ROW, _HIGHEST = 22, 4, 30, 220
"""What title, the gap below it and each lying bar take, and how high standing ones grow, in pixels at size 1."""
MAX_BARS = 24


class Bar(Struct, frozen=True):
    """One bar: what it is, how long it is, and that in words."""

    label: str
    value: int
    shown: str


class BarChart(QWidget):
    """Shows bars in proportion to the longest; ``upright`` ones side by side, the others below each other.

    What it says is its accessible description too: a chart is never the only place of a figure.
    """

    def __init__(self, *, upright: bool = False, tone: str = "accent") -> None:
        super().__init__()
        self._upright, self._tone = upright, tone
        self._title, self._nothing = "", ""
        self._look = Look()
        self.bars: tuple[Bar, ...] = ()
        down = QSizePolicy.Policy.Expanding if upright else QSizePolicy.Policy.Preferred
        self.setSizePolicy(QSizePolicy.Policy.Expanding, down)

    def say(self, title: str, bars: Sequence[Bar], nothing: str) -> None:
        """Show bars under a title; ``nothing`` where there are none."""
        self._title, self._nothing = title, nothing
        self.bars = tuple(bars[:MAX_BARS])
        self.setAccessibleName(title)
        self.setAccessibleDescription("; ".join(f"{bar.label}: {bar.shown}" for bar in self.bars) or nothing)
        self.updateGeometry()
        self.update()

    def dress(self, look: Look) -> None:
        """Take on size and colours."""
        self._look = look
        self.setMinimumSize(look.px(180), look.px(88) if self._upright else self._height_of(1))
        if self._upright:
            self.setMaximumHeight(look.px(_HIGHEST))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for a modest place: bars that lie for one line each, of which the first are painted where there is less."""
        height = self._look.px(96) if self._upright else self._height_of(max(1, len(self.bars)))
        return QSize(self._look.px(300), height)

    @property
    def fitting(self) -> tuple[Bar, ...]:
        """The bars that lie and are painted: those for which there is room, at least one."""
        room = self.height() - self._height_of(0)
        return self.bars[: max(1, room // self._look.px(_ROW))]

    def _height_of(self, count: int) -> int:
        """Add up what the title and so many lying bars take, each rounded as it is painted."""
        look = self._look
        return look.px(_TITLE) + look.px(_GAP) + count * look.px(_ROW)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint title and bars."""
        look, tokens = self._look, self._look.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(look.font(13, QFont.Weight.DemiBold))
        painter.setPen(QColor(tokens.muted))
        head = QRectF(0, 0, self.width(), look.px(_TITLE))
        painter.drawText(head, Qt.AlignmentFlag.AlignVCenter, self._title)
        top = self._height_of(0)
        space = QRectF(0, top, self.width(), self.height() - top)
        if not self.bars:
            painter.setFont(look.font(13))
            painter.drawText(space, Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, self._nothing)
        elif self._upright:
            self._paint_upright(painter, space)
        else:
            self._paint_rows(painter, space)

    @property
    def _longest(self) -> int:
        return max(1, *(bar.value for bar in self.bars))

    @property
    def _first_longest(self) -> int:
        """Return the one bar that bears its figure: the others are read against it."""
        return [bar.value for bar in self.bars].index(max(bar.value for bar in self.bars))

    def _paint_upright(self, painter: QPainter, space: QRectF) -> None:
        look, tokens = self._look, self._look.tokens
        most = self._longest
        width = space.width() / max(len(self.bars), 6)
        foot, head = look.px(18), look.px(18)
        ground = space.bottom() - foot
        painter.setFont(look.font(12))
        every = max(1, round(look.px(36) / width))
        for number, bar in enumerate(self.bars):
            left = space.left() + number * width
            height = (ground - space.top() - head) * max(bar.value, 0) / most
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(getattr(tokens, self._tone)))
            painter.drawRoundedRect(
                QRectF(left + width * 0.14, ground - height, width * 0.72, max(height, look.px(2))),
                look.px(3),
                look.px(3),
            )
            painter.setPen(QColor(tokens.muted))
            if number % every == 0:
                below = QRectF(left - width, ground, width * 3, foot)
                painter.drawText(below, Qt.AlignmentFlag.AlignCenter, bar.label)
            if number == self._first_longest:
                painter.setPen(QColor(tokens.text))
                said = painter.fontMetrics().horizontalAdvance(bar.shown) + look.px(4)
                begin = min(max(left + (width - said) / 2, 0), max(0, self.width() - said))
                wide = QRectF(begin, ground - height - head, said, head)
                painter.drawText(wide, Qt.AlignmentFlag.AlignCenter, bar.shown)
        painter.setPen(QColor(tokens.line))
        painter.drawLine(round(space.left()), round(ground), round(space.right()), round(ground))

    def _paint_rows(self, painter: QPainter, space: QRectF) -> None:
        look, tokens = self._look, self._look.tokens
        row = look.px(_ROW)
        most = self._longest
        for number, bar in enumerate(self.fitting):
            top = space.top() + number * row
            painter.setFont(look.font(13))
            metrics = painter.fontMetrics()
            painter.setPen(QColor(tokens.text))
            said = metrics.horizontalAdvance(bar.shown) + look.px(8)
            line = QRectF(space.left(), top, space.width(), look.px(18))
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, bar.shown)
            name = metrics.elidedText(
                bar.label, Qt.TextElideMode.ElideRight, max(0, round(space.width() - said))
            )
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
            track = QRectF(space.left(), top + look.px(19), space.width(), look.px(6))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.raised))
            painter.drawRoundedRect(track, look.px(3), look.px(3))
            track.setWidth(max(look.px(6), track.width() * max(bar.value, 0) / most))
            painter.setBrush(QColor(getattr(tokens, self._tone)))
            painter.drawRoundedRect(track, look.px(3), look.px(3))
