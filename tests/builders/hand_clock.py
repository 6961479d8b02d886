"""Time that stands still until a test moves it, and chance that can be repeated."""

import hashlib


class HandClock:
    """The port Clock, moved by hand."""

    def __init__(self, wall_ms: int = 1_800_000_000_000) -> None:
        self._wall_ms = wall_ms
        self._boottime_ms = 5_000
        self._boots = 0

    def wall_ms(self) -> int:
        return self._wall_ms

    def boottime_ms(self) -> int:
        return self._boottime_ms

    def boot_id(self) -> str:
        return f"hand-boot-{self._boots}" if self._boots else "hand-boot"

    def go_on(self, ms: int) -> None:
        self._wall_ms += ms
        self._boottime_ms += ms

    def reboot(self, *, wall_off_ms: int) -> None:
        """Start the machine anew, its wall clock off by so much."""
        self._boots += 1
        self._boottime_ms = 1_000
        self._wall_ms += wall_off_ms


class CountedRandomness:
    """The port Randomness, the same in every run, never the same twice within one."""

    def __init__(self, seed: str = "") -> None:
        self._seed = seed
        self._count = 0

    def take(self, count: int) -> bytes:
        self._count += 1
        return hashlib.shake_256(f"{self._seed}/{self._count}".encode()).digest(count)
