"""Icons: our own SVG drawings in one colour, painted sharp at any size and in any theme's colour."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from pos_app.ui.resource_files import ICONS

PAINTED = "currentColor"
"""What stands in the drawings where the colour goes."""

MAX_KEPT = 256
"""How many painted icons are kept: some 60 drawings in a few colours and sizes."""


@lru_cache(maxsize=64)
def drawing(name: str) -> str:
    """Return the SVG text of an icon."""
    return (ICONS / f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=MAX_KEPT)
def renderer(name: str, colour: str) -> QSvgRenderer:
    """Return a renderer of an icon in one colour."""
    return QSvgRenderer(QByteArray(drawing(name).replace(PAINTED, colour).encode()))


@lru_cache(maxsize=MAX_KEPT)
def pixmap(name: str, colour: str, side: int, ratio: float = 1.0) -> QPixmap:
    """Paint an icon ``side`` pixels square for a screen with that device pixel ratio."""
    image = QPixmap(QSize(round(side * ratio), round(side * ratio)))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer(name, colour).render(painter, QRectF(0, 0, image.width(), image.height()))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


def icon(name: str, colour: str, disabled: str, side: int, ratio: float = 1.0) -> QIcon:
    """Return an icon for a button, with its colour while the button cannot be used."""
    made = QIcon(pixmap(name, colour, side, ratio))
    made.addPixmap(pixmap(name, disabled, side, ratio), QIcon.Mode.Disabled)
    return made
