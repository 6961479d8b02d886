"""The names in a till's folder: which files were made, renamed and removed since the folder was last synced.

File systems with a journal record such changes in their order, so a power cut leaves a beginning of them.
"""

import os
import random
from pathlib import Path
from typing import NamedTuple

from tests.simulation.disk.calls import real_replace, real_unlink


class Change(NamedTuple):
    """One change of names. ``stash`` keeps the file that it took away, under another name."""

    made: str
    gone: str
    stash: str


class Names:
    """Changes of names that are not durable yet, the oldest first."""

    def __init__(self, stash: Path) -> None:
        self._stash = stash
        self._count = 0
        self.pending: list[Change] = []

    def created(self, path: str) -> None:
        """Note a new file."""
        self.pending.append(Change(path, "", ""))

    def removing(self, path: str) -> None:
        """Note a file that is about to be removed; it is kept aside until that is durable."""
        self.pending.append(Change("", path, self._keep(path)))

    def renaming(self, source: str, target: str) -> None:
        """Note a file that is about to take another's place."""
        stash = self._keep(target) if os.path.lexists(target) else ""
        self.pending.append(Change(target, source, stash))

    def synced(self, upto: str = "") -> None:
        """Take all changes for durable, or only those up to the making of one file."""
        if upto:
            found = [index for index, each in enumerate(self.pending) if each.made == upto]
            if not found:
                return
            count = found[-1] + 1
        else:
            count = len(self.pending)
        for each in self.pending[:count]:
            if each.stash:
                real_unlink(each.stash)
        del self.pending[:count]

    def lose(self, rng: random.Random, keep: float | None) -> None:
        """Undo an end of the changes: all of them (``keep`` 0), none (1), or as many as chance says."""
        count = len(self.pending)
        kept = rng.randint(0, count) if keep is None or 0 < keep < 1 else count if keep else 0
        for each in reversed(self.pending[kept:]):
            if each.made and each.gone:
                real_replace(each.made, each.gone)
            elif each.made and os.path.lexists(each.made):
                real_unlink(each.made)
            if each.stash:
                real_replace(each.stash, each.made or each.gone)
        del self.pending[kept:]
        self.synced()

    def _keep(self, path: str) -> str:
        self._stash.mkdir(exist_ok=True)
        self._count += 1
        stash = str(self._stash / str(self._count))
        os.link(path, stash)
        return stash
