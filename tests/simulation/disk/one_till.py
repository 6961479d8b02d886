"""One till's real files on a disk that fails: a workload drawn from a seed, crashes, and what must hold after."""

import logging
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from sync.protocol.event import event_hash
from sync.protocol.keys import Purpose
from sync.protocol.leases import Grant, LimitKind, SignedGrant
from sync.protocol.upload import Ack
from sync.protocol.wire import canonical
from sync.rules.user_error import UserError
from sync.till.cache.rebuild import SnapshotBroken
from sync.till.home import TillHome
from sync.till.journal.entries import Entry
from sync.till.sqlcipher import Error
from sync.till.till import Till
from tests.builders.hand_clock import CountedRandomness, HandClock
from tests.builders.till import (
    CENTRAL,
    DIGEST_KEY,
    guest_change,
    identity,
    manifest,
    page,
    sale,
    use,
)
from tests.simulation.disk.disk import Disk, Fault, Io
from tests.simulation.disk.promise import MAX_NAMES, Broken, Promise

log = logging.getLogger(__name__)

MAX_REPAIRS = 8
MAX_CRASH_POINTS = 2_000


class OneTill:
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

    def begin(self) -> None:
        """Open the till; enrol it when it is not one of the network's yet."""
        self.open()
        if self.running.identity is None:
            self.become()

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
        """No promise survives a disk that lies; but what is missing has to be found by somebody, and named."""
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

    # -- what the till does ----------------------------------------------------------------------------------------

    def become(self) -> None:
        self.running.become(identity(), digest_key=DIGEST_KEY, app_version="1.0")

    def sell(self) -> None:
        """Redeem from a lease and sell, in one commit."""
        journal = self.running.journal
        event, other = journal.new_event_id(), journal.new_event_id()
        leases = journal.leases()
        lease = self.rng.choice(leases).lease if leases else None
        sold = sale(event)
        self._commit([use(lease=lease, event=event), Entry(payload=sold.payload, event=other)])

    def use(self) -> None:
        """Redeem alone."""
        self._commit([use(event=self.running.journal.new_event_id())])

    def store_grants(self) -> None:
        """Take leases from central."""
        made = [self._grant() for _ in range(self.rng.randint(1, 4))]
        stored = self.running.journal.store_grants(made)
        for each in stored.new:
            self.promise.leases[each.lease] = each.units

    def close_lease(self) -> None:
        """Give a lease back."""
        leases = self.running.journal.leases()
        if not leases:
            return
        lease = self.rng.choice(leases).lease
        # Until it is known whether it was closed, nothing is promised of it.
        self.promise.leases.pop(lease, None)
        closed = self.running.journal.close_lease(lease, "idle")
        if closed is not None:
            self.promise.kept[closed.event] = closed.hash
            self.promise.leases[lease] = 0
            self.promise.closed.add(lease)

    def upload(self) -> None:
        """Send what is unsettled to central, which keeps it for ever, and note that it did."""
        batch = self.running.journal.unsettled(max_events=self.rng.randint(1, 20))
        if batch is None:
            return
        for seq, event in enumerate(batch.events, batch.from_seq):
            known = self.promise.uploaded.setdefault((batch.incarnation, seq), event_hash(event.body))
            if known != event_hash(event.body):
                raise Broken(f"a fork at event {seq}: central holds another one")
        last = batch.from_seq + len(batch.events) - 1
        if self.rng.random() < 0.8:
            self.running.journal.acknowledge(Ack(applied=last, want=last + 1))

    def note(self) -> None:
        """Keep a note."""
        name, text = self.rng.choice("ab"), str(self.rng.random())
        self.promise.notes.setdefault(name, {None}).add(text)
        self.running.journal.set_note(name, text)
        self.promise.notes[name] = {text}

    def marks(self) -> None:
        """Keep the time's marks a minute later."""
        self.clock.go_on(60_000)
        self.running.journal.keep_marks()

    def fold(self) -> None:
        """Do what can wait."""
        self.running.tidy()

    def feed(self) -> None:
        """Apply a page of the feed."""
        cache = self.running.cache
        _, number = cache.cursor()
        if not cache.status().ready:
            self.snapshot()
            return
        after = number + self.rng.randint(1, 3)
        names = dict(self.promise.pages[number])
        changes = []
        for guest in self.rng.sample(range(1, MAX_NAMES + 1), self.rng.randint(1, 8)):
            names[guest] = f"{guest} at {after} {self.rng.random()}"
            changes.append(guest_change(guest, names[guest], version=after))
        for later in [each for each in self.promise.pages if each > number]:
            # A replica that fell back reads the feed again; other pages now follow.
            del self.promise.pages[later]
        self.promise.pages[after] = names
        cache.apply_page(page(after, *changes))

    def snapshot(self) -> None:
        """Build a replica from a snapshot and swap it in, or stop on the way."""
        _, number = self.running.cache.cursor()
        number += 10
        names = {guest: f"{guest} at {number} {self.rng.random()}" for guest in range(1, MAX_NAMES + 1)}
        rows = [guest_change(guest, name, version=number) for guest, name in names.items()]
        chunks = [rows[:20], rows[20:]]
        self._snapshots += 1
        rebuild = self.running.cache.begin_rebuild(
            manifest(chunks, number=number, snapshot=self._snapshots), as_of_ms=1_000
        )
        rebuild.add(0, chunks[0])
        if self.rng.random() < 0.2:
            rebuild.pause()
            return
        rebuild.add(1, chunks[1])
        self.promise.pages = {key: value for key, value in self.promise.pages.items() if key < number}
        self.promise.pages[number] = names
        rebuild.finish()
        self.promise.floor = number

    def reopen(self) -> None:
        """Close the program and start it again."""
        self.close()
        self.open()

    def _grant(self) -> SignedGrant:
        body = canonical(
            Grant(
                lease=UUID(int=self.rng.getrandbits(128)),
                network=1,
                till=3,
                incarnation=1,
                kind=LimitKind.USES,
                subject=7,
                units=self.rng.randint(1, 5),
                granted_ms=1,
            )
        )
        return SignedGrant(body, CENTRAL.sign(Purpose.LEASE, body))

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

    def _commit(self, entries: list[Entry]) -> None:
        events = tuple(entry.event for entry in entries if entry.event)
        self.promise.together.append(events)
        try:
            done = self.running.journal.commit(entries)
        except UserError as error:
            if error.reason != "commit_unknown" and not self.disk.down:
                self.promise.refused.update(events)
            raise
        if self.disk.down:
            # The process was gone before it could tell anybody.
            return
        for each in done:
            self.promise.kept[each.event] = each.hash


def workload(till: OneTill) -> list[tuple[Callable[[], None], int]]:
    """What a till does, and how often."""
    return [
        (till.sell, 40), (till.use, 10), (till.store_grants, 8), (till.close_lease, 4), (till.upload, 10),
        (till.note, 3), (till.marks, 2), (till.fold, 5), (till.feed, 12), (till.snapshot, 1), (till.reopen, 1),
    ]  # fmt: skip


FAULTS = (Fault.EIO, Fault.FULL, Fault.SHORT_WRITE, Fault.SYNC_LOST, Fault.SYNC_KEPT)
KINDS: tuple[frozenset[Io], ...] = (
    frozenset({Io.WRITE}), frozenset({Io.SYNC}), frozenset({Io.READ}), frozenset(Io),
    frozenset({Io.WRITE, Io.SYNC, Io.TRUNCATE, Io.DELETE, Io.RENAME, Io.CREATE, Io.FILE_SYNC, Io.FOLDER_SYNC}),
)  # fmt: skip


def run(folder: Path, seed: int, *, steps: int = 200, lie: bool = False) -> OneTill:
    """Run one seed: at least a crash, a kill and an error of every draw; raises :class:`Broken`."""
    till = OneTill(folder, seed, sector=random.Random(seed).choice((512, 4096)))
    till.begin()
    rng = till.rng
    works, weights = zip(*workload(till), strict=True)
    for _ in range(steps):
        if till.over:
            break
        draw = rng.random()
        if draw < 0.04:
            till.disk.arm(
                Fault.POWER, at=rng.randint(1, 30), kinds=rng.choice(KINDS), after=rng.random() < 0.5
            )
        elif draw < 0.06:
            till.disk.arm(
                rng.choice(FAULTS),
                at=rng.randint(1, 20),
                kinds=rng.choice(KINDS),
                times=rng.choice((1, 1, 3)),
            )
        elif draw < 0.07:
            till.step(till.kill)
        elif lie and draw < 0.09:
            till.disk.arm(Fault.LYING_SYNC, at=rng.randint(1, 5), times=rng.randint(1, 10))
        till.step(rng.choices(works, weights)[0])
    till.disk.disarm()
    if not till.over:
        till.step(till.kill)
        till.thorough = 1
        till.crash()
    till.close()
    till.disk.close()
    return till


def crash_everywhere(
    till: OneTill,
    work: Callable[[], None],
    *,
    keep: float | None = None,
    after: bool = False,
    stride: int = 1,
) -> int:
    """Do one thing again and again, with the power cut at its first, second, … I/O; return how many it has.

    ``after`` cuts it when the call has had its effect; ``stride`` above 1 leaves calls out. Each time the till
    is opened again and checked.
    """
    till.keep = keep
    for at in range(1, MAX_CRASH_POINTS + 1, stride):
        before = till.disk.struck[Fault.POWER]
        till.disk.arm(Fault.POWER, at=at, after=after)
        till.step(work)
        if till.disk.struck[Fault.POWER] == before:
            till.disk.disarm()
            return at - 1
    msg = f"{work.__name__} does not end within {MAX_CRASH_POINTS} calls"
    raise AssertionError(msg)
