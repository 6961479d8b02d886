"""The regular contact: the till says how it is, takes what central lists, and gives back what it need not keep."""

import shutil
from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from msgspec import Struct

from sync.protocol.contact import MAX_WANTS, Contact, ContactReply, Want
from sync.protocol.guest_data import guest_id_of
from sync.protocol.leases import LimitKind, SignedGrant
from sync.protocol.problems import ProblemType
from sync.protocol.upload import Ack, Batch
from sync.till.agent.board import Board
from sync.till.agent.lives import Lives
from sync.till.agent.operations import Operations
from sync.till.case_box import keep_cases, known_cases, read_cases
from sync.till.clock import Clock
from sync.till.journal.guests import GuestsAsked
from sync.till.journal.lease_review import LowLimit
from sync.till.office import Mismatch, Office, OfficeError, Refused
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
CLOSED_AT_ONCE = 50
"""Leases given back in one transaction: a sale waits for one of these at most."""

_OUT = {ProblemType.TILL_REVOKED, ProblemType.TILL_FENCED}
_DEMANDED = (LimitKind.USES, LimitKind.GUEST_USES, LimitKind.POINTS)
"""Kinds that are leased ahead by demand. Allowances are topped up by central without being asked for."""


class _Report(Struct, frozen=True, kw_only=True):
    contact: Contact
    applied: int
    asked: GuestsAsked


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
        lives: Lives,
        on_news: Callable[[], None],
    ) -> None:
        """``on_news`` is called when there is something to upload: a lease given back is an event.

        ``on_low`` (an attribute) is called when a contact should be made now, because units run low. ``made`` counts whole
        contacts, ``turned_away`` those that are refused because the till is out.
        """
        self.made = 0
        self.turned_away = 0
        self.on_low: Callable[[], None] | None = None
        self._asked_ms: dict[tuple[LimitKind, int, int], int] = {}
        self._unsettleable: set[UUID] = set()
        self._on_news = on_news
        self._till = till
        self._files = files
        self._office = office
        self._board = board
        self._operations = operations
        self._clock = clock
        self._lives = lives

    def step(self) -> int:
        """Make one contact, ask again what stayed unanswered, give back what is not needed."""
        self._lives.renew()
        report = self._files.call(self._report)
        asked_ms = self._clock.boottime_ms()
        try:
            reply = self._office.contact(report.contact)
        except Refused as error:
            if error.problem.type in _OUT:
                self._surrender()
                self._hear_marks()
                # Told before it is counted: who waits for the count reads then why.
                self._board.missed(self.name, error)
                self.turned_away += 1
            if error.problem.type == ProblemType.UNAUTHENTICATED and self._lives.come_back():
                return 0
            raise
        round_trip_ms = self._clock.boottime_ms() - asked_ms
        self._till.time.anchor(reply.server_ms, round_trip_ms)
        self._board.heard(self.name)
        listing = self._files.call(lambda: self._lives.hear(reply))
        if self._files.call(self._till.journal.ended) is not None:
            # Nothing can be recorded before the next contact has brought a new life.
            return 0
        cases = self._files.call(lambda: self._keep_cases(reply))
        if reply.erased is not None:
            self._files.call(partial(self._till.journal.heard_of_guests, report.asked, reply.erased))
        self._store(reply.leases)
        more = self._ask_again()
        self._give_back(reply.recall, idle_ms=reply.idle_ms)
        if self._files.call(lambda: self._compare(report, reply)):
            self._on_news()
        self._board.note_contact(server_ms=reply.server_ms, update_needed=reply.update_needed, cases=cases)
        self.made += 1
        return 0 if more or listing else CONTACT_MS

    def glance(self) -> None:
        """Nothing on the till itself is new to this duty."""

    def look_for_low(self) -> None:
        """Have a contact made now if units run low; call it when central has what was spent.

        What was asked for lately and not given waits for the regular contact.
        """
        if self.on_low is None:
            return
        low = self._files.call(self._low)
        since_ms = self._clock.boottime_ms() - CONTACT_MS
        if any(each.ahead and self._asked_ms.get(_key(each), since_ms) <= since_ms for each in low):
            self.on_low()

    def _low(self) -> list[LowLimit]:
        """On the files' thread: what runs low, once central's books show all that was spent.

        Before, central would take spent units for held ones, and give too few.
        """
        journal = self._till.journal
        return [] if journal.status().unsettled else journal.low_limits(MAX_WANTS)

    def _report(self) -> _Report:
        """On the files' thread: the till's state of health."""
        journal, cache = self._till.journal.status(), self._till.cache.status()
        low = self._low()
        asked = self._till.journal.guests_to_ask()
        asked_ms = self._clock.boottime_ms()
        self._asked_ms = {_key(each): asked_ms for each in low}
        contact = Contact(
            incarnation=journal.incarnation,
            app_version=self._lives.app_version,
            last_seq=journal.last_seq,
            unsettled=journal.unsettled,
            oldest_unsettled_ms=journal.oldest_unsettled_ms,
            feed_epoch=cache.epoch,
            feed_number=cache.number,
            open_leases=tuple(self._till.journal.open_lease_ids()),
            free_disk_bytes=shutil.disk_usage(self._till.home.folder).free,
            cases=known_cases(self._till.journal),
            guests=tuple(map(guest_id_of, asked.events)),
            wants=tuple(
                Want(each.kind, each.subject, each.guest, each.wanted)
                for each in low
                if each.kind in _DEMANDED
            ),
        )
        return _Report(contact=self._lives.tell(contact), applied=journal.applied, asked=asked)

    def _keep_cases(self, reply: ContactReply) -> int:
        """On the files' thread: keep this till's open cases; return how many there are."""
        keep_cases(self._till.journal, reply.cases)
        return read_cases(self._till.journal).mark.open

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
        # Whatever answered wrongly the last time (a proxy, a portal) may be gone: such questions come last.
        waiting = sorted(
            self._operations.unanswered(), key=lambda request: request.operation in self._unsettleable
        )
        for request in waiting[:MAX_ASKED_AGAIN]:
            try:
                reply = self._office.lease(request, wait_ms=ASK_AGAIN_MS)
                self._operations.settle(request, reply, wanted=False)
                self._unsettleable.discard(request.operation)
            except Refused:
                self._operations.strike_out(request)
            except Mismatch as error:
                # It stays written down and is asked with the next contact; the others must not wait for it.
                self._unsettleable.add(request.operation)
                self._board.missed(self.name, error)
        return sum(each.operation not in self._unsettleable for each in waiting) > MAX_ASKED_AGAIN

    def _give_back(self, recalled: Sequence[UUID], *, idle_ms: int) -> None:
        """Close what is recalled, expired, spent or idle, and what was asked for by a sale that is over."""

        def choose() -> dict[UUID, str]:
            journal = self._till.journal
            asked_back = [held for held in map(journal.lease, recalled) if held is not None]
            chosen = {
                held.lease: "recalled" for held in asked_back if not self._operations.in_use(held.operation)
            }
            for over in journal.over_leases(idle_ms=idle_ms, limit=MAX_CLOSED):
                if not self._operations.in_use(over.operation):
                    chosen.setdefault(over.lease, over.why)
            return chosen

        self._close(self._files.call(choose))

    def _surrender(self) -> None:
        """Give every lease back: this till, or this life of it, may not spend any more."""
        leases = self._files.call(self._till.journal.open_lease_ids)
        self._close(dict.fromkeys(leases, "revoked"))
        if leases:
            self._on_news()

    def _hear_marks(self) -> None:
        """Hear how far central holds each life: a contact tells that only to a till in good standing.

        What was acknowledged once and is lacking now, because central was put back to an earlier state, goes up
        again: a fact is taken from every till, whatever else it may not do any more.
        """
        journal = self._till.journal
        for incarnation, known in self._files.call(journal.acked_lives).items():
            try:
                ack = self._office.journal(Batch(incarnation=incarnation, from_seq=known + 1, events=()))
            except OfficeError as error:
                # That this till is out is the greater news; this is asked again with the next contact.
                self._board.missed(self.name, error)
                continue
            if ack.applied < known:
                lower = Ack(applied=ack.applied, want=ack.applied + 1, safe=ack.safe, server_ms=ack.server_ms)
                self._files.call(partial(journal.acknowledge, lower, incarnation=incarnation))
                self._on_news()

    def _close(self, reasons: dict[UUID, str]) -> None:
        """Close leases piece by piece; one that a sale has used up or closed meanwhile is passed over."""
        chosen = list(reasons.items())[:MAX_CLOSED]
        for start in range(0, len(chosen), CLOSED_AT_ONCE):
            piece = dict(chosen[start : start + CLOSED_AT_ONCE])
            self._files.call(partial(self._till.journal.close_leases, piece))


def _key(low: LowLimit) -> tuple[LimitKind, int, int]:
    return (low.kind, low.subject, low.guest)


def _not_valid(why: str) -> Mismatch:
    return not_central(f"it lists a lease that is not valid ({why})")
