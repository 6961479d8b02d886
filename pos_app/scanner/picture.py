"""Codes from a picture file: opened, pasted or dropped."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from pos_app.scanner.decoder import Decoder
from pos_app.scanner.header import is_animated, is_heif, is_pdf, picture_size
from pos_app.scanner.quiet import quiet_opencv
from pos_app.scanner.read import Image, Read
from sync.rules.user_error import UserError

MAX_BYTES = 64 * 1024 * 1024
"""A larger file is no photograph of a code."""
MAX_PIXELS = 50_000_000
"""A larger picture is refused before it is unpacked, so that a small file cannot fill the memory."""
WORKING_PIXELS = 4_000_000
"""Larger pictures are first searched at this size, then at their own."""
MAX_MOVING = 12
"""Of a picture that moves so many are searched."""
DEADLINE_MS = 1500
"""A person waits for one picture, not for thirty a second."""
_CHANNELS_WITH_ALPHA = 4


def read_picture(picture: Path | bytes) -> list[Read]:
    """Return every QR code in a PNG, JPEG, WebP or GIF file, given by its path or its bytes.

    Of one that moves, the first picture with a code counts. Raises ``UserError`` with the reasons
    ``picture_missing``, ``picture_too_big``, ``picture_is_pdf``, ``picture_is_heic``, ``picture_unreadable``
    and ``picture_without_code``. Takes up to a few seconds: not for the GUI's thread.
    """
    data = picture if isinstance(picture, bytes) else _load(picture)
    for image in _pictures(data):
        decoder = Decoder(deadline_ms=DEADLINE_MS, thorough=True)
        for attempt in _sizes(image):
            reads = decoder.decode(attempt)
            if reads:
                return reads
    raise UserError(
        "picture_without_code",
        "There is no readable QR code in this picture.",
        "Use a sharper picture in which the whole code with its white margin can be seen.",
    )


def _load(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _too_big()
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError(
            "picture_missing",
            f"The picture {path.name} could not be opened: {reason}.",
            "Choose another file.",
        ) from error


def _pictures(data: bytes) -> Iterator[Image]:
    """Yield the picture, and of one that moves those that follow, at most ``MAX_MOVING`` in all."""
    yield unpack(data)
    size = picture_size(data)
    if size is None or not is_animated(data):
        return
    count = min(MAX_MOVING, MAX_PIXELS // max(1, size[0] * size[1]))
    try:
        whole, moving = cv2.imdecodeanimation(np.frombuffer(data, dtype=np.uint8), 1, max(1, count))
    except cv2.error:
        return
    for frame in moving.frames if whole else ():
        yield _on_white(np.asarray(frame))


def unpack(data: bytes) -> Image:
    """Unpack the first picture of a file into pixels; see ``read_picture`` for the errors it raises."""
    quiet_opencv()
    size = picture_size(data)
    if size is None:
        raise _no_picture(data)
    if len(data) > MAX_BYTES or size[0] * size[1] > MAX_PIXELS:
        raise _too_big()
    # OpenCV wants at least 32 bytes to recognise a WebP; a valid one may be smaller.
    padded = np.frombuffer(data + bytes(32), dtype=np.uint8)
    try:
        pixels = cv2.imdecode(padded, cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise _unreadable() from error
    if pixels is None:
        raise _unreadable()
    return _on_white(np.asarray(pixels))


def _on_white(pixels: npt.NDArray[np.generic]) -> Image:
    """Give 8 bits a channel, and put a transparent picture on white, as a screen would show it."""
    image = (pixels.astype(np.uint16) >> 8 if pixels.dtype == np.uint16 else pixels).astype(np.uint8)
    if image.shape[2:] != (_CHANNELS_WITH_ALPHA,):
        return image
    alpha = image[:, :, 3:].astype(np.uint16)
    return ((image[:, :, :3] * alpha + 255 * (255 - alpha)) // 255).astype(np.uint8)


def _sizes(image: Image) -> list[Image]:
    """Offer a large picture at working size first, where most codes are read in a fraction of the time."""
    pixels = image.shape[0] * image.shape[1]
    if pixels <= WORKING_PIXELS:
        return [image]
    scale = (WORKING_PIXELS / pixels) ** 0.5
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return [np.asarray(small, dtype=np.uint8), image]


def _too_big() -> UserError:
    return UserError(
        "picture_too_big",
        f"The picture is too large (at most {MAX_PIXELS // 1_000_000} megapixels and {MAX_BYTES >> 20} MB).",
        "Use a smaller picture, or one cut down to the code.",
    )


def _unreadable() -> UserError:
    return UserError(
        "picture_unreadable",
        "This file is damaged or is no picture that can be opened here.",
        "Use a PNG, JPEG, WebP or GIF file.",
    )


def _no_picture(data: bytes) -> UserError:
    """Say what it is instead, where that helps."""
    if is_pdf(data):
        return UserError(
            "picture_is_pdf",
            "This is a PDF, not a picture.",
            "Show it on the screen and take a screenshot of the code, or print it and scan it.",
        )
    if is_heif(data):
        return UserError(
            "picture_is_heic",
            "This photograph is in a format of telephones (HEIC) that cannot be opened here.",
            "Send it as JPEG, or hold the telephone before the camera.",
        )
    return _unreadable()
