"""What is wrong with a source of pictures, as a person is told."""

from pathlib import Path

from pos_app.scanner.sources import CameraSource
from sync.rules.user_error import UserError


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
