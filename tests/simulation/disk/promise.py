"""What one till has promised so far, and whether its files keep it."""

from dataclasses import dataclass, field
from uuid import UUID

from sync.protocol.event import event_hash, read_envelope
from sync.protocol.payloads import Redemption, Sale, read_payload
from sync.till.journal.schema import place
from sync.till.till import Till

MAX_NAMES = 50


class Broken(AssertionError):
    """A promise that was not kept."""


@dataclass(slots=True)
class Promise:
    """Everything that was said to have happened, by what said it.

    ``kept``: events whose commit returned, with the hash of their bytes. ``doubtful``: the events of each
    commit of which nothing is known. ``refused``: events of which it was said that nothing was recorded.
    ``uploaded``: what central holds, by incarnation and seq. ``pages``: for each cursor of the feed, the guests'
    names at it.
    """

    kept: dict[UUID, bytes] = field(default_factory=dict)
    together: list[tuple[UUID, ...]] = field(default_factory=list)
    refused: set[UUID] = field(default_factory=set)
    uploaded: dict[tuple[int, int], bytes] = field(default_factory=dict)
    leases: dict[UUID, int] = field(default_factory=dict)
    closed: set[UUID] = field(default_factory=set)
    notes: dict[str, set[str | None]] = field(default_factory=dict)
    pages: dict[int, dict[int, str]] = field(default_factory=lambda: {0: {}})
    floor: int = 0
    """The cursor of the last snapshot that was swapped in: the replica never falls behind it."""

    def check(self, till: Till, *, thorough: bool = True) -> int:
        """Compare the till's files with what was promised; raises :class:`Broken`, returns the events there.

        The ``thorough`` check of every page, link and signature folds the WAL, which makes it durable: without
        it the files are only read.
        """
        _demand(not till.journal._file.stopped, f"the journal is stopped: {till.journal._file.stopped}")
        events = self._events(till)
        if thorough:
            found = till.journal.verify()
            _demand(found.ok, f"the journal does not verify: {found.problem}")
            _demand(len(events) == found.events, f"{len(events)} rows, {found.events} events verified")
        self._check_kept(events)
        self._check_leases(till)
        self._check_notes(till)
        self._check_receipts(till, events)
        self._check_cache(till)
        return len(events)

    def check_after_a_lie(self, till: Till) -> bool:
        """What is there must be whole; return whether it holds all that central does.

        What never left the till and was lost with the lie is lost: nobody else knows of it. From here on only
        what is there is promised.
        """
        events = self._events(till)
        self._check_receipts(till, events)
        seqs = {(incarnation, seq): event_hash(body) for incarnation, seq, body in events.values()}
        if not self.uploaded.items() <= seqs.items():
            return False
        self.kept = {event: digest for event, digest in self.kept.items() if event in events}
        self.leases, self.closed = {}, set()
        self.notes = {name: {till.journal.note(name)} for name in self.notes}
        self.floor = 0
        self._check_cache(till)
        return True

    @staticmethod
    def _events(till: Till) -> dict[UUID, tuple[int, int, bytes]]:
        rows = till.journal._connection.execute("SELECT position, event, body FROM events").fetchall()
        return {UUID(bytes=event): (*place(at), body) for at, event, body in rows}

    def _check_kept(self, events: dict[UUID, tuple[int, int, bytes]]) -> None:
        for event, digest in self.kept.items():
            _demand(event in events, f"acknowledged event {event} is lost")
            _demand(event_hash(events[event][2]) == digest, f"acknowledged event {event} has other bytes")
        for group in self.together:
            there = [event in events for event in group]
            _demand(any(there) == all(there), f"half of a commit is there: {group}")
        for event in self.refused:
            _demand(event not in events, f"event {event} is there, and it was said that it is not")
        seqs = {(incarnation, seq): body for incarnation, seq, body in events.values()}
        for at, digest in self.uploaded.items():
            _demand(at in seqs, f"event {at} reached central and is gone from the till")
            _demand(event_hash(seqs[at]) == digest, f"event {at} is not the one that reached central")

    @staticmethod
    def _check_receipts(till: Till, events: dict[UUID, tuple[int, int, bytes]]) -> None:
        receipts = []
        for _, _, body in events.values():
            envelope = read_envelope(body)
            payload = read_payload(envelope.kind, envelope.kind_version, bytes(envelope.payload))
            if isinstance(payload, Sale):
                receipts.append(payload.receipt)
                missing = [each for each in payload.redemptions if each not in events]
                _demand(not missing, f"sale {payload.receipt} stands without its redemptions {missing}")
            elif isinstance(payload, Redemption):
                _demand(envelope.seq > 1, "a redemption stands before the till's first event")
        expected = list(range(1, len(receipts) + 1))
        _demand(sorted(receipts) == expected, f"receipt numbers have a gap or a double: {sorted(receipts)}")
        after = till.journal.status().next_receipt
        _demand(after == len(receipts) + 1, f"the next receipt is {after} behind {len(receipts)} sales")

    def _check_leases(self, till: Till) -> None:
        for lease, units in self.leases.items():
            held = till.journal.lease(lease)
            if lease in self.closed:
                _demand(held is None, f"lease {lease} is open again")
            else:
                _demand(held is None or held.units == units, f"lease {lease} has other units")
                _demand(held is not None, f"stored lease {lease} is lost")

    def _check_notes(self, till: Till) -> None:
        for name, may in self.notes.items():
            note = till.journal.note(name)
            _demand(note in may, f"note {name} is {note!r}, not one of {may}")

    def _check_cache(self, till: Till) -> None:
        if self.floor:
            # Before its first snapshot a replica is empty, and making it is no commit.
            _demand(not till.cache.findings, f"the replica was damaged: {till.cache.findings}")
        epoch, number = till.cache.cursor()
        if number == 0 and self.floor == 0:
            return
        _demand(number in self.pages, f"the replica stands at {number}, which is no page's end")
        _demand(number >= self.floor, f"the replica fell back to {number}, behind its snapshot {self.floor}")
        names = self.pages[number]
        for guest in range(1, MAX_NAMES + 1):
            row = till.cache.guest(guest)
            name = None if row is None else row.name
            _demand(
                name == names.get(guest),
                f"guest {guest} at {epoch}/{number} is {name}, not {names.get(guest)}",
            )


def _demand(holds: bool, story: str) -> None:
    if not holds:
        raise Broken(story)
