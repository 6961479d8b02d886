"""How much memory our own PostgreSQL keeps pages in: a sixteenth of what there is, between two bounds.

A network with a million codes touches some 400 MB of pages. In 128 MB, PostgreSQL's own default, each use of a code
read four pages from the system again and checked their sums, which took a third of its time.
"""

import os
from pathlib import Path

LEAST_MB = 128
MOST_MB = 1024
SHARE = 16
_LIMIT = Path("/sys/fs/cgroup/memory.max")
_MB = 1024 * 1024


def buffers_mb(memory_bytes: int) -> int:
    """Return the size of PostgreSQL's page cache in megabytes; it takes memory only as pages come in."""
    return min(MOST_MB, max(LEAST_MB, memory_bytes // SHARE // _MB))


def memory_bytes(limit: Path = _LIMIT) -> int:
    """Return how much memory this machine has, or its container may use."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        told = limit.read_text().strip()
    except OSError:
        # No container, or one of the older kind.
        return machine
    return min(machine, int(told)) if told.isdigit() else machine
