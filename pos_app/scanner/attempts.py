"""What is tried on a part of a picture in which a code was seen but not read.

The order is that of most codes gained per millisecond on 800 degraded camera pictures: of those that
zxing-cpp saw and did not read, twice the size read 34 %, unsharp masking 15 % more, zbar 15 % more, and
the last ones 4 % together. Undoing the blur of a lens reads a sixth of what is left after all of these on
blurred photographs, four times the size another sixteenth; there was no wrong read.
"""

from collections.abc import Callable
from functools import cached_property

import cv2
import numpy as np

from pos_app.scanner.crowd import is_crowded
from pos_app.scanner.deblur import deblurred
from pos_app.scanner.read import Corners, Image, Read
from pos_app.scanner.region import moved
from pos_app.scanner.zbar import look_again
from pos_app.scanner.zxing import look


class Doubt:
    """A grey part of a picture and the corners of what was seen in it and not read."""

    def __init__(self, part: Image, corners: Corners) -> None:
        self.part, self.corners = part, corners

    @cached_property
    def crowded(self) -> bool:
        """Whether so much stands here that zbar would work for long; counted once for all attempts."""
        return is_crowded(self.part)


Attempt = Callable[[Doubt], tuple[Read, ...]]
"""Takes a doubtful part; returns what it can read."""

MAX_DOUBLED_PIXELS = 1_000_000
"""Larger parts are not enlarged: their codes are not small, and it would take longer than it may."""
MAX_QUADRUPLED_PIXELS = 60_000
MAX_DEBLURRED_PIXELS = 250_000
"""The same for four times the size and for undoing blur, which take longer a pixel."""
_UPRIGHT_SIDE, _UPRIGHT_MARGIN = 420, 60
"""Size of a code turned to face the camera, and of the margin around it, in pixels."""


def _doubled(doubt: Doubt) -> tuple[Read, ...]:
    return _at_scale(_double(doubt.part), 2) if _small(doubt.part) else ()


def _quadrupled(doubt: Doubt) -> tuple[Read, ...]:
    if doubt.part.size > MAX_QUADRUPLED_PIXELS or doubt.crowded:
        return ()
    return _at_scale(_enlarged(doubt.part, 4), 4)


def _deblurred_a_little(doubt: Doubt) -> tuple[Read, ...]:
    return look(deblurred(doubt.part, sigma=1.5)).reads if doubt.part.size <= MAX_DEBLURRED_PIXELS else ()


def _deblurred(doubt: Doubt) -> tuple[Read, ...]:
    return look(deblurred(doubt.part, sigma=2.5)).reads if doubt.part.size <= MAX_DEBLURRED_PIXELS else ()


def _sharpened(doubt: Doubt) -> tuple[Read, ...]:
    return look(_unsharp(doubt.part, 3, 2.5)).reads


def _second_opinion(doubt: Doubt) -> tuple[Read, ...]:
    return () if doubt.crowded else look_again(doubt.part)


def _smoothed(doubt: Doubt) -> tuple[Read, ...]:
    return look(np.asarray(cv2.medianBlur(doubt.part, 5), dtype=np.uint8)).reads


def _doubled_and_sharpened(doubt: Doubt) -> tuple[Read, ...]:
    return _at_scale(_unsharp(_double(doubt.part), 3, 2), 2) if _small(doubt.part) else ()


def _sharpened_second_opinion(doubt: Doubt) -> tuple[Read, ...]:
    # Sharpening may bring out patterns that blur had hidden, so they are counted anew.
    sharp = _unsharp(doubt.part, 2, 1.5)
    return () if is_crowded(sharp) else look_again(sharp)


def _turned_upright(doubt: Doubt) -> tuple[Read, ...]:
    """Undo the tilt that the seen corners tell, and take one threshold for the whole."""
    side, margin = _UPRIGHT_SIDE, _UPRIGHT_MARGIN
    far = side - margin
    square = np.array(((margin, margin), (far, margin), (far, far), (margin, far)), np.float32)
    turn = cv2.getPerspectiveTransform(np.array(doubt.corners, np.float32), square)
    upright = cv2.warpPerspective(
        doubt.part, turn, (side, side), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    reads = look(np.asarray(upright, dtype=np.uint8), global_threshold=True).reads
    return tuple(Read(read.text, read.raw, doubt.corners) for read in reads)


ATTEMPTS: tuple[Attempt, ...] = (
    _doubled,
    _sharpened,
    _deblurred_a_little,
    _second_opinion,
    _deblurred,
    _smoothed,
    _doubled_and_sharpened,
    _sharpened_second_opinion,
    _turned_upright,
    _quadrupled,
)


def _at_scale(enlarged: Image, scale: float) -> tuple[Read, ...]:
    return tuple(
        Read(read.text, read.raw, moved(read.corners, by=(0, 0), scale=scale))
        for read in look(enlarged).reads
    )


def _double(part: Image) -> Image:
    return _enlarged(part, 2)


def _enlarged(part: Image, times: int) -> Image:
    larger = cv2.resize(part, None, fx=times, fy=times, interpolation=cv2.INTER_LINEAR)
    return np.asarray(larger, dtype=np.uint8)


def _small(part: Image) -> bool:
    return part.size <= MAX_DOUBLED_PIXELS


def _unsharp(part: Image, radius: float, amount: float) -> Image:
    soft = cv2.GaussianBlur(part, (0, 0), radius)
    return np.asarray(cv2.addWeighted(part, 1 + amount, soft, -amount, 0), dtype=np.uint8)
