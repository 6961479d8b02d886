"""The machine's loudspeaker, by miniaudio. Where there is none, everything stays silent and nothing fails."""

import array
import os
import sys
from collections.abc import Generator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import miniaudio

RATE = 22_050
"""Samples a second, of one channel in 16 bits, of every clip."""
_BUFFER_MS = 60
_BYTES = 2
MAX_KEPT = 8
"""Clips that are kept at their volume: four, and four more while somebody turns it."""


class Mixer:
    """Hands a device what it asks for: the clip that is playing, then silence. A newer clip cuts an older off."""

    def __init__(self) -> None:
        self.finished = 0
        self._clip = b""
        self._at = 0

    def play(self, clip: bytes) -> None:
        """Play a clip from its beginning. May be called on any thread."""
        # In this order, so that the device's thread never reads the new clip from the middle.
        self._at = len(self._clip)
        self._clip, self._at = clip, 0

    def frames(self) -> Generator[bytes, int, None]:
        """Give as many frames as asked for, for ever."""
        wanted = yield b""
        while True:
            clip, at = self._clip, self._at
            size = wanted * _BYTES
            piece = clip[at : at + size]
            if piece:
                self._at = at + len(piece)
                self.finished += self._at >= len(clip)
            wanted = yield piece + bytes(size - len(piece))


class Loudspeaker:
    """An open device that plays what its mixer has. Raises ``miniaudio.MiniaudioError`` if it cannot be opened."""

    def __init__(self, backends: "list[miniaudio.Backend] | None") -> None:
        import miniaudio

        self.mixer = Mixer()
        self._device = miniaudio.PlaybackDevice(
            output_format=miniaudio.SampleFormat.SIGNED16,
            nchannels=1,
            sample_rate=RATE,
            buffersize_msec=_BUFFER_MS,
            backends=backends,
            app_name="Countersign",
        )
        frames = self.mixer.frames()
        next(frames)
        self._device.start(frames)

    def close(self) -> None:
        """Leave the device to others."""
        self._device.close()


def usable_backends() -> "list[miniaudio.Backend] | None":
    """Return by which way this machine sounds; None lets miniaudio choose, an empty list means: not at all.

    On Linux this is looked up first: ALSA's library writes to the terminal when it finds no sound card.
    """
    import miniaudio

    if not sys.platform.startswith("linux"):
        return None
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.environ.get("PULSE_SERVER") or (runtime and Path(runtime, "pulse", "native").exists()):
        return [miniaudio.Backend.PULSEAUDIO]
    cards = Path("/proc/asound/pcm")
    return [miniaudio.Backend.ALSA] if cards.is_file() and "playback" in cards.read_text() else []


@lru_cache(maxsize=MAX_KEPT)
def softened(clip: bytes, volume: int) -> bytes:
    """Return a clip at a volume of 0 to 100, which an ear hears as about that share."""
    share = (volume / 100) ** 2
    samples = array.array("h", clip)
    return array.array("h", (round(sample * share) for sample in samples)).tobytes()
