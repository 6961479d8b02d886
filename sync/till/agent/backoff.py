"""How long to wait after a failure: longer each time, never longer than a cap, never all tills at once."""

from sync.till.clock import Randomness

FIRST_MS = 500
CAP_MS = 20_000
FACTOR = 2
_RANDOM_BYTES = 4


class Backoff:
    """The waits of one duty. Half of each wait is fixed, half by chance, so that tills do not march in step."""

    def __init__(self, randomness: Randomness) -> None:
        """Start without a failure."""
        self._randomness = randomness
        self._ceiling_ms = FIRST_MS
        self.failures = 0

    def failed(self) -> int:
        """Count one more failure in a row; return the wait before the next attempt, in milliseconds."""
        self.failures += 1
        ceiling_ms = self._ceiling_ms
        self._ceiling_ms = min(ceiling_ms * FACTOR, CAP_MS)
        return self._between(ceiling_ms // 2, ceiling_ms)

    def named(self, asked_ms: int) -> int:
        """Return a wait of at least what central asked for: it says the same to all, and they must not all come then."""
        return self._between(asked_ms, 2 * asked_ms)

    def refused(self) -> int:
        """Count a failure that waiting will hardly heal; return the longest wait."""
        self.failures += 1
        self._ceiling_ms = CAP_MS
        return self._between(CAP_MS // 2, CAP_MS)

    def succeeded(self) -> None:
        """Forget all failures."""
        self.failures = 0
        self._ceiling_ms = FIRST_MS

    def _between(self, low_ms: int, high_ms: int) -> int:
        chance = int.from_bytes(self._randomness.take(_RANDOM_BYTES), "big")
        return low_ms + chance % (high_ms - low_ms + 1)
