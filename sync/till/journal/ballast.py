"""Room that is kept for a full disk: a file that is given up so that what matters can still be recorded.

On a full disk a sale is refused before it starts. What gives units back or notes what the office holds must
go on, or a till that filled its disk could never settle; so a little room is held for that from the start.
"""

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

from sync.till.home import OWNER_FILE

BALLAST_BYTES = 4 * 1024 * 1024
"""Some four hundred commits of reserve before the WAL has to be folded, far more with folding."""

MIN_FREE_BYTES = 32 * 1024 * 1024
"""With less free disk than this a sale is refused before it starts: a few thousand events of reserve."""

_BLOCK = bytes(64 * 1024)

log = logging.getLogger(__name__)


class Ballast:
    """The file, and when it is made. ``free_bytes`` says how much room the disk has."""

    def __init__(self, path: Path, free_bytes: Callable[[], int]) -> None:
        """Name the file; nothing is made before :meth:`keep`."""
        self._path = path
        self._free_bytes = free_bytes
        self._stands = False

    def keep(self) -> None:
        """Make it when it is missing and the disk has room for it beyond what sales need."""
        if self._stands:
            return
        try:
            if self._path.exists() and self._path.stat().st_size == BALLAST_BYTES:
                self._stands = True
            elif self._free_bytes() >= MIN_FREE_BYTES + BALLAST_BYTES:
                self._make()
                self._stands = True
        except OSError as error:
            # Without it the till works as well, as long as the disk is not full.
            log.info("no room is kept for a full disk: %s", error)

    def give_up(self) -> bool:
        """Give its room back to the disk; return whether there was any."""
        self._stands = False
        try:
            self._path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            log.info("the room kept for a full disk cannot be used: %s", error)
            return False
        log.info("the disk is full: the room kept for that is given up")
        return True

    def _make(self) -> None:
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_FILE)
        try:
            if sys.platform == "linux":
                os.posix_fallocate(handle, 0, BALLAST_BYTES)
            else:
                for _ in range(BALLAST_BYTES // len(_BLOCK)):
                    os.write(handle, _BLOCK)
        except OSError:
            # A half-made one would hold room that nobody counts on.
            self._path.unlink(missing_ok=True)
            raise
        finally:
            os.close(handle)
