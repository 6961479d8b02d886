"""Opening a camera or a film, with a sentence when it cannot be done."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from pos_app.scanner.quiet import quiet_opencv
from pos_app.scanner.sources import CameraSource, SourceKind
from sync.rules.user_error import UserError


@dataclass(frozen=True, slots=True)
class CaptureSettings:
    """What to ask of a camera; it may answer with something near. Sizes in pixels.

    ``focus`` from 0 (far) to 255 (near) turns the camera's own focusing off; None leaves it on. A film
    keeps its own size and pace; ``repeat_film`` says whether it begins again at its end.
    """

    width: int = 1280
    height: int = 720
    fps: int = 30
    focus: int | None = None
    repeat_film: bool = True


class Capture(Protocol):
    """The part of ``cv2.VideoCapture`` that is used here."""

    def read(self) -> tuple[bool, npt.NDArray[np.generic]]:
        """Wait for the next picture; False when there is none."""

    def get(self, prop_id: int, /) -> float:
        """Read a property, 0 when it is not known."""

    def release(self) -> None:
        """Give the device or file back."""


def open_source(source: CameraSource, settings: CaptureSettings) -> Capture:
    """Open a source.

    Raises ``UserError`` with the reasons ``film_missing``, ``film_unreadable`` or ``camera_lost``.
    """
    quiet_opencv()
    return _open_film(source) if source.kind is SourceKind.FILM else _open_camera(source, settings)


def check_film(source: CameraSource) -> None:
    """Open a film and read its first picture; raises ``UserError`` as ``open_source`` does."""
    capture = open_source(source, CaptureSettings())
    try:
        if not capture.read()[0]:
            raise film_unreadable(source)
    finally:
        capture.release()


def film_unreadable(source: CameraSource) -> UserError:
    """Say that a file is no film."""
    return UserError(
        "film_unreadable",
        f"The film {Path(str(source.target)).name} is damaged or is no film that can be played here.",
        "Choose a camera or another film.",
    )


def camera_lost(source: CameraSource) -> UserError:
    """Say that a camera does not deliver pictures."""
    return UserError(
        "camera_lost",
        f"The camera {source.name} gives no picture.",
        "Check that it is plugged in and that no other program uses it; it is tried again by itself.",
    )


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
    camera.set(cv2.CAP_PROP_AUTOFOCUS, 1 if settings.focus is None else 0)
    if settings.focus is not None:
        camera.set(cv2.CAP_PROP_FOCUS, settings.focus)
    return camera
