"""Which receipts were printed, and how often: kept beside the journal, so that a crash leaves no receipt forgotten.

It is a note, not a record: losing it costs a copy mark or an offer to print again, never a sale.
"""

import json
from pathlib import Path
from threading import Lock
from uuid import UUID

from sync.till.home import write_owner_only

FILE = "receipts.json"
MAX_KEPT = 1000
"""The newest receipts whose printings are counted; older ones are copies whenever they are printed."""
MAX_BYTES = 1024 * 1024


class Printed:
    """Safe to use from the printer's thread and from others."""

    def __init__(self, home: Path) -> None:
        self._file = home / FILE
        self._lock = Lock()
        self._counts, self._handled, self._since_ms = self._read()

    @property
    def handled(self) -> UUID | None:
        """The newest sale whose receipt was printed or need not be; None while that was never kept track of."""
        return self._handled

    def copy_of(self, event: UUID, at_ms: int) -> int:
        """Return which printing the next one is: 1 for the first; 2 at least for what may have been printed before."""
        with self._lock:
            known = self._counts.get(event.hex)
            if known is None:
                return 2 if at_ms < self._since_ms else 1
            return known[0] + 1

    def count(self, event: UUID, at_ms: int, *, copies: int = 1) -> None:
        """Note that a receipt of this instant was printed."""
        with self._lock:
            before = self._counts.pop(event.hex, (0, at_ms))[0]
            self._counts[event.hex] = (before + copies, at_ms)
            while len(self._counts) > MAX_KEPT:
                _, dropped_ms = self._counts.pop(next(iter(self._counts)))
                self._since_ms = max(self._since_ms, dropped_ms + 1)
            self._write()

    def handle(self, event: UUID | None) -> None:
        """Note up to which sale every receipt is settled; None: nobody keeps track any more."""
        with self._lock:
            if self._handled != event:
                self._handled = event
                self._write()

    def _read(self) -> tuple[dict[str, tuple[int, int]], UUID | None, int]:
        try:
            if self._file.stat().st_size > MAX_BYTES:
                return {}, None, 0
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            counts = {UUID(name).hex: (int(count), int(at)) for name, (count, at) in kept["counts"].items()}
            handled = None if kept["handled"] is None else UUID(kept["handled"])
            return counts, handled, int(kept["since_ms"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            # Missing, or of another make: printing begins anew.
            return {}, None, 0

    def _write(self) -> None:
        handled = None if self._handled is None else self._handled.hex
        content = {"counts": self._counts, "handled": handled, "since_ms": self._since_ms}
        write_owner_only(self._file, json.dumps(content).encode())
