"""How long somebody who keeps failing must wait: a few tries are free, then the waits double."""

from dataclasses import dataclass

FREE_ATTEMPTS = 5
FIRST_WAIT_MS = 30_000
MAX_WAIT_MS = 15 * 60_000
FORGET_MS = 60 * 60_000
"""After so long without a failure the count begins anew."""

_MAX_DOUBLINGS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """Failures in a row, and when the last one was (trusted milliseconds)."""

    failures: int = 0
    last_ms: int = 0


NO_ATTEMPTS = Attempts()


def wait_ms(attempts: Attempts, now_ms: int) -> int:
    """Return how long the next try must still wait; 0 when it may be made now.

    A clock that was set back does not shorten a wait, and never lengthens it beyond the full wait.
    """
    if attempts.failures < FREE_ATTEMPTS:
        return 0
    passed = max(0, now_ms - attempts.last_ms)
    return max(0, _wait_after(attempts.failures) - passed)


def failed(attempts: Attempts, now_ms: int) -> Attempts:
    """Count one more failure."""
    if attempts.failures and now_ms - attempts.last_ms >= FORGET_MS:
        return Attempts(failures=1, last_ms=now_ms)
    return Attempts(failures=attempts.failures + 1, last_ms=max(now_ms, attempts.last_ms))


def _wait_after(failures: int) -> int:
    doublings = min(failures - FREE_ATTEMPTS, _MAX_DOUBLINGS)
    return min(FIRST_WAIT_MS << doublings, MAX_WAIT_MS)
