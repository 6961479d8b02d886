"""Text as large as its place allows, for what must be read at arm's length."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics

_STEP = 2


def fitting_font(font: QFont, text: str, space: QRect, *, largest: int, smallest: int, wrap: bool) -> QFont:
    """Return the font at the largest pixel size at which the text fits into the space.

    At ``smallest`` it is used even if it does not fit; the caller then shortens the text.
    """
    flags = Qt.TextFlag.TextWordWrap if wrap else Qt.TextFlag.TextSingleLine
    words = text.split() or [""]
    for pixels in range(largest, smallest, -_STEP):
        font.setPixelSize(pixels)
        metrics = QFontMetrics(font)
        # A wrapped text fits only if its longest word does: Qt would break the word.
        if max(metrics.horizontalAdvance(word) for word in words) > space.width():
            continue
        bounds = metrics.boundingRect(space, int(flags), text)
        if bounds.height() <= space.height() and bounds.width() <= space.width():
            return font
    font.setPixelSize(smallest)
    return font
