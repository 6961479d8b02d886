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

# ruff: noqa: PTH116, PTH119  # it stands below pathlib, and sees paths as the operating system does

import os
import random
import shutil
from collections.abc import Iterable
from pathlib import Path

from tests.simulation.disk import calls
from tests.simulation.disk.answers import Answers
from tests.simulation.disk.faults import STRIKES, Armed, Fault, Io

__all__ = ["Disk", "Fault", "Io"]


class Disk(Answers):
    """One folder's disk. ``sector`` is what a power cut leaves whole: 512 or 4096 bytes.

    One that never ``loses`` anything (its crashes all keep everything, ``keep=1``) need not look at calls while no
    fault is armed, and does not: they are not counted then.
    """

    def __init__(self, folder: Path, seed: int | str = 0, *, sector: int = 512, loses: bool = True) -> None:
        """Take a folder over; what lies in it counts as durable."""
        super().__init__(folder, seed, sector, loses=loses)
        self._know_everything()

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
        if self._is_calm():
            self._see_all()
        chosen = frozenset(kinds) or STRIKES[fault]
        self._plan.armed.append(Armed(fault, at, times, chosen & STRIKES[fault], name, after))

    def disarm(self) -> None:
        """Let nothing more fail."""
        self._plan.armed.clear()
        self.chances.clear()
        if self._is_calm():
            self._see_all()
            for handle in self._handles:
                handle.lead_here(calls=False)

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

    # -- inside --------------------------------------------------------------------------------------------------

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
        # Whoever holds a file of the dead process is heard, and told no.
        for handle in self._handles:
            handle.lead_here(calls=True)
        self._handles.clear()
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
