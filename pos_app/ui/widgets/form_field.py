"""One field of a form: a caption over it, and below it what is wrong with what was typed."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.text import label, show_if
from pos_app.ui.widgets.touched_field import TouchedField, Typing


class FormField(QWidget):
    """``edited`` comes with each change, ``left`` when a person has gone on to another field."""

    edited = Signal()
    left = Signal()

    def __init__(self, *, most: int, typing: Typing = Typing.TEXT) -> None:
        super().__init__()
        self.caption = label("caps")
        self.edit = TouchedField(typing)
        self.edit.setMaxLength(most)
        self.fault = label("small", wrap=True, tone="refuse")
        self.fault.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.caption, self.edit, self.fault):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        self.edit.textChanged.connect(self.edited)
        self.edit.editingFinished.connect(self.left)
        # Enter goes on to the next field, as Tab does.
        self.edit.returnPressed.connect(self._go_on)

    @property
    def text(self) -> str:
        """What was typed."""
        return self.edit.text()

    def name(self, caption: str, hint: str = "") -> None:
        """Say what belongs here."""
        self.caption.setText(caption)
        self.edit.setPlaceholderText(hint)
        self.edit.setAccessibleName(caption)

    def show_fault(self, sentence: str) -> None:
        """Say what is wrong; an empty sentence for nothing."""
        self.fault.setText(sentence)
        self.edit.setAccessibleDescription(sentence)
        show_if(self.fault, bool(sentence))

    def dress(self, look: Look) -> None:
        """Take on the size."""
        self._column.setSpacing(look.px(2))

    def _go_on(self) -> None:
        self.focusNextPrevChild(True)  # noqa: FBT003 - Qt's own argument has no name
