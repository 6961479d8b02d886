"""What the short ways answered: one line in the log for some seconds, not one for each of thousands."""

import logging
import time
from dataclasses import dataclass

EVERY_S = 10.0
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Sum:
    count: int = 0
    total_s: float = 0.0
    longest_s: float = 0.0


class Tally:
    """Sums by route and status."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._since = time.monotonic()
        self._sums: dict[tuple[str, str, int], _Sum] = {}

    def note(self, route: str, status: int, took_s: float, *, method: str = "POST") -> None:
        """Count one answer; now and then the sums are logged."""
        key = (method, route, status)
        sums = self._sums.get(key)
        if sums is None:
            sums = self._sums[key] = _Sum()
        sums.count += 1
        sums.total_s += took_s
        sums.longest_s = max(sums.longest_s, took_s)
        if time.monotonic() - self._since >= EVERY_S:
            self.tell()

    def tell(self) -> None:
        """Log the sums and begin anew."""
        for (method, route, status), sums in self._sums.items():
            _log.info(
                "%s %s by the short way",
                method,
                route,
                extra={
                    "status": status,
                    "count": sums.count,
                    "ms": round(sums.total_s / sums.count * 1000, 1),
                    "longest_ms": round(sums.longest_s * 1000, 1),
                },
            )
        self._sums.clear()
        self._since = time.monotonic()
