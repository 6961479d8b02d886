"""True time, which nobody in the world can see, and the clocks that people and machines have instead."""

import hashlib
import random

from sync.rules.user_error import UserError

START_MS = 1_798_704_000_000
"""2026-12-31T08:00:00Z: every world begins on some day after it."""
DAY_MS = 24 * 3600 * 1000
MAX_CRYSTAL_PPM = 80
"""How far a machine's quartz may be off; the till states 200."""


class Timeline:
    """True time in milliseconds since the Unix epoch. It only goes forward."""

    def __init__(self, start_ms: int) -> None:
        self.start_ms = start_ms
        self.now_ms = start_ms

    def advance(self, ms: int) -> None:
        """Let time pass."""
        if ms < 0:
            msg = "time does not go back"
            raise ValueError(msg)
        self.now_ms += ms


class Stream:
    """Repeatable bytes that never come twice: the port for randomness of tills and of central."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._count = 0

    def take(self, count: int) -> bytes:
        """Return ``count`` bytes."""
        self._count += 1
        return hashlib.shake_256(f"{self._seed}/{self._count}".encode()).digest(count)


class CentralClock:
    """Central's clock and randomness port: the true time, unless somebody set it wrong."""

    def __init__(self, timeline: Timeline, seed: str) -> None:
        self._timeline = timeline
        self._stream = Stream(f"{seed}/central")
        self.off_ms = 0

    def now_ms(self) -> int:
        """Return milliseconds since the Unix epoch."""
        return self._timeline.now_ms + self.off_ms

    def random(self, size: int) -> bytes:
        """Return ``size`` bytes."""
        return self._stream.take(size)


class MachineClock:
    """What one machine knows: a wall clock that anybody may set, and one that counts since its boot."""

    def __init__(self, timeline: Timeline, name: str, chance: random.Random) -> None:
        self._timeline = timeline
        self._name = name
        self._boots = 0
        self._booted_ms = timeline.now_ms
        self._ppm = chance.randint(-MAX_CRYSTAL_PPM, MAX_CRYSTAL_PPM)
        self.wall_off_ms = chance.choice((0, 0, chance.randint(-3_600_000, 3_600_000)))

    def wall_ms(self) -> int:
        """Milliseconds since the Unix epoch, as the wall clock has them."""
        return self._timeline.now_ms + self.wall_off_ms

    def boottime_ms(self) -> int:
        """Milliseconds since this boot, as this machine's quartz counts them; runs through suspend."""
        elapsed = self._timeline.now_ms - self._booted_ms
        return 1_000 + elapsed + elapsed * self._ppm // 1_000_000

    def boot_id(self) -> str:
        """Name the boot."""
        return f"{self._name}-boot-{self._boots}"

    def reboot(self) -> None:
        """Begin a new count."""
        self._boots += 1
        self._booted_ms = self._timeline.now_ms


class Broken(Exception):
    """The world itself is wrong (a step asked for what cannot be): no verdict about the code under test."""


def is_sentence(error: BaseException) -> bool:
    """Whether an error is one for a person: anything else that comes out of shipping code is a bug."""
    return isinstance(error, UserError)
