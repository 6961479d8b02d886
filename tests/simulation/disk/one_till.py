"""One till's real files on a disk that fails: a workload drawn from a seed, crashes, and what it promised."""

from uuid import UUID

from sync.protocol.event import event_hash
from sync.protocol.keys import Purpose
from sync.protocol.leases import Grant, LimitKind, SignedGrant
from sync.protocol.upload import Ack
from sync.protocol.wire import canonical
from sync.rules.user_error import UserError
from sync.till.journal.entries import Entry
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
from tests.simulation.disk.life import Life
from tests.simulation.disk.promise import MAX_NAMES, Broken


class OneTill(Life):
    """Everything that a till does with its files."""

    def begin(self) -> None:
        """Open the till; enrol it when it is not one of the network's yet."""
        self.open()
        if self.running.identity is None:
            self.become()

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
