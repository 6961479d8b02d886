"""Drawing a flat thing with soft edges: shapes as masks, colour laid through them from back to front."""

from dataclasses import dataclass

import cv2
import numpy as np

from pos_app.demo.film.scene import Colour
from pos_app.scanner.read import Image

WIDTH, HEIGHT = 900, 1700
"""Size of a cut-out, in pixels; the arm below the hand reaches out of the picture."""
_FULL = 255

Spot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class CutOut:
    """A thing cut out of its surroundings.

    ``pixels`` are blue, green, red already multiplied by the fourth channel, cover; ``anchor`` is where
    the code's middle stands in it; ``glow`` says how far it lights itself: 0 is paper, 1 a screen.
    """

    pixels: Image
    anchor: tuple[float, float]
    glow: float


class Canvas:
    """A picture that starts out empty everywhere."""

    def __init__(self) -> None:
        self.colour: Image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        self._cover: Image = np.zeros((HEIGHT, WIDTH), np.uint8)

    def lay(self, mask: Image, paint: Colour | Image, strength: float = 1.0) -> None:
        """Lay a colour, or a picture of the canvas's size, where the mask is, this strongly (0 to 1)."""
        area = _area(mask)
        part = mask[area]
        share = (part.astype(np.float32) * (strength / _FULL))[:, :, None]
        laid = np.asarray(paint[area] if isinstance(paint, np.ndarray) else paint, dtype=np.float32)
        self.colour[area] = (self.colour[area] * (1 - share) + laid * share).astype(np.uint8)
        self._cover[area] = np.maximum(self._cover[area], (part * strength).astype(np.uint8))

    def shade(self, mask: Image, strength: float) -> None:
        """Darken what is there already, as a shadow does, without covering anything new."""
        area = _area(mask)
        share = 1 - (mask[area].astype(np.float32) * (strength / _FULL))[:, :, None]
        self.colour[area] = (self.colour[area] * share).astype(np.uint8)

    def write(self, text: str, at: Spot, *, size: int, colour: Colour, weight: int = 400) -> None:
        """Write text centred at this spot (its base line), smaller when it would be too wide."""
        face = cv2.FontFace("sans")
        room = 460
        box = cv2.getTextSize((4 * WIDTH, HEIGHT), text, (0, at[1]), face, size, weight)
        if box[2] > room:
            size = max(12, size * room // box[2])
            box = cv2.getTextSize((4 * WIDTH, HEIGHT), text, (0, at[1]), face, size, weight)
        cv2.putText(self.colour, text, (at[0] - box[2] // 2, at[1]), colour, face, size, weight)

    def cut_out(self, anchor: tuple[float, float], glow: float) -> CutOut:
        """Finish: multiply by cover."""
        share = (self._cover.astype(np.float32) / _FULL)[:, :, None]
        pixels = np.dstack(((self.colour * share).astype(np.uint8), self._cover))
        return CutOut(np.ascontiguousarray(pixels), anchor, glow)


def capsule(start: Spot, end: Spot, width: int) -> Image:
    """Return the mask of a thick line with round ends, as a finger is."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.line(mask, start, end, (_FULL,), width, cv2.LINE_AA)
    return mask


def polygon(*spots: Spot) -> Image:
    """Return the mask of a polygon."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.fillPoly(mask, [np.array(spots, np.int32)], (_FULL,), cv2.LINE_AA)
    return mask


def rounded(corner: Spot, opposite: Spot, radius: int) -> Image:
    """Return the mask of a rectangle with round corners."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    (left, top), (right, bottom) = corner, opposite
    cv2.rectangle(mask, (left + radius, top), (right - radius, bottom), (_FULL,), cv2.FILLED)
    cv2.rectangle(mask, (left, top + radius), (right, bottom - radius), (_FULL,), cv2.FILLED)
    for x in (left + radius, right - radius):
        for y in (top + radius, bottom - radius):
            cv2.circle(mask, (x, y), radius, (_FULL,), cv2.FILLED, cv2.LINE_AA)
    return mask


def soft(mask: Image, sigma: float) -> Image:
    """Return the mask with edges this soft, in pixels."""
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), sigma), dtype=np.uint8)


def rounded_light(mask: Image, colour: Colour, reach: float) -> Image:
    """Return a picture of a round body of this colour: darker towards its edges over ``reach`` pixels."""
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    area = _area(mask)
    depth = np.clip(cv2.distanceTransform(mask[area], cv2.DIST_L2, 3) / reach, 0, 1)
    light = (0.68 + 0.36 * np.sqrt(depth)).astype(np.float32)
    picture[area] = np.clip(light[:, :, None] * np.array(colour, np.float32), 0, _FULL).astype(np.uint8)
    return picture


def _area(mask: Image) -> tuple[slice, slice]:
    """Return the rectangle around a mask with one empty pixel on each side, so that its edge is in it."""
    x, y, width, height = cv2.boundingRect(mask)
    return (slice(max(0, y - 1), y + height + 1), slice(max(0, x - 1), x + width + 1))
