"""What the journal takes from central's answers: how far each life is held, and what follows from it."""

import logging
from collections.abc import Sequence

from sync.protocol.contact import Life
from sync.protocol.upload import Ack, Batch
from sync.till.journal import lives as lives_book
from sync.till.journal import notes, pruning, settling
from sync.till.journal.file import COPIED, FOR_GOOD, ROLLED_BACK, Stop
from sync.till.journal.guests import JournalGuests

ENDED = "ended"
"""The note that keeps why this life of the till is over."""

log = logging.getLogger(__name__)


class JournalHearing(JournalGuests):
    """Keeps central's word. Nothing here writes an event."""

    def acknowledge(self, ack: Ack, *, incarnation: int | None = None) -> None:
        """Keep how far central holds an incarnation (the current one when not named).

        When central holds events that this file does not have, the file is an older copy: its leases may
        have been spent already, so the journal stops until the till is enrolled anew. So it does when central
        goes on with another machine's copy of it (``branch``).
        """
        current = 0 if self.identity is None else self.identity.incarnation
        of = current if incarnation is None else incarnation

        def keep() -> Stop | None:
            ahead = settling.keep_ack(self._connection, ack, of)
            if of != current or not (ahead or ack.branch):
                return None
            ending = ROLLED_BACK if ahead else COPIED
            notes.write(self._connection, ENDED, ending.reason)
            return ending

        ending = self._file.write(keep, essential=True)
        if ending is not None:
            log.error("the office holds event %s on branch %s: this file is a copy", ack.applied, ack.branch)
            self._file.stop_for_good(ending)

    def keep_lives(self, lives: Sequence[Life], *, known: dict[int, int], epoch: str) -> None:
        """Keep central's marks of every life of this till, and the epoch in which it gave them."""

        def keep() -> None:
            lives_book.keep_lives(self._connection, lives, known=known)
            lives_book.keep_epoch(self._connection, epoch)

        self._file.write(keep)

    def find_damage(self, batch: Batch) -> list[int]:
        """Look which events of a batch that central cannot read are damaged here; they then go up as such."""
        return self._file.write(
            lambda: lives_book.find_damage(
                self._connection, batch.incarnation, from_seq=batch.from_seq, count=len(batch.events)
            )
        )

    def prune(self) -> int:
        """Let some old events go that are safe in a backup; return how many. For idle moments.

        Only once central has confirmed the time since this machine was started: by a wall clock that is a year
        ahead everything would be old.
        """
        if self._file.stopped is not None or not self.time.anchored():
            return 0
        return self._file.write(lambda: pruning.prune(self._connection, now_ms=self.time.now().at_ms))

    def ended(self) -> str | None:
        """Return why only a new life of this till can go on: a reason of ``FOR_GOOD``, or None."""
        stopped = self._file.stopped
        return stopped.reason if stopped is not None and stopped.reason in FOR_GOOD else None
