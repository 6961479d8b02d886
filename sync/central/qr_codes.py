"""QR codes as pictures: PNG for letters and screens, SVG for whoever prints large."""

import struct
import zlib

import qrcode

PIXELS = 8
"""How many pixels of a picture one square of the code has a side, where nobody wishes otherwise."""
MARGIN = 4
"""Light squares around the code, as readers need them (ISO/IEC 18004)."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def qr_png(text: str, pixels: int = PIXELS) -> bytes:
    """Draw a text as a QR code: a PNG in two shades, with its margin."""
    rows = qr_squares(text)
    side = len(rows) * pixels
    lines = b"".join(
        (b"\0" + _packed([not dark for dark in row for _ in range(pixels)])) * pixels for row in rows
    )
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(lines, 9)) + _chunk(b"IEND", b"")
    )


def qr_svg(text: str) -> bytes:
    """Draw a text as a QR code: an SVG of one path, black on white, as large as whoever shows it wants."""
    rows = qr_squares(text)
    side = len(rows)
    path = "".join(
        f"M{start} {y}h{end - start}v1h-{end - start}z"
        for y, row in enumerate(rows)
        for start, end in dark_runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>\n'
    ).encode()


def qr_squares(text: str) -> list[list[bool]]:
    """Return the code with its margin, row by row; dark squares are true."""
    symbol = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=MARGIN)
    symbol.add_data(text)
    rows: list[list[bool]] = symbol.get_matrix()
    return rows


def dark_runs(row: list[bool]) -> list[tuple[int, int]]:
    """Return where dark squares stand side by side: from, to."""
    edges = [x for x in range(len(row) + 1) if (x > 0 and row[x - 1]) != (x < len(row) and row[x])]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _packed(light: list[bool]) -> bytes:
    """Pack one row of pixels, one bit each, the first in the highest bit."""
    number = int("".join("1" if each else "0" for each in light), 2)
    width = (len(light) + 7) // 8
    return (number << (width * 8 - len(light))).to_bytes(width, "big")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
