"""What the window needs from outside: opening a till, and making one of this machine.

Everything here blocks and runs on the counter's thread.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack

from pos_app.scanner.sources import CameraSource, SourceKind, film_source, list_cameras
from pos_app.settings import Settings
from pos_app.usecases.running import Running
from sync.till.way_out import WayOut

Progress = Callable[[int, int], bool]
"""Called with parts loaded and parts in all (0, 0 before that is known); False stops loading."""

OpenCounter = Callable[[Settings], AbstractContextManager[Running]]


Enrol = Callable[[Settings, str | None, str, Progress | None, WayOut | None], object]
"""Makes a till of this machine: settings, the office's address, the one-time code, progress, a way out."""


class House:
    """Opens the till and keeps it open until :meth:`close`."""

    def __init__(self, settings: Settings, *, open_counter: OpenCounter, enrol: Enrol) -> None:
        self._settings = settings
        self._open_counter, self._enrol = open_counter, enrol
        self._held = ExitStack()

    def open(self) -> Running:
        """Open the till; raises ``UserError`` (``not_enrolled`` when it is none yet)."""
        return self._held.enter_context(self._open_counter(self._settings))

    def enrol(self, central: str, code: str, progress: Progress, way_out: WayOut) -> None:
        """Make a till of this machine and take its first snapshot."""
        self._enrol(self._settings, central, code, progress, way_out)

    def cameras(self) -> list[CameraSource]:
        """List the cameras and, last, the film of the settings. May take seconds where nothing lists them."""
        film = self._settings.film
        return list_cameras([film_source(film)] if film is not None else [])

    def preferred(self, sources: list[CameraSource]) -> CameraSource | None:
        """Choose what to watch first: what the settings name, else a film that they name, else a camera."""
        wanted = self._settings.camera
        for source in sources:
            if wanted is not None and wanted in (source.id, source.name, str(source.target)):
                return source
        films = [source for source in sources if source.kind is SourceKind.FILM]
        return next(iter([*films, *sources]), None)

    def close(self) -> None:
        """Close the till, if it is open; what waits for the office stays safe in the journal."""
        self._held.close()
