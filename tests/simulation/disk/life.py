"""The life of one till on a disk that fails: opened, crashed, killed, and what its program does about errors."""

import logging
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from sync.protocol.upload import Ack
from sync.rules.user_error import UserError
from sync.till.cache.rebuild import SnapshotBroken, remove_database
from sync.till.home import TillHome
from sync.till.sqlcipher import Error
from sync.till.till import Till
from tests.builders.hand_clock import CountedRandomness, HandClock
from tests.simulation.disk.disk import Disk
from tests.simulation.disk.promise import Broken, Promise

log = logging.getLogger(__name__)

MAX_REPAIRS = 8


class Life:
    """A till, its disk, and what it promised."""

    def __init__(self, folder: Path, seed: int | str, *, sector: int = 512) -> None:
        """Make the disk; :meth:`begin` opens and enrols the till."""
        self.rng = random.Random(f"one till {seed}")
        self.disk = Disk(folder, seed, sector=sector)
        self.promise = Promise()
        self.clock = HandClock()
        self.steps: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self._home = TillHome(folder / "home")
        self._seed = seed
        self._openings = 0
        self._acked = 0
        self._snapshots = 0
        self.till: Till | None = None
        self.keep: float | None = None
        """How much of what was not synced survives a power cut (None: drawn each time)."""
        self.thorough = 0.5
        """How often a check is a thorough one."""
        self.over = ""
        """Why this till's files cannot be gone on with, as a person was told."""

    # -- the till's life -----------------------------------------------------------------------------------------

    def open(self) -> None:
        """Open the till as its program does at its start."""
        self._openings += 1
        self.till = Till.open(
            self._home,
            clock=self.clock,
            # Each opening draws other bytes, as real randomness would.
            randomness=CountedRandomness(f"{self._seed} {self._openings}"),
            free_bytes=self.disk.free_bytes,
        )

    def close(self) -> None:
        """Close the till (or give back the handles of a dead one)."""
        till, self.till = self.till, None
        if till is None:
            return
        try:
            till.close()
        except (Error, UserError, OSError) as error:
            if not self.disk.down:
                raise
            log.debug("a dead till was closed: %s", error)

    def crash(self) -> None:
        """Let the power come back, open the till again and check it."""
        lied = self.disk.lied
        # Handles of a dead process reach nothing any more.
        self.disk.down = True
        self.close()
        self.disk.crash(self.rng, keep=self.keep)
        if lied:
            self._open_after_a_lie()
        else:
            self.open()
            self.check()

    def _open_after_a_lie(self) -> None:
        """No promise survives a disk that lies; but what is missing has to be found by somebody, and named.

        Of the replica only the comparison with the office finds it: pages of different days are each as they were
        written. It has the replica made anew, so it is begun anew here.
        """
        self.disk.disarm()
        remove_database(self._home.cache_file)
        try:
            self.open()
        except UserError as error:
            self._end(error.reason)
            return
        found = self.running.journal.verify()
        if not found.ok:
            self._end("journal_damaged")
            return
        there = self.promise.check_after_a_lie(self.running)
        if not there:
            # Central holds more than this file does: it says so at the next contact.
            last = max(seq for _, seq in self.promise.uploaded)
            self.running.journal.acknowledge(Ack(applied=last, want=last + 1))
            stopped = self.running.journal.status().stopped
            if stopped is None:
                raise Broken("the till goes on although central holds later events of it")
            self._end("journal_rolled_back")

    def _end(self, reason: str) -> None:
        self.outcomes[f"named: {reason}"] += 1
        self.over = reason

    def kill(self) -> None:
        """End the process without a word; the computer runs on."""
        was_down, self.disk.down = self.disk.down, True
        self.close()
        self.disk.down = was_down
        self.disk.kill()
        self.open()
        self.check()

    def check(self) -> None:
        """Compare the files with the promises."""
        self.promise.check(self.running, thorough=self.rng.random() < self.thorough)

    @property
    def running(self) -> Till:
        assert self.till is not None
        return self.till

    # -- one step, whatever happens --------------------------------------------------------------------------------

    def step(self, work: Callable[[], None]) -> None:
        """Do one thing; when the disk fails in it, do what the program and its people would do."""
        self.steps[work.__name__] += 1
        try:
            work()
        except (UserError, SnapshotBroken, Error, OSError) as error:
            if not self.disk.down:
                self._after_error(error)
        if self.disk.down and self.rng.random() < 0.3:
            # The same moment, but only the program dies: what it wrote is there to be seen, and not durable.
            self.outcomes["killed"] += 1
            self.kill()
        elif self.disk.down:
            self.outcomes["power cut"] += 1
            self.crash()

    def _after_error(self, error: Exception) -> None:
        """The computer runs on: the till says what failed, looks at its files, and goes on."""
        if not isinstance(error, UserError):
            raise Broken(f"an error that says nothing to a person: {error!r}") from error
        self.outcomes[error.reason] += 1
        for _ in range(MAX_REPAIRS):
            if self.disk.down:
                return
            try:
                if self.till is None:
                    self.open()
                self._look_again()
            except UserError as still:
                self.outcomes[still.reason] += 1
            else:
                return
        # A disk that fails for good: IT puts it right, and the till is started again.
        self.disk.disarm()
        self.close()
        self.open()

    def _look_again(self) -> None:
        journal = self.running.journal
        doubt = journal._file._in_doubt
        found = journal.reopen()
        if found.recorded is False:
            self.promise.refused.update(found.events)
        if found.recorded is True:
            for event in found.events:
                self.promise.kept[event] = self._hash(event)
        if doubt and found.recorded is None:
            raise Broken("nothing is said of the events in doubt")

    def _hash(self, event: UUID) -> bytes:
        row: Any = self.running.journal._connection.execute(
            "SELECT hash FROM events WHERE event = ?", (event.bytes,)
        ).fetchone()
        if row is None:
            raise Broken(f"event {event} is said to be recorded and is not")
        return bytes(row[0])
