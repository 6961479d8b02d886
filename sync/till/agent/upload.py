"""Up: what the journal holds and central does not have yet."""

from collections.abc import Callable

import msgspec

from sync.protocol.keys import Purpose
from sync.protocol.problems import ProblemType
from sync.protocol.upload import MAX_BATCH_BYTES, MAX_BATCH_EVENTS, Ack, Batch
from sync.protocol.wire import canonical
from sync.till.agent.board import RELIST_AWAITED, Board
from sync.till.office import Office, OfficeError, Refused
from sync.till.till import Till
from sync.till.worker import FilesPort

IDLE_MS = 5_000
"""How often to look for events even when nobody nudged."""
GROW_AFTER = 8
"""Batches taken in a row before a halved one is tried at twice its size."""
MAX_STUCK = 3
"""Answers without progress in a row before the upload is called stuck."""


class Upload:
    """Hands over batch after batch. It waits for nothing but central's answer to its own batch."""

    name = "upload"

    def __init__(self, till: Till, files: FilesPort, office: Office, board: Board) -> None:
        """Take what one till is made of."""
        self._till = till
        self._files = files
        self._office = office
        self._board = board
        self.on_settled: Callable[[], None] | None = None
        """Called when central has taken what was sent to it."""
        self.on_relist: Callable[[], None] | None = None
        """Called when central must hear of this till's leases before it takes any event."""
        self._max_events = MAX_BATCH_EVENTS
        self._held = False
        self._taken = 0
        self._stuck = 0

    def step(self) -> int:
        """Send one batch, if anything waits."""
        self.glance()
        batch = self._files.call(self._next)
        if batch is None:
            return IDLE_MS
        try:
            ack = self._office.journal(batch)
        except Refused as error:
            if error.problem.type == ProblemType.BATCH_BROKEN and self._damaged(batch):
                return 0
            self._shrink(error)
            return 0
        if ack.relist:
            return self._wait_for_listing()
        self._board.heard(self.name)
        self._held = False
        if ack.lacking:
            raise _pruned(ack)
        self._check(batch, ack)
        self._files.call(lambda: self._till.journal.acknowledge(ack, incarnation=batch.incarnation))
        self._grow()
        if self.on_settled is not None:
            self.on_settled()
        return 0

    def glance(self) -> None:
        """Tell the board what waits."""
        status = self._files.call(self._till.journal.status)
        now_ms = self._till.time.now().at_ms
        self._board.note_journal(
            unsettled=status.unsettled, oldest_ms=status.oldest_unsettled_ms, now_ms=now_ms
        )

    def _wait_for_listing(self) -> int:
        """Have the leases listed that a restored central asks for first, and look again soon.

        Asked for once: should contact not bring it about, the regular one comes in its time. A machine whose place
        another has taken cannot list any more, and its events wait for that other one: then a person is told.
        """
        if self._held:
            self._board.missed(self.name, _awaited())
        else:
            self._board.heard(self.name)
            if self.on_relist is not None:
                self.on_relist()
        self._held = True
        return IDLE_MS

    def _next(self) -> Batch | None:
        batch = self._till.journal.unsettled(self._max_events, MAX_BATCH_BYTES)
        if batch is None or batch.anchor is None:
            return batch
        proof = self._till.signing_key.sign(Purpose.ANCHOR, canonical(batch.anchor))
        return msgspec.structs.replace(batch, anchor=msgspec.structs.replace(batch.anchor, proof=proof))

    def _shrink(self, error: Refused) -> None:
        """Halve the batch when it is too large for something on the way; a single event cannot shrink."""
        if error.problem.type != ProblemType.TOO_LARGE or self._max_events == 1:
            raise error
        self._max_events //= 2
        self._taken = 0

    def _grow(self) -> None:
        """Double a halved batch again after some were taken: what was too narrow may have been one bad hour."""
        self._taken += 1
        if self._taken >= GROW_AFTER:
            self._taken = 0
            self._max_events = min(MAX_BATCH_EVENTS, self._max_events * 2)

    def _damaged(self, batch: Batch) -> bool:
        """Whether this till finds damage in the batch that it did not know of; it then goes up as that."""
        found = self._files.call(lambda: self._till.journal.find_damage(batch))
        return not set(found) <= set(batch.damaged)

    def _check(self, batch: Batch, ack: Ack) -> None:
        """Refuse an answer that cannot be, and notice when central's answers lead nowhere."""
        status = self._files.call(self._till.journal.status)
        if batch.incarnation == status.incarnation and ack.applied > status.last_seq:
            raise OfficeError(
                "journal_behind",
                f"Central holds {ack.applied} events of this till, its journal {status.last_seq}: these files "
                "are an older copy.",
                "Enrol this till again; keep its folder until the office has looked at the case.",
            )
        self._stuck = 0 if ack.applied >= batch.from_seq else self._stuck + 1
        if self._stuck > MAX_STUCK:
            raise OfficeError(
                "upload_stuck",
                f"Central does not take this till's events from number {batch.from_seq} on.",
                "They are safe on this till. Tell the office.",
            )


def _awaited() -> OfficeError:
    return OfficeError(
        RELIST_AWAITED,
        "The office was put back to an older state: before it takes what is recorded here, the machine that works as "
        "this till now must tell it of its leases.",
        "It then goes up by itself. If that machine does not come any more, IT ends the waiting at the office: "
        "admin book-missing.",
    )


def _pruned(ack: Ack) -> OfficeError:
    return OfficeError(
        "events_pruned",
        f"The office was put back to an older state: it lacks this till's events {ack.want} to {ack.lacking}, "
        "which are not on this till any more.",
        "Go on selling: what is newer is safe on this till. IT accepts the loss at the office: admin accept-gap.",
    )
