"""The part of a picture in which a code stands."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from pos_app.scanner.read import Corners, Image, Point


class Region(Struct, frozen=True):
    """A rectangle of whole pixels inside a picture."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def area(self) -> int:
        """Pixels in it."""
        return (self.right - self.left) * (self.bottom - self.top)

    def cut(self, image: Image) -> Image:
        """Copy the part of the picture."""
        return np.ascontiguousarray(image[self.top : self.bottom, self.left : self.right])

    def holds(self, point: Point) -> bool:
        """Whether a point lies in it."""
        return self.left <= point[0] < self.right and self.top <= point[1] < self.bottom


def whole(image: Image) -> Region:
    """Return the region that is all of a picture."""
    return Region(0, 0, image.shape[1], image.shape[0])


def around(corners: Corners, image: Image, *, share: float, pixels: int = 8) -> Region:
    """Return the rectangle around four corners, wider by a share of its longer side and some pixels."""
    columns, rows = [x for x, _ in corners], [y for _, y in corners]
    margin = share * max(max(columns) - min(columns), max(rows) - min(rows)) + pixels
    return Region(
        left=max(0, int(min(columns) - margin)),
        top=max(0, int(min(rows) - margin)),
        right=min(image.shape[1], int(max(columns) + margin) + 1),
        bottom=min(image.shape[0], int(max(rows) + margin) + 1),
    )


def middle(corners: Corners) -> Point:
    """Return the middle of four corners."""
    return sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4


def moved(corners: Corners, *, by: Point, scale: float = 1.0) -> Corners:
    """Bring corners found in an enlarged part of a picture back into the picture."""
    one, two, three, four = ((x / scale + by[0], y / scale + by[1]) for x, y in corners)
    return one, two, three, four


def apart(
    found: Sequence[Corners], image: Image, *, share: float, limit: int
) -> list[tuple[Region, Corners]]:
    """Return the regions around these corners, largest first, leaving out what lies within another."""
    regions = [(around(corners, image, share=share), corners) for corners in found]
    kept: list[tuple[Region, Corners]] = []
    for region, corners in sorted(regions, key=lambda pair: pair[0].area, reverse=True):
        if len(kept) == limit:
            break
        if not any(larger.holds(middle(corners)) for larger, _ in kept):
            kept.append((region, corners))
    return kept
