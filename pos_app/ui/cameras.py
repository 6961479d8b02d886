"""Which camera is watched, and on which screen its picture and its codes arrive."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from pos_app.scanner.read import Corners, Read
from pos_app.scanner.sources import CameraSource
from pos_app.scanner.state import SourceState, StateNews
from pos_app.ui.camera_bridge import CameraBridge
from pos_app.ui.widgets.camera_panel import CameraPanel
from pos_app.ui.widgets.camera_view import CameraView
from pos_app.usecases.source import Source

TOGETHER_MS = 5
"""How long the other codes of one picture are waited for: they arrive one right behind the other."""


class Cameras(QObject):
    """Feeds the picture to the view that is on the screen.

    ``read`` carries a ``Read`` for each presentation of a code, ``several`` a list of them when more than
    one was new in the same picture.
    """

    read = Signal(object)
    several = Signal(list, object)
    chosen = Signal(object)

    def __init__(
        self, panel: CameraPanel, view_now: Callable[[], CameraView | None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._panel, self._view_now = panel, view_now
        self._sources: list[CameraSource] = []
        self._news: StateNews | None = None
        self._together: list[Read] = []
        self._at_ms = 0.0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(TOGETHER_MS)
        self._soon.timeout.connect(self._tell_reads)
        self.bridge = CameraBridge(self)
        self.bridge.frame.connect(self._show)
        self.bridge.read.connect(self._seen)
        self.bridge.news.connect(self._tell)
        panel.source_chosen.connect(self.choose)

    @property
    def source(self) -> CameraSource | None:
        """What is watched."""
        return self.bridge.source

    @property
    def live(self) -> bool:
        """Whether pictures arrive."""
        return self._news is not None and self._news.state is SourceState.LIVE

    def offer(self, sources: Sequence[CameraSource], first: CameraSource | None) -> None:
        """Take the list of what can be watched, and begin with one of it."""
        self._sources = list(sources)
        self.watch(first)

    def watch(self, source: CameraSource | None) -> None:
        """Watch a source, or none."""
        self._news = None
        self.bridge.watch(source)
        self._panel.offer(self._sources, source)
        self.refresh()

    def choose(self, source: CameraSource) -> None:
        """Watch what a person picked, and let it be kept for the next start."""
        self.watch(source)
        self.chosen.emit(source)

    def refresh(self) -> None:
        """Say on the screen that came up how the camera is."""
        if self._news is not None:
            self._tell(self._news)
        else:
            self._say_none()

    def stop(self) -> None:
        """End the camera's thread."""
        self.bridge.stop()

    def _show(self, image: QImage) -> None:
        view = self._view_now()
        if view is not None:
            view.show_frame(image)

    def _seen(self, read: Read, corners: Corners, at_ms: float) -> None:
        view = self._view_now()
        if view is not None:
            view.show_read(corners)
        if self._together and self._at_ms != at_ms:
            self._tell_reads()
        self._at_ms = at_ms
        self._together.append(read)
        if self.bridge.in_picture > 1:
            self._soon.start()
        else:
            self._tell_reads()

    def _tell_reads(self) -> None:
        self._soon.stop()
        reads, self._together = self._together, []
        if len(reads) == 1:
            self.read.emit(reads[0])
        elif reads:
            self.several.emit(reads, Source.CAMERA)

    def _tell(self, news: StateNews) -> None:
        self._news = news
        self._panel.show_news(news)
        if news.state is not SourceState.LIVE:
            self._say_none()

    def _say_none(self) -> None:
        """Say on whichever screen is up why there is no picture, in the words of the till screen."""
        view = self._view_now()
        if view is not None and view is not self._panel.view:
            sign, caption = self._panel.view.caption
            if self.source is None:
                caption = self.tr("No camera")
            elif self._news is not None and self._news.state is SourceState.LOST:
                caption = self.tr("The camera is gone. It comes back by itself.")
            view.show_caption(sign, caption)
