"""What one file holds, and what of it would be left after a power cut.

The real file on disk holds what a reader sees (the page cache). Beside it stands, for every write since the
last sync, what lay there before; a power cut puts an older version back into any of those sectors.
"""

import itertools
import os
import random
from typing import NamedTuple

from tests.simulation.disk.calls import real_ftruncate, real_open, real_pwrite

PAGE = 4096
"""The kernel writes, drops and forgets whole pages of this size."""


class Before(NamedTuple):
    """What a write or a cut replaced between two places: the old bytes, and the file's old size."""

    start: int
    end: int
    old: bytes
    size: int
    cut: bool


class Content:
    """One file (one inode). ``size`` is what a reader sees."""

    __slots__ = ("_handle", "_sector", "handles", "size", "stuck", "unsynced")

    def __init__(self, path: str, sector: int) -> None:
        self._handle = real_open(path, os.O_RDWR | os.O_CLOEXEC)
        self._sector = sector
        self.size = os.fstat(self._handle).st_size
        self.unsynced: list[Before] = []
        self.stuck: list[Before] = []
        self.handles = 0

    def writing(self, offset: int, count: int) -> None:
        """Note what a write is about to replace."""
        start = offset - offset % self._sector
        end = offset + count
        end += -end % self._sector
        old = os.pread(self._handle, end - start, start) if start < self.size else b""
        if self.stuck:
            self._dirty_again(start, end)
        self.unsynced.append(Before(start, end, old, self.size, cut=False))
        self.size = max(self.size, offset + count)

    def cutting(self, size: int) -> None:
        """Note what a truncation is about to cut off."""
        if size < self.size:
            old = os.pread(self._handle, self.size - size, size)
            self.unsynced.append(Before(size, self.size, old, self.size, cut=True))
        self.size = size

    def is_as_it_lies(self) -> None:
        """Take what lies in the file for all there is, and for durable: it was written unseen."""
        self.unsynced.clear()
        self.size = os.fstat(self._handle).st_size

    def synced(self) -> None:
        """Take everything for durable, except what the kernel has forgotten to be dirty."""
        self.unsynced.clear()

    def sync_failed_and_kept(self) -> None:
        """Go on showing what was not written; only writing it again makes it durable."""
        self.stuck += [page for each in self.unsynced for page in _pages(each)]
        self.unsynced = []

    def sync_failed_and_lost(self, rng: random.Random, keep: float | None) -> None:
        """Drop what could not be written, or a part of it: the older bytes show again."""
        kept = self.survivor(rng, keep)
        if kept is not None:
            real_pwrite(self._handle, kept, 0)
            real_ftruncate(self._handle, len(kept))
            self.size = len(kept)
        self.unsynced = []

    def visible(self) -> bytes:
        """Return what a reader sees."""
        return os.pread(self._handle, os.fstat(self._handle).st_size, 0)

    def survivor(self, rng: random.Random, keep: float | None) -> bytes | None:
        """Choose what a power cut leaves of it; None when all of it is durable.

        Each unsynced sector holds its newest version with probability ``keep`` (None: a random one), else any
        of its older ones. Cuts are the file system's own records: they survive in their order.
        """
        changes = self.stuck + self.unsynced
        if not changes:
            return None
        content = bytearray(self.visible())
        if keep is None:
            keep = rng.choice((0.0, 1.0, rng.random(), rng.random()))
        changes = self._undo_cuts(changes, content, rng, keep)
        versions, floor = self._versions(changes, len(content))
        return self._draw(content, versions, floor, rng, keep)

    def moved(self, path: str) -> "Content":
        """Return the same under another inode (its visible bytes lie there already), with nothing open."""
        moved = Content(path, self._sector)
        moved.unsynced, moved.stuck = self.unsynced, self.stuck
        self.close()
        return moved

    def close(self) -> None:
        """Give the file back. May be called twice."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)

    def _dirty_again(self, start: int, end: int) -> None:
        """A write into a page makes all of that page dirty again, with what it shows now."""
        first, last = start // PAGE, (end - 1) // PAGE
        again = [
            each for each in self.stuck if each.start // PAGE <= last and (each.end - 1) // PAGE >= first
        ]
        if again:
            self.stuck = [each for each in self.stuck if each not in again]
            self.unsynced = again + self.unsynced

    @staticmethod
    def _undo_cuts(
        changes: list[Before], content: bytearray, rng: random.Random, keep: float
    ) -> list[Before]:
        """Choose how many cuts were recorded in time; undo the first that was not, and all behind it."""
        cuts = [index for index, each in enumerate(changes) if each.cut]
        done = len(cuts) if keep == 1 else 0 if keep == 0 else rng.randint(0, len(cuts))
        if done == len(cuts):
            return changes
        for each in reversed(changes[cuts[done] :]):
            content[each.start : each.start + len(each.old)] = each.old
            if len(content) < each.size:
                content.extend(bytes(each.size - len(content)))
            del content[each.size :]
        return changes[: cuts[done]]

    def _versions(self, changes: list[Before], size: int) -> tuple[dict[int, list[bytes]], int]:
        """Return the older versions of every sector that is not durable, and the size that is."""
        versions: dict[int, list[bytes]] = {}
        floor = size
        for number, each in enumerate(changes):
            if each.cut:
                floor = each.start
                for sector in [sector for sector in versions if sector * self._sector >= floor]:
                    versions[sector] = [b""]
                continue
            floor = each.size if number == 0 else min(floor, each.size)
            for place in range(0, each.end - each.start, self._sector):
                sector = (each.start + place) // self._sector
                versions.setdefault(sector, []).append(each.old[place : place + self._sector])
        return versions, floor

    def _draw(
        self,
        content: bytearray,
        versions: dict[int, list[bytes]],
        floor: int,
        rng: random.Random,
        keep: float,
    ) -> bytes:
        reached = min(floor, len(content))
        for sector in sorted(versions):
            start = sector * self._sector
            if rng.random() < keep:
                reached = max(reached, min(start + self._sector, len(content)))
                continue
            old = rng.choice(versions[sector]) if keep else versions[sector][0]
            width = len(content[start : start + self._sector])
            content[start : start + width] = old[:width].ljust(width, b"\0")
            if old:
                reached = max(reached, min(start + len(old), len(content)))
        return bytes(content[:reached])


def _pages(change: Before) -> list[Before]:
    """Take a write apart into the pages that it lies in."""
    if change.cut:
        return [change]
    places = [change.start, *range(change.start - change.start % PAGE + PAGE, change.end, PAGE), change.end]
    return [
        Before(start, end, change.old[start - change.start : end - change.start], change.size, cut=False)
        for start, end in itertools.pairwise(places)
    ]
