"""The real central as a process, in a folder of its own, for one benchmark."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.builders.central_process import CentralProcess, start_central


@contextmanager
def a_central(*, workers: int = 1, then: str = "") -> Iterator[tuple[CentralProcess, Path]]:
    """Start central; it ends, and its folder goes, with the block. ``then`` says what comes before measuring."""
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as place:
        folder = Path(place)
        print("  starting central" + (f", {then}" if then else ""), file=sys.stderr, flush=True)
        central = start_central(folder / "office", workers=workers)
        try:
            yield central, folder
        finally:
            central.close()
