"""The first reader: zxing-cpp, which also tells where it saw a code that it could not read."""

import zxingcpp
from msgspec import Struct

from pos_app.scanner.read import Corners, Image, Read
from pos_app.scanner.symbol import text_of

_QR_CODES = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
"""QR codes with their small relatives; these cost nothing extra, but only QR codes count as read."""
_OWN = (
    zxingcpp.BarcodeFormat.QRCode,
    zxingcpp.BarcodeFormat.QRCodeModel1,
    zxingcpp.BarcodeFormat.QRCodeModel2,
)
"""A Micro QR code has so little redundancy that it is sometimes seen where there is none."""


class Sight(Struct, frozen=True):
    """What was read, and the corners of what was seen but not read."""

    reads: tuple[Read, ...]
    unread: tuple[Corners, ...]


def look(image: Image, *, global_threshold: bool = False) -> Sight:
    """Search a picture, best a grey one.

    ``global_threshold`` tells black from white by one level for the whole picture instead of by
    surroundings. Turned codes are found without ``try_rotate``, which is for bar codes.
    """
    binarizer = zxingcpp.Binarizer.GlobalHistogram if global_threshold else zxingcpp.Binarizer.LocalAverage
    found = zxingcpp.read_barcodes(
        image,
        formats=_QR_CODES,
        try_rotate=False,
        try_downscale=True,
        try_invert=True,
        text_mode=zxingcpp.TextMode.Plain,
        binarizer=binarizer,
        return_errors=True,
    )
    reads = [
        Read(text_of(symbol.bytes, symbol.text), symbol.bytes, _corners(symbol))
        for symbol in found
        if symbol.valid and symbol.format in _OWN
    ]
    return Sight(tuple(reads), tuple(_corners(symbol) for symbol in found if not symbol.valid))


def _corners(symbol: zxingcpp.Barcode) -> Corners:
    at = symbol.position
    return (
        (float(at.top_left.x), float(at.top_left.y)),
        (float(at.top_right.x), float(at.top_right.y)),
        (float(at.bottom_right.x), float(at.bottom_right.y)),
        (float(at.bottom_left.x), float(at.bottom_left.y)),
    )
