"""Every minute of two years in eight zones, against the oracle: ``python -m tests.rules.sweep_windows``.

The test suite takes a sample and every clock change; this takes them all, in some minutes.
"""

import sys
from datetime import UTC, datetime, timedelta
from random import Random

from sync.rules.moment import Moment
from sync.rules.windows import Answer, judge_hours
from tests.rules.windows_oracle import MINUTE, ZONES, is_open, random_windows

START = datetime(2025, 1, 1, tzinfo=UTC)
MINUTES = 2 * 365 * 24 * 60


def main() -> int:
    """Return how many minutes disagree, after printing one line a zone."""
    wrong = 0
    for zone in ZONES:
        windows = random_windows(Random(f"sweep {zone}"))
        disagree = 0
        for n in range(MINUTES):
            at = START + n * MINUTE
            answer = judge_hours(windows, zone, Moment(at_ms=(at - EPOCH) // MILLISECOND))
            disagree += (answer is Answer.OPEN) is not is_open(windows, zone, at)
        wrong += disagree
        print(f"{zone}: {MINUTES:,} minutes, {disagree} disagree")
    return wrong


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)

if __name__ == "__main__":
    sys.exit(1 if main() else 0)
