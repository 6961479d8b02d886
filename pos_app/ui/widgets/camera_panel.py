"""The camera: its picture, the picker, and the other ways to enter a code."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from pos_app.scanner.sources import CameraSource, SourceKind
from pos_app.scanner.state import SourceState, StateNews
from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.camera_view import CameraView
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.picker import Picker
from pos_app.ui.widgets.sign import Button
from pos_app.ui.widgets.touched_field import TouchedField, Typing
from pos_app.usecases.source import Source

MAX_TYPED_CHARS = 512
"""No code of ours is longer; what is pasted beyond it is cut."""


class CameraPanel(Card):
    """Emits ``source_chosen`` (a ``CameraSource``), ``typed`` (text) and ``picture_wanted``."""

    source_chosen = Signal(object)
    typed = Signal(str, object)
    picture_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(margin=10, spacing=8)
        self.view = CameraView()
        self.picker = Picker()
        self.picker.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.code = TouchedField(Typing.LATIN)
        self.code.setMaxLength(MAX_TYPED_CHARS)
        self.code.returnPressed.connect(self._type)
        self.look_up = Button(sign="arrow", role="icon")
        self.picture = Button("", sign="picture", key="F3")
        self._sources: list[CameraSource] = []
        self._news: StateNews | None = None
        self.picker.activated.connect(self._choose)
        self.look_up.clicked.connect(self._type)
        self.picture.clicked.connect(self.picture_wanted)
        self._line = QHBoxLayout()
        self._line.addWidget(self.code, 1)
        self._line.addWidget(self.look_up)
        self.column.addWidget(self.view, 1)
        self.column.addWidget(self.picker)
        self.column.addLayout(self._line)
        self.column.addWidget(self.picture)
        self.speak()

    def offer(self, sources: Sequence[CameraSource], chosen: CameraSource | None) -> None:
        """Fill the picker; ``chosen`` is the one that is watched."""
        self._sources = list(sources)
        with QSignalBlocker(self.picker):
            self.picker.clear()
            for source in self._sources:
                self.picker.addItem(self._name(source))
            self.picker.setCurrentIndex(self._sources.index(chosen) if chosen in self._sources else -1)
        self.picker.setEnabled(bool(self._sources))
        if chosen is None:
            self._news = None
            self._tell()

    def show_news(self, news: StateNews) -> None:
        """Say how the camera is; a live one shows its picture instead."""
        self._news = news
        self._tell()

    def focus_code(self) -> None:
        """Put the cursor into the field for a typed code."""
        self.code.setFocus()
        self.code.selectAll()

    def dress(self, look: Look) -> None:
        """Take on the size."""
        super().dress(look)
        self._line.setSpacing(look.px(6))

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        self.picker.setAccessibleName(self.tr("Camera"))
        self.picker.setPlaceholderText(self.tr("No camera"))
        self.picker.setToolTip(self.tr("Choose a camera (F4)"))
        self.code.setPlaceholderText(self.tr("Code (F2)"))
        self.code.setAccessibleName(self.tr("Type a code"))
        self.look_up.caption(self.tr("Look up"), self.tr("Look up the typed code"))
        self.picture.caption(self.tr("Open a picture"), self.tr("Open a picture with a code"))
        for number, source in enumerate(self._sources):
            self.picker.setItemText(number, self._name(source))
        self._tell()

    def _name(self, source: CameraSource) -> str:
        return self.tr("Demo film") if source.kind is SourceKind.FILM else source.name

    def _choose(self, number: int) -> None:
        if 0 <= number < len(self._sources):
            self.source_chosen.emit(self._sources[number])

    def _type(self) -> None:
        text = self.code.text().strip()
        if text:
            self.code.clear()
            self.typed.emit(text, Source.TYPED)

    def _tell(self) -> None:
        news = self._news
        if news is None:
            self.view.show_caption("camera_lost", self.tr("No camera. Type the code, or open a picture."))
            return
        match news.state:
            case SourceState.OPENING:
                self.view.show_caption("camera", self.tr("The camera is starting…"))
            case SourceState.LOST:
                self.view.show_caption(
                    "camera_lost",
                    self.tr("The camera is gone. It comes back by itself; until then type the code."),
                )
            case SourceState.UNREADABLE:
                self.view.show_caption(
                    "camera_lost", self.tr("This film cannot be read. Choose another camera below.")
                )
            case SourceState.ENDED:
                self.view.show_caption("film", self.tr("The film is over. Choose it again to repeat it."))
            case SourceState.LIVE:
                self.view.setAccessibleName(self.tr("The picture of the camera"))
