"""Questions that were asked on the spot and whose answer is not known: kept with the journal, durably."""

from uuid import UUID

from sync.protocol.leases import LeaseRequest
from sync.protocol.wire import canonical, read_canonical
from sync.till.journal.journal import Journal

NOTE = "pending_operations"


class Pending:
    """The open questions, oldest first. Their number is bounded by who adds them."""

    def __init__(self, journal: Journal) -> None:
        """Take the journal that keeps them among its notes."""
        self._journal = journal

    def all(self) -> list[LeaseRequest]:
        """Return every open question."""
        text = self._journal.note(NOTE)
        return [] if text is None else read_canonical(text.encode(), list[LeaseRequest])

    def add(self, request: LeaseRequest) -> None:
        """Write a question down; it is on disk when this returns."""
        self._keep([*self.all(), request])

    def remove(self, operation: UUID) -> None:
        """Strike a question out; one that is not there is no error."""
        requests = self.all()
        left = [request for request in requests if request.operation != operation]
        if len(left) != len(requests):
            self._keep(left)

    def _keep(self, requests: list[LeaseRequest]) -> None:
        self._journal.set_note(NOTE, canonical(requests).decode() if requests else None)
