"""Which camera is watched, and on which screen its picture and its codes arrive."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from pos_app.scanner.capture_settings import NO_ABILITIES, Abilities, CaptureSettings
from pos_app.scanner.read import Corners
from pos_app.scanner.sources import CameraSource
from pos_app.scanner.state import SourceState, StateNews
from pos_app.settings import Settings
from pos_app.ui.camera_bridge import CameraBridge, Seen
from pos_app.ui.widgets.camera_panel import CameraPanel
from pos_app.ui.widgets.camera_view import CameraView
from pos_app.usecases.source import Source

HOLD_MS = 30
"""For so long after a code was seen nothing of the preview is painted: the answer is painted first."""


def capture_settings(settings: Settings) -> CaptureSettings:
    """Say what the settings ask of a camera."""
    width, height = map(int, settings.camera_size.split("x"))
    return CaptureSettings(
        width=width, height=height, focus=settings.camera_focus, exposure_ms=settings.camera_exposure_ms
    )


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
        self._panel, self._view_of_screen = panel, view_now
        self._lent: CameraView | None = None
        self._mirrored = False
        self._sources: list[CameraSource] = []
        self._news: StateNews | None = None
        self._held: QImage | None = None
        self._outline: Corners | None = None
        self._hold = QTimer(self)
        self._hold.setSingleShot(True)
        self._hold.setInterval(HOLD_MS)
        self._hold.timeout.connect(self._show_held)
        self.bridge = CameraBridge(self)
        self.bridge.frame.connect(self._show)
        self.bridge.seen.connect(self._seen)
        self.bridge.news.connect(self._tell)
        panel.source_chosen.connect(self.choose)

    @property
    def source(self) -> CameraSource | None:
        """What is watched."""
        return self.bridge.source

    @property
    def sources(self) -> list[CameraSource]:
        """What can be watched."""
        return self._sources

    @property
    def abilities(self) -> Abilities:
        """What the camera lets be chosen; nothing while it gives no picture."""
        return self._news.abilities if self._news is not None else NO_ABILITIES

    @property
    def waking(self) -> bool:
        """Whether a camera is being opened that has not given a picture yet."""
        return self.source is not None and (self._news is None or self._news.state is SourceState.OPENING)

    def use(self, settings: Settings) -> None:
        """Ask of the camera what is chosen, and show its picture as it is chosen."""
        self.bridge.use(capture_settings(settings))
        self._mirrored = settings.camera_mirror
        self._panel.view.mirror(mirrored=self._mirrored)

    def lend(self, view: CameraView | None) -> None:
        """Show the picture elsewhere, and measure it, until it is given back."""
        self._lent = view
        self.bridge.measuring = view is not None
        self.refresh()

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
        self._news = self._held = None
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

    def _view_now(self) -> CameraView | None:
        view = self._lent or self._view_of_screen()
        if view is not None:
            view.mirror(mirrored=self._mirrored)
        return view

    def _show(self, image: QImage) -> None:
        self._held = image
        if not self._hold.isActive():
            self._show_held()

    def _seen(self, seen: Seen) -> None:
        self._outline = seen.corners[0]
        self._hold.start()
        if len(seen.reads) == 1:
            self.read.emit(seen.reads[0])
        else:
            self.several.emit(list(seen.reads), Source.CAMERA)

    def _show_held(self) -> None:
        """Paint the newest picture, and the outline of the code that was read."""
        (image, self._held), (outline, self._outline) = (self._held, None), (self._outline, None)
        view = self._view_now()
        if view is None:
            return
        if image is not None:
            view.show_frame(image)
        if outline is not None:
            view.show_read(outline)

    def _tell(self, news: StateNews) -> None:
        self._news = news
        self._panel.show_news(news)
        if news.state is not SourceState.LIVE:
            self._hold.stop()
            self._held = self._outline = None
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
