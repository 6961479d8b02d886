"""A receipt as a PDF: one page, as wide as the roll and as long as the receipt."""

from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter

from pos_app.receipts.picture import draw, height_of
from pos_app.receipts.typeset import DOTS_PER_MM, Line, Paper

DPI = 300
_MARGIN_MM = 5
_MM_PER_INCH = 25.4


def receipt_pdf(lines: Sequence[Line], paper: Paper, title: str) -> bytes:
    """Write the lines; they are those of the paper receipt."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DPI)
    writer.setTitle(title)
    writer.setCreator("Countersign")
    height_mm = height_of(lines, paper) / DOTS_PER_MM + 2 * _MARGIN_MM
    layout = QPageLayout()
    layout.setMode(QPageLayout.Mode.FullPageMode)
    layout.setPageSize(
        QPageSize(
            QSizeF(paper.width_mm, height_mm),
            QPageSize.Unit.Millimeter,
            "",
            QPageSize.SizeMatchPolicy.ExactMatch,
        )
    )
    layout.setOrientation(QPageLayout.Orientation.Portrait)
    layout.setMargins(QMarginsF(0, 0, 0, 0))
    writer.setPageLayout(layout)
    painter = QPainter(writer)
    per_mm = DPI / _MM_PER_INCH
    aside_mm = (paper.dots_across - paper.dots) / DOTS_PER_MM / 2
    painter.translate(aside_mm * per_mm, _MARGIN_MM * per_mm)
    painter.scale(per_mm / DOTS_PER_MM, per_mm / DOTS_PER_MM)
    draw(painter, lines, paper)
    painter.end()
    buffer.close()
    return bytes(content.data())
