"""A shift's report as a PDF of one or more A4 pages. Made on any thread: nothing here is a widget."""

from html import escape

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from pos_app.ui.theme.look import FAMILIES
from pos_app.usecases.report_words import Row, Section, report_sections, report_title
from pos_app.usecases.shift_results import ShiftReport

DPI = 300
MARGIN_MM = 18
_STYLE = """
h1 { font-size: 20pt; margin: 0 0 2pt 0; }
h2 { font-size: 12pt; margin: 12pt 0 3pt 0; }
td { font-size: 10pt; padding: 1pt 0; }
td.value { text-align: right; white-space: pre; }
td.part { padding-left: 14pt; color: #535d6e; }
td.alarm { font-weight: 700; }
p { font-size: 10pt; color: #535d6e; margin: 0; }
"""


def report_pdf(report: ShiftReport, language: str) -> bytes:
    """Write the report; its figures are those of the screen."""
    document = QTextDocument()
    font = QFont()
    font.setFamilies(list(FAMILIES))
    font.setPointSizeF(10)
    document.setDefaultFont(font)
    document.setDefaultStyleSheet(_STYLE)
    title = report_title(report, language)
    place = f"{report.restaurant_name}, {report.till_name}"
    sections = "".join(_section(section) for section in report_sections(report, language))
    document.setHtml(f"<h1>{escape(title)}</h1><p>{escape(place)}</p>{sections}")
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DPI)
    writer.setTitle(f"{title}, {place}")
    writer.setCreator("Countersign")
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            margins,
            QPageLayout.Unit.Millimeter,
        )
    )
    document.print_(writer)
    buffer.close()
    return bytes(content.data())


def _section(section: Section) -> str:
    rows = "".join(_row(row) for row in section.rows)
    return f'<h2>{escape(section.title)}</h2><table width="100%">{rows}</table>'


def _row(row: Row) -> str:
    kind = "part" if row.part else "alarm" if row.alarm else ""
    return f'<tr><td class="{kind}">{escape(row.label)}</td><td class="value">{escape(row.value)}</td></tr>'
