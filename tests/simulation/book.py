"""The checker's own reading of a till's journal: by its bytes, with nothing of the code under test.

Canonical JSON, SHA-256 and Ed25519 are spelled out here once more on purpose.
"""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HASH_TAG = b"countersign/hash/1\0"
EVENT_TAG = b"countersign/event/1\0"
GENESIS = bytes(32)
SEQ_BITS = 40
MAX_READ = 8192
"""Events that are read and verified once, however often a journal is opened: more than any world has."""


@dataclass(frozen=True, slots=True)
class Written:
    """One event as its bytes say."""

    incarnation: int
    seq: int
    event: UUID
    kind: str
    hash: bytes
    previous: bytes
    body: bytes
    signature: bytes
    fields: dict[str, Any]
    payload: dict[str, Any]

    @property
    def spends(self) -> list[tuple[UUID, int]]:
        """Which units of which leases it takes."""
        return [(UUID(each["lease"]), each["units"]) for each in self.fields.get("spends", [])]


@dataclass(slots=True)
class Book:
    """What a journal held when it was last read, and what was wrong with it."""

    events: dict[tuple[int, int], Written] = field(default_factory=dict)
    by_id: dict[UUID, Written] = field(default_factory=dict)
    granted: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    anchors: dict[int, int] = field(default_factory=dict)
    """Up to which event the journal has let each life's events go."""
    read_to: int = 0
    problems: list[str] = field(default_factory=list)
    keys: dict[int, bytes] = field(default_factory=dict)
    acks_seen: int = 0
    """How many acknowledgements to people were compared with this book."""
    changed: bool = True
    """Whether the journal may hold anything else than when it was read before."""
    _connection: Any = None
    _changes: int = -1
    _taken: Counter[UUID] = field(default_factory=Counter)

    def carry(self, before: "Book", connection: Any) -> None:
        """Take over what an earlier reading knows of events that the journal has let go since."""
        for incarnation, position, digest in connection.execute(
            "SELECT incarnation, position, hash FROM anchors ORDER BY incarnation"
        ).fetchall():
            seq = position & ((1 << SEQ_BITS) - 1)
            known = [before.events.get((incarnation, each)) for each in range(1, seq + 1)]
            whole = [each for each in known if each is not None]
            if len(whole) != seq or whole[-1].hash != digest:
                self.problems.append(f"life {incarnation} has let go of {seq} events, which are not its own")
            for each in whole:
                self._keep(each)
            self.keys[incarnation] = before.keys.get(incarnation, b"")

    def of_a_copy(self) -> "Book":
        """Return what is known of a copy of this journal that nobody has opened: also events let go since."""
        return Book(events=dict(self.events), by_id=dict(self.by_id), keys=dict(self.keys))

    def learn(self, other: "Book") -> None:
        """Know what another journal held, whose events are read in here: the next reading says which came over."""
        self.events = {**other.events, **self.events}
        self.by_id = {**other.by_id, **self.by_id}
        self.keys = {**other.keys, **self.keys}

    def read_on(self, connection: Any) -> list[Written]:
        """Read what has come since; return it."""
        # The connection itself is kept: another one that takes its place in memory must not pass for it.
        changes = connection.total_changes
        self.changed = connection is not self._connection or changes != self._changes
        if not self.changed:
            return []
        self._connection, self._changes = connection, changes
        rows = connection.execute(
            "SELECT position, event, hash, body, signature FROM events WHERE position > ? ORDER BY position",
            (self.read_to,),
        ).fetchall()
        new = [self._take(*row) for row in rows]
        for incarnation, position in connection.execute(
            "SELECT incarnation, position FROM anchors"
        ).fetchall():
            self.anchors[incarnation] = position & ((1 << SEQ_BITS) - 1)
        for lease, body in connection.execute("SELECT lease, body FROM leases").fetchall():
            if UUID(bytes=lease) not in self.granted:
                self.granted[UUID(bytes=lease)] = json.loads(body)
        return new

    def has_let_go(self, written: Written) -> bool:
        """Whether an event is not in the journal any more."""
        return written.seq <= self.anchors.get(written.incarnation, 0)

    def spent(self, lease: UUID) -> int:
        """Return how many units of a lease the events take."""
        return self._taken[lease]

    def taken(self) -> Counter[UUID]:
        """Return how many units of every lease the events take."""
        return self._taken

    def _take(self, position: int, event: bytes, digest: bytes, body: bytes, signature: bytes) -> Written:
        incarnation, seq = position >> SEQ_BITS, position & ((1 << SEQ_BITS) - 1)
        written = read_event(body, signature)
        before = self.events.get((incarnation, seq - 1))
        previous = GENESIS if before is None else before.hash
        where = f"event {incarnation}/{seq}"
        if (written.incarnation, written.seq) != (incarnation, seq):
            self.problems.append(f"{where} says it is {written.incarnation}/{written.seq}")
        if written.event.bytes != event or written.hash != digest:
            self.problems.append(f"{where} is filed under another id or hash than its bytes have")
        if written.previous != previous or (before is None and seq != 1):
            self.problems.append(f"{where} does not follow the event before it")
        if written.event in self.by_id:
            self.problems.append(f"{where} has the id of another event")
        if seq == 1:
            self.keys[incarnation] = bytes.fromhex(written.payload["public_key"])
        if not is_signed(self.keys.get(incarnation, b""), written.hash, signature):
            self.problems.append(f"{where} does not carry its till's signature")
        self._keep(written)
        self.read_to = position
        return written

    def _keep(self, written: Written) -> None:
        self.events[written.incarnation, written.seq] = written
        self.by_id[written.event] = written
        for lease, units in written.spends:
            self._taken[lease] += units


@lru_cache(MAX_READ)
def read_event(body: bytes, signature: bytes) -> Written:
    """Read an event from its bytes."""
    fields = json.loads(body)
    return Written(
        incarnation=fields["incarnation"],
        seq=fields["seq"],
        event=UUID(fields["event"]),
        kind=fields["kind"],
        hash=hashlib.sha256(HASH_TAG + body).digest(),
        previous=bytes.fromhex(fields["previous"]),
        body=body,
        signature=signature,
        fields=fields,
        payload=fields["payload"],
    )


@lru_cache(MAX_READ)
def is_signed(public: bytes, digest: bytes, signature: bytes) -> bool:
    """Whether a till's key signed this hash."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, EVENT_TAG + digest)
    except (InvalidSignature, ValueError):
        return False
    return True
