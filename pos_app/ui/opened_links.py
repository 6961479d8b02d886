"""What becomes of a link, or a shared picture, that the operating system opens: it waits until somebody stands there."""

from pathlib import Path

from PySide6.QtCore import QObject, QUrl

from pos_app.ui.flow import Screen
from pos_app.ui.link_door import LinkDoor
from pos_app.ui.till_window import TillWindow
from pos_app.usecases.source import Source
from sync.rules.link_text import MAX_LINK_CHARS

_FILES_ARE_OURS = frozenset({Screen.SIGN_IN, Screen.FILLING, Screen.TILL})
"""Only then no other program can be the till of this folder, whose door we would shut."""


class OpenedLinks(QObject):
    """Hands opened links to the sale; the newest waits while nobody is signed in."""

    def __init__(self, window: TillWindow, link: str | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._waiting = link or ""
        self.door = LinkDoor(window.settings.home, self)
        self._listening = False
        self.door.opened.connect(self.take)
        window.screen_changed.connect(self._look)

    def take(self, link: str) -> None:
        """Take a link, and come to the front: whoever opened it looks for the till now."""
        self._waiting = link
        if self._window.isMinimized():
            self._window.showNormal()
        self._window.raise_()
        self._window.activateWindow()
        self._look()

    def _look(self) -> None:
        if not self._listening and self._window.screen_now in _FILES_ARE_OURS:
            self._listening = self.door.open()
        if self._waiting and self._window.screen_now is Screen.TILL:
            link, self._waiting = self._waiting, ""
            picture = shared_picture(link)
            if picture is not None:
                self._window.places.home()
                self._window.intake.open_picture(picture, Source.SHARE)
            else:
                self._window.take_scan(link, Source.LINK)


def shared_picture(link: str) -> Path | None:
    """Return the file that another program hands over as ``file:`` address or absolute path; None for any link."""
    local = QUrl(link).toLocalFile() if link.startswith("file:") else link
    if not local or len(local) > MAX_LINK_CHARS or not Path(local).is_absolute():
        return None
    return Path(local)
