"""A new replica built beside the live one from a snapshot, verified, then swapped in."""

from collections.abc import Sequence

from sync.protocol.feed import Change


class Rebuild:
    """One rebuild. ``add`` may run on another thread than the files' own; ``finish`` may not."""

    def missing(self) -> list[int]:
        """Chunks that are not in yet (a rebuild that was interrupted goes on where it stood)."""
        ...

    def add(self, chunk_index: int, changes: Sequence[Change]) -> None: ...
    def finish(self) -> None: ...
    def abandon(self) -> None: ...
