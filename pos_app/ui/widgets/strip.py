"""A calm line that says something: an icon, a sentence, and what to do about it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.sign import Sign
from pos_app.ui.widgets.text import label, set_tone, show_if

_SIGNS = {"accept": "check", "ask": "alert", "refuse": "alert", "accent": "notice", "quiet": "notice"}


class Strip(QWidget):
    """A sentence in a tone: ``accept``, ``ask``, ``refuse``, ``accent`` or ``quiet``. Empty, it is hidden."""

    def __init__(self, tone: str = "accent", *, sign: str = "", flat: bool = False) -> None:
        """``flat``: the advice stands beside the sentence, not below it, where height is dear."""
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "strip")
        self.setProperty("tone", tone)
        self._sign = Sign(sign or _SIGNS[tone], f"{tone}_text" if tone != "quiet" else "muted", 20)
        self._own_sign = sign
        self.sentence = label("strong", wrap=True)
        self.advice = label("", wrap=True)
        self._texts = texts = QHBoxLayout() if flat else QVBoxLayout()
        self._flat = flat
        texts.addWidget(self.sentence)
        texts.addWidget(self.advice)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addLayout(texts, 1)
        self.say("")

    def say(self, sentence: str, advice: str = "", tone: str = "") -> None:
        """Show a sentence; an empty one hides the strip."""
        if tone:
            set_tone(self, tone)
            self._sign.show_icon(
                self._own_sign or _SIGNS[tone], f"{tone}_text" if tone != "quiet" else "muted"
            )
        if self._flat:
            # Room by length of text, so that both are of one line where the strip is wide enough.
            self._texts.setStretch(0, len(sentence))
            self._texts.setStretch(1, len(advice))
        self.sentence.setText(sentence)
        self.advice.setText(advice)
        show_if(self.advice, bool(advice))
        self.setAccessibleName(f"{sentence} {advice}".strip())
        show_if(self, bool(sentence))

    def dress(self, look: Look) -> None:
        """Take on the size."""
        down = look.px(3 if self._flat and look.compact else 8)
        self._row.setContentsMargins(look.px(12), down, look.px(12), down)
        self._texts.setSpacing(look.px(12) if self._flat else 0)
        self._row.setSpacing(look.px(10))
