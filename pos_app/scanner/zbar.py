"""The second opinion: zbar, which reads some codes that zxing-cpp does not, and may be missing."""

import functools
import logging
from collections.abc import Callable, Sequence
from typing import Any

from pos_app.scanner.read import Corners, Image, Read

_CORNERS = 4

log = logging.getLogger(__name__)


def zbar_missing() -> str:
    """Say in a sentence what is missing for the second opinion; empty when nothing is."""
    return (
        "" if _reader() else "zbar is not installed: worn or steeply held codes are read a little less often."
    )


def look_again(image: Image) -> tuple[Read, ...]:
    """Return the codes that zbar reads in a grey picture; none when it is not installed.

    Only plain ASCII is believed: zbar guesses the encoding of anything else, and sometimes wrongly.
    """
    reader = _reader()
    if reader is None:
        return ()
    return tuple(
        Read(symbol.data.decode("ascii"), symbol.data, _corners(symbol))
        for symbol in reader(image)
        if symbol.data and symbol.data.isascii()
    )


@functools.cache
def _reader() -> Callable[[Image], Sequence[Any]] | None:
    """Load the library once; its absence is told once and costs some hard codes, nothing else."""
    try:
        from pyzbar import pyzbar
    except ImportError as error:
        log.info("zbar cannot be loaded, going on without a second opinion: %s", error)
        return None
    return functools.partial(pyzbar.decode, symbols=[pyzbar.ZBarSymbol.QRCODE])


def _corners(symbol: Any) -> Corners:  # noqa: ANN401 - pyzbar has no types
    """Return the four corners that zbar gives, in its own order, or those of the rectangle around."""
    if len(symbol.polygon) == _CORNERS:
        one, two, three, four = ((float(point.x), float(point.y)) for point in symbol.polygon)
        return one, two, three, four
    left, top, width, height = (float(side) for side in symbol.rect)
    return (left, top), (left + width, top), (left + width, top + height), (left, top + height)
