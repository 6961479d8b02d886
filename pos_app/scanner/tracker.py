"""One read per presentation: a code that is held into the picture counts once."""

from collections.abc import Iterable
from dataclasses import dataclass

from pos_app.scanner.read import Read

MAX_PRESENT = 64
"""Codes remembered at the same time; a picture with more forgets the one unseen for longest."""


@dataclass(slots=True)
class _Presence:
    last_seen_ms: float
    missed_frames: int = 0


class Tracker:
    """Tells a code that was newly shown from one that is still being shown.

    The same code counts again only after they were absent for at least ``gone_ms`` milliseconds *and*
    from at least ``gone_frames`` pictures in a row: a hand that shakes, or a camera that stalls while
    the code stays in front of it, makes no second read. Time is whatever clock the caller uses, in
    milliseconds; a clock that steps back only makes the absence longer to prove.
    """

    def __init__(self, *, gone_ms: float = 1000, gone_frames: int = 5) -> None:
        self._gone_ms = gone_ms
        self._gone_frames = gone_frames
        self._present: dict[str | bytes, _Presence] = {}

    def feed(self, reads: Iterable[Read], at_ms: float) -> list[Read]:
        """Take what one picture showed; return the reads that begin a presentation, in their order."""
        seen: dict[str | bytes, Read] = {}
        for read in reads:
            # Readers may differ in the raw bytes of one code (zbar converts them), never in its text.
            seen.setdefault(read.text or read.raw, read)
        self._forget_those_gone(seen, at_ms)
        fresh = [read for key, read in seen.items() if key not in self._present]
        for key in seen:
            self._present.pop(key, None)
            self._present[key] = _Presence(last_seen_ms=at_ms)
        while len(self._present) > MAX_PRESENT:
            self._present.pop(next(iter(self._present)))
        return fresh

    def forget(self) -> None:
        """Let whatever is in the picture count as newly shown, as when a person asks to scan it again."""
        self._present.clear()

    def _forget_those_gone(self, seen: dict[str | bytes, Read], at_ms: float) -> None:
        gone = []
        for key, presence in self._present.items():
            if key not in seen:
                presence.missed_frames += 1
            absent_ms = at_ms - presence.last_seen_ms
            if presence.missed_frames >= self._gone_frames and absent_ms >= self._gone_ms:
                gone.append(key)
        for key in gone:
            del self._present[key]
