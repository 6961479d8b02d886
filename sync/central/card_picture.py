"""A loyalty card as a picture: an SVG of the size of a bank card (ISO/IEC 7810 ID-1), for a screen or a printer."""

from textwrap import wrap
from typing import NamedTuple
from xml.sax.saxutils import escape

from sync.central.qr_codes import dark_runs, qr_squares

WIDTH, HEIGHT = 856, 540
"""Tenths of a millimetre."""
_QR, _EDGE = 300, 50
_LEFT = WIDTH - _QR - _EDGE
_TOP = (HEIGHT - _QR) / 2
_WIDEST = _LEFT - 2 * _EDGE
_WIDE = 0.72
"""How wide a letter is at most on average, of its height."""
_TITLE, _TAGLINE, _TIER = (64, 52, 44, 36, 28, 18), (34, 28, 22), (44, 36, 28, 20)
"""Heights of letters, the preferred one first."""
_TITLE_LINES, _TAGLINE_LINES, _TIER_LINES = 2, 3, 2
_LEADING = 1.25
_ELLIPSIS = "…"


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
    title, down = _lines(face.title, 40, _TITLE, _TITLE_LINES, bold=True)
    tagline, _ = _lines(face.tagline, down + 16, _TAGLINE, _TAGLINE_LINES)
    tier, _ = _lines(face.tier, 365, _TIER, _TIER_LINES, bold=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="85.6mm" height="54mm" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="32" fill="{face.ground}"/>'
        f'<rect y="{HEIGHT - 60}" width="{WIDTH}" height="24" fill="{face.stripe}"/>'
        f'<g fill="{face.words}" font-family="sans-serif">{title}{tagline}{tier}</g>'
        f'<rect x="{_LEFT}" y="{_TOP:g}" width="{_QR}" height="{_QR}" rx="16" fill="#fff"/>'
        f'<path transform="translate({_LEFT} {_TOP:g}) scale({side:.5g})" shape-rendering="crispEdges" d="{dark}"/></svg>\n'
    )


def _lines(
    text: str, top: float, heights: tuple[int, ...], most: int, *, bold: bool = False
) -> tuple[str, float]:
    """Set a text below ``top``, in letters small enough that it stays beside the code; return where it ends."""
    for height in heights:
        across = int(_WIDEST / (height * _WIDE))
        lines = wrap(text, across, break_long_words=height == heights[-1])
        if len(lines) <= most and all(len(line) <= across for line in lines):
            break
    else:
        lines = wrap(text, across, max_lines=most, placeholder=_ELLIPSIS)
    weight = ' font-weight="bold"' if bold else ""
    drawn = "".join(
        f'<text x="{_EDGE}" y="{top + height * (1 + _LEADING * place):g}" font-size="{height}"{weight}>{escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    return drawn, top + height * _LEADING * len(lines)
