"""What is handed to the journal, and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from msgspec import Struct

from sync.protocol.event import Restore, Spend
from sync.protocol.payloads import Payload

WithReceipt = Callable[[int], Payload]
"""Makes the payload from the receipt number, which is taken inside the same transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event to be: what happened, who did it, and the units it takes from leases.

    ``payload`` is the payload itself, or a function that makes it from the next receipt number (then one
    number is used up by this entry). ``event`` presets the event's id, so that another entry of the same
    commit can name it; without it a new one is made. ``restores`` are units that the event gives back: those of
    this till's own open leases go back into them in the same transaction.
    """

    payload: Payload | WithReceipt
    staff: int | None = None
    spends: tuple[Spend, ...] = ()
    restores: tuple[Restore, ...] = ()
    event: UUID | None = None


class Committed(Struct, frozen=True, kw_only=True):
    """An event that is on disk. ``at_ms`` is its trusted instant; ``receipt`` its number, if it took one."""

    event: UUID
    seq: int
    hash: bytes
    at_ms: int
    kind: str
    receipt: int | None = None


class JournalStatus(Struct, frozen=True, kw_only=True):
    """How the journal stands.

    ``last_seq`` is of the current incarnation; ``applied`` and ``safe`` are central's two watermarks for
    it. ``unsettled`` counts events of all incarnations that central has not acknowledged, the oldest of
    them stamped ``oldest_unsettled_ms`` (trusted time). ``stopped`` is why nothing more is written.
    """

    enrolled: bool
    incarnation: int
    last_seq: int
    applied: int
    safe: int | None
    unsettled: int
    oldest_unsettled_ms: int | None
    next_receipt: int
    stopped: str | None = None


class Recent(Struct, frozen=True, kw_only=True):
    """One of the till's own events, decoded for a screen or a receipt. ``incarnation`` is the life it lies in."""

    committed: Committed
    payload: Payload | None
    staff: int | None
    settled: bool
    incarnation: int = 0


class Verification(Struct, frozen=True, kw_only=True):
    """What a full check found. ``first_bad_seq`` lies in ``incarnation``; both None when the file itself is hurt."""

    ok: bool
    events: int
    problem: str | None = None
    incarnation: int | None = None
    first_bad_seq: int | None = None


class Reopened(Struct, frozen=True, kw_only=True):
    """What was found after a failed commit: ``recorded`` None when nothing was under way.

    ``recorded`` True: the events are in the journal, durable, and stand. False: they are not, and nothing
    was taken. ``sentence`` says it to the cashier.
    """

    recorded: bool | None
    events: tuple[UUID, ...]
    sentence: str
