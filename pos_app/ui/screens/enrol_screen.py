"""A machine becomes a till: the office's QR in front of the camera, or address and code by hand."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.camera_view import CameraView
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.sign import Button
from pos_app.ui.widgets.strip import Strip
from pos_app.ui.widgets.text import label
from pos_app.ui.widgets.touched_field import TouchedField, Typing
from sync.protocol.enrolment import read_enrolment_qr

MAX_ADDRESS_CHARS = 512
MAX_CODE_CHARS = 128


class EnrolScreen(QWidget):
    """Emits ``enrol`` with the office's address and the one-time code."""

    enrol = Signal(str, str)

    def __init__(self, central: str = "") -> None:
        super().__init__()
        self.scan_card = Card(margin=16, spacing=10)
        self.scan_title = label("heading", wrap=True)
        self.scan_text = label("muted", wrap=True)
        self.view = CameraView()
        self.scan_card.column.addWidget(self.scan_title)
        self.scan_card.column.addWidget(self.scan_text)
        self.scan_card.column.addWidget(self.view, 1)
        self.form = Card(margin=18, spacing=8)
        self.title = label("title", wrap=True)
        self.address_caption, self.code_caption = label("caps"), label("caps")
        self.address, self.code = TouchedField(Typing.LATIN, central), TouchedField(Typing.LATIN)
        self.address.setMaxLength(MAX_ADDRESS_CHARS)
        self.code.setMaxLength(MAX_CODE_CHARS)
        self.paste = Button("", sign="paste", key="Ctrl+Shift+V")
        self.problem = Strip("refuse")
        self.start = Button("primary", sign="link", colour="on_accent", key="F9")
        for widget in (
            self.title, self.address_caption, self.address, self.code_caption, self.code, self.paste,
            self.problem,
        ):  # fmt: skip
            self.form.column.addWidget(widget)
        self.form.column.addStretch(1)
        self.form.column.addWidget(self.start)
        self._row = QHBoxLayout(self)
        self._row.addStretch(1)
        self._row.addWidget(self.scan_card, 5)
        self._row.addWidget(self.form, 5)
        self._row.addStretch(1)
        for card in (self.scan_card, self.form):
            card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.address.textChanged.connect(self._check)
        self.code.textChanged.connect(self._check)
        self.code.returnPressed.connect(self.submit)
        self.start.clicked.connect(self.submit)
        self.paste.clicked.connect(lambda: self.take(QGuiApplication.clipboard().text()))
        self.speak()
        self._check()

    def take(self, text: str) -> bool:
        """Take the text of an enrolment QR, or a bare code; whether the form is complete with it.

        A whole enrolment QR is submitted at once: showing it to the camera is all a person has to do.
        """
        known = read_enrolment_qr(text)
        if known is None:
            self.code.setText(text.strip()[:MAX_CODE_CHARS])
            return False
        self.address.setText(known[0])
        self.code.setText(known[1])
        self.submit()
        return True

    def submit(self) -> None:
        """Ask to be enrolled, once both fields hold something."""
        address, code = self.address.text().strip(), self.code.text().strip()
        if address and code:
            self.enrol.emit(address, code)

    def show_problem(self, sentence: str, advice: str) -> None:
        """Say why it did not work; what was entered stays."""
        self.problem.say(sentence, advice)

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        self.scan_title.setText(self.tr("Show the QR code from the office"))
        self.scan_text.setText(self.tr("The office makes it under Tills. Hold it in front of the camera."))
        self.title.setText(self.tr("Enrol this till"))
        self.address_caption.setText(self.tr("Address of the office"))
        self.address.setAccessibleName(self.tr("Address of the office"))
        self.address.setPlaceholderText("https://office.example.org")
        self.code_caption.setText(self.tr("One-time code"))
        self.code.setAccessibleName(self.tr("One-time code"))
        self.code.setPlaceholderText(self.tr("As the office shows it"))
        self.paste.caption(self.tr("Paste"), self.tr("Paste the code or the whole link"))
        self.start.caption(self.tr("Enrol"))

    def dress(self, look: Look) -> None:
        """Take on the size."""
        margin = look.px(12 if look.compact else 32)
        self._row.setContentsMargins(margin, margin, margin, margin)
        self._row.setSpacing(look.px(16))
        for card in (self.scan_card, self.form):
            card.setMaximumSize(look.px(500), look.px(620))
        self.start.setMinimumHeight(look.px(52))

    def _check(self) -> None:
        self.start.setEnabled(bool(self.address.text().strip() and self.code.text().strip()))
