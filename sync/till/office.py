"""The port to the office: what the till may ask of central, and the three ways in which it may fail.

The agent knows only :class:`Office`; :mod:`sync.till.http_office` speaks it over HTTP, the simulation puts
its own network behind it. Every call may be repeated: nothing that was asked twice happens twice.
"""

from typing import Protocol

from sync.protocol.comparison import Comparison
from sync.protocol.contact import Contact, ContactReply
from sync.protocol.enrolment import EnrolReply, EnrolRequest, ReadmitReply, ReadmitRequest, RenewRequest
from sync.protocol.feed import FeedPage, SignedManifest
from sync.protocol.leases import LeaseReply, LeaseRequest
from sync.protocol.problems import Problem
from sync.protocol.sales import SaleRequest, SalesReply
from sync.protocol.upload import Ack, Batch
from sync.rules.user_error import UserError


class OfficeError(UserError):
    """The office did not do what it was asked. Nothing is lost: the till keeps what it has."""


class Unreachable(OfficeError):
    """No answer, or "not now": try again later.

    ``sent`` tells whether the request may have been heard. When False it certainly never arrived, so that
    nothing can have come of it. ``retry_ms`` is how long central wants to be left alone with it; 0 when it was not central that answered.
    """

    def __init__(
        self, reason: str, sentence: str, advice: str = "", *, sent: bool = True, retry_ms: int = 0
    ) -> None:
        """Say what did not answer."""
        super().__init__(reason, sentence, advice)
        self.sent = sent
        self.retry_ms = retry_ms


class Refused(OfficeError):
    """Central answered, and said no. ``problem`` is its answer; ``problem.type`` is stable."""

    def __init__(self, problem: Problem, sentence: str, advice: str = "") -> None:
        """Take the stable identifier from the problem's type."""
        super().__init__(problem.type.rpartition(":")[2].replace("-", "_"), sentence, advice)
        self.problem = problem


class InMaking(OfficeError):
    """Central is still making what was asked for: ``done`` of ``whole`` (both 0 when it does not know)."""

    def __init__(self, sentence: str, advice: str, *, retry_ms: int, done: int, whole: int) -> None:
        """Say when to ask again."""
        super().__init__("snapshot_in_making", sentence, advice)
        self.retry_ms = retry_ms
        self.done = done
        self.whole = whole


class Mismatch(OfficeError):
    """What answered is not the central office that this till understands.

    Another version, a proxy's or portal's page, a certificate that does not fit, bytes that are no message.
    """


class Office(Protocol):
    """Central as one till sees it. All methods raise :class:`OfficeError` and nothing else for failures."""

    def enrol(self, request: EnrolRequest) -> EnrolReply:
        """Become a till. The same code with the same key gives the same answer again."""
        ...

    def manifest(self) -> SignedManifest:
        """Return what the newest snapshot consists of; raises :class:`InMaking` while the first is made."""
        ...

    def chunk(self, snapshot: int, chunk: int, *, size: int, into: bytearray) -> None:
        """Append to ``into`` the bytes of a chunk that it does not hold yet, ``size`` bytes in all.

        When the line breaks, ``into`` keeps what came, and the next call goes on from there.
        """
        ...

    def feed(self, epoch: str, after: int, *, wait_ms: int) -> FeedPage:
        """Return the changes after the cursor; with none, wait up to ``wait_ms`` for the first."""
        ...

    def compare(self, epoch: str, number: int) -> Comparison:
        """Return the sums of central's rows as the feed had them at this place."""
        ...

    def journal(self, batch: Batch) -> Ack:
        """Hand over consecutive events."""
        ...

    def lease(self, request: LeaseRequest, *, wait_ms: int) -> LeaseReply:
        """Ask for units on the spot; ``wait_ms`` bounds the wait for bytes, not the whole call."""
        ...

    def sales(self, request: SaleRequest, *, wait_ms: int) -> SalesReply:
        """Look up what another till has sold; ``wait_ms`` as for :meth:`lease`."""
        ...

    def renew(self, request: RenewRequest) -> EnrolReply:
        """Begin a new life of this till; from then on the port speaks for that life."""
        ...

    def readmit(self, request: ReadmitRequest) -> ReadmitReply:
        """Make a restored office know this till again."""
        ...

    def contact(self, contact: Contact) -> ContactReply:
        """Say how the till is, and hear what it should know."""
        ...
