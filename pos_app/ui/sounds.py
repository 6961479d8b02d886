"""The four sounds of the till, played on a thread of their own: a slow sound card delays no sale."""

import queue
import threading
import time
import wave
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache

from pos_app.ui.loudspeaker import Loudspeaker, softened, usable_backends
from pos_app.ui.resource_files import SOUNDS

MAX_WAITING = 4
"""Sounds that wait for the device; more would tell of what is long over."""
KEEP_OPEN_S = 30.0
"""How long the device stays open after a sound: opening it anew for each scan would lag behind the screen."""
TRY_AGAIN_S = 30.0
"""A device that could not be opened is not asked again earlier."""
STOP_S = 2.0


class Sound(StrEnum):
    """What there is to hear; each is a file of ``resources/sounds``."""

    ACCEPT = "accept"
    ASK = "ask"
    REFUSE = "refuse"
    DONE = "done"


OF_TONE = {sound.value: sound for sound in Sound}
"""The tone of the verdict card → what it sounds like."""


@lru_cache(maxsize=len(Sound))
def clip_of(sound: Sound) -> bytes:
    """Read a sound's samples."""
    with wave.open(str(SOUNDS / f"{sound}.wav"), "rb") as file:
        return file.readframes(file.getnframes())


def _this_machines() -> Loudspeaker | None:
    """Open this machine's loudspeaker, if it has one."""
    import miniaudio

    backends = usable_backends()
    if backends == []:
        return None
    try:
        return Loudspeaker(backends)
    except miniaudio.MiniaudioError:
        return None


class Sounds:
    """Plays a sound at once, or not at all: none waits for an earlier one to end."""

    def __init__(
        self, *, volume: int, open_speaker: Callable[[], Loudspeaker | None] = _this_machines
    ) -> None:
        """``volume`` is 0 to 100; 0 is silence. The device is opened at the first sound."""
        self.volume = volume
        self._open_speaker = open_speaker
        self._wanted: queue.Queue[Sound | None] = queue.Queue(MAX_WAITING)
        self._thread: threading.Thread | None = None
        self._closed_until = 0.0

    def play(self, sound: Sound) -> None:
        """Play a sound; returns at once."""
        if self.volume <= 0:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="sounds", daemon=True)
            self._thread.start()
        try:
            self._wanted.put_nowait(sound)
        except queue.Full:
            # The device hangs; what is heard late tells a cashier something wrong.
            return

    def stop(self) -> None:
        """Play nothing more and leave the device; a device that hangs is left to the system."""
        if self._thread is None:
            return
        while True:
            try:
                self._wanted.put_nowait(None)
                break
            except queue.Full:
                self._drop_one()
        self._thread.join(STOP_S)
        self._thread = None

    def _drop_one(self) -> None:
        try:
            self._wanted.get_nowait()
        except queue.Empty:
            return

    def _run(self) -> None:
        speaker: Loudspeaker | None = None
        while True:
            try:
                sound = self._wanted.get(timeout=KEEP_OPEN_S if speaker else None)
            except queue.Empty:
                if speaker is not None:
                    speaker.close()
                speaker = None
                continue
            if sound is None:
                break
            speaker = speaker or self._opened()
            if speaker is not None:
                speaker.mixer.play(softened(clip_of(sound), self.volume))
        if speaker is not None:
            speaker.close()

    def _opened(self) -> Loudspeaker | None:
        if time.monotonic() < self._closed_until:
            return None
        speaker = self._open_speaker()
        if speaker is None:
            self._closed_until = time.monotonic() + TRY_AGAIN_S
        return speaker
