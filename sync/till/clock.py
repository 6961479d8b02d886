"""Clock and randomness as ports, and the trusted time that is made of them (DESIGN 3).

Trusted time is central's last word plus the boot-time clock since, which runs through suspend. The wall
clock is only believed as far as nothing better is there.
"""

import os
import secrets
import sys
import threading
import time
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Protocol

import msgspec

from sync.rules.moment import Moment

DRIFT_PPM = 200
"""How fast uncertainty grows while nobody confirms the time: four times what a poor quartz drifts."""

COLD_UNCERTAINTY_MS = 5 * 60 * 1000
"""Stated uncertainty of a wall clock that central has not confirmed since boot."""

BEHIND_TOLERANCE_MS = 2 * 60 * 1000
"""How far a wall clock may lie behind the high-water mark before it is not believed."""

FAR_AHEAD_MS = 35 * 24 * 60 * 60 * 1000
"""How far ahead of the high-water mark an unconfirmed wall clock is believed: a till may be off for a month."""

_NS_PER_MS = 1_000_000


class Clock(Protocol):
    """What a machine knows about time."""

    def wall_ms(self) -> int:
        """Milliseconds since the Unix epoch, as the machine's wall clock has them."""
        ...

    def boottime_ms(self) -> int:
        """Milliseconds on a clock that nobody sets and that runs through suspend."""
        ...

    def boot_id(self) -> str:
        """Name the boot within which ``boottime_ms`` counts; another name, another count."""
        ...


class Randomness(Protocol):
    """Where random bytes come from."""

    def take(self, count: int) -> bytes:
        """Return ``count`` unpredictable bytes."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def wall_ms(self) -> int:
        """Milliseconds since the Unix epoch."""
        return time.time_ns() // _NS_PER_MS

    def boottime_ms(self) -> int:
        """``CLOCK_BOOTTIME`` on Linux; elsewhere the monotonic clock."""
        if sys.platform == "linux":
            return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // _NS_PER_MS
        else:  # noqa: RET505  # a type checker on Linux understands only this form
            return time.monotonic_ns() // _NS_PER_MS

    def boot_id(self) -> str:
        """Return the kernel's boot id; elsewhere a name for this process, so that no count outlives it."""
        return _boot_id()


class SystemRandomness:
    """The operating system's random source."""

    def take(self, count: int) -> bytes:
        """Return ``count`` unpredictable bytes."""
        return secrets.token_bytes(count)


@cache
def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return f"process-{os.getpid()}-{secrets.token_hex(8)}"


class Anchor(msgspec.Struct, frozen=True):
    """Central's time, tied to this machine's boot-time clock."""

    at_ms: int
    uncertainty_ms: int
    boottime_ms: int
    boot: str


class Marks(msgspec.Struct, frozen=True):
    """What must survive a restart: the last anchor, and the highest instant that was certainly reached."""

    anchor: Anchor | None = None
    high_water_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Everything about time that an event's envelope holds."""

    wall_ms: int
    trusted_ms: int
    uncertainty_ms: int
    monotonic_ms: int
    boot: str


class TrustedTime:
    """The till's best knowledge of the instant. May be asked from any thread."""

    def __init__(self, clock: Clock, marks: Marks | None = None, *, zone: str = "UTC") -> None:
        """Start from what was kept; ``zone`` is the restaurant's IANA zone."""
        self.zone = zone
        self._clock = clock
        self._marks = marks or Marks()
        self._changing = threading.Lock()

    def anchored(self) -> bool:
        """Whether central has confirmed the time since this machine was started."""
        anchor = self._marks.anchor
        return anchor is not None and anchor.boot == self._clock.boot_id()

    def marks(self) -> Marks:
        """Bring the mark up to now, and return what the journal keeps."""
        moment = self.now()
        with self._changing:
            if self.anchored():
                self._raise_mark(moment.at_ms - moment.uncertainty_ms)
            return self._marks

    def now(self) -> Moment:
        """Return the present instant, with its uncertainty and whether it must be doubted."""
        anchor = self._marks.anchor
        if anchor is not None and anchor.boot == self._clock.boot_id():
            return self._since(anchor)
        return self._cold()

    def not_before_ms(self) -> int | None:
        """Return the latest instant that has certainly passed, however wrong the wall clock is; None before any contact.

        Until central has confirmed the time since this machine was started, that is the high-water mark alone.
        """
        if not self.anchored():
            return self._marks.high_water_ms
        moment = self.now()
        return moment.at_ms - moment.uncertainty_ms

    def stamp(self) -> Stamp:
        """Take the present instant in every form that an envelope keeps."""
        moment = self.now()
        return Stamp(
            wall_ms=self._clock.wall_ms(),
            trusted_ms=moment.at_ms,
            uncertainty_ms=moment.uncertainty_ms,
            monotonic_ms=self._clock.boottime_ms(),
            boot=self._clock.boot_id(),
        )

    def anchor(self, server_ms: int, round_trip_ms: int) -> None:
        """Tie the time to central's, from an answer that arrived just now after ``round_trip_ms``.

        Central wrote ``server_ms`` at some point of the round trip; half of it is the uncertainty. An
        anchor that is worse than what is already known changes nothing, unless the two contradict: then
        central's newer word holds.
        """
        half = max(0, round_trip_ms) // 2
        fresh = Anchor(
            at_ms=server_ms + half,
            uncertainty_ms=half + 1,
            boottime_ms=self._clock.boottime_ms(),
            boot=self._clock.boot_id(),
        )
        with self._changing:
            if self.anchored():
                known = self.now()
                agrees = abs(known.at_ms - fresh.at_ms) <= known.uncertainty_ms + fresh.uncertainty_ms
                if agrees and known.uncertainty_ms <= fresh.uncertainty_ms:
                    return
            self._marks = replace_anchor(self._marks, fresh)

    def _since(self, anchor: Anchor) -> Moment:
        elapsed = max(0, self._clock.boottime_ms() - anchor.boottime_ms)
        return Moment(
            at_ms=anchor.at_ms + elapsed,
            uncertainty_ms=anchor.uncertainty_ms + elapsed * DRIFT_PPM // 1_000_000,
            zone=self.zone,
        )

    def _cold(self) -> Moment:
        wall, mark = self._clock.wall_ms(), self._marks.high_water_ms
        moment = Moment(at_ms=wall, uncertainty_ms=COLD_UNCERTAINTY_MS, zone=self.zone)
        if mark is None:
            return moment
        if wall < mark - BEHIND_TOLERANCE_MS:
            # The true instant is certainly not before the mark, so the mark is the better guess; how long
            # the machine was off nobody knows.
            return replace(moment, at_ms=mark, doubtful=True)
        if wall > mark + FAR_AHEAD_MS:
            return replace(moment, doubtful=True)
        return moment

    def _raise_mark(self, low_ms: int) -> None:
        high = self._marks.high_water_ms
        if high is None or low_ms > high:
            self._marks = Marks(self._marks.anchor, low_ms)


def replace_anchor(marks: Marks, fresh: Anchor) -> Marks:
    """Take a new anchor, and with it the mark.

    The mark rises to what is certain now. It falls only when central itself says that its earlier word
    was wrong: otherwise one bad hour of central's clock would leave every later cold start in doubt.
    """
    low, high = fresh.at_ms - fresh.uncertainty_ms, marks.high_water_ms
    disproved = high is not None and fresh.at_ms + fresh.uncertainty_ms < high
    mark = low if high is None or disproved else max(high, low)
    return Marks(fresh, mark)
