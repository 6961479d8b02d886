"""How long scans of vouchers take, as document 003 wants it watched: the newest ones of this process.

No number of scans is told: they are of all networks.
"""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from sync.central.services.metering.exposition import Family, Sample

MAX_REMEMBERED = 1_000
_SHARES = (0.5, 0.99)


class ScanTimes:
    """The seconds that the newest scans took, from the routed request to the answer."""

    def __init__(self) -> None:
        """Begin with none."""
        self._took_s: deque[float] = deque(maxlen=MAX_REMEMBERED)

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Measure a scan, also one that is refused."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self._took_s.append(time.perf_counter() - began)

    def family(self) -> Family:
        """Return the median and the 99th percentile; nothing as long as nothing was scanned."""
        ordered = sorted(self._took_s)
        samples = [
            Sample(ordered[int(share * (len(ordered) - 1))], {"quantile": str(share)})
            for share in _SHARES
            if ordered
        ]
        return Family(
            "countersign_scan_seconds",
            "gauge",
            f"How long the newest scans of the process that answers took (at most {MAX_REMEMBERED}).",
            samples,
        )
