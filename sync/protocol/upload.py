"""Up: batches of events, and what central says of them."""

import msgspec

from sync.protocol.event import SignedEvent

MAX_BATCH_EVENTS = 500
MAX_BATCH_BYTES = 4 * 1024 * 1024


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Consecutive events of one incarnation; the first one has ``from_seq``.

    ``epoch`` is the newest that central named to this till ("": a till that knows of none). ``damaged`` are the
    seqs whose bytes the till itself found damaged: they go up as they are, so that they stop nothing.
    """

    incarnation: int
    from_seq: int
    events: tuple[SignedEvent, ...]
    epoch: str = ""
    damaged: tuple[int, ...] = ()


class Ack(msgspec.Struct, frozen=True, kw_only=True):
    """What central holds of this incarnation, answered only after its COMMIT.

    ``applied``: every seq up to and including this is stored. ``safe``: up to here it would survive the
    loss of central's disk; None where no backup is configured. ``want``: the seq to send next (it lies
    below ``from_seq`` after a gap). ``cases``: how many of these events became a case for a person.
    ``epoch`` names this life of central's database; with ``relist`` nothing of this batch was stored, because
    central first needs this till's leases listed again. ``branch`` above 0: another machine goes on with a copy
    of this journal, and what this one recorded since is kept beside it.
    """

    applied: int
    want: int
    safe: int | None = None
    cases: int = 0
    server_ms: int = 0
    epoch: str = ""
    relist: bool = False
    branch: int = 0
