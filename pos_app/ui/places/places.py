"""Going from place to place, and which place a scanned code belongs to."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget

from pos_app.scanner.read import Read
from pos_app.ui.places.place import Place, PlaceName
from pos_app.ui.places.rail import Rail
from pos_app.ui.widgets.camera_view import CameraView
from pos_app.ui.widgets.scroll_room import ScrollRoom
from pos_app.usecases.results import SignedIn
from pos_app.usecases.source import Source


class Places(QObject):
    """Keeps the places in their stack. ``went`` carries the name of the place that came up.

    The first place that is added is home: codes that no other place takes go there, and the person with them.
    """

    went = Signal(str)

    def __init__(self, rail: Rail, stack: QStackedWidget) -> None:
        super().__init__(stack)
        self._rail, self._stack = rail, stack
        self._places: dict[PlaceName, Place] = {}
        self._rooms: dict[PlaceName, ScrollRoom] = {}
        self._now: PlaceName | None = None
        self._who: SignedIn | None = None
        rail.wanted.connect(lambda name: self.go(PlaceName(name)))

    @property
    def now(self) -> Place | None:
        """The place that is up; None before there is any."""
        return self._places.get(self._now) if self._now is not None else None

    @property
    def all(self) -> tuple[Place, ...]:
        """Every place."""
        return tuple(self._places.values())

    @property
    def camera_view(self) -> CameraView | None:
        """Where the place that is up shows the camera's picture."""
        return self.now.camera_view if self.now is not None else None

    def place(self, name: PlaceName) -> Place:
        """Return a place; raises ``KeyError`` for one that was not added."""
        return self._places[name]

    def room(self, name: PlaceName) -> ScrollRoom:
        """Return the room in which a place's screen lies."""
        return self._rooms[name]

    def add(self, place: Place) -> None:
        """Add a place to the rail."""
        self._places[place.name] = place
        room = self._rooms[place.name] = ScrollRoom(place.screen)
        self._stack.addWidget(room)
        place.count_changed.connect(self._rail.buttons[place.name].show_count)
        self._rail.show_place(place.name)
        place.greet(self._who)

    def go(self, name: PlaceName) -> None:
        """Go to a place; it comes up anew if it is up already."""
        place, before = self._places[name], self.now
        if before is not None and before is not place:
            before.leave()
        self._now = name
        self._rail.show_now(name)
        self._stack.setCurrentWidget(self._rooms[name])
        place.enter()
        self.went.emit(name.value)

    def home(self) -> None:
        """Go where selling is."""
        if self._places:
            self.go(next(iter(self._places)))

    def greet(self, who: SignedIn | None) -> None:
        """Tell every place who stands at the till, those too that are made later."""
        self._who = who
        for place in self.all:
            place.greet(who)

    def take_code(self, text: str, source: Source) -> None:
        """Give a code to the place that is up, or to home."""
        if self.now is None or not self.now.take_code(text, source):
            self.home()
            if self.now is not None:
                self.now.take_code(text, source)

    def take_read(self, read: Read, source: Source) -> None:
        """Give what a camera or a picture showed to the place that is up, or to home."""
        if self.now is None or not self.now.take_read(read, source):
            self.home()
            if self.now is not None:
                self.now.take_read(read, source)

    def speak(self) -> None:
        """Let every place say its results again."""
        for place in self.all:
            place.speak()
