"""The camera loop: pictures in, presentations of codes out, on a thread of its own.

What opens cameras and searches pictures is loaded by that thread too: it takes a fifth of a second, in which the
window comes up and the till is opened.
"""

import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from pos_app.scanner.capture_settings import NO_ABILITIES, Abilities, CaptureSettings
from pos_app.scanner.frame import Frame, Nothing
from pos_app.scanner.read import Corners, Read
from pos_app.scanner.sources import CameraSource, SourceKind
from pos_app.scanner.state import SourceState, StateNews
from pos_app.scanner.tracker import Tracker
from pos_app.scanner.trouble import camera_lost
from sync.rules.user_error import UserError

if TYPE_CHECKING:
    from pos_app.scanner.decoder import Decoder
    from pos_app.scanner.grabber import Grabber, Opener

STOP_S = 3.0
TAKE_S = 0.2
"""The longest wait before the loop looks whether it shall stop."""
READY_AFTER = 45
"""After so many pictures the decoder loads what only hard ones need: by then the till is up, and a badge is read."""


class Patience(Struct, frozen=True):
    """How long to wait for a camera, in seconds.

    ``opening_s`` from opening to the first picture (some need ten seconds to wake); ``stall_s`` between
    two pictures before it counts as lost; ``retry_s`` before each new attempt to get it back, of which
    the last repeats until it is back.
    """

    opening_s: float = 15.0
    stall_s: float = 3.0
    retry_s: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0)


OnFrame = Callable[[Frame, Sequence[Read]], None]
OnReads = Callable[[Sequence[Read], Frame], None]
OnState = Callable[[StateNews], None]


class CameraLoop:
    """Watches one source until stopped.

    All three callbacks run on the loop's own thread and must return quickly: pictures that arrive
    meanwhile are dropped, never queued. ``on_reads(reads, frame)`` gives the codes whose presentation began
    in this picture, ``on_frame(frame, reads)`` every picture that was searched, with all codes in it;
    ``on_state(news)`` tells each change of state once.
    """

    def __init__(
        self,
        source: CameraSource,
        *,
        on_frame: OnFrame,
        on_reads: OnReads,
        on_state: OnState,
        settings: CaptureSettings | None = None,
        patience: Patience | None = None,
        opener: "Opener | None" = None,
    ) -> None:
        self.source = source
        self._on_frame, self._on_reads, self._on_state = on_frame, on_reads, on_state
        self._settings = settings or CaptureSettings()
        self._opened_with = self._settings
        self._grabber: Grabber | None = None
        self._decoder: Decoder | None = None
        self._patience = patience or Patience()
        self._opener = opener
        self._tracker = Tracker()
        self._state: SourceState | None = None
        self._attempts = 0
        self._searched = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"camera loop of {source.name}", daemon=True)

    def start(self) -> None:
        """Begin to watch; once."""
        self._thread.start()

    @property
    def unread(self) -> tuple[Corners, ...]:
        """Where codes were seen but not read in the picture that ``on_frame`` is being called with."""
        return self._decoder.unread if self._decoder is not None else ()

    def use(self, settings: CaptureSettings) -> None:
        """Change focus and light at once; another size opens the camera anew. Any thread may call this."""
        self._settings = settings
        grabber = self._grabber
        if grabber is not None:
            grabber.adjust(settings)

    def stop(self, timeout_s: float = STOP_S) -> bool:
        """End the loop and wait at most ``timeout_s`` seconds; False when it is not over by then.

        May be called from a callback, where it only asks and does not wait.
        """
        self._stop.set()
        if threading.current_thread() is not self._thread and self._thread.ident is not None:
            self._thread.join(timeout_s)
            return not self._thread.is_alive()
        return True

    def _run(self) -> None:
        """Watch, and try again while the source is one that can come back."""
        self._tell(SourceState.OPENING, f"{self.source.name} is being opened.")
        from pos_app.scanner.capture import open_source
        from pos_app.scanner.decoder import Decoder
        from pos_app.scanner.grabber import Grabber

        decoder = self._decoder = Decoder(follows=True)
        while not self._stop.is_set():
            self._opened_with = self._settings
            grabber = self._grabber = Grabber(self.source, self._opened_with, self._opener or open_source)
            try:
                self._watch(grabber, decoder)
            except UserError as error:
                lost = self.source.kind is SourceKind.CAMERA
                state = SourceState.LOST if lost else SourceState.UNREADABLE
                self._tell(state, error.sentence, error.advice)
            finally:
                self._let_go(grabber)
            if self._state in (SourceState.ENDED, SourceState.UNREADABLE):
                return
            if self._state is SourceState.OPENING:
                continue
            waits = self._patience.retry_s
            self._stop.wait(waits[min(self._attempts, len(waits) - 1)])
            self._attempts += 1

    def _watch(self, grabber: "Grabber", decoder: "Decoder") -> None:
        """Search pictures until stopped, the film's end or another size; a lost source raises ``UserError``."""
        patience_s = self._patience.opening_s
        silent_since_s = time.monotonic()
        while not self._stop.is_set():
            frame = grabber.take(TAKE_S)
            if isinstance(frame, Frame):
                patience_s, silent_since_s = self._patience.stall_s, time.monotonic()
                self._attempts = 0
                news = f"{self.source.name} is live."
                self._tell(SourceState.LIVE, news, abilities=grabber.abilities)
                self._search(frame, decoder)
                if self._wants_another_size:
                    self._tell(SourceState.OPENING, f"{self.source.name} is being opened.")
                    return
            elif frame is Nothing.ENDED:
                self._tell(SourceState.ENDED, f"{self.source.name} is over.")
                return
            elif time.monotonic() - silent_since_s > patience_s:
                raise camera_lost(self.source)

    def _search(self, frame: Frame, decoder: "Decoder") -> None:
        reads = decoder.decode(frame.image)
        fresh = self._tracker.feed(reads, frame.at_ms)
        # A code is waited for by a person, its picture by nobody: making a preview takes a millisecond.
        if fresh:
            self._on_reads(fresh, frame)
        self._on_frame(frame, reads)
        self._searched += 1
        if self._searched == READY_AFTER:
            decoder.get_ready()

    def _let_go(self, grabber: "Grabber") -> None:
        """Wait for the driver before the device is opened again: never two threads on one device."""
        while not grabber.stop(TAKE_S):
            if self._stop.is_set():
                return

    @property
    def _wants_another_size(self) -> bool:
        wanted, now = self._settings, self._opened_with
        another = (wanted.width, wanted.height, wanted.fps) != (now.width, now.height, now.fps)
        return another and self.source.kind is SourceKind.CAMERA

    def _tell(
        self, state: SourceState, sentence: str, advice: str = "", abilities: Abilities = NO_ABILITIES
    ) -> None:
        if state is not self._state:
            self._state = state
            self._on_state(StateNews(state, self.source.name, sentence, advice, abilities))
