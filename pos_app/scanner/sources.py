"""Where pictures can come from: the cameras of this machine, and films."""

import sys
from collections.abc import Sequence
from enum import Enum
from pathlib import Path

from msgspec import Struct

MAX_CAMERAS = 16
"""More cameras than this are not offered."""
MAX_PROBES = 4
"""Where the system does not list cameras, this many indexes are tried; each try may take a second."""

_V4L_FOLDER = Path("/sys/class/video4linux")


class SourceKind(Enum):
    """A camera shows what is there now; a film repeats what was recorded."""

    CAMERA = "camera"
    FILM = "film"


class CameraSource(Struct, frozen=True):
    """Something that pictures come from.

    ``name`` is for a person; ``target`` is what OpenCV opens: an index or device path of a camera, or
    the path of a film. ``id`` stays the same from one start to the next, so that a choice can be kept.
    """

    name: str
    kind: SourceKind
    target: int | str

    @property
    def id(self) -> str:
        """A stable name for settings, such as ``camera:/dev/video0`` or ``film:/path/demo.avi``."""
        return f"{self.kind.value}:{self.target}"


def film_source(path: Path, name: str = "Demo film") -> CameraSource:
    """Name a film as a source; whether it can be read shows when it is opened."""
    return CameraSource(name, SourceKind.FILM, str(path))


def list_cameras(films: Sequence[CameraSource] = ()) -> list[CameraSource]:
    """List the cameras that can be chosen now, then the ``films`` given.

    On Linux nothing is opened: the names come from the kernel. Elsewhere up to ``MAX_PROBES`` indexes
    are opened for a moment, which may take a second each: not for the GUI's thread.
    """
    found = _kernel_cameras(_V4L_FOLDER) if sys.platform == "linux" else _probed_cameras()
    return [*found[:MAX_CAMERAS], *films]


def find_source(wanted: str, sources: Sequence[CameraSource]) -> CameraSource | None:
    """Pick the source whose id was kept in the settings; the first one when it is gone; None of none."""
    for source in sources:
        if source.id == wanted:
            return source
    return sources[0] if sources else None


def _kernel_cameras(folder: Path) -> list[CameraSource]:
    """Read what the kernel knows; ``index`` 0 is the picture of a device, the others are its metadata."""
    if not folder.is_dir():
        return []
    found = []
    entries = [entry for entry in folder.iterdir() if entry.name.removeprefix("video").isdigit()]
    for entry in sorted(entries, key=lambda entry: int(entry.name.removeprefix("video"))):
        if _first_line(entry / "index") not in ("", "0"):
            continue
        device = f"/dev/{entry.name}"
        found.append(CameraSource(_first_line(entry / "name") or device, SourceKind.CAMERA, device))
    return found


def _first_line(path: Path) -> str:
    """Read a kernel attribute; a device pulled out meanwhile has none."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _probed_cameras() -> list[CameraSource]:
    import cv2

    from pos_app.scanner.quiet import quiet_opencv

    quiet_opencv()
    found = []
    for index in range(MAX_PROBES):
        capture = cv2.VideoCapture(index)
        if capture.isOpened():
            found.append(CameraSource(f"Camera {index + 1}", SourceKind.CAMERA, index))
        capture.release()
    return found
