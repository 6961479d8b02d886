"""What a disk answers to each call, and what it remembers of it: the half that SQLite and Python code see."""

# ruff: noqa: PTH116, PTH118, PTH119  # it stands below pathlib, and sees paths as the operating system does

import errno
import os
import random
import shutil
from collections import Counter
from pathlib import Path

from tests.simulation.disk import calls, vfs
from tests.simulation.disk.content import Content
from tests.simulation.disk.faults import Fault, Io, Plan, Progress, place_in_file, place_in_wal
from tests.simulation.disk.names import Names
from tests.simulation.disk.vfs import Handle

_CODES = {
    Io.READ: vfs.IOERR_READ,
    Io.WRITE: vfs.IOERR_WRITE,
    Io.SYNC: vfs.IOERR_FSYNC,
    Io.TRUNCATE: vfs.IOERR_TRUNCATE,
    Io.OPEN: vfs.CANTOPEN,
    Io.CREATE: vfs.CANTOPEN,
    Io.DELETE: vfs.IOERR_DELETE,
}


class Answers:
    """The state of one folder's disk, and its answers."""

    def __init__(self, folder: Path, seed: int | str, sector: int, *, loses: bool) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder.resolve()
        self.rng = random.Random(f"disk {seed}")
        self.loses = loses
        self.capacity: int | None = None
        self.down = False
        self.lied = False
        self.dropped_keep: float | None = None
        """How much of what a failed sync drops had reached the disk all the same (None: drawn each time)."""
        self.place_of_kill: str | None = None
        self.counts: Counter[Io] = Counter()
        self.places: Counter[str] = Counter()
        self.struck: Counter[Fault] = Counter()
        self.calls = 0
        self._plan = Plan(self.rng)
        self.chances = self._plan.chances
        self._sector = sector
        self._life = 1
        self._contents: dict[int, Content] = {}
        self._plain: dict[int, bytes] = {}
        self._known: set[int] = set()
        self._progress: dict[str, Progress] = {}
        self._stash = self.folder.with_name(self.folder.name + ".removed")
        self._names = Names(self._stash)
        self._was_down = False
        self._power_after = False
        self._handles: set[Handle] = set()
        self._layer = calls.attach(self)

    def free_bytes(self) -> int:
        """Return how much room is left: what shipping code asks before a sale."""
        if self.capacity is None:
            return shutil.disk_usage(self.folder).free
        return max(0, self.capacity - sum(os.stat(path).st_size for path in self._files()))

    # -- what SQLite asks ----------------------------------------------------------------------------------------

    def may_open(self, path: str, *, create: bool) -> int:
        io = Io.CREATE if create else Io.OPEN
        return self._answer(self._strike(io, path), io)

    def opened(self, handle: Handle, *, created: bool) -> None:
        handle.life = self._life
        if created:
            self._names.created(handle.path)
        content = self._content(handle.path, os.stat(handle.path).st_ino)
        content.handles += 1
        handle.content = content
        self._handles.add(handle)
        if self._is_calm():
            handle.lead_here(calls=False)

    def read(self, handle: Handle, into: int, count: int, offset: int) -> int:
        if handle.life != self._life:
            return vfs.IOERR_READ
        if self._strike(Io.READ, handle.path) is not None:
            return vfs.IOERR_READ
        return self._layer.real_read(handle.at, into, count, offset)

    def write(self, handle: Handle, data: int, count: int, offset: int) -> int:
        if handle.life != self._life:
            return vfs.IOERR_WRITE
        fault = self._strike(Io.WRITE, handle.path, count)
        content: Content = handle.content
        if fault is not None:
            if fault in (Fault.EIO, Fault.FULL) or (fault is Fault.POWER and self._was_down):
                return self._answer(fault, Io.WRITE)
            if fault is Fault.SHORT_WRITE:
                count = self.rng.randrange(count)
        if offset + count > content.size and self._is_full(offset + count - content.size):
            return vfs.FULL
        content.writing(offset, count)
        if handle.wal:
            self._progress_of(handle.path).wrote(count)
        code = self._layer.real_write(handle.at, data, count, offset)
        return code if fault is None else self._answer(fault, Io.WRITE)

    def truncate(self, handle: Handle, size: int) -> int:
        if handle.life != self._life:
            return vfs.IOERR_TRUNCATE
        fault = self._strike(Io.TRUNCATE, handle.path)
        if fault is not None and (fault is not Fault.POWER or self._was_down):
            return self._answer(fault, Io.TRUNCATE)
        handle.content.cutting(size)
        code = self._layer.real_truncate(handle.at, size)
        return code if fault is None else self._answer(fault, Io.TRUNCATE)

    def sync(self, handle: Handle) -> int:
        if handle.life != self._life:
            return vfs.IOERR_FSYNC
        content: Content = handle.content
        fault = self._strike(Io.SYNC, handle.path)
        if fault is None or (fault is Fault.POWER and self._power_after):
            content.synced()
            if handle.wal:
                self._progress_of(handle.path).synced()
                # SQLite's unix layer syncs the folder with the first sync of a WAL that it made.
                self._names.synced(handle.path)
        elif fault is Fault.LYING_SYNC:
            self.lied = True
        elif fault is Fault.SYNC_KEPT:
            content.sync_failed_and_kept()
        elif fault is Fault.SYNC_LOST:
            content.sync_failed_and_lost(self.rng, self.dropped_keep)
        return self._answer(fault, Io.SYNC)

    def closed(self, handle: Handle) -> None:
        self._handles.discard(handle)
        if handle.life != self._life:
            return
        content: Content = handle.content
        content.handles -= 1
        if content.handles == 0 and not content.unsynced and not content.stuck:
            for number, each in self._contents.items():
                if each is content:
                    del self._contents[number]
                    break
            content.close()

    def may_delete(self, path: str) -> int:
        code = self._answer(self._strike(Io.DELETE, path), Io.DELETE)
        if code == vfs.OK and os.path.lexists(path):
            self._names.removing(path)
        return code

    # -- what Python code asks -----------------------------------------------------------------------------------

    def may(self, io: Io, path: str, *, more: int = 0) -> bool:
        """Answer a call of the operating system's before it happens; raises OSError in its place.

        Returns whether the power goes right after it: then :meth:`cut_now` follows.
        """
        fault = self._strike(io, path)
        if fault is Fault.POWER and self._power_after and not self._was_down:
            return True
        if fault is not None:
            code = errno.ENOSPC if fault in (Fault.FULL, Fault.SHORT_WRITE) else errno.EIO
            raise OSError(code, os.strerror(code), path)
        if more > 0 and self._is_full(more):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
        return False

    def cut_now(self, path: str) -> None:
        """Fail the call that the power cut came after."""
        raise OSError(errno.EIO, os.strerror(errno.EIO), path)

    def made(self, path: str) -> None:
        """Note a file that Python code made."""
        self._names.created(path)
        self._known.add(os.stat(path).st_ino)

    def removing(self, path: str) -> None:
        """Note a file that Python code is about to remove."""
        self._names.removing(path)

    def renaming(self, source: str, target: str) -> None:
        """Note a file that Python code is about to rename."""
        self._names.renaming(source, target)

    def writing(self, path: str, handle: int, count: int, offset: int) -> None:
        """Note what Python code is about to write into a file; raises OSError in its place."""
        content = self._content(path, os.fstat(handle).st_ino)
        self.may(Io.WRITE, path, more=offset + count - content.size)
        content.writing(offset, count)

    def cutting(self, path: str, handle: int, size: int) -> None:
        """Note where Python code is about to cut a file; raises OSError in its place."""
        self.may(Io.TRUNCATE, path)
        self._content(path, os.fstat(handle).st_ino).cutting(size)

    def file_synced(self, number: int, content: bytes) -> None:
        """Note what a file held when Python code synced it."""
        held = self._contents.get(number)
        if held is None:
            self._plain[number] = content
        else:
            held.synced()

    def folder_synced(self) -> None:
        """Note that all names are durable."""
        self._names.synced()
        self._known.update(os.stat(path).st_ino for path in self._files())

    # -- inside --------------------------------------------------------------------------------------------------

    def _is_calm(self) -> bool:
        """Whether nothing can become of any call: then nobody need see it."""
        return not (self.loses or self.down or self._plan.armed or self.chances or self.capacity is not None)

    def _see_all(self) -> None:
        """Let every call lead here from now on. What was written unseen counts as durable."""
        if self.loses:
            return
        for content in self._contents.values():
            content.is_as_it_lies()
        self._progress.clear()
        for handle in self._handles:
            handle.lead_here(calls=True)

    def _strike(self, io: Io, path: str, count: int = 0) -> Fault | None:
        self.counts[io] += 1
        self.calls += 1
        self._was_down = self.down
        if self.down:
            return Fault.POWER
        plan = self._plan
        if not plan.armed and not plan.chances:
            return None
        found = plan.strikes(io, os.path.basename(path))
        if found is None:
            return None
        self.struck[found.fault] += 1
        if found.fault is Fault.POWER:
            self._power_after = found.after
            self.down = True
            self._place(self._where(io, path, count, after=found.after))
        return found.fault

    def _where(self, io: Io, path: str, count: int, *, after: bool) -> str:
        if path.endswith("-wal") and io in (Io.WRITE, Io.SYNC, Io.TRUNCATE):
            return place_in_wal(io, self._progress_of(path), count=count, after=after)
        return place_in_file(io, after=after)

    def _place(self, place: str) -> None:
        self.place_of_kill = place
        self.places[place] += 1

    @staticmethod
    def _answer(fault: Fault | None, io: Io) -> int:
        if fault is None or fault is Fault.LYING_SYNC:
            return vfs.OK
        if fault in (Fault.FULL, Fault.SHORT_WRITE):
            return vfs.FULL
        return _CODES[io]

    def _content(self, path: str, number: int) -> Content:
        content = self._contents.get(number)
        if content is None:
            content = self._contents[number] = Content(path, self._sector)
            self._plain.pop(number, None)
            self._known.add(number)
        return content

    def _is_full(self, more: int) -> bool:
        return self.capacity is not None and self.free_bytes() < more

    def _progress_of(self, path: str) -> Progress:
        progress = self._progress.get(path)
        if progress is None:
            progress = self._progress[path] = Progress()
        return progress

    def _files(self) -> list[str]:
        """Return every file, in an order that is the same in every run."""
        return sorted(
            os.path.join(folder, name) for folder, _, names in os.walk(self.folder) for name in names
        )
