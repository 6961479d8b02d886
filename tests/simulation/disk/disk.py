"""A disk that fails on purpose, under shipping code that does not know of it.

    disk = Disk(folder, seed=7)          # every file below folder is its; several disks may stand side by side
    till = Till.open(TillHome(folder / "home"), ..., free_bytes=disk.free_bytes)
    disk.arm(Fault.POWER, at=3)          # the third I/O from now cuts the power (kinds=, name=, after= narrow it)
    disk.chances[Fault.EIO] = 0.01       # or by chance at each call
    ... work: it fails with the driver's errors or OSError; after a power cut everything fails (disk.down)
    till.close()                         # a dead process closes nothing: this only gives handles and locks back
    disk.crash()                         # the power is back: synced data kept, any subset of unsynced sectors lost
    till = Till.open(...)                # and what is there is there

``disk.kill()`` instead of ``crash`` is a SIGKILL: the process is gone, what it wrote stays, still unsynced.
``disk.counts[Io.WRITE]`` counts calls, ``disk.calls`` all of them, ``disk.struck[Fault.EIO]`` the faults that fell,
``disk.place_of_kill`` says where in a commit the last kill fell (``disk.places`` counts them), ``disk.lied`` whether
a sync lied since the last crash (a fault that no promise survives: it must be found and named).
``disk.rot(name)`` flips bits at rest. ``disk.capacity`` (bytes, None: endless) makes a disk that fills up.
``disk.close()`` gives the folder back to SQLite's own layer.
"""

import errno
import os
import random
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.simulation.disk import calls, vfs
from tests.simulation.disk.content import Content
from tests.simulation.disk.faults import (
    STRIKES,
    Armed,
    Fault,
    Io,
    Plan,
    Progress,
    place_in_file,
    place_in_wal,
)
from tests.simulation.disk.names import Names
from tests.simulation.disk.vfs import Handle

__all__ = ["Disk", "Fault", "Io"]

_CODES = {
    Io.READ: vfs.IOERR_READ,
    Io.WRITE: vfs.IOERR_WRITE,
    Io.SYNC: vfs.IOERR_FSYNC,
    Io.TRUNCATE: vfs.IOERR_TRUNCATE,
    Io.OPEN: vfs.CANTOPEN,
    Io.CREATE: vfs.CANTOPEN,
    Io.DELETE: vfs.IOERR_DELETE,
}


class Disk:
    """One folder's disk. ``sector`` is what a power cut leaves whole: 512 or 4096 bytes."""

    def __init__(self, folder: Path, seed: int | str = 0, *, sector: int = 512) -> None:
        """Take a folder over; what lies in it counts as durable."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder.resolve()
        self.rng = random.Random(f"disk {seed}")
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
        self._know_everything()
        self._layer = calls.attach(self)

    # -- what a driver does ------------------------------------------------------------------------------------

    def arm(
        self,
        fault: Fault,
        *,
        at: int = 1,
        kinds: Iterable[Io] = (),
        name: str = "",
        after: bool = False,
        times: int = 1,
    ) -> None:
        """Let a fault strike the ``at``-th call from now of these kinds (default: all that it can strike).

        ``name`` narrows it to one file (``"journal.db-wal"``). A power cut ``after`` a call comes when that
        has had its effect. ``times`` lets the fault strike so many calls from there on.
        """
        chosen = frozenset(kinds) or STRIKES[fault]
        self._plan.armed.append(Armed(fault, at, times, chosen & STRIKES[fault], name, after))

    def disarm(self) -> None:
        """Let nothing more fail."""
        self._plan.armed.clear()
        self.chances.clear()

    def crash(self, rng: random.Random | None = None, *, keep: float | None = None) -> None:
        """End a power cut (or make one now): only what was synced is sure to be there still.

        Of the sectors and names that were not, each is there with chance ``keep`` (None: one drawn by ``rng``).
        Whatever was open is dead.
        """
        self._raise_bugs()
        if not self.down:
            self._place("at rest")
        rng = rng or self.rng
        self._names.lose(rng, keep)
        for path in self._files():
            self._lose(path, rng, keep)
        self._begin_again()
        for content in self._contents.values():
            content.close()
        self._contents.clear()
        self._plain.clear()
        self.lied = False
        self._know_everything()

    def kill(self) -> None:
        """End the process as by SIGKILL: what it wrote stays visible, and is as little durable as before."""
        self._raise_bugs()
        for path in self._files():
            content = self._contents.pop(os.stat(path).st_ino, None)
            if content is None:
                continue
            # Handles of the dead process keep the old inode, with its locks and shared memory, to themselves.
            _rewrite(path, content.visible())
            number = os.stat(path).st_ino
            self._contents[number] = content.moved(path)
            self._known.add(number)
        self._begin_again()

    def rot(self, name: str, *, bits: int = 1, rng: random.Random | None = None) -> list[int]:
        """Flip bits of a file at rest; return the places of the bytes."""
        rng = rng or self.rng
        (path,) = (each for each in self._files() if os.path.basename(each) == name)
        places = [rng.randrange(os.stat(path).st_size) for _ in range(bits)]
        handle = calls.real_open(path, os.O_RDWR)
        try:
            for at in places:
                (byte,) = os.pread(handle, 1, at)
                calls.real_pwrite(handle, bytes([byte ^ 1 << rng.randrange(8)]), at)
        finally:
            os.close(handle)
        return places

    def free_bytes(self) -> int:
        """Return how much room is left: what shipping code asks before a sale."""
        if self.capacity is None:
            return shutil.disk_usage(self.folder).free
        return max(0, self.capacity - sum(os.stat(path).st_size for path in self._files()))

    def unsynced(self) -> int:
        """Return how many writes a power cut could take now."""
        return sum(len(each.unsynced) + len(each.stuck) for each in self._contents.values())

    def close(self) -> None:
        """Give the folder back to SQLite's own layer; nothing of it may be open any more."""
        calls.detach(self)
        for content in self._contents.values():
            content.close()
        self._contents.clear()
        shutil.rmtree(self._stash, ignore_errors=True)
        self._raise_bugs()

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

    _was_down = False
    _power_after = False

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

    def _know_everything(self) -> None:
        self._known = set()
        for path in self._files():
            number = os.stat(path).st_ino
            self._known.add(number)
            if not path.endswith(("-wal", "-shm", ".db")):
                self._plain[number] = Path(path).read_bytes()

    def _lose(self, path: str, rng: random.Random, keep: float | None) -> None:
        number = os.stat(path).st_ino
        if path.endswith("-shm"):
            calls.real_unlink(path)
            return
        content = self._contents.get(number)
        if content is not None:
            left = content.survivor(rng, keep)
            # An inode of its own, so that handles which are still open have nothing to do with it.
            if left is not None or content.handles:
                _rewrite(path, content.visible() if left is None else left)
            return
        if number not in self._known and _draw(rng, keep) == 0:
            calls.real_unlink(path)
            return
        self._lose_plain(path, number, rng, keep)

    def _lose_plain(self, path: str, number: int, rng: random.Random, keep: float | None) -> None:
        """A file that Python code wrote: what was synced, or any beginning of what came after."""
        durable = self._plain.get(number)
        if durable is None and path.endswith((".db", "-wal")) and number in self._known:
            return
        present = Path(path).read_bytes()
        durable = b"" if durable is None else durable
        if present == durable:
            return
        chosen = _draw(rng, keep)
        left = durable if chosen == 0 else present if chosen == 1 else present[: int(len(present) * chosen)]
        _rewrite(path, left)

    def _begin_again(self) -> None:
        self._life += 1
        self.down = False
        self._plan.armed.clear()
        self._progress.clear()
        for path in self._files():
            if path.endswith("-shm"):
                calls.real_unlink(path)

    def _raise_bugs(self) -> None:
        if self._layer.escaped:
            escaped, self._layer.escaped = self._layer.escaped, []
            raise ExceptionGroup("within the disk", [each for each in escaped if isinstance(each, Exception)])


def _draw(rng: random.Random, keep: float | None) -> float:
    """Draw how much of a file is left: nothing (0), all (1) or a part."""
    if keep is None:
        return rng.choice((0.0, 1.0, rng.random()))
    return keep if keep in (0, 1) else rng.choice((0.0, 1.0, rng.random()))


def _rewrite(path: str, content: bytes) -> None:
    """Give a path another inode with this content (below the shim: nothing of it is counted)."""
    new = path + ".rewritten"
    handle = calls.real_open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, content)
    finally:
        os.close(handle)
    calls.real_replace(new, path)
