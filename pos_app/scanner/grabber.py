"""Fetches pictures from one camera or film and keeps only the newest."""

import threading
import time
from collections.abc import Callable

import cv2
import numpy as np

from pos_app.scanner.capture import Capture, abilities_of, adjust
from pos_app.scanner.capture_settings import Abilities, CaptureSettings
from pos_app.scanner.frame import Frame, Nothing
from pos_app.scanner.read import Image
from pos_app.scanner.sources import CameraSource, SourceKind
from pos_app.scanner.trouble import camera_lost, film_unreadable
from sync.rules.user_error import UserError

MAX_BAD_READS = 5
"""A camera may fail to deliver this often in a row before it counts as lost."""
FALLBACK_FPS = 30.0
"""Pace of a film that names none, or an absurd one."""
MAX_FPS = 240.0
MAX_LATE_S = 1.0
"""A film that is later than this behind its own time (the machine slept) goes on from where it is."""

Opener = Callable[[CameraSource, CaptureSettings], Capture]


class Grabber:
    """A thread that reads a source as fast as it delivers, into a slot for one picture.

    A taker that is slow misses pictures; it never gets an old one. Films are paced by their own time.
    The thread is a daemon, because a driver that never returns from a read cannot be interrupted.
    """

    def __init__(self, source: CameraSource, settings: CaptureSettings, opener: Opener) -> None:
        self._source = source
        self._settings = settings
        self._opener = opener
        self._repeat = settings.repeat_film and source.kind is SourceKind.FILM
        self._changed = threading.Condition()
        self._newest: Frame | None = None
        self.abilities = Abilities()
        """What the source lets be chosen; known once it gives pictures."""
        self._wanted = settings
        self.delivered = 0
        """Pictures that the source gave so far, taken or dropped."""
        self._failure: Exception | None = None
        self._over = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"grabber of {source.name}", daemon=True)
        self._thread.start()

    def take(self, timeout_s: float) -> Frame | Nothing:
        """Wait at most ``timeout_s`` seconds for a picture that was not taken yet.

        Raises the ``UserError`` that ended the source: not opened, or no longer delivering.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._newest is not None or self._over, timeout_s)
            frame, self._newest = self._newest, None
            if frame is not None:
                return frame
            if self._failure is not None:
                raise self._failure
            return Nothing.ENDED if self._over else Nothing.NONE_YET

    def adjust(self, settings: CaptureSettings) -> None:
        """Have focus and light set otherwise before the next picture, on the source's own thread."""
        self._wanted = settings

    def stop(self, timeout_s: float) -> bool:
        """Ask the thread to end and wait; False when the driver still holds it."""
        self._stop.set()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        # What ends this thread in any other way is a bug: it is printed here, and the taker fails too.
        failure: Exception | None = RuntimeError(f"the grabber of {self._source.name} broke down")
        try:
            self._play()
            while self._repeat and not self._stop.is_set():
                self._play()
            failure = None
        except UserError as error:
            failure = error
        except cv2.error:
            film = self._source.kind is SourceKind.FILM
            failure = film_unreadable(self._source) if film else camera_lost(self._source)
        finally:
            with self._changed:
                self._failure, self._over = failure, True
                self._changed.notify_all()

    def _play(self) -> None:
        """Open the source and deliver until it ends, is stopped, or fails with a ``UserError``."""
        capture = self._opener(self._source, self._settings)
        try:
            self.abilities = abilities_of(capture, self._source)
            if self._source.kind is SourceKind.FILM:
                self._play_film(capture)
            else:
                self._watch_camera(capture)
        finally:
            capture.release()

    def _play_film(self, film: Capture) -> None:
        fps = film.get(cv2.CAP_PROP_FPS)
        period_s = 1 / (fps if 0 < fps <= MAX_FPS else FALLBACK_FPS)
        due_s = time.monotonic()
        shown = 0
        while not self._stop.is_set():
            got, image = film.read()
            if not got:
                if shown == 0:
                    raise film_unreadable(self._source)
                return
            shown += 1
            self._deliver(np.asarray(image, dtype=np.uint8))
            due_s = max(due_s + period_s, time.monotonic() - MAX_LATE_S)
            self._stop.wait(max(0.0, due_s - time.monotonic()))

    def _watch_camera(self, camera: Capture) -> None:
        bad_reads = 0
        now = self._settings
        while not self._stop.is_set():
            if self._wanted is not now:
                now = self._wanted
                adjust(camera, now)
            got, image = camera.read()
            if got:
                bad_reads = 0
                self._deliver(np.asarray(image, dtype=np.uint8))
            else:
                bad_reads += 1
                if bad_reads >= MAX_BAD_READS:
                    raise camera_lost(self._source)

    def _deliver(self, image: Image) -> None:
        with self._changed:
            self.delivered += 1
            self._newest = Frame(image, time.monotonic() * 1000, self.delivered)
            self._changed.notify_all()
