"""The faults of a disk, when they strike, and where in a commit they fell."""

import random
from dataclasses import dataclass, field
from enum import StrEnum


class Io(StrEnum):
    """What a till asks of its disk."""

    READ = "read"
    WRITE = "write"
    SYNC = "sync"
    TRUNCATE = "truncate"
    OPEN = "open"
    CREATE = "create"
    DELETE = "delete"
    RENAME = "rename"
    FILE_SYNC = "file sync"
    FOLDER_SYNC = "folder sync"

    # An enum's own hash is computed in Python, at every count of every call.
    __hash__ = str.__hash__


CHANGING = frozenset(Io) - {Io.READ, Io.OPEN}
"""What leaves another state on the disk: a power cut at anything else is one of these, only earlier."""


class Fault(StrEnum):
    """What may go wrong at one call.

    ``POWER``: the call may or may not have had its effect, it fails, and so does everything after it.
    ``FULL``: no room. ``EIO``: the call fails without effect. ``SHORT_WRITE``: a part is written, then there
    is no room. ``SYNC_LOST``: the sync fails, and the kernel drops what it could not write (a reader sees
    the old bytes again). ``SYNC_KEPT``: the sync fails, and the kernel goes on showing what it could not write
    and takes it for written, so that no later sync writes it. ``LYING_SYNC``: says done and is not.
    """

    POWER = "power cut"
    FULL = "no space"
    EIO = "input/output error"
    SHORT_WRITE = "short write"
    SYNC_LOST = "failed sync, pages dropped"
    SYNC_KEPT = "failed sync, pages kept"
    LYING_SYNC = "lying sync"


STRIKES: dict[Fault, frozenset[Io]] = {
    Fault.POWER: frozenset(Io),
    Fault.FULL: frozenset({Io.WRITE, Io.CREATE}),
    Fault.EIO: frozenset(Io),
    Fault.SHORT_WRITE: frozenset({Io.WRITE}),
    Fault.SYNC_LOST: frozenset({Io.SYNC}),
    Fault.SYNC_KEPT: frozenset({Io.SYNC}),
    Fault.LYING_SYNC: frozenset({Io.SYNC}),
}
"""At which calls a fault can strike at all."""


@dataclass(slots=True)
class Armed:
    """One fault that waits for its call. ``left`` counts the calls that may still pass, itself included."""

    fault: Fault
    left: int
    times: int
    kinds: frozenset[Io]
    name: str
    after: bool

    def fits(self, io: Io, name: str) -> bool:
        """Whether this call is one of those it counts."""
        return io in self.kinds and (not self.name or name == self.name)


@dataclass(slots=True)
class Plan:
    """Every fault that is to come, by count or by chance."""

    rng: random.Random
    armed: list[Armed] = field(default_factory=list)
    chances: dict[Fault, float] = field(default_factory=dict)

    def strikes(self, io: Io, name: str) -> Armed | None:
        """Count one call; return the fault that strikes it, if one does."""
        found: Armed | None = None
        for each in self.armed:
            if not each.fits(io, name):
                continue
            each.left -= 1
            if each.left <= 0 and found is None:
                found = each
        if found is not None:
            found.times -= 1
            if found.times <= 0:
                self.armed.remove(found)
            return found
        for fault, chance in self.chances.items():
            if io in STRIKES[fault] and self.rng.random() < chance:
                return Armed(fault, 0, 1, STRIKES[fault], "", self.rng.random() < 0.5)
        return None


class Progress:
    """How far the commit in a WAL has come, so that a kill can be placed in it."""

    __slots__ = ("frames", "header")

    def __init__(self) -> None:
        self.frames = 0
        self.header = False

    def wrote(self, count: int) -> None:
        """Note a write into the WAL: SQLite writes its header (32 bytes), then per frame 24 bytes and a page."""
        if count == _WAL_HEADER:
            self.header = True
        elif count == _FRAME_HEADER:
            self.frames += 1

    def synced(self) -> None:
        """Note that the WAL was synced."""
        self.frames = 0
        self.header = False


_AT_HEADER = "at the WAL's header"
_WAL_HEADER = 32
_FRAME_HEADER = 24


def place_in_wal(io: Io, progress: Progress, *, count: int, after: bool) -> str:
    """Name where in a commit a call on the WAL lies."""
    if io is Io.WRITE:
        frame = "before the first WAL write" if progress.frames == 0 else "between WAL frames"
        return {_WAL_HEADER: _AT_HEADER, _FRAME_HEADER: frame}.get(count, "within a WAL frame")
    if io is Io.SYNC and progress.frames:
        return "after the sync, before return" if after else "before the sync"
    if io is Io.SYNC:
        return _AT_HEADER if progress.header else "while folding, before the first page"
    return "while folding, at the WAL's end"


def place_in_file(io: Io, *, after: bool) -> str:
    """Name where a call on the database file itself, or on a name, lies."""
    if io is Io.WRITE:
        return "while folding, between pages"
    if io is Io.SYNC:
        return "while folding, after its sync" if after else "while folding, before its sync"
    return _ELSEWHERE[io]


_ELSEWHERE = {
    Io.READ: "while reading",
    Io.OPEN: "while opening",
    Io.CREATE: "while making a file",
    Io.DELETE: "while removing a file",
    Io.RENAME: "while swapping a file",
    Io.FILE_SYNC: "while syncing a file",
    Io.FOLDER_SYNC: "while syncing a folder",
    Io.TRUNCATE: "while folding, at the file's end",
}
