"""Opening a camera or a film, with a sentence when it cannot be done."""

import math
import platform
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from pos_app.scanner.capture_settings import Abilities, CaptureSettings
from pos_app.scanner.quiet import quiet_opencv
from pos_app.scanner.sources import CameraSource, SourceKind
from pos_app.scanner.trouble import camera_lost, film_unreadable
from sync.rules.user_error import UserError

_V4L2 = platform.system() == "Linux"
_AUTO_EXPOSURE = (3.0, 1.0) if _V4L2 else (0.75, 0.25)
"""What OpenCV's back ends take for "by itself" and "by hand": V4L2's own figures, and shares elsewhere."""


class Capture(Protocol):
    """The part of ``cv2.VideoCapture`` that is used here."""

    def read(self) -> tuple[bool, npt.NDArray[np.generic]]:
        """Wait for the next picture; False when there is none."""

    def get(self, prop_id: int, /) -> float:
        """Read a property, 0 when it is not known."""

    def set(self, prop_id: int, value: float, /) -> bool:
        """Ask for another value; False when the driver does not know the property."""

    def release(self) -> None:
        """Give the device or file back."""


def open_source(source: CameraSource, settings: CaptureSettings) -> Capture:
    """Open a source.

    Raises ``UserError`` with the reasons ``film_missing``, ``film_unreadable`` or ``camera_lost``.
    """
    quiet_opencv()
    return _open_film(source) if source.kind is SourceKind.FILM else _open_camera(source, settings)


def adjust(camera: Capture, settings: CaptureSettings) -> None:
    """Set what can be changed while pictures come: focus and light. A driver that offers neither stays as it is."""
    camera.set(cv2.CAP_PROP_AUTOFOCUS, 1 if settings.focus is None else 0)
    if settings.focus is not None:
        camera.set(cv2.CAP_PROP_FOCUS, settings.focus)
    by_itself, by_hand = _AUTO_EXPOSURE
    camera.set(cv2.CAP_PROP_AUTO_EXPOSURE, by_itself if settings.exposure_ms is None else by_hand)
    if settings.exposure_ms is not None:
        camera.set(cv2.CAP_PROP_EXPOSURE, _exposure(settings.exposure_ms))


def abilities_of(camera: Capture, source: CameraSource) -> Abilities:
    """Ask the driver what it offers; a film offers nothing."""
    if source.kind is SourceKind.FILM:
        return Abilities()
    return Abilities(
        focus=camera.get(cv2.CAP_PROP_AUTOFOCUS) >= 0 and camera.get(cv2.CAP_PROP_FOCUS) >= 0,
        exposure=camera.get(cv2.CAP_PROP_AUTO_EXPOSURE) >= 0,
    )


def _exposure(exposure_ms: int) -> float:
    """Convert to the driver's unit: tenths of a millisecond on Linux, powers of two of a second elsewhere."""
    if _V4L2:
        return exposure_ms * 10
    return float(round(math.log2(exposure_ms / 1000)))


def check_film(source: CameraSource) -> None:
    """Open a film and read its first picture; raises ``UserError`` as ``open_source`` does."""
    capture = open_source(source, CaptureSettings())
    try:
        if not capture.read()[0]:
            raise film_unreadable(source)
    finally:
        capture.release()


def _open_film(source: CameraSource) -> Capture:
    path = Path(str(source.target))
    if not path.is_file():
        raise UserError(
            "film_missing",
            f"There is no film {path.name} at {path.parent}.",
            "Choose a camera or another film.",
        )
    # Only by FFmpeg: OpenCV's other readers take a film's name for a pattern, or write to stderr.
    film = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    if not film.isOpened():
        film.release()
        raise film_unreadable(source)
    return film


def _open_camera(source: CameraSource, settings: CaptureSettings) -> Capture:
    if isinstance(source.target, str):
        camera = cv2.VideoCapture(source.target, cv2.CAP_V4L2)
    else:
        camera = cv2.VideoCapture(source.target)
    if not camera.isOpened():
        camera.release()
        raise camera_lost(source)
    # Compressed pictures, because USB 2 carries uncompressed 720p at no more than ten a second; no
    # queue in the driver, because an old picture is worse than none.
    camera.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    camera.set(cv2.CAP_PROP_FRAME_WIDTH, settings.width)
    camera.set(cv2.CAP_PROP_FRAME_HEIGHT, settings.height)
    camera.set(cv2.CAP_PROP_FPS, settings.fps)
    camera.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    adjust(camera, settings)
    return camera
