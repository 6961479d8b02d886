"""From the camera's own thread to the window's: signals, and a picture small enough to paint quickly."""

import threading
from collections import deque
from collections.abc import Sequence

from msgspec import Struct
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage

from pos_app.scanner.camera import CameraLoop
from pos_app.scanner.capture_settings import CaptureSettings
from pos_app.scanner.frame import Frame
from pos_app.scanner.quality import Quality
from pos_app.scanner.read import Corners, Image, Read
from pos_app.scanner.sources import CameraSource
from pos_app.scanner.state import StateNews

MAX_MEASURED = 60
"""Measured pictures that wait for a window that is busy: two seconds of them."""
PREVIEW_WIDTH = 640
"""The preview is never wider: a larger picture costs time to paint and shows a cashier nothing more."""


class Seen(Struct, frozen=True):
    """The codes that were newly shown in one picture, where they stand in its preview, and its time.

    ``at_ms`` is when the picture was fetched (``time.monotonic`` in milliseconds).
    """

    reads: tuple[Read, ...]
    corners: tuple[Corners, ...]
    at_ms: float


class Measured(Struct, frozen=True):
    """How good one picture was, its size in pixels and its time."""

    quality: Quality
    size: tuple[int, int]
    at_ms: float


class CameraBridge(QObject):
    """Watches one source at a time. All signals arrive on the thread of this object.

    ``frame`` carries a ``QImage``, ``seen`` a :class:`Seen`, ``news`` a ``StateNews``, and ``measured``, while
    :attr:`measuring`, a :class:`Measured`.
    """

    frame = Signal(QImage)
    seen = Signal(object)
    news = Signal(object)
    measured = Signal(object)
    _from_loop = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source: CameraSource | None = None
        self.settings = CaptureSettings()
        self.measuring = False
        """Whether pictures are measured: it takes a millisecond each, so only while somebody looks."""
        self._measured: deque[Measured] = deque(maxlen=MAX_MEASURED)
        self._loop: CameraLoop | None = None
        # What an earlier source still sends after another was chosen carries an older number.
        self._watch = 0
        self._slot = threading.Lock()
        self._newest: tuple[int, QImage] | None = None
        self._from_loop.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def watch(self, source: CameraSource | None) -> None:
        """Watch another source, or none."""
        self.stop()
        self.source = source
        self._watch += 1
        if source is None:
            return
        number = self._watch
        self._loop = CameraLoop(
            source,
            settings=self.settings,
            on_frame=lambda frame, reads: self._offer_frame(number, frame, reads),
            on_reads=lambda reads, frame: self._from_loop.emit(number, _seen_in(reads, frame)),
            on_state=lambda news: self._from_loop.emit(number, news),
        )
        self._loop.start()

    def use(self, settings: CaptureSettings) -> None:
        """Ask something else of the camera from now on."""
        self.settings = settings
        if self._loop is not None:
            self._loop.use(settings)

    def stop(self) -> None:
        """Stop watching; waits for the loop's thread, at most as long as the loop says."""
        if self._loop is not None:
            self._loop.stop()
            self._loop = None

    def _offer_frame(self, number: int, frame: Frame, reads: Sequence[Read]) -> None:
        """Keep only the newest picture: a window that is busy misses some, and none are queued."""
        loop = self._loop
        if self.measuring and loop is not None:
            from pos_app.scanner.measuring import measure

            height, width = frame.image.shape[:2]
            quality = measure(frame.image, reads, loop.unread)
            self._measured.append(Measured(quality, (width, height), frame.at_ms))
        image = preview_of(frame.image)
        with self._slot:
            waiting = self._newest is not None
            self._newest = (number, image)
        if not waiting:
            self._from_loop.emit(number, None)

    @Slot(int, object)
    def _take(self, number: int, what: object) -> None:
        if what is None:
            with self._slot:
                newest, self._newest = self._newest, None
            if newest is not None and newest[0] == self._watch:
                self.frame.emit(newest[1])
            while self._measured:
                self.measured.emit(self._measured.popleft())
        elif number != self._watch:
            return
        elif isinstance(what, StateNews):
            self.news.emit(what)
        elif isinstance(what, Seen):
            self.seen.emit(what)


def _seen_in(reads: Sequence[Read], frame: Frame) -> Seen:
    width = frame.image.shape[1]
    return Seen(tuple(reads), tuple(scaled_corners(read.corners, width) for read in reads), frame.at_ms)


def preview_of(image: Image) -> QImage:
    """Make a picture of Qt's from one of OpenCV's, at most ``PREVIEW_WIDTH`` wide. The pixels are copied."""
    import cv2
    import numpy as np

    height, width = image.shape[:2]
    if width > PREVIEW_WIDTH:
        size = (PREVIEW_WIDTH, max(1, round(height * PREVIEW_WIDTH / width)))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    image = np.ascontiguousarray(image)
    shape = QImage.Format.Format_Grayscale8 if image.ndim == 2 else QImage.Format.Format_BGR888  # noqa: PLR2004  # height and width, no channels
    return QImage(image.data, image.shape[1], image.shape[0], image.strides[0], shape).copy()


def scaled_corners(corners: Corners, width: int) -> Corners:
    """Move the corners of a read from a picture ``width`` pixels wide to its preview."""
    factor = min(1.0, PREVIEW_WIDTH / width)
    first, second, third, fourth = ((x * factor, y * factor) for x, y in corners)
    return first, second, third, fourth
