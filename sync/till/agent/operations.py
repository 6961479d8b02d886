"""Units asked for on the spot: from before the question is sent until it is known what became of it.

A question is durable before it leaves the till. Whoever finds it unanswered, after a time-out or after a
crash, asks again under the same operation id; a grant that comes too late for its sale goes back unspent.
"""

import threading
from uuid import UUID

from sync.protocol.leases import Grant, LeaseReply, LeaseRequest, LimitKind, SignedGrant
from sync.protocol.wire import WireError, read_canonical
from sync.till.agent.enrolled import enrolled
from sync.till.clock import Clock
from sync.till.journal.pending import Pending
from sync.till.outcomes import not_central
from sync.till.till import Till
from sync.till.worker import FilesPort

MAX_UNANSWERED = 256
"""With so many questions open the till asks nothing new on the spot, until some are settled."""
HOLD_MS = 15 * 60 * 1000
"""How long a sale may sit on a grant that it asked for; then it goes back as if the sale were cancelled."""


class Operations:
    """The open questions of one till. Safe to use from several threads."""

    def __init__(self, till: Till, files: FilesPort, clock: Clock) -> None:
        """Take the till whose journal keeps the questions."""
        self._till = till
        self._files = files
        self._clock = clock
        self._pending = Pending(till.journal)
        self._lock = threading.Lock()
        self._in_use: dict[UUID, int] = {}

    def begin(
        self, kind: LimitKind, subject: int, *, guest: int = 0, units: int = 1, sale_bound: bool
    ) -> LeaseRequest | None:
        """Write a new question down, durably; None when too many are open."""
        return self._files.call(
            lambda: self._write(kind, subject, guest=guest, units=units, sale_bound=sale_bound)
        )

    def settle(self, request: LeaseRequest, reply: LeaseReply, *, wanted: bool) -> None:
        """Store a grant; unless it is still wanted, close it at once. Then strike the question out."""
        self._files.call(lambda: self._settle(request, reply, wanted=wanted))

    def strike_out(self, request: LeaseRequest) -> None:
        """Forget a question that nothing can come of."""
        self._files.call(lambda: self._pending.remove(request.operation))
        self.put_down(request.operation)

    def put_down(self, operation: UUID) -> None:
        """Say that no sale waits for this question, or holds its grant, any more."""
        with self._lock:
            self._in_use.pop(operation, None)

    def in_use(self, operation: UUID | None) -> bool:
        """Whether a sale holds, at the moment, what was asked for under this operation."""
        with self._lock:
            return operation in self._in_use

    def unanswered(self) -> list[LeaseRequest]:
        """Return the questions that nobody is waiting for any more, oldest first."""
        requests = self._files.call(self._pending.all)
        with self._lock:
            oldest_ms = self._clock.boottime_ms() - HOLD_MS
            self._in_use = {which: since for which, since in self._in_use.items() if since >= oldest_ms}
            return [request for request in requests if request.operation not in self._in_use]

    def give_back(self, lease: UUID, why: str) -> bool:
        """Close a lease that a sale holds; return whether it was still open."""
        return self._files.call(lambda: self._give_back(lease, why))

    def _write(
        self, kind: LimitKind, subject: int, *, guest: int, units: int, sale_bound: bool
    ) -> LeaseRequest | None:
        if len(self._pending.all()) >= MAX_UNANSWERED:
            return None
        request = LeaseRequest(
            incarnation=enrolled(self._till).incarnation,
            operation=self._till.journal.new_event_id(),
            kind=kind,
            subject=subject,
            guest=guest,
            units=units,
            sale_bound=sale_bound,
        )
        with self._lock:
            self._in_use[request.operation] = self._clock.boottime_ms()
        self._pending.add(request)
        return request

    def _settle(self, request: LeaseRequest, reply: LeaseReply, *, wanted: bool) -> None:
        """On the files' thread. The order lets a crash at any point only repeat what is harmless."""
        if reply.grant is not None:
            grant = _read_grant(reply.grant, request)
            stored = self._till.journal.store_grants([reply.grant])
            if stored.refused:
                raise not_central(f"its grant is not valid ({stored.refused[0]})")
            if not wanted:
                self._till.journal.close_lease(grant.lease, "late")
        if reply.grant is None or not wanted:
            self.put_down(request.operation)
        self._pending.remove(request.operation)

    def _give_back(self, lease: UUID, why: str) -> bool:
        held = self._till.journal.lease(lease)
        if held is None:
            return False
        if held.operation is not None:
            self.put_down(held.operation)
        return self._till.journal.close_lease(lease, why) is not None


def _read_grant(signed: SignedGrant, request: LeaseRequest) -> Grant:
    try:
        grant = read_canonical(signed.body, Grant)
    except WireError as error:
        raise not_central("its grant cannot be read") from error
    if grant.operation != request.operation:
        raise not_central("its grant answers another question")
    return grant
