"""Codes that do not come from the camera: a picture that is opened, dropped or pasted, a pasted text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QObject
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter
from PySide6.QtWidgets import QFileDialog, QMenu

from pos_app.scanner.picture import read_picture
from pos_app.scanner.read import Read
from pos_app.usecases.source import Source

if TYPE_CHECKING:
    from pos_app.ui.till_window import TillWindow

MAX_OFFERED = 12
"""Codes of one picture that are offered to choose from."""
MAX_SHOWN_CHARS = 40


class Intake(QObject):
    """Reads pictures on the counter's thread and hands their codes to the counter."""

    def __init__(self, window: TillWindow) -> None:
        super().__init__(window)
        self._window = window

    def ask_for_picture(self) -> None:
        """Let a person choose a picture file."""
        chosen, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Open a picture with a code"),
            "",
            self.tr("Pictures") + " (*.png *.jpg *.jpeg *.webp *.bmp)",
        )
        if chosen:
            self.open_picture(Path(chosen))

    def open_picture(self, picture: Path | bytes) -> None:
        """Read a picture file, or its bytes."""
        desk = self._window.desk
        if desk is not None:
            self._window.thread_of_counter.submit(
                lambda: read_picture(picture), self._picture_read, desk.fail
            )

    def paste(self) -> None:
        """Take a picture or a text from the clipboard."""
        self.take_data(QGuiApplication.clipboard().mimeData())

    def take_data(self, data: QMimeData) -> None:
        """Take a file, a picture or a text, whichever is there."""
        desk = self._window.desk
        files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        if files:
            self.open_picture(Path(files[0]))
        elif data.hasImage():
            self.open_picture(_png(QImage(data.imageData())))
        elif data.hasText() and desk is not None:
            text = data.text().strip()
            if text:
                desk.look_up(text, Source.LINK if "://" in text else Source.TYPED)

    def _picture_read(self, reads: list[Read]) -> None:
        desk = self._window.desk
        if desk is None:
            return
        if len(reads) == 1:
            desk.take(reads[0], Source.GALLERY)
            return
        # Several codes in one picture are offered, never guessed.
        menu = QMenu(self._window)
        for read in reads[:MAX_OFFERED]:
            text = read.text or self.tr("unreadable")
            action = menu.addAction(text[:MAX_SHOWN_CHARS].replace("&", "&&"))
            action.triggered.connect(lambda _checked=False, read=read: desk.take(read, Source.GALLERY))
        button = self._window.till.camera.picture
        menu.popup(button.mapToGlobal(button.rect().topLeft()))


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(buffer.data().data())
