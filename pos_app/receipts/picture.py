"""Draws set lines with Qt: on a picture for printers, on a page for PDF, and for the preview.

Nothing here is a widget; all of it runs on any thread of a process that has a ``QGuiApplication``.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from pos_app.receipts.qr import module_dots, modules
from pos_app.receipts.slip import Code, Logo
from pos_app.receipts.typeset import DOTS_PER_SIGN, Line, Paper, Printed

if TYPE_CHECKING:
    from PIL import Image

FAMILIES = ("DejaVu Sans Mono", "Consolas", "Menlo", "Liberation Mono", "Noto Sans Mono", "Courier New")
"""Fonts of one width; Qt takes the first that is installed."""

LINE_DOTS = 30
LOGO_SHARE = 0.6
MAX_LOGO_DOTS = 200
_FONT_DOTS = 20
_BASE = 0.76
_GAP_DOTS = 8


def height_of(lines: Sequence[Line], paper: Paper) -> int:
    """Return how many dots the lines take."""
    return sum(_height(line, paper) for line in lines)


def draw(painter: QPainter, lines: Sequence[Line], paper: Paper, *, ink: QColor | None = None) -> None:
    """Draw the lines from the origin on, one dot as one unit."""
    ink = ink or QColor(Qt.GlobalColor.black)
    painter.setPen(ink)
    top = 0
    for line in lines:
        match line:
            case Printed():
                _draw_text(painter, line, top)
            case Code(text=text):
                _draw_code(painter, text, paper, top, ink)
            case Logo():
                _draw_logo(painter, _logo(line), paper, top)
        top += _height(line, paper)


def picture_of(lines: Sequence[Line], paper: Paper) -> "Image.Image":
    """Draw the lines black on white, a pixel for each of the printer's dots."""
    image = QImage(paper.dots, max(1, height_of(lines, paper)), QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    draw(painter, lines, paper)
    painter.end()
    from PIL import Image

    picture = Image.frombuffer(
        "L",
        (image.width(), image.height()),
        bytes(image.constBits()),
        "raw",
        "L",
        image.bytesPerLine(),
        1,
    )
    return picture.point(lambda grey: 255 if grey > _GREY else 0).convert("1", dither=Image.Dither.NONE)


_GREY = 160
"""Lighter than this is paper: thin strokes stay whole."""


def _height(line: Line, paper: Paper) -> int:
    match line:
        case Printed(large=large):
            return LINE_DOTS * 2 if large else LINE_DOTS
        case Code(text=text):
            count = len(modules(text))
            return module_dots(count, paper.dots) * count
        case Logo():
            return round(_logo_size(_logo(line), paper)[1]) + _GAP_DOTS


def _draw_text(painter: QPainter, line: Printed, top: int) -> None:
    scale = 2 if line.large else 1
    font = QFont()
    font.setFamilies(list(FAMILIES))
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPixelSize(_FONT_DOTS)
    font.setBold(line.bold)
    advance = QFontMetricsF(font).horizontalAdvance("0")
    # Each sign takes its place of the grid, whatever width the font gave it.
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, DOTS_PER_SIGN - advance)
    painter.save()
    painter.translate(0, top)
    painter.scale(scale, scale)
    painter.setFont(font)
    painter.drawText(QPointF(0, LINE_DOTS * _BASE), line.text)
    painter.restore()


def _draw_code(painter: QPainter, text: str, paper: Paper, top: int, ink: QColor) -> None:
    rows = modules(text)
    size = module_dots(len(rows), paper.dots)
    left = (paper.dots - size * len(rows)) // 2
    # White behind it, whatever the preview's paper looks like: a reader needs the contrast.
    painter.fillRect(left, top, size * len(rows), size * len(rows), Qt.GlobalColor.white)
    for down, row in enumerate(rows):
        for right, module in enumerate(row):
            if module:
                painter.fillRect(left + right * size, top + down * size, size, size, ink)


def _draw_logo(painter: QPainter, logo: QImage, paper: Paper, top: int) -> None:
    if logo.isNull():
        return
    width, height = _logo_size(logo, paper)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QRectF((paper.dots - width) / 2, top, width, height), logo)


def _logo(line: Logo) -> QImage:
    """Return the picture of a logo, read anew only when its file has changed: a preview paints it again and again."""
    if isinstance(line.picture, bytes):
        return _decode_logo(line.picture)
    try:
        changed_ns = line.picture.stat().st_mtime_ns
    except OSError:
        changed_ns = 0
    return _read_logo(line.picture, changed_ns)


@lru_cache(maxsize=1)
def _read_logo(file: Path, changed_ns: int) -> QImage:  # noqa: ARG001 - another instant is another picture
    return QImage(str(file))


@lru_cache(maxsize=1)
def _decode_logo(picture: bytes) -> QImage:
    return QImage.fromData(picture)


def _logo_size(logo: QImage, paper: Paper) -> tuple[float, float]:
    if logo.isNull():
        return 0, 0
    scale = min(paper.dots * LOGO_SHARE / logo.width(), MAX_LOGO_DOTS / logo.height())
    return logo.width() * scale, logo.height() * scale
