"""Undo the blur of a lens that is out of focus, as far as noise lets it."""

import functools

import cv2
import numpy as np
import numpy.typing as npt

from pos_app.scanner.read import Image

NOISE = 0.01
"""Noise to signal, as power: lower undoes more blur and shows more grain. A webcam at a counter has some 0.01."""
_GRID, _REACH = 128, 15
"""Side on which the filter is computed, and how many pixels it reaches to each side: beyond it is near nothing."""


def deblurred(image: Image, *, sigma: float) -> Image:
    """Return a grey picture as it was before a blur of this standard deviation, in pixels (Wiener's filter)."""
    sharp = cv2.filter2D(image, cv2.CV_8U, _filter(sigma), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(sharp, dtype=np.uint8)


@functools.cache
def _filter(sigma: float) -> npt.NDArray[np.float32]:
    """Return the filter's weights; the few blurs that are tried are fixed, so each is computed once."""
    fall = np.exp(-2 * (np.pi * sigma * np.fft.fftfreq(_GRID)) ** 2)
    blur = fall[:, None] * fall[None, :]
    weights = np.fft.fftshift(np.fft.ifft2(blur / (blur**2 + NOISE)).real)
    middle, reach = _GRID // 2, _REACH
    near = weights[middle - reach : middle + reach + 1, middle - reach : middle + reach + 1]
    even: npt.NDArray[np.float32] = (near / near.sum()).astype(np.float32)
    return even
