"""The upper part of the verdict card: one colour, one shape, and a headline for arm's length."""

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pos_app.ui.theme.icons import renderer
from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.fitting import fitting_font
from pos_app.ui.words.card_text import BannerText

RADIUS = 14
"""The card's corner, in pixels of the design."""

_TALL, _LOW = 132, 108
_HEADLINE_LARGEST, _HEADLINE_SMALLEST = 50, 20
_SUBJECT = 18


class Banner(QWidget):
    """Paints a :class:`BannerText`. ``painted`` is emitted once each time something new has been painted."""

    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._look = Look()
        self._text = BannerText(tone="quiet", sign="scan", headline="")
        self._fresh = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @property
    def text(self) -> BannerText:
        """What is shown."""
        return self._text

    def show_text(self, text: BannerText) -> None:
        """Show something else."""
        if text == self._text:
            return
        self._text = text
        self._fresh = True
        self.setAccessibleName(f"{text.headline}. {text.subject}".strip())
        self.update()

    def dress(self, look: Look) -> None:
        """Take on size and colours."""
        self._look = look
        self.setFixedHeight(look.px(_LOW if look.compact else _TALL))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, shape and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, ink = self._colours()
        painter.fillPath(self._shape(), ground)
        look, height = self._look, self.height()
        margin = look.px(20)
        side = round(height * 0.56)
        mark = QRectF(margin, (height - side) / 2, side, side)
        renderer(self._text.sign, ink.name()).render(painter, mark)
        left = round(mark.right()) + look.px(18)
        painter.setPen(ink)
        self._write(painter, QRect(left, 0, self.width() - left - margin, height))
        painter.end()
        if self._fresh:
            self._fresh = False
            self.painted.emit()

    def _colours(self) -> tuple[QColor, QColor]:
        tokens = self._look.tokens
        if self._text.tone == "quiet":
            return QColor(tokens.raised), QColor(tokens.muted)
        return QColor(getattr(tokens, self._text.tone)), QColor(getattr(tokens, f"on_{self._text.tone}"))

    def _shape(self) -> QPainterPath:
        """Round corners above, straight ones where the card's body begins."""
        radius = self._look.px(RADIUS)
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.WindingFill)
        path.addRoundedRect(self.rect().toRectF(), radius, radius)
        path.addRect(0, radius, self.width(), self.height() - radius)
        return path

    def _write(self, painter: QPainter, space: QRect) -> None:
        look = self._look
        subject_font = look.font(_SUBJECT, QFont.Weight.DemiBold)
        line = QFontMetrics(subject_font).height() if self._text.subject else 0
        room = QRect(0, 0, space.width(), space.height() - line - look.px(28))
        font = fitting_font(
            look.font(_HEADLINE_LARGEST, QFont.Weight.Bold),
            self._text.headline,
            room,
            largest=look.px(_HEADLINE_LARGEST),
            smallest=look.px(_HEADLINE_SMALLEST),
            wrap=True,
        )
        wrap = int(Qt.TextFlag.TextWordWrap)
        height = QFontMetrics(font).boundingRect(room, wrap, self._text.headline).height()
        height = min(height, room.height())
        top = (space.height() - height - line) // 2
        painter.setFont(font)
        painter.drawText(QRect(space.left(), top, space.width(), height), wrap, self._text.headline)
        if line:
            painter.setFont(subject_font)
            shortened = painter.fontMetrics().elidedText(
                self._text.subject, Qt.TextElideMode.ElideRight, space.width()
            )
            painter.drawText(QRect(space.left(), top + height, space.width(), line), 0, shortened)
