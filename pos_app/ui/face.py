"""The window's face: its frame, its look and language, and what a person chose for them."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent

from pos_app.settings import Settings, save_choices
from pos_app.ui.choices import Choices
from pos_app.ui.counter_thread import CounterThread
from pos_app.ui.error_text import ErrorText
from pos_app.ui.frame import Frame
from pos_app.ui.keys import Keyed
from pos_app.ui.places.help import help_sheet
from pos_app.ui.standing_desk import StandingDesk
from pos_app.ui.typing_desk import TypingDesk
from pos_app.ui.wardrobe import Wardrobe
from sync.rules.user_error import UserError

_DEEPEST = 8
"""How many layouts lie in each other: each asks the one around it anew."""


class Face(Keyed):
    """What of the till's window stands before any till is open, and what a guided tour may drive of it."""

    standings: StandingDesk

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.setWindowTitle("Countersign")
        self.choices = Choices(settings, self._keep, self)
        self.wardrobe = self.language = Wardrobe(self, self.choices)
        frame = self._frame = Frame(settings.central or "")
        self.setCentralWidget(frame)
        self.bar, self.notice = frame.bar, frame.notice
        self.enrol, self.sign_in, self.till, self.message = (
            frame.enrol,
            frame.sign_in,
            frame.till,
            frame.message,
        )
        self.rail, self.places, self.sheets = frame.rail, frame.places, frame.sheets
        self.typing = TypingDesk(frame, self.wardrobe, self.choices)
        self.thread_of_counter = CounterThread(self)
        self.thread_of_counter.start()

    def errors(self) -> ErrorText:
        """Return the words for errors in the language of the face."""
        return self.wardrobe.errors

    def switch_language(self, name: str = "") -> None:
        """Speak another language from now on; without a name the next one."""
        self.wardrobe.choose_language(name)

    def switch_theme(self, name: str = "") -> None:
        """Wear another theme from now on; without a name the other one."""
        self.wardrobe.choose_theme(name)

    def grab_to(self, path: Path) -> Path:
        """Save a picture of the window as it is now, and return its path."""
        path.parent.mkdir(parents=True, exist_ok=True)
        for _ in range(_DEEPEST):
            # What was just put on the screen has its place only once the layouts around it have been asked.
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        self.grab().save(str(path))
        return path

    def enter_amount(self, text: str) -> None:
        """Type an amount, as a cashier would."""
        self.till.basket.amount.setText(text)
        self.till.basket.amount_edited.emit(text)

    def confirm(self) -> None:
        """Press Confirm."""
        self.till.basket.confirm_button.click()

    def show_help(self) -> None:
        """Show every key that does something at the place that is up."""
        if self.places.now is not None:
            self.sheets.open(help_sheet(self.places.now, self.rail))

    def _keep(self, choices: Mapping[str, object]) -> None:
        """Keep a choice for the next start; a disk that refuses costs the choice, not the sale."""
        home = self.settings.home
        if home.is_dir():
            self.thread_of_counter.submit(
                lambda: save_choices(home, **choices), lambda _nothing: None, self._oops
            )

    def _oops(self, error: UserError) -> None:
        self.standings.tell(lambda: ("ask", *self.errors().say(error)))
