"""How good a camera's picture is for reading codes: light, glare, focus, and how large the code is."""

from collections.abc import Sequence

import cv2
import numpy as np

from pos_app.scanner.quality import Quality
from pos_app.scanner.read import Corners, Image, Read
from pos_app.scanner.region import Region, around

AIM_SHARE = 0.72
"""Where no code is seen the middle of the picture is measured: this share of its height, where the frame to aim at is."""
FLAT = 40
"""Levels of grey between light and dark parts; with fewer there is no edge whose sharpness could be told."""
_WHITE = 250
_PATCH = 5
"""White patches of this part of the side are no modules of a code, of which there are 21 and more."""
_EDGES = 95
_FAINT = 0.04
"""Percentile, of all rises of more than this share of the contrast, that stands for the sharpest edges."""
_STEP = 2.507
"""An edge of height h blurred by s pixels rises at most by h / (√(2π) s) a pixel."""


def measure(image: Image, reads: Sequence[Read], unread: Sequence[Corners] = ()) -> Quality:
    """Measure a picture whose codes are known; ``unread`` are the places of codes seen but not read."""
    seen = [read.corners for read in reads] or list(unread)
    largest = max(seen, key=_side, default=None)
    region = _aim(image) if largest is None else around(largest, image, share=0)
    part = region.cut(image)
    grey = np.asarray(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY) if part.ndim > 2 else part, dtype=np.uint8)  # noqa: PLR2004  # height, width, channels
    counts = np.bincount(grey.ravel(), minlength=256)
    shares = np.cumsum(counts) / grey.size
    dark, light = (int(np.searchsorted(shares, share)) for share in (0.05, 0.95))
    return Quality(
        brightness=float(counts @ np.arange(256)) / grey.size,
        glare=_glare(grey),
        blur_px=_blur_px(grey, light - dark),
        code_px=0.0 if largest is None else _side(largest),
        read=bool(reads),
    )


def _glare(grey: Image) -> float:
    """Measure the patches that are blown out to white."""
    white = np.asarray(grey >= _WHITE, dtype=np.uint8)
    side = max(3, max(grey.shape) // _PATCH)
    patches = cv2.morphologyEx(white, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    return float(np.count_nonzero(patches)) / grey.size


def _blur_px(grey: Image, contrast: int) -> float | None:
    """Estimate the blur from how steeply the sharpest edges rise."""
    if contrast < FLAT:
        return None
    soft = cv2.blur(grey, (3, 1))
    rises = [
        np.abs(cv2.Sobel(soft, cv2.CV_32F, 1, 0, ksize=1)),
        np.abs(cv2.Sobel(cv2.blur(grey, (1, 3)), cv2.CV_32F, 0, 1, ksize=1)),
    ]
    edges = np.concatenate([rise[rise > _FAINT * contrast] for rise in rises])
    return contrast / (_STEP * float(np.percentile(edges, _EDGES)) / 2) if edges.size else None


def _aim(image: Image) -> Region:
    height, width = image.shape[:2]
    half = max(1, int(min(width, height) * AIM_SHARE / 2))
    return Region(width // 2 - half, height // 2 - half, width // 2 + half, height // 2 + half)


def _side(corners: Corners) -> float:
    """Return the longest side, so that a tilted code counts as large as it is."""
    pairs = zip(corners, (*corners[1:], corners[0]), strict=True)
    return max(float(np.hypot(a[0] - b[0], a[1] - b[1])) for a, b in pairs)
