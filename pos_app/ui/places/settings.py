"""Settings: choices take effect at once and are kept; the machine's own are opened by PIN."""

from collections.abc import Callable, Mapping

from pos_app.ui.choices import Choices
from pos_app.ui.places.asking import ask_second_person
from pos_app.ui.places.place import Place, PlaceName
from pos_app.ui.places.surroundings import Surroundings
from pos_app.ui.screens.settings_screen import SettingsScreen
from pos_app.usecases.results import SignedIn
from sync.protocol.feed import StaffRow
from sync.rules.user_error import UserError


class SettingsPlace(Place):
    """The machine's part locks itself again when the place is left or somebody else signs in."""

    name = PlaceName.SETTINGS

    def __init__(self, around: Surroundings, choices: Choices, listen: Callable[[], None]) -> None:
        self.view = SettingsScreen()
        super().__init__(self.view)
        self._around, self._choices = around, choices
        self._unlocked = False
        self.view.chosen.connect(self._choose)
        self.view.scanner_chosen.connect(self._use_scanner)
        self.view.unlock_wanted.connect(self.unlock)
        self._listen = listen
        self.view.standing_wanted.connect(self._ask_safe)
        choices.changed.connect(lambda _name: self._show())

    def enter(self) -> None:
        """Show what holds now."""
        counter = self._around.counter
        self.view.show_till(f"{counter.till_name} · {counter.restaurant_name} · {counter.network_name}")
        self.view.show_safe("", safe=True)
        self._show()
        self.view.setFocus()

    def leave(self) -> None:
        """Lock the machine's part."""
        self._unlocked = False
        self._show()

    def greet(self, who: SignedIn | None) -> None:  # noqa: ARG002 - whoever it is, the lock is not theirs
        """Lock the machine's part."""
        self.leave()

    def unlock(self) -> None:
        """Ask for the PIN of somebody who sets up machines."""
        counter = self._around.counter
        ask_second_person(
            self._around,
            self.tr("Unlock the machine's settings"),
            self.tr("A shift manager or IT opens this by PIN."),
            counter.unlock_settings,
            self._opened,
        )

    def _opened(self, _who: StaffRow) -> None:
        self._unlocked = True
        self._show()

    def _choose(self, name: str, value: object) -> None:
        if name != "volume":
            self._try({name: value})
        elif value == 0:
            self._try({"sound": False})
        else:
            self._try({"sound": True, "volume": value})
            self._listen()

    def _use_scanner(self, choices: Mapping[str, object]) -> None:
        self._try(choices)

    def _try(self, choices: Mapping[str, object]) -> None:
        free = {name: value for name, value in choices.items() if self._choices.free(name)}
        try:
            self._choices.choose(**free)
        except UserError as error:
            self._around.fail(error)
            self._show()

    def _show(self) -> None:
        self.view.show_settings(self._choices.now, unlocked=self._unlocked)

    def _ask_safe(self) -> None:
        running, language = self._around.running, self._around.tongue.speech().language
        self._around.submit(
            lambda: running.safe_to_close(language), lambda said: self.view.show_safe(said[1], safe=said[0])
        )
