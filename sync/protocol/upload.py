"""Up: batches of events, and what central says of them."""

from uuid import UUID

import msgspec

from sync.protocol.event import SignedEvent

MAX_BATCH_EVENTS = 500
MAX_GUEST_KEYS = 1_000
"""Of the events themselves, and of as many that came before."""
MAX_BATCH_BYTES = 4 * 1024 * 1024


class Anchor(msgspec.Struct, frozen=True, kw_only=True):
    """A till's word that it has let go of its events up to ``seq``; ``hash`` is that of the last of them.

    ``proof`` is its signature over this with an empty proof.
    """

    network: int
    till: int
    incarnation: int
    seq: int
    hash: bytes
    proof: bytes = b""


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Consecutive events of one incarnation; the first one has ``from_seq``.

    ``epoch`` is the newest that central named to this till ("": a till that knows of none). ``damaged`` are the
    seqs whose bytes the till itself found damaged: they go up as they are, so that they stop nothing; ``last_hash`` is the hash of the last event when that is one of
    them, as the event behind it will name it. With an ``anchor`` central wants
    events that are not here any more: the line begins behind it. ``guest_keys`` are the sealed keys, by event, of
    what these events say of guests, and of guests of whom this till has not yet heard from central.
    """

    incarnation: int
    from_seq: int
    events: tuple[SignedEvent, ...]
    epoch: str = ""
    damaged: tuple[int, ...] = ()
    last_hash: bytes = b""
    anchor: Anchor | None = None
    guest_keys: dict[UUID, bytes] = {}


class Ack(msgspec.Struct, frozen=True, kw_only=True):
    """What central holds of this incarnation, answered only after its COMMIT.

    ``applied``: every seq up to and including this is stored, but for what a person accepted as lost. ``safe``: up to here it would survive the
    loss of central's disk; None where no backup is configured. ``want``: the seq to send next (it lies
    below ``from_seq`` after a gap). ``cases``: how many of these events became a case for a person.
    ``epoch`` names this life of central's database; with ``relist`` nothing of this batch was stored, because
    central first needs this till's leases listed again. ``branch`` above 0: another machine goes on with a copy
    of this journal, and what this one recorded since is kept beside it. ``lacking`` above 0: nobody has the events
    from ``want`` up to this one any more, and nothing of this batch was stored, until a person accepts that.
    """

    applied: int
    want: int
    safe: int | None = None
    cases: int = 0
    server_ms: int = 0
    epoch: str = ""
    relist: bool = False
    branch: int = 0
    lacking: int = 0
