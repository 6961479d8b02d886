"""The regular contact: the till says how it is, takes what central lists, and gives back what it need not keep."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from sync.protocol.contact import Contact, ContactReply
from sync.protocol.leases import SignedGrant
from sync.protocol.upload import Ack
from sync.till.agent.board import Board
from sync.till.agent.operations import Operations
from sync.till.clock import Clock
from sync.till.journal.held import HeldLease
from sync.till.office import Mismatch, Office, Refused
from sync.till.outcomes import not_central
from sync.till.till import Till
from sync.till.worker import FilesPort

CONTACT_MS = 30_000
ASK_AGAIN_MS = 2_000
"""How long central may take to answer a question that is asked again; no guest waits for it."""
MAX_ASKED_AGAIN = 16
"""Questions asked again in one contact, so that contact itself is never late for them."""
GRANTS_AT_ONCE = 100
"""Grants stored in one piece of work, so that a sale waits for the files a few milliseconds at most."""
MAX_CLOSED = 500
"""Leases given back in one contact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Report:
    contact: Contact
    applied: int


class Contacts:
    """Speaks with central every half minute."""

    name = "contact"

    def __init__(
        self,
        till: Till,
        files: FilesPort,
        office: Office,
        board: Board,
        operations: Operations,
        *,
        clock: Clock,
        app_version: str,
        on_news: Callable[[], None],
    ) -> None:
        """``on_news`` is called when there is something to upload: a lease given back is an event."""
        self.made = 0
        self._unsettleable: set[UUID] = set()
        self._on_news = on_news
        self._till = till
        self._files = files
        self._office = office
        self._board = board
        self._operations = operations
        self._clock = clock
        self._app_version = app_version

    def step(self) -> int:
        """Make one contact, ask again what stayed unanswered, give back what is not needed."""
        report = self._files.call(self._report)
        asked_ms = self._clock.boottime_ms()
        reply = self._office.contact(report.contact)
        round_trip_ms = self._clock.boottime_ms() - asked_ms
        self._till.time.anchor(reply.server_ms, round_trip_ms)
        self._board.heard(self.name)
        self._store(reply.leases)
        more = self._ask_again()
        self._files.call(lambda: self._give_back(reply.recall))
        if self._files.call(lambda: self._compare(report, reply)):
            self._on_news()
        self._board.note_contact(server_ms=reply.server_ms, update_needed=reply.update_needed)
        self.made += 1
        return 0 if more else CONTACT_MS

    def glance(self) -> None:
        """Nothing on the till itself is new to this duty."""

    def _report(self) -> _Report:
        """On the files' thread: the till's state of health."""
        journal, cache = self._till.journal.status(), self._till.cache.status()
        contact = Contact(
            incarnation=journal.incarnation,
            app_version=self._app_version,
            last_seq=journal.last_seq,
            unsettled=journal.unsettled,
            oldest_unsettled_ms=journal.oldest_unsettled_ms,
            feed_epoch=cache.epoch,
            feed_number=cache.number,
            open_leases=tuple(self._till.journal.open_lease_ids()),
            free_disk_bytes=shutil.disk_usage(self._till.home.folder).free,
        )
        return _Report(contact=contact, applied=journal.applied)

    def _compare(self, report: _Report, reply: ContactReply) -> bool:
        """On the files' thread: keep the time, and see what central lacks; return whether anything.

        Central that holds less than it had acknowledged was restored from a backup: it gets that again.
        Only what had been acknowledged before this contact was sent counts, for an upload may overtake it.
        """
        journal = self._till.journal
        journal.keep_marks()
        if reply.applied < report.applied:
            journal.acknowledge(
                Ack(applied=reply.applied, want=reply.applied + 1, safe=reply.safe, server_ms=reply.server_ms)
            )
        return journal.status().unsettled > 0

    def _store(self, grants: Sequence[SignedGrant]) -> None:
        """Store what central lists, piece by piece."""
        for start in range(0, len(grants), GRANTS_AT_ONCE):
            piece = grants[start : start + GRANTS_AT_ONCE]
            stored = self._files.call(partial(self._till.journal.store_grants, piece))
            if stored.refused:
                # Worth a person's attention, but no reason to keep the other leases from anybody.
                self._board.missed(self.name, _not_valid(stored.refused[0]))

    def _ask_again(self) -> bool:
        """Settle questions that nobody waits for any more; return whether to go on with more at once."""
        waiting = [each for each in self._operations.unanswered() if each.operation not in self._unsettleable]
        for request in waiting[:MAX_ASKED_AGAIN]:
            try:
                reply = self._office.lease(request, wait_ms=ASK_AGAIN_MS)
                self._operations.settle(request, reply, wanted=False)
            except Refused:
                self._operations.strike_out(request)
            except Mismatch as error:
                # It stays written down, and the next process asks once more; the others must not wait for it.
                self._unsettleable.add(request.operation)
                self._board.missed(self.name, error)
        return len(waiting) > MAX_ASKED_AGAIN

    def _give_back(self, recalled: Sequence[UUID]) -> None:
        """On the files' thread: close what is recalled, expired, or was asked for by a sale that is over."""
        journal = self._till.journal
        asked_back = [held for held in map(journal.lease, recalled) if held is not None]
        now_ms = self._till.time.now().at_ms
        reasons = [(held, "recalled") for held in asked_back]
        reasons += [(held, _why_passing(held, now_ms)) for held in journal.passing_leases()]
        free = [(held.lease, why) for held, why in reasons if not self._operations.in_use(held)]
        for lease, why in free[:MAX_CLOSED]:
            # Closing one twice changes nothing: it may be recalled and expired at once.
            journal.close_lease(lease, why)


def _not_valid(why: str) -> Mismatch:
    return not_central(f"it lists a lease that is not valid ({why})")


def _why_passing(held: HeldLease, now_ms: int) -> str:
    expired = held.expires_ms is not None and held.expires_ms <= now_ms
    return "expired" if expired else "unused"
