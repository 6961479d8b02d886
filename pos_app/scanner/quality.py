"""What is told of how good a camera's picture is for reading codes."""

from msgspec import Struct


class Quality(Struct, frozen=True):
    """One picture, measured where the code is, or in its middle.

    ``brightness`` is the mean grey (0 to 255), ``glare`` the share (0 to 1) that lies in white patches larger
    than any in a code,
    ``blur_px`` the standard deviation of the blur of its sharpest edges in pixels (None when there are none),
    ``code_px`` the longer side of the largest code that was seen (0 for none), ``read`` whether it was read.
    """

    brightness: float
    glare: float
    blur_px: float | None
    code_px: float
    read: bool
