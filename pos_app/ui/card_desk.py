"""The verdict card of one till screen: what is said on it, and whether that is over when the next sale begins."""

from collections.abc import Callable

from pos_app.ui.screens.till_screen import TillScreen
from pos_app.ui.widgets.stage import Page
from pos_app.ui.words.card_text import VerdictText
from pos_app.ui.words.verdict import ready_words


class CardDesk:
    """Says one thing at a time; ``over`` is set for what the next sale puts away, such as the last one's "done"."""

    def __init__(self, screen: TillScreen) -> None:
        """Take the screen whose card it is."""
        self._screen = screen
        self.over = False

    def say(self, words: Callable[[], VerdictText]) -> None:
        """Say something, and say it again in whichever language is chosen later."""
        self._screen.verdict.show_words(words)

    def bring(self, words: Callable[[], VerdictText]) -> None:
        """Say something, and bring it up where the screen has no room for everything at once."""
        self._screen.stage.show_page(Page.CODE)
        self.say(words)
        self._screen.bring_verdict()

    def stay(self) -> None:
        """Keep in view what was just said, after the bill above it has grown."""
        if not self.over:
            self._screen.bring_verdict()

    def answer(self, words: VerdictText) -> None:
        """Paint the answer at once, before anything else is put in order; its card comes up for that if it must."""
        if not self._screen.verdict.isVisible():
            self._screen.stage.make_room_for_verdict()
        self._screen.verdict.answer(words.banner)

    def put_away(self) -> None:
        """Say that the till is ready."""
        self.over = False
        self.say(ready_words)

    def begin(self) -> None:
        """Put away what is over as soon as the next sale begins."""
        if self.over:
            self.put_away()
