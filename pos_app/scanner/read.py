"""What the scanner hands on: one code, read once."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Image: TypeAlias = npt.NDArray[np.uint8]
    """Height × width (grey) or height × width × 3 (blue, green, red), 8 bits a channel."""
else:
    # The window names pictures without touching any: NumPy is loaded by the thread that gets the first one.
    Image: TypeAlias = Any

Point = tuple[float, float]
Corners = tuple[Point, Point, Point, Point]
"""Top left, top right, bottom right, bottom left of the symbol, in pixels of the picture it was read from."""


@dataclass(frozen=True, slots=True)
class Read:
    """One QR code that was read in one picture.

    ``text`` is what the code says, empty when its bytes are no text in any encoding that a symbol may
    use: the caller refuses such a read with the reason ``unreadable_code``. ``raw`` are the symbol's
    bytes, always kept. ``retries`` counts the extra attempts that it took (0: read at first sight).
    """

    text: str
    raw: bytes
    corners: Corners
    retries: int = 0

    @property
    def readable(self) -> bool:
        """Whether the bytes are text."""
        return bool(self.text)
