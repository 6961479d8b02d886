"""Checking a batch against the till's key: chain, signature, journal — and events that the till found damaged.

A damaged event cannot be read, but it stops nothing (DESIGN 5): the event behind it names its hash, and that
one's own signature, or a later one's, stands for it. So the line goes on over the damaged place, and what the
till still has of its bytes is kept there.
"""

import hashlib
from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec

from sync.central.services.journal.item import Scene
from sync.central.services.refusal import Refusal
from sync.protocol.chain import ChainError, Link, verify_batch
from sync.protocol.event import (
    ENVELOPE_VERSION,
    HASH_BYTES,
    Envelope,
    SignedEvent,
    event_hash,
    read_envelope,
    verifies,
)
from sync.protocol.keys import VerifyKey
from sync.protocol.problems import ProblemType
from sync.protocol.wire import WireError

DAMAGED_KIND = "damaged"
"""The kind under which a damaged event is filed; no till writes one."""
_DAMAGED_TAG = b"countersign/damaged/1\0"


class BrokenError(Exception):
    """The event at ``seq`` cannot be what the till has written."""

    def __init__(self, seq: int, event: SignedEvent, problem: str) -> None:
        """Keep the event for its case."""
        super().__init__(problem)
        self.seq = seq
        self.event = event
        self.problem = problem


def hashes_of(
    events: Sequence[SignedEvent], *, from_seq: int, damaged: Collection[int], last_hash: bytes = b""
) -> list[bytes]:
    """Return the hash by which each event is known: its own, or what the next one says of a damaged one.

    Of a damaged last one the till says it (``last_hash``): were that wrong, the next batch would not fit.
    """
    hashes: list[bytes] = []
    following: bytes | None = last_hash if len(last_hash) == HASH_BYTES else None
    for position in reversed(range(len(events))):
        event, own = events[position], event_hash(events[position].body)
        hurt = from_seq + position in damaged and own != following
        hashes.append((following or _stand_in(event, from_seq + position)) if hurt else own)
        following = None if hurt else _named_before(event)
    return hashes[::-1]


def check(
    key: bytes,
    scene: Scene,
    new: Sequence[SignedEvent],
    *,
    previous: bytes,
    from_seq: int,
    damaged: Collection[int],
    last_hash: bytes = b"",
) -> list[Link]:
    """Check what is new. Of a batch that breaks in the middle, what is sound before the break is taken.

    Raises :class:`BrokenError`, or :class:`Refusal` ``version-unknown`` for an envelope of the future.
    """
    if not damaged:
        return _sound(key, scene, new, previous, from_seq, taken=0)[0]
    hashes = hashes_of(new, from_seq=from_seq, damaged=damaged, last_hash=last_hash)
    hurt = [event_hash(event.body) != known for event, known in zip(new, hashes, strict=True)]
    links: list[Link] = []
    while len(links) < len(new):
        start = len(links)
        if hurt[start]:
            links.append(_damaged_link(scene, new[start], hashes[start], previous, from_seq + start))
        else:
            end = next((place for place in range(start, len(new)) if hurt[place]), len(new))
            named = _named_before(new[start]) if start and hurt[start - 1] else None
            run, whole = _sound(key, scene, new[start:end], named or previous, from_seq + start, taken=start)
            links += run
            if not whole:
                break
        previous = links[-1].hash
    return links


def is_damaged(link: Link) -> bool:
    """Whether this event is one that the till itself found damaged."""
    return link.envelope.kind == DAMAGED_KIND and link.envelope.v == 0


def _sound(
    key: bytes, scene: Scene, run: Sequence[SignedEvent], previous: bytes, from_seq: int, *, taken: int
) -> tuple[list[Link], bool]:
    """Return the sound links of a run, and whether that is all of it."""
    verify_key = VerifyKey(key)
    try:
        return _verified(verify_key, scene, run, previous, from_seq), True
    except ChainError as error:
        sound = error.position
        # A changed event is found where the next one names another: so each one's own signature counts here.
        while sound and not verifies(verify_key, run[sound - 1]):
            sound -= 1
        if sound or taken:
            return (_verified(verify_key, scene, run[:sound], previous, from_seq) if sound else []), False
        problem = "its signature was not made by this till's key" if error.position else error.problem
        raise BrokenError(from_seq, run[0], problem) from error


def _verified(
    key: VerifyKey, scene: Scene, run: Sequence[SignedEvent], previous: bytes, from_seq: int
) -> list[Link]:
    links = verify_batch(key, run, previous=previous, from_seq=from_seq)
    ours = (scene.network, scene.till, scene.incarnation)
    for position, link in enumerate(links):
        envelope = link.envelope
        if envelope.v > ENVELOPE_VERSION:
            raise Refusal(
                ProblemType.VERSION_UNKNOWN,
                f"This office does not know envelopes of version {envelope.v}.",
                "Update central; the till keeps its events.",
            )
        if (envelope.network, envelope.till, envelope.incarnation) != ours:
            raise ChainError(position, "it belongs to another journal")
    return links


def _named_before(event: SignedEvent) -> bytes | None:
    try:
        return bytes.fromhex(read_envelope(event.body).previous)
    except (WireError, ValueError):
        return None


def _damaged_link(scene: Scene, event: SignedEvent, known: bytes, previous: bytes, seq: int) -> Link:
    """Stand in for an event that cannot be read; nothing of what its bytes claim is taken for true."""
    envelope = Envelope(
        network=scene.network,
        till=scene.till,
        incarnation=scene.incarnation,
        seq=seq,
        event=UUID(bytes=_stand_in(event, seq)[:16]),
        kind=DAMAGED_KIND,
        kind_version=0,
        previous=previous.hex(),
        wall_ms=0,
        trusted_ms=0,
        uncertainty_ms=0,
        monotonic_ms=0,
        boot="",
        cursor=("", 0),
        payload=msgspec.Raw(b"null"),
        v=0,
    )
    return Link(envelope, event, known)


def _stand_in(event: SignedEvent, seq: int) -> bytes:
    return hashlib.sha256(_DAMAGED_TAG + seq.to_bytes(8, "big") + event.body + event.signature).digest()
