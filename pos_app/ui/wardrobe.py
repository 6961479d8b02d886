"""What the whole window wears and speaks: theme, size, language."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from pos_app.ui.choices import Choices
from pos_app.ui.dressing import dress, tokens_for
from pos_app.ui.error_text import ErrorText
from pos_app.ui.language import LANGUAGES, Language
from pos_app.ui.theme.look import Look, look_for, speak_all
from pos_app.ui.theme.tokens import Tokens

_PERCENT = 100


class Wardrobe(Language):
    """The language and the look of one window; follows the choices.

    ``dressed`` and ``spoken`` are emitted after everything in the window has a new look or new words.
    """

    dressed = Signal()
    spoken = Signal()

    def __init__(self, window: QWidget, choices: Choices) -> None:
        super().__init__(choices.now.language, window)
        self._window, self._choices = window, choices
        self.errors = ErrorText(self.messages)
        self.look = Look()
        choices.changed.connect(self._follow)

    @property
    def tokens(self) -> Tokens:
        """The colours of the chosen theme."""
        return tokens_for(self._choices.now.theme)

    @property
    def dark(self) -> bool:
        """Whether the dark theme is worn."""
        return self.look.tokens.name == "dark"

    def put_on(self) -> None:
        """Dress the window for its size."""
        self.look = self._fitting(self._window.size())
        dress(self._window, self.look)
        self.dressed.emit()

    def fit(self) -> None:
        """Dress anew if the window's size asks for it."""
        if self._fitting(self._window.size()) != self.look:
            self.put_on()

    def choose_language(self, name: str = "") -> None:
        """Speak another language from now on; without a name the next one."""
        names = list(LANGUAGES)
        self._choices.choose(language=name or names[(names.index(self.name) + 1) % len(names)])

    def choose_theme(self, name: str = "") -> None:
        """Wear another theme from now on; without a name the other one."""
        self._choices.choose(theme=name or ("light" if self.dark else "dark"))

    def _fitting(self, size: QSize) -> Look:
        zoom = self._choices.now.zoom / _PERCENT
        return look_for(self.tokens, size.width(), size.height(), zoom)

    def _follow(self, name: str) -> None:
        if name == "language":
            self.switch(self._choices.now.language)
            self.errors = ErrorText(self.messages)
            speak_all(self._window)
            self.spoken.emit()
        elif name in ("theme", "zoom"):
            self.put_on()
