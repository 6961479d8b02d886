"""A loyalty card as a picture: an SVG of the size of a bank card (ISO/IEC 7810 ID-1), for a screen or a printer."""

from typing import NamedTuple
from xml.sax.saxutils import escape

from sync.central.qr_codes import dark_runs, qr_squares

WIDTH, HEIGHT = 856, 540
"""Tenths of a millimetre."""
_QR, _EDGE = 300, 50
_LEFT = WIDTH - _QR - _EDGE
_TOP = (HEIGHT - _QR) / 2
_WIDEST = _LEFT - 2 * _EDGE
_WIDE = 0.62
"""How wide a letter is at most on average, of its height: words that might not fit are drawn narrower."""


class CardFace(NamedTuple):
    """What stands on a card, and in which colours (``#rrggbb``)."""

    title: str
    tagline: str
    tier: str
    ground: str
    words: str
    stripe: str


def card_svg(face: CardFace, text: str) -> str:
    """Draw a card whose QR code holds ``text``, black on white whatever the card's colours are."""
    squares = qr_squares(text)
    side = _QR / len(squares)
    dark = "".join(
        f"M{start} {y}h{end - start}v1h-{end - start}z"
        for y, row in enumerate(squares)
        for start, end in dark_runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="85.6mm" height="54mm" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="32" fill="{face.ground}"/>'
        f'<rect y="{HEIGHT - 60}" width="{WIDTH}" height="24" fill="{face.stripe}"/>'
        f'<g fill="{face.words}" font-family="sans-serif">'
        f"{_line(face.title, 150, 64, bold=True)}{_line(face.tagline, 220, 34)}{_line(face.tier, 400, 44, bold=True)}</g>"
        f'<rect x="{_LEFT}" y="{_TOP:g}" width="{_QR}" height="{_QR}" rx="16" fill="#fff"/>'
        f'<path transform="translate({_LEFT} {_TOP:g}) scale({side:.5g})" shape-rendering="crispEdges" d="{dark}"/></svg>\n'
    )


def _line(text: str, down: int, height: int, *, bold: bool = False) -> str:
    if not text:
        return ""
    narrow = (
        f' textLength="{_WIDEST}" lengthAdjust="spacingAndGlyphs"'
        if len(text) * height * _WIDE > _WIDEST
        else ""
    )
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{_EDGE}" y="{down}" font-size="{height}"{weight}{narrow}>{escape(text)}</text>'
