"""Sheets of codes to print and cut up: A4 as a PDF, each code with its QR picture, its name and its last day."""

from collections.abc import Sequence
from io import BytesIO
from typing import NamedTuple

from font_source_sans_pro import font_files_ttf
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from sync.central.qr_codes import dark_runs, qr_squares

MARGIN = 10 * mm
"""Printers leave this much of a page empty."""
_PLAIN, _BOLD = "Countersign", "Countersign Bold"
_TEXT, _SMALL = 9.0, 7.0
_LINE = 11.0
_WORDS = 3 * _LINE
_PAD = 2 * mm
_CUT_GREY = 0.75
_ELLIPSIS = "…"


class Printed(NamedTuple):
    """One code: what its picture holds, and what stands beneath; ``until`` is a date, or empty."""

    picture: str
    code: str
    name: str
    until: str


def sheet_pdf(title: str, codes: Sequence[Printed], columns: int) -> bytes:
    """Draw codes in so many columns, row by row, on as many pages as they need."""
    _have_fonts()
    width, whole = (A4[0] - 2 * MARGIN) / columns, A4[1] - 2 * MARGIN
    rows = round(whole / (width + _WORDS))
    height = whole / rows
    written = BytesIO()
    canvas = Canvas(written, pagesize=A4, pageCompression=1)
    canvas.setTitle(title)
    for number, code in enumerate(codes):
        place = number % (rows * columns)
        if number and not place:
            canvas.showPage()
        left = MARGIN + place % columns * width
        top = A4[1] - MARGIN - place // columns * height
        _draw(canvas, code, left, top, width, height)
    canvas.save()
    return written.getvalue()


def _draw(canvas: Canvas, code: Printed, left: float, top: float, width: float, height: float) -> None:
    canvas.setStrokeGray(_CUT_GREY)
    canvas.setLineWidth(0.3)
    canvas.rect(left, top - height, width, height)
    squares = qr_squares(code.picture)
    across = min(width, height - _WORDS)
    side, begin = across / len(squares), left + (width - across) / 2
    path = canvas.beginPath()
    for y, row in enumerate(squares):
        for start, end in dark_runs(row):
            path.rect(begin + start * side, top - (y + 1) * side, (end - start) * side, side)
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)
    middle, below = left + width / 2, top - height + _WORDS - _TEXT / 2
    for text, font, size in (
        (code.code, _BOLD, _TEXT),
        (code.name, _PLAIN, _SMALL),
        (code.until, _PLAIN, _SMALL),
    ):
        fitting, points = _fit(text, font, size, width - 2 * _PAD, shrinks=font == _BOLD)
        canvas.setFont(font, points)
        canvas.drawCentredString(middle, below, fitting)
        below -= _LINE


def _fit(text: str, font: str, size: float, width: float, *, shrinks: bool) -> tuple[str, float]:
    """Return a text that fits, and its size: a code is set smaller, for all of it is needed; a name is cut off."""
    wide = pdfmetrics.stringWidth(text, font, size)
    if wide <= width:
        return text, size
    if shrinks:
        return text, size * width / wide
    while text and pdfmetrics.stringWidth(text + _ELLIPSIS, font, size) > width:
        text = text[:-1]
    return text + _ELLIPSIS, size


def _have_fonts() -> None:
    for name, file in ((_PLAIN, "SourceSansPro"), (_BOLD, "SourceSansProBold")):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, font_files_ttf[file]))
