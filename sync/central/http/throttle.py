"""A bound on guessing: so many failures of one caller in a minute, then nothing but "wait"."""

import time
from collections import OrderedDict

from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType

WINDOW_S = 60
MAX_CALLERS = 10_000
"""How many callers one process remembers; the one that failed longest ago is forgotten first."""


class Throttle:
    """Counts failures by caller. What succeeds costs nothing, so that honest tills never wait."""

    def __init__(self, limit: int) -> None:
        """Allow ``limit`` failures within ``WINDOW_S``."""
        self._limit = limit
        self._failures: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def check(self, caller: str) -> None:
        """Raise :class:`Refusal` ``too-many-requests`` for a caller who has failed too often."""
        since, count = self._failures.get(caller, (0.0, 0))
        left = since + WINDOW_S - time.monotonic()
        if count >= self._limit and left > 0:
            raise Refusal(
                ProblemType.TOO_MANY,
                "There were too many wrong attempts.",
                "Wait a minute, then try again.",
                retry_after_s=max(1, round(left)),
            )

    def failed(self, caller: str) -> None:
        """Count a failure."""
        now = time.monotonic()
        since, count = self._failures.pop(caller, (now, 0))
        if now - since >= WINDOW_S:
            since, count = now, 0
        self._failures[caller] = (since, count + 1)
        if len(self._failures) > MAX_CALLERS:
            self._failures.popitem(last=False)
