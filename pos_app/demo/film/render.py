"""One picture of the film: the scene, what is held into it, the light, the lens and the sensor."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from pos_app.demo.film.canvas import HEIGHT as CUT_HEIGHT
from pos_app.demo.film.canvas import WIDTH as CUT_WIDTH
from pos_app.demo.film.canvas import CutOut
from pos_app.demo.film.motion import Matrix, Pose
from pos_app.demo.film.scene import HEIGHT, WIDTH
from pos_app.scanner.read import Image

MAX_STEPS = 6
"""Positions that are averaged while the shutter is open, to blur what moves."""
STEP_PX = 3.0
"""Movement between two such positions that the eye does not see as a double edge."""
_FULL = 255


@dataclass(frozen=True, slots=True)
class Look:
    """What lens and light do: blur in pixels (standard deviation), brightness from 0 to 1."""

    defocus_px: float
    light: float


def steps_needed(first: Pose, last: Pose) -> int:
    """Say how many positions a movement takes to look smooth."""
    moved = float(np.hypot(last.x - first.x, last.y - first.y))
    return int(np.clip(np.ceil(moved / STEP_PX), 1, MAX_STEPS))


def compose(background: Image, cut_out: CutOut, poses: Sequence[Pose], look: Look) -> Image:
    """Put a cut-out over the background at the mean of the poses it had while the shutter was open."""
    matrices = [pose.matrix(cut_out.anchor) for pose in poses]
    area = _area(matrices, margin=int(3 * look.defocus_px) + 2)
    picture = lit(background, look.light)
    if area is None:
        return picture
    x, y, width, height = area
    shift = np.array(((1.0, 0, -x), (0, 1.0, -y), (0, 0, 1.0)))
    layer = _mean([_warp(cut_out.pixels, shift @ matrix, width, height) for matrix in matrices])
    if look.defocus_px > 0:
        layer = np.asarray(cv2.GaussianBlur(layer, (0, 0), look.defocus_px), dtype=np.uint8)
    own_light = look.light + (1 - look.light) * 0.75 * cut_out.glow
    behind = picture[y : y + height, x : x + width]
    uncovered = cv2.cvtColor(_FULL - layer[:, :, 3], cv2.COLOR_GRAY2BGR)
    seen_behind = cv2.multiply(behind, uncovered, scale=1 / _FULL)
    behind[:] = cv2.add(
        seen_behind, lit(np.asarray(cv2.cvtColor(layer, cv2.COLOR_BGRA2BGR), dtype=np.uint8), own_light)
    )
    return picture


def lit(picture: Image, light: float) -> Image:
    """Return a copy under this much light."""
    return np.asarray(cv2.convertScaleAbs(picture, alpha=light), dtype=np.uint8)


def _warp(pixels: Image, matrix: Matrix, width: int, height: int) -> Image:
    return np.asarray(cv2.warpPerspective(pixels, matrix, (width, height), flags=cv2.INTER_LINEAR), np.uint8)


def _mean(layers: list[Image]) -> Image:
    if len(layers) == 1:
        return layers[0]
    total = layers[0].astype(np.uint16)
    for layer in layers[1:]:
        cv2.add(total, layer, dst=total, dtype=cv2.CV_16U)
    return np.asarray(cv2.convertScaleAbs(total, alpha=1 / len(layers)), dtype=np.uint8)


def _area(matrices: Sequence[Matrix], margin: int) -> tuple[int, int, int, int] | None:
    """Return the part of the picture (x, y, width, height) that the cut-out can touch; None for nothing."""
    corners = np.array(((0, 0, 1), (CUT_WIDTH, 0, 1), (CUT_WIDTH, CUT_HEIGHT, 1), (0, CUT_HEIGHT, 1)), float)
    spots = np.concatenate([matrix @ corners.T for matrix in matrices], axis=1)
    depth = np.maximum(spots[2], 1.0)  # never behind the camera, as the poses are chosen
    left, top = np.floor((spots[:2] / depth).min(axis=1)).astype(int) - margin
    right, bottom = np.ceil((spots[:2] / depth).max(axis=1)).astype(int) + margin
    left, right = max(0, left), min(WIDTH, right)
    top, bottom = max(0, top), min(HEIGHT, bottom)
    if left >= right or top >= bottom:
        return None
    return int(left), int(top), int(right - left), int(bottom - top)
