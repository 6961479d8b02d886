"""The verdict: colour, shape and headline above; reason, what it gives and what to do next below."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.banner import Banner
from pos_app.ui.widgets.card import Card
from pos_app.ui.widgets.finger_area import Content, FingerArea
from pos_app.ui.widgets.guest_panel import GuestPanel
from pos_app.ui.widgets.sign import Button, Sign
from pos_app.ui.widgets.strip import Strip
from pos_app.ui.widgets.text import label, show_if
from pos_app.ui.words.card_text import MAX_ACTIONS, MAX_FACTS, ActionText, BannerText, VerdictText


class VerdictCard(Card):
    """Shows a :class:`VerdictText`, and can say it again in another language.

    ``painted`` follows each new banner; ``chosen`` carries the name of the action that was pressed.
    """

    painted = Signal()
    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(margin=0, spacing=0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._words: Callable[[], VerdictText] | None = None
        self.banner = Banner()
        self.banner.painted.connect(self.painted)
        self.gives = label("gives", wrap=True)
        self.message = label("heading", wrap=True)
        self.advice = Strip("quiet", sign="arrow")
        self._facts = [_Fact() for _ in range(MAX_FACTS)]
        self.guest = GuestPanel()
        self.buttons = [_Action(self.chosen) for _ in range(MAX_ACTIONS)]
        body = Content()
        self._body = QVBoxLayout(body)
        for widget in (self.gives, self.message, self.advice, *self._facts):
            self._body.addWidget(widget)
        self._body.addWidget(self.guest, 1_000)
        self._body.addStretch(1)
        # What a small screen cannot show at once is scrolled, by finger and wheel; nothing is cut off.
        self._area = FingerArea(body)
        self._button_row = QHBoxLayout()
        for action in self.buttons:
            self._button_row.addWidget(action, 1)
        self.column.addWidget(self.banner)
        self.column.addWidget(self._area, 1)
        self.column.addLayout(self._button_row)

    @property
    def text(self) -> VerdictText | None:
        """What is shown now."""
        return self._words() if self._words else None

    def unfold(self, *, whole: bool) -> None:
        """Show every word at once, or scroll them in the room that is left."""
        self._area.unfold(whole=whole)

    def show_words(self, words: Callable[[], VerdictText]) -> None:
        """Show what ``words`` says, now and after each change of language."""
        self._words = words
        self._area.verticalScrollBar().setValue(0)
        self.speak()

    def answer(self, banner: BannerText) -> None:
        """Paint a banner at once, where it can be seen; the words that belong to it follow by `show_words`."""
        self.banner.show_text(banner)
        self.banner.repaint()

    def speak(self) -> None:
        """Say it in the language that is now installed."""
        if self._words is None:
            return
        text = self._words()
        self.banner.show_text(text.banner)
        tone = text.banner.tone
        self._tint(tone)
        self.gives.setText(text.gives)
        show_if(self.gives, bool(text.gives))
        self.message.setText(text.message)
        show_if(self.message, bool(text.message))
        self.advice.say(text.advice, tone=tone if tone in ("ask", "refuse") else "quiet")
        for number, fact in enumerate(self._facts):
            fact.show_fact(*(text.facts[number] if number < len(text.facts) else ("notice", "")))
        for number, action in enumerate(self.buttons):
            action.offer(text.actions[number] if number < len(text.actions) else None)
        show_if(self.guest, text.guest)
        self._area.grow()
        self.setAccessibleName(f"{text.banner.headline}. {text.message}")
        self.setAccessibleDescription(f"{text.gives} {text.advice}".strip())

    def _tint(self, tone: str) -> None:
        if self.gives.property("tone") != tone:
            self.gives.setProperty("tone", tone)
            self.gives.style().unpolish(self.gives)
            self.gives.style().polish(self.gives)

    def dress(self, look: Look) -> None:
        """Take on the size."""
        super().dress(look)
        margin = look.px(14 if look.compact else 20)
        self._body.setContentsMargins(margin, margin, margin, look.px(8))
        self._body.setSpacing(look.px(8))
        self._button_row.setContentsMargins(margin, 0, margin, margin)
        self._button_row.setSpacing(look.px(8))


class _Action(Button):
    """A button whose meaning, and key, changes with what the card says."""

    def __init__(self, chosen: SignalInstance) -> None:
        super().__init__("", sign="arrow")
        self._name = ""
        self._shortcut = QShortcut(self)
        self._shortcut.setAutoRepeat(False)
        self._shortcut.activated.connect(self.click)
        self.clicked.connect(lambda: chosen.emit(self._name))
        self.hide()

    def offer(self, action: ActionText | None) -> None:
        """Offer something else, or nothing."""
        self._name = action.name if action is not None else ""
        self.key = action.key if action is not None else ""
        self._shortcut.setKey(QKeySequence(self.key))
        if action is not None:
            self.show_icon(action.sign)
            self.caption(action.caption)
        show_if(self, action is not None)


class _Fact(QWidget):
    """A small icon and a small sentence: when it was used, as of when a balance is."""

    def __init__(self) -> None:
        super().__init__()
        self._sign = Sign("notice", "muted", 18)
        self._text = label("muted", wrap=True)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(self._text, 1)
        self.hide()

    def dress(self, look: Look) -> None:
        """Take on the size."""
        self._row.setSpacing(look.px(8))

    def show_fact(self, sign: str, text: str) -> None:
        """Show a fact; an empty one hides itself."""
        self._sign.show_icon(sign)
        self._text.setText(text)
        show_if(self, bool(text))
