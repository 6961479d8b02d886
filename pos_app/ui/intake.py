"""Codes that do not come from the camera: a picture that is opened, dropped or pasted, a pasted text."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter
from PySide6.QtWidgets import QFileDialog, QWidget

from pos_app.scanner.read import Read
from pos_app.ui.counter_thread import CounterThread
from pos_app.usecases.source import Source


class Intake(QObject):
    """Reads pictures on the counter's thread.

    ``read`` carries a ``Read`` and ``text`` a text, each with its ``Source``; ``several`` the reads of one
    picture, with theirs; ``failed`` a ``UserError``.
    """

    read = Signal(object, object)
    text = Signal(str, object)
    several = Signal(list, object)
    failed = Signal(object)

    def __init__(self, thread: CounterThread, parent: QWidget) -> None:
        super().__init__(parent)
        self._thread, self._window = thread, parent

    def ask_for_picture(self) -> None:
        """Let a person choose a picture file."""
        chosen, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Open a picture with a code"),
            "",
            self.tr("Pictures") + " (*.png *.jpg *.jpeg *.webp *.gif)",
        )
        if chosen:
            self.open_picture(Path(chosen))

    def open_picture(self, picture: Path | bytes, source: Source = Source.GALLERY) -> None:
        """Read a picture file, or its bytes; ``SHARE`` is the source of one that another program hands over."""

        def read() -> list[Read]:
            # OpenCV is loaded on the thread that waits for files anyway, not on the window's.
            from pos_app.scanner.picture import read_picture

            return read_picture(picture)

        self._thread.submit(read, lambda reads: self._picture_read(reads, source), self.failed.emit)

    def paste(self) -> None:
        """Take a picture or a text from the clipboard."""
        self.take_data(QGuiApplication.clipboard().mimeData())

    def take_data(self, data: QMimeData) -> None:
        """Take a file, a picture or a text, whichever is there."""
        files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        if files:
            self.open_picture(Path(files[0]))
        elif data.hasImage():
            self.open_picture(_png(QImage(data.imageData())))
        elif data.text().strip():
            text = data.text().strip()
            self.text.emit(text, Source.LINK if "://" in text else Source.TYPED)

    def _picture_read(self, reads: list[Read], source: Source) -> None:
        if len(reads) == 1:
            self.read.emit(reads[0], source)
            return
        # Several codes in one picture are offered, never guessed.
        self.several.emit(reads, source)


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(buffer.data().data())
