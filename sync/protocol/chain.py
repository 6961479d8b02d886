"""The hash chain over one incarnation's events, checked the same way on the till and in the office."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sync.protocol.event import GENESIS, Envelope, SignedEvent, event_hash, read_envelope, verifies
from sync.protocol.keys import VerifyKey
from sync.protocol.wire import WireError


@dataclass(frozen=True, slots=True)
class Link:
    """One verified event: its envelope, its own bytes and the hash that the next one names."""

    envelope: Envelope
    event: SignedEvent
    hash: bytes


class ChainError(Exception):
    """The chain is broken at ``position`` (0-based in what was given); the text says how."""

    def __init__(self, position: int, problem: str) -> None:
        """Name the first event that does not fit."""
        super().__init__(problem)
        self.position = position
        self.problem = problem


def follow(events: Iterable[SignedEvent], *, previous: bytes = GENESIS, from_seq: int = 1) -> Iterator[Link]:
    """Yield each event as a link while bytes, seq and previous hash fit; raise :class:`ChainError`."""
    for position, event in enumerate(events):
        try:
            envelope = read_envelope(event.body)
        except WireError as error:
            raise ChainError(position, f"its bytes cannot be read: {error}") from error
        if envelope.seq != from_seq + position:
            raise ChainError(position, f"seq {envelope.seq} where {from_seq + position} belongs")
        if envelope.previous != previous.hex():
            raise ChainError(position, f"seq {envelope.seq} does not follow the event before it")
        previous = event_hash(event.body)
        yield Link(envelope, event, previous)


def verify_batch(
    key: VerifyKey, events: Sequence[SignedEvent], *, previous: bytes, from_seq: int
) -> list[Link]:
    """Verify a batch: every hash, and the signature over its last event.

    The chain makes that one signature stand for all events before it (DESIGN 5). Each event keeps its
    own signature for receipts and disputes; :func:`verify_each` checks those.
    """
    links = list(follow(events, previous=previous, from_seq=from_seq))
    if links and not verifies(key, links[-1].event):
        raise ChainError(len(links) - 1, "its signature was not made by this till's key")
    return links


def verify_each(key: VerifyKey, events: Sequence[SignedEvent]) -> int | None:
    """Return the position of the first event whose own signature fails, or None."""
    for position, event in enumerate(events):
        if not verifies(key, event):
            return position
    return None
