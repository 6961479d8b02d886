"""How long things take: the one stop-watch and the one percentile of all benchmarks."""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

MS_PER_S = 1_000
NS_PER_MS = 1_000_000


T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Return how long work took, in milliseconds, and what came of it."""
    started = time.perf_counter_ns()
    result = work()
    return (time.perf_counter_ns() - started) / NS_PER_MS, result


def timed_ms(work: Callable[[], object]) -> float:
    """Return how long work took, in milliseconds."""
    return timed(work)[0]


def percentile(times: Sequence[float], percent: float) -> float:
    """Return the nearest-rank percentile: at least ``percent`` of the times are no greater."""
    if not times:
        message = "nothing was measured"
        raise ValueError(message)
    ordered = sorted(times)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, int(rank) - 1)]
