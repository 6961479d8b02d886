"""Makes the places of the rail after the sign-in screen is up: one at a time, while somebody enters a PIN.

A till that comes up has to read a badge, and nothing else yet. What the places are made of is loaded on a thread
beside the window's; each is then made in a moment of its own, so that no key has to wait for more than one. Whoever
signs in before that finds them made at once. The camera goes first: while it comes up, what reads pictures is loaded
on its thread, and Python lets only one of both threads load.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from pos_app.ui.places.place import Place
from pos_app.ui.places.places import Places
from pos_app.ui.theme.look import Look, dress_all

BREATH_MS = 30
"""Between two places: keys, fingers and pictures of the camera that came meanwhile are answered first."""
CAMERA_FIRST_S = 1.0
"""So long at most everything waits for a camera that is being opened: some need ten seconds."""
POLISH_S = 0.002
"""So long at a time widgets are styled while somebody works already."""


class Furnishing(QObject):
    """``done`` tells that every place stands."""

    done = Signal()

    def __init__(self, places: Places, look: Callable[[], Look], waking: Callable[[], bool]) -> None:
        """``waking`` says whether the camera is being opened."""
        super().__init__(places)
        self._places, self._look, self._waking = places, look, waking
        self._begun_s = 0.0
        self._load: Callable[[], object] | None = None
        self._loaded = threading.Event()
        self._left: deque[Callable[[], Place]] = deque()
        self._unseen: deque[QWidget] = deque()
        self._rough: deque[QWidget] = deque()
        self._later: Iterator[object] = iter(())
        self._clock = QTimer(self)
        self._clock.setInterval(BREATH_MS)
        self._clock.timeout.connect(self._go_on)

    @property
    def at_rest(self) -> bool:
        """Whether nothing is left to be made."""
        return not self._clock.isActive()

    def expect(self, load: Callable[[], object], make: Iterable[Callable[[], Place]]) -> None:
        """Take what is to be made, in the order of the rail; ``load`` loads what it is made of, on any thread."""
        self._load = load
        self._left.extend(make)

    def expect_later(self, steps: Iterator[object]) -> None:
        """Take what is made ready after all places, one step in a moment of its own."""
        self._later = steps

    def take(self, place: Place) -> None:
        """Take a place that is made already."""
        self._places.add(place)
        room = self._places.room(place.name)
        dress_all(room, self._look())
        self._unseen.append(room)

    def begin(self) -> None:
        """Begin, or go on; nothing happens when everything stands."""
        if self._left and not self._clock.isActive():
            self._begun_s = time.monotonic()
            self._clock.start()

    def finish(self) -> None:
        """Make at once what is left: somebody is there who wants to work."""
        while self._left:
            self._make_next()
        for room in self._unseen:
            # Leaves first: styling a widget styles everything in it, too.
            self._rough.extend(reversed((room, *room.findChildren(QWidget))))
        self._unseen.clear()
        self._clock.start()

    def stop(self) -> None:
        """Make nothing more."""
        self._clock.stop()
        self._left.clear()
        self._unseen.clear()
        self._rough.clear()
        self._later = iter(())

    def _begin_to_load(self, load: Callable[[], object]) -> None:
        threading.Thread(target=self._load_all, args=(load,), name="furnishing", daemon=True).start()
        self._load = None

    def _load_all(self, load: Callable[[], object]) -> None:
        try:
            load()
        finally:
            # What could not be loaded is said where it is made.
            self._loaded.set()

    def _go_on(self) -> None:
        if self._left and self._load is not None:
            if not self._waking() or time.monotonic() - self._begun_s > CAMERA_FIRST_S:
                self._begin_to_load(self._load)
        elif self._left:
            if self._loaded.is_set():
                self._make_next()
        elif self._unseen:
            # Qt styles and lays out what it first paints: that is done here, and not under a finger.
            room = self._unseen.popleft()
            room.resize(room.window().size())
            room.grab()
        elif self._rough:
            self._polish()
        elif next(self._later, self) is self:
            self._clock.stop()

    def _polish(self) -> None:
        """Style a few widgets of places that were not seen yet: the first to come up shall not wait for it."""
        until_s = time.perf_counter() + POLISH_S
        while self._rough and time.perf_counter() < until_s:
            widget = self._rough.popleft()
            if isValid(widget):
                widget.ensurePolished()

    def _make_next(self) -> None:
        self.take(self._left.popleft()())
        if not self._left:
            self.done.emit()
