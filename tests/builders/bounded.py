"""Rate limits that begin anew, in a minute that does not end while a test runs."""

import os
from typing import Any

from litestar import Litestar

from sync.central.http.bounds import Bounds
from sync.central.http.central import Central
from sync.central.http.rates import Rates

RATES = Rates()


class MinuteHand:
    """A clock for rate limits alone: it stands until a test moves it."""

    def __init__(self, now_ms: int = 1_800_000_000_000) -> None:
        self.time_ms = now_ms

    def now_ms(self) -> int:
        return self.time_ms

    def random(self, size: int) -> bytes:
        return os.urandom(size)


def begin_anew(app: Litestar, rates: Rates = RATES) -> MinuteHand:
    """Forget who has asked for what: under another key everybody is somebody else."""
    central: Central = app.state.central
    hand = MinuteHand()
    central.bounds = Bounds(central.database, os.urandom(32), rates, hand)
    return hand


def rates_with(**limits: int) -> Rates:
    """The usual limits, some of them lower."""
    changed: dict[str, Any] = {
        name: getattr(RATES, name)._replace(limit=limit) for name, limit in limits.items()
    }
    return Rates(**changed)
