"""Whether so many finder patterns stand in a part of a picture that trying it again would take too long.

Readers put three finder patterns together to a code and try every three there are. A part around one code holds
three; a sheet of codes, a chequered shirt or a newspaper may show hundreds, and zbar then works for a second on a part
that it otherwise takes two milliseconds for. On noise, text, bar codes, stripes, dots and fields of patterns no part
with at most eight kept it longer than 60 ns a pixel.
"""

from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from pos_app.scanner.read import Image

MAX_PATTERNS = 8
"""Two codes' patterns, and some that only look like one."""
LEAST_CONTRAST = 8
"""Grey levels by which a pixel is darker than what is around it: less is the grain of a camera."""
_WIDTHS = np.array((1, 1, 3, 1, 1), np.float32)
"""Dark, light, dark, light, dark: what any line through a finder pattern's middle crosses, in modules."""
_OFF = 0.5
"""How far the width of two neighbours together may be off, in modules: as far as zbar takes it."""
_NEAR = 5
"""Middles of lines this close together, in pixels, belong to one pattern."""
_LINES = 3
"""So many lines at least make a pattern."""
_MIN_WINDOW = 15

Mask = npt.NDArray[np.uint8]


def is_crowded(part: Image) -> bool:
    """Whether a grey part of a picture shows more finder patterns than ``MAX_PATTERNS``."""
    side = max(_MIN_WINDOW, min(part.shape) // 4 | 1)
    around = cv2.boxFilter(part, -1, (side, side))
    dark = np.asarray(cv2.subtract(around, part) >= LEAST_CONTRAST, dtype=np.uint8)
    across = _gathered(_middles(dark))
    down = _gathered(np.ascontiguousarray(_middles(np.ascontiguousarray(dark.T)).T))
    found, _ = cv2.connectedComponents(cv2.bitwise_and(across, down))
    return found - 1 > MAX_PATTERNS


def _gathered(marks: Mask) -> Mask:
    """Mark what lies near enough lines."""
    count = cv2.boxFilter(marks, -1, (_NEAR, _NEAR), normalize=False, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(count >= _LINES, dtype=np.uint8)


def _middles(dark: Mask) -> Mask:
    """Mark in each row the middles of what is as wide as a line through a finder pattern."""
    rows, columns = dark.shape
    # A light pixel at each row's end keeps what one row ends with from what the next begins with.
    line = np.zeros((rows, columns + 1), np.uint8)
    line[:, :columns] = dark
    flat = line.ravel()
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    marks = np.zeros_like(flat)
    if len(edges) > len(_WIDTHS):
        first, last = edges[: -len(_WIDTHS)], edges[len(_WIDTHS) :]
        module = (last - first) / _WIDTHS.sum()
        fits = (flat[first] == 1) & (module >= 1)
        runs = [edges[n + 1 : n + 1 + len(first)] - edges[n : n + len(first)] for n in range(len(_WIDTHS))]
        for number, (one, other) in enumerate(pairwise(runs)):
            wanted = _WIDTHS[number] + _WIDTHS[number + 1]
            fits &= np.abs(one + other - wanted * module) < _OFF * module
        marks[(first[fits] + last[fits]) // 2] = 1
    return marks.reshape(rows, columns + 1)[:, :columns]
