"""A place of the rail: where a signed-in person goes to do one kind of work."""

from enum import StrEnum

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from pos_app.scanner.read import Read
from pos_app.ui.widgets.camera_view import CameraView
from pos_app.usecases.results import SignedIn
from pos_app.usecases.source import Source


class PlaceName(StrEnum):
    """The places, in the order of the rail."""

    SELL = "sell"
    GUESTS = "guests"
    SALES = "sales"
    SHIFT = "shift"
    CASES = "cases"
    SETTINGS = "settings"


class Place(QObject):
    """One place: its screen, and what happens when a person comes, goes, or scans there.

    Everything here runs on the window's thread and returns at once; a place does its work by
    ``Surroundings.submit``. ``count_changed`` carries the figure for the badge on the rail (0 for none).
    """

    count_changed = Signal(int)

    name: PlaceName

    def __init__(self, screen: QWidget) -> None:
        super().__init__(screen)
        self.screen = screen

    @property
    def camera_view(self) -> CameraView | None:
        """Where the camera's picture is shown on this screen, if it is."""
        return None

    def enter(self) -> None:
        """Come up: put the focus where work begins, read anew what may have changed."""
        self.screen.setFocus()

    def leave(self) -> None:
        """Make room for another place, or for the lock."""

    def greet(self, who: SignedIn | None) -> None:
        """Learn who stands at the till from now on; None for nobody."""

    def take_code(self, text: str, source: Source) -> bool:  # noqa: ARG002 - places that ask for a code look at it
        """Take a code that was scanned or pasted here. False sends it, and the person, to Sell."""
        return False

    def take_read(self, read: Read, source: Source) -> bool:
        """Take what the camera or a picture showed; one whose bytes are no text is Sell's to refuse."""
        return read.readable and self.take_code(read.text, source)

    def speak(self) -> None:
        """Say again what the screen's own ``speak`` cannot: what was put together from results."""
