"""Central over HTTP: the messages of :mod:`sync.protocol` on ``/sync/v1``, with a token of short life."""

import threading
from dataclasses import dataclass, replace
from typing import TypeVar

import msgspec

from sync.protocol.comparison import Comparison
from sync.protocol.contact import Contact, ContactReply
from sync.protocol.enrolment import (
    EnrolReply,
    EnrolRequest,
    ReadmitReply,
    ReadmitRequest,
    RenewRequest,
    TokenReply,
    TokenRequest,
)
from sync.protocol.feed import FeedPage, SignedManifest
from sync.protocol.keys import Purpose, SigningKey
from sync.protocol.leases import LeaseReply, LeaseRequest
from sync.protocol.problems import ProblemType
from sync.protocol.sales import SaleRequest, SalesReply
from sync.protocol.upload import Ack, Batch
from sync.protocol.wire import WireError, canonical, pack, unpack
from sync.till.clock import Clock, Randomness
from sync.till.http_exchange import READ_TIMEOUT_S, Ask, Exchange
from sync.till.office import Refused, Unreachable
from sync.till.outcomes import not_central

ROOT = "/sync/v1"
NONCE_BYTES = 16
TOKEN_RENEWED_AT = 0.7
"""A token is renewed when this share of its life has gone, so that no request waits for a new one at the end."""
MS_PER_S = 1000

T = TypeVar("T")

_ABOUT_TOKENS = {ProblemType.UNAUTHENTICATED, ProblemType.TILL_REVOKED, ProblemType.TILL_FENCED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """As whom a till signs in: its numbers and its own key."""

    network: int
    till: int
    incarnation: int
    key: SigningKey


class HttpOffice:
    """The port :class:`~sync.till.office.Office` over HTTP. Safe to use from several threads."""

    def __init__(
        self,
        central_url: str,
        *,
        clock: Clock,
        randomness: Randomness,
        credentials: Credentials | None = None,
    ) -> None:
        """Raise ``Mismatch`` for an impossible address. Without credentials only ``enrol`` can be called."""
        self._exchange = Exchange(central_url, clock)
        self._clock = clock
        self._randomness = randomness
        self._credentials = credentials
        self._lock = threading.Lock()
        self._token: str | None = None
        self._renew_ms = 0

    def close(self) -> None:
        """Close the kept connections."""
        self._exchange.close()

    def enrol(self, request: EnrolRequest) -> EnrolReply:
        """Become a till."""
        return self._tell(Ask(method="POST", path=f"{ROOT}/enrol", body=pack(request)), EnrolReply)

    def manifest(self) -> SignedManifest:
        """Return what the newest snapshot consists of."""
        return self._authorised(Ask(method="GET", path=f"{ROOT}/snapshot"), SignedManifest)

    def chunk(self, snapshot: int, chunk: int, *, size: int, into: bytearray) -> None:
        """Append what ``into`` lacks of a chunk; more than ``size`` bytes are a ``Mismatch``."""
        if len(into) >= size:
            return
        ask = Ask(method="GET", path=f"{ROOT}/snapshot/{snapshot}/{chunk}", limit=size)
        token = self._current_token()
        try:
            self._exchange.fetch(msgspec.structs.replace(ask, token=token), into)
        except Refused as error:
            self._expect_expired(error, token)
            self._exchange.fetch(msgspec.structs.replace(ask, token=self._current_token()), into)

    def feed(self, epoch: str, after: int, *, wait_ms: int) -> FeedPage:
        """Return the changes after the cursor, waiting up to ``wait_ms`` for the first."""
        ask = Ask(
            method="GET",
            path=f"{ROOT}/feed",
            params={"epoch": epoch, "after": str(after), "wait_ms": str(wait_ms)},
            read_s=wait_ms / MS_PER_S + READ_TIMEOUT_S,
        )
        return self._authorised(ask, FeedPage)

    def compare(self, epoch: str, number: int) -> Comparison:
        """Return the sums of central's rows as the feed had them at this place."""
        ask = Ask(method="GET", path=f"{ROOT}/feed/sums", params={"epoch": epoch, "number": str(number)})
        return self._authorised(ask, Comparison)

    def journal(self, batch: Batch) -> Ack:
        """Hand over consecutive events."""
        return self._authorised(
            Ask(method="POST", path=f"{ROOT}/journal", body=pack(batch), any_version=True), Ack
        )

    def lease(self, request: LeaseRequest, *, wait_ms: int) -> LeaseReply:
        """Ask for units on the spot."""
        ask = Ask(
            method="POST",
            path=f"{ROOT}/leases",
            body=pack(request),
            connect_s=wait_ms / MS_PER_S,
            read_s=wait_ms / MS_PER_S,
        )
        return self._authorised(ask, LeaseReply)

    def sales(self, request: SaleRequest, *, wait_ms: int) -> SalesReply:
        """Look up what another till has sold."""
        ask = Ask(
            method="POST",
            path=f"{ROOT}/sales",
            body=pack(request),
            connect_s=wait_ms / MS_PER_S,
            read_s=wait_ms / MS_PER_S,
        )
        return self._authorised(ask, SalesReply)

    def renew(self, request: RenewRequest) -> EnrolReply:
        """Begin a new life of this till, and sign in as that from now on."""
        reply = self._tell(Ask(method="POST", path=f"{ROOT}/renew", body=pack(request)), EnrolReply)
        with self._lock:
            if self._credentials is not None:
                self._credentials = replace(self._credentials, incarnation=reply.incarnation)
            self._token = None
        return reply

    def readmit(self, request: ReadmitRequest) -> ReadmitReply:
        """Make a restored office know this till again."""
        return self._tell(Ask(method="POST", path=f"{ROOT}/readmit", body=pack(request)), ReadmitReply)

    def break_off(self) -> None:
        """End every request that is under way, a long poll above all: this process wants to end."""
        self._exchange.break_off()

    def contact(self, contact: Contact) -> ContactReply:
        """Say how the till is, and hear what it should know."""
        ask = Ask(method="POST", path=f"{ROOT}/contact", body=pack(contact))
        return self._authorised(ask, ContactReply)

    def _authorised(self, ask: Ask, reply_type: type[T]) -> T:
        """Ask with the token; one that central no longer takes is renewed once."""
        token = self._current_token()
        try:
            return self._tell(msgspec.structs.replace(ask, token=token), reply_type)
        except Refused as error:
            self._expect_expired(error, token)
        return self._tell(msgspec.structs.replace(ask, token=self._current_token()), reply_type)

    def _tell(self, ask: Ask, reply_type: type[T]) -> T:
        body = self._exchange.send(ask)
        try:
            return unpack(body, reply_type)
        except WireError as error:
            raise not_central("its message cannot be read") from error

    def _current_token(self) -> str:
        """Return a token that still has some life; one thread fetches it, the others wait for that one."""
        with self._lock:
            if self._token is None or self._clock.boottime_ms() >= self._renew_ms:
                asked_ms = self._clock.boottime_ms()
                try:
                    reply = self._sign_in()
                except Unreachable as error:
                    # Whatever became of the sign-in, what was to be asked with its token was never sent.
                    raise Unreachable(
                        error.reason, error.sentence, error.advice, sent=False, retry_ms=error.retry_ms
                    ) from error
                self._token = reply.token
                self._renew_ms = asked_ms + int(reply.expires_in * MS_PER_S * TOKEN_RENEWED_AT)
            return self._token

    def _sign_in(self) -> TokenReply:
        if self._credentials is None:
            msg = "this office was opened for enrolment only"
            raise ValueError(msg)
        who = self._credentials
        request = TokenRequest(
            network=who.network,
            till=who.till,
            incarnation=who.incarnation,
            nonce=self._randomness.take(NONCE_BYTES),
            wall_ms=self._clock.wall_ms(),
        )
        proof = who.key.sign(Purpose.TOKEN_REQUEST, canonical(request))
        body = pack(msgspec.structs.replace(request, proof=proof))
        return self._tell(Ask(method="POST", path=f"{ROOT}/token", body=body, any_version=True), TokenReply)

    def _expect_expired(self, error: Refused, token: str) -> None:
        """Drop a token that was refused; unless it was merely too old, the refusal goes on to the caller."""
        if error.problem.type not in _ABOUT_TOKENS:
            raise error
        with self._lock:
            if self._token == token:
                self._token = None
        if error.problem.type != ProblemType.UNAUTHENTICATED:
            # A till that is given its rights back gets them with its next token.
            raise error
