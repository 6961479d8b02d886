"""What a person chose takes effect at once, in whichever room it concerns."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from pos_app.scanner.sources import CameraSource
from pos_app.ui.cameras import Cameras
from pos_app.ui.choices import Choices
from pos_app.ui.hand_scanners import HandScanners
from pos_app.ui.idle_lock import IdleLock


class Following(QObject):
    """Follows the choices; look and language are the wardrobe's part."""

    def __init__(
        self, choices: Choices, cameras: Cameras, hand_scanners: HandScanners, idle: IdleLock, window: QWidget
    ) -> None:
        super().__init__(window)
        self._choices, self._cameras, self._hand_scanners = choices, cameras, hand_scanners
        self._idle, self._window = idle, window
        choices.changed.connect(self._follow)
        cameras.chosen.connect(self._keep)
        cameras.use(choices.now)
        idle.after(choices.now.lock_after_s)

    def _follow(self, name: str) -> None:
        now = self._choices.now
        match name:
            case "lock_after_s":
                self._idle.after(now.lock_after_s)
            case "fullscreen":
                full, ordinary = Qt.WindowState.WindowFullScreen, Qt.WindowState.WindowNoState
                self._window.setWindowState(full if now.fullscreen else ordinary)
            case "camera_size" | "camera_focus" | "camera_exposure_ms" | "camera_mirror":
                self._cameras.use(now)
            case _:
                self._hand_scanners.use(now)

    def _keep(self, source: CameraSource) -> None:
        if self._choices.free("camera"):
            self._choices.choose(camera=source.id)
