"""What the camera sees, with a frame to aim at; or, when it sees nothing, why."""

import time

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from pos_app.ui.theme.icons import renderer
from pos_app.ui.theme.look import Look

_NIGHT = QColor("#0b0e13")
_PAPER = QColor("#f4f6fa")
_FLASH_S = 0.9
"""How long the outline of a code that was read stays in the picture."""
_RADIUS = 10
_CORNER = 0.16


class CameraView(QWidget):
    """Paints the newest frame, cropped to fill; the read code's outline glows for a moment."""

    def __init__(self) -> None:
        super().__init__()
        self._look = Look()
        self._frame: QImage | None = None
        self._mirrored = False
        self._outline: tuple[tuple[float, float], ...] = ()
        self._outlined_at = 0.0
        self._sign, self._caption = "camera", ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def caption(self) -> tuple[str, str]:
        """The icon and the sentence that stand for a picture that is missing."""
        return self._sign, self._caption

    @property
    def showing(self) -> bool:
        """Whether there is a picture."""
        return self._frame is not None

    def show_frame(self, frame: QImage) -> None:
        """Paint another picture."""
        self._frame = frame
        self.update()

    def show_caption(self, sign: str, caption: str) -> None:
        """Show no picture but an icon and a sentence."""
        self._frame = None
        self._sign, self._caption = sign, caption
        self.setAccessibleName(caption)
        self.update()

    def show_read(self, corners: tuple[tuple[float, float], ...]) -> None:
        """Let the outline of a code that was just read glow (pixels of the frame)."""
        self._outline, self._outlined_at = corners, time.monotonic()
        self.update()

    def mirror(self, *, mirrored: bool) -> None:
        """Show the picture as a mirror would: it is easier to aim with where the screen faces the guest."""
        if mirrored != self._mirrored:
            self._mirrored = mirrored
            self.update()

    def dress(self, look: Look) -> None:
        """Take on the size."""
        self._look = look
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for the width of a camera's picture; its height is what is left, never a reason to scroll."""
        return QSize(self._look.px(280), self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Stay large enough to aim with."""
        return QSize(self._look.px(160), self._look.px(98))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the picture or the caption."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        path = QPainterPath()
        path.addRoundedRect(self.rect().toRectF(), self._look.px(_RADIUS), self._look.px(_RADIUS))
        painter.setClipPath(path)
        painter.fillRect(self.rect(), _NIGHT)
        if self._frame is None:
            self._paint_caption(painter)
            return
        self._paint_frame(painter, self._frame)

    def _paint_frame(self, painter: QPainter, frame: QImage) -> None:
        factor = max(self.width() / frame.width(), self.height() / frame.height())
        width, height = frame.width() * factor, frame.height() * factor
        left, top = (self.width() - width) / 2, (self.height() - height) / 2
        painter.save()
        if self._mirrored:
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        painter.drawImage(QRectF(left, top, width, height), frame)
        if self._outline and time.monotonic() - self._outlined_at < _FLASH_S:
            glow = QColor(self._look.tokens.accent)
            glow.setAlpha(70)
            shape = QPolygonF([QPointF(left + x * factor, top + y * factor) for x, y in self._outline])
            painter.setBrush(glow)
            painter.setPen(_pen(_PAPER, self._look.px(3)))
            painter.drawPolygon(shape)
            painter.restore()
        else:
            painter.restore()
            self._paint_corners(painter)

    def _paint_corners(self, painter: QPainter) -> None:
        """Draw four corners in the middle: hold the code there."""
        side = min(self.width(), self.height()) * 0.72
        left, top = (self.width() - side) / 2, (self.height() - side) / 2
        arm = side * _CORNER
        ink = QColor(_PAPER)
        ink.setAlpha(190)
        painter.setPen(_pen(ink, self._look.px(3)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for x, right in ((left, 1), (left + side, -1)):
            for y, down in ((top, 1), (top + side, -1)):
                painter.drawPolyline([QPointF(x, y + arm * down), QPointF(x, y), QPointF(x + arm * right, y)])

    def _paint_caption(self, painter: QPainter) -> None:
        side, gap = self._look.px(40), self._look.px(8)
        text = self.rect().adjusted(self._look.px(10), 0, -self._look.px(10), 0)
        wrap = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignHCenter)
        for pixels in (15, 13):
            painter.setFont(self._look.font(pixels))
            height = painter.fontMetrics().boundingRect(text, wrap, self._caption).height()
            if side + gap + height <= self.height():
                break
        else:
            # What is to be done matters more than the picture of a camera.
            side = max(0, self.height() - height - 2 * gap)
            side = side if side >= self._look.px(20) else 0
        top = (self.height() - side - height - (gap if side else 0)) // 2
        if side:
            sign = QRectF((self.width() - side) / 2, top, side, side)
            renderer(self._sign, _PAPER.name()).render(painter, sign)
        painter.setPen(_PAPER)
        text.setTop(top + side + (gap if side else 0))
        painter.drawText(text, wrap, self._caption)


def _pen(ink: QColor, width: int) -> QPen:
    return QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
