"""A central of one till, small enough to see through: the real messages, signatures and chain, kept in memory.

It is there for what the real one never does on purpose: lose an answer, forget events, send rubbish. What
the till and the real central do together is tested with the real one.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import msgspec
import zstandard

from sync.protocol.chain import Link, follow, verify_batch
from sync.protocol.comparison import BUCKETS, WEIGHT, BucketSum, Comparison
from sync.protocol.contact import IDLE_MS, Contact, ContactReply
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.enrolment import EnrolReply, EnrolRequest, RenewRequest, TokenReply
from sync.protocol.event import GENESIS, SignedEvent
from sync.protocol.feed import (
    CampaignRow,
    Change,
    ChunkInfo,
    CodeRow,
    FeedPage,
    Manifest,
    SignedManifest,
    Table,
)
from sync.protocol.keys import Purpose, SigningKey, VerifyKey
from sync.protocol.leases import Grant, LeaseReply, LeaseRequest, LimitKind, SignedGrant
from sync.protocol.payloads import LeaseClosed
from sync.protocol.problems import ProblemType
from sync.protocol.upload import Ack, Batch
from sync.protocol.wire import canonical, pack, read_canonical, unpack
from sync.rules.campaign import Campaign
from sync.rules.code import Code, Kind
from tests.builders.talking_server import Heard, Reply, message, problem

NOW_MS = 1_800_000_000_000
NETWORK, RESTAURANT, TILL = 11, 22, 33
ENROLMENT_CODE = "11-ABCD-EFGH"


@dataclass
class SmallCentral:
    """Answers as central does. ``meddle`` may replace any answer, before or after the work was done."""

    key: SigningKey = field(default_factory=lambda: SigningKey(bytes([7]) * 32))
    digest_key: bytes = bytes([9]) * 32
    epoch: str = "first"
    pool: dict[int, int] = field(default_factory=dict)
    events: list[SignedEvent] = field(default_factory=list)
    grants: dict[UUID, Grant] = field(default_factory=dict)
    closed: set[UUID] = field(default_factory=set)
    recall: tuple[UUID, ...] = ()
    life: int = 1
    reply: dict[str, Any] = field(default_factory=dict)
    """Fields of the next answers to a contact."""
    contacts: list[Contact] = field(default_factory=list)
    renewals: list[RenewRequest] = field(default_factory=list)
    idle_ms: int = IDLE_MS
    changes: list[Change] = field(default_factory=list)
    snapshot: int = 1
    per_chunk: int = 2
    till_key: bytes | None = None
    now_ms: Callable[[], int] = lambda: NOW_MS
    before: Callable[[Heard], Reply | None] = lambda _: None
    after: Callable[[Heard], Reply | None] = lambda _: None

    def __call__(self, heard: Heard) -> Reply:
        meddled = self.before(heard)
        if meddled is not None:
            return meddled
        reply = self._route(heard)
        return self.after(heard) or reply

    def links(self) -> list[Link]:
        return list(follow(self.events))

    def kinds(self) -> list[str]:
        return [link.envelope.kind for link in self.links()]

    def open_grants(self) -> list[Grant]:
        return [grant for grant in self.grants.values() if grant.lease not in self.closed]

    def grant(self, subject: int, units: int, **more: object) -> Grant:
        grant = Grant(
            **{  # type: ignore[arg-type]  # a test may set any field
                "lease": uuid4(),
                "network": NETWORK,
                "till": TILL,
                "incarnation": 1,
                "kind": LimitKind.USES,
                "subject": subject,
                "units": units,
                "granted_ms": NOW_MS,
                **more,
            }
        )
        self.grants[grant.lease] = grant
        return grant

    def publish(self, code_id: int, text: str, *, version: int = 1) -> None:
        code = Code(id=code_id, campaign_id=1, kind=Kind.VOUCHER, name=text)
        row = CodeRow(code=code, digests=(keyed_digest(self.digest_key, Subject.CODE, text),))
        if not self.changes:
            campaign = CampaignRow(campaign=Campaign(id=1, kind=Kind.VOUCHER, name="Lunch"))
            self.changes.append(Change(Table.CAMPAIGN, 1, 1, pack(campaign)))
        self.changes.append(Change(Table.CODE, code_id, version, pack(row)))

    def chunks(self) -> list[tuple[bytes, int]]:
        pieces = [
            self.changes[start : start + self.per_chunk]
            for start in range(0, len(self.changes), self.per_chunk)
        ]
        return [(zstandard.compress(pack(piece)), len(piece)) for piece in pieces]

    def _route(self, heard: Heard) -> Reply:
        name = heard.path.removeprefix("/sync/v1/")
        if name.startswith("snapshot/"):
            return self._chunk(name)
        answer = {
            "enrol": self._enrol,
            "token": lambda _: message(TokenReply(token="t", expires_in=900, server_ms=self.now_ms())),
            "snapshot": self._manifest,
            "feed": self._feed,
            "feed/sums": self._sums,
            "journal": self._journal,
            "leases": self._lease,
            "contact": self._contact,
            "renew": self._renew,
        }.get(name)
        return problem(ProblemType.NOT_FOUND, 404) if answer is None else answer(heard)

    def _enrol(self, heard: Heard) -> Reply:
        request = unpack(heard.body, EnrolRequest)
        proven = request.code.encode() + request.public_key
        assert VerifyKey(request.public_key).verifies(Purpose.ENROLMENT, proven, request.proof)
        if request.code != ENROLMENT_CODE:
            return problem(ProblemType.ENROLMENT_UNKNOWN, 404)
        if self.till_key not in {None, request.public_key}:
            return problem(ProblemType.ENROLMENT_USED, 409)
        self.till_key = request.public_key
        return message(self._who())

    def _who(self) -> EnrolReply:
        return EnrolReply(
            network=NETWORK,
            restaurant=RESTAURANT,
            till=TILL,
            incarnation=self.life,
            network_name="Trattoria",
            restaurant_name="Old Town",
            till_name="Bar",
            zone="Europe/Berlin",
            currency="EUR",
            central_key=self.key.public,
            digest_key=self.digest_key,
            server_ms=self.now_ms(),
        )

    def _renew(self, heard: Heard) -> Reply:
        """Begin a new life, whose journal is empty; what was held of the life before is not looked at again."""
        request = unpack(heard.body, RenewRequest)
        assert self.till_key is not None
        unsigned = canonical(msgspec.structs.replace(request, proof=b""))
        assert VerifyKey(self.till_key).verifies(Purpose.RENEWAL, unsigned, request.proof)
        self.renewals.append(request)
        self.life = request.incarnation + 1
        self.events = []
        return message(self._who())

    def _manifest(self, _: Heard) -> Reply:
        chunks = tuple(
            ChunkInfo(len(body), hashlib.sha256(body).digest(), rows) for body, rows in self.chunks()
        )
        body = canonical(
            Manifest(
                snapshot=self.snapshot,
                network=NETWORK,
                epoch=self.epoch,
                number=len(self.changes),
                rows=len(self.changes),
                chunks=chunks,
            )
        )
        return message(SignedManifest(body, self.key.sign(Purpose.SNAPSHOT, body)))

    def _chunk(self, name: str) -> Reply:
        _, snapshot, chunk = name.split("/")
        if int(snapshot) != self.snapshot:
            return problem(ProblemType.SNAPSHOT_GONE, 410)
        return Reply(body=self.chunks()[int(chunk)][0], media_type="application/octet-stream")

    def _feed(self, heard: Heard) -> Reply:
        if heard.query["epoch"] != self.epoch:
            return problem(ProblemType.CURSOR_GONE, 410)
        after, head = int(heard.query["after"]), len(self.changes)
        return message(
            FeedPage(
                epoch=self.epoch,
                number=head,
                head=head,
                changes=tuple(self.changes[after:]),
                server_ms=self.now_ms() + head,
                contact=any(lease not in self.closed for lease in self.recall),
            )
        )

    def _sums(self, heard: Heard) -> Reply:
        number = int(heard.query["number"])
        return message(Comparison(epoch=self.epoch, number=number, sums=self.sums(number)))

    def sums(self, number: int) -> tuple[BucketSum, ...]:
        """Add up the rows as they were at a place of the feed."""
        rows = {(change.table, change.id): change.version for change in self.changes[:number]}
        sums: dict[tuple[Table, int], BucketSum] = {}
        for (table, row), version in rows.items():
            place = (table, row % BUCKETS)
            before = sums.get(place, BucketSum(*place, 0, 0, 0))
            sums[place] = BucketSum(
                *place, before.rows + 1, before.versions + version, before.weighted + version * (row % WEIGHT)
            )
        return tuple(sums.values())

    def _journal(self, heard: Heard) -> Reply:
        batch = unpack(heard.body, Batch)
        if batch.incarnation != self.life:
            end = batch.from_seq + len(batch.events)
            return message(Ack(applied=end - 1, want=end, server_ms=self.now_ms()))
        have = len(self.events)
        if batch.from_seq > have + 1:
            return message(Ack(applied=have, want=have + 1, server_ms=self.now_ms()))
        fresh = batch.events[have + 1 - batch.from_seq :]
        assert self.till_key is not None
        previous = self.links()[-1].hash if self.events else GENESIS
        for link in verify_batch(VerifyKey(self.till_key), fresh, previous=previous, from_seq=have + 1):
            if link.envelope.kind == LeaseClosed.KIND:
                self.closed.add(read_canonical(bytes(link.envelope.payload), LeaseClosed).lease)
        self.events += fresh
        return message(Ack(applied=len(self.events), want=len(self.events) + 1, server_ms=self.now_ms()))

    def _lease(self, heard: Heard) -> Reply:
        request = unpack(heard.body, LeaseRequest)
        for grant in self.grants.values():
            if grant.operation == request.operation:
                return message(LeaseReply(grant=self._signed(grant), server_ms=self.now_ms()))
        if self.pool.get(request.subject, 0) < request.units:
            return message(LeaseReply(reason="used_up", server_ms=self.now_ms()))
        self.pool[request.subject] -= request.units
        grant = self.grant(
            request.subject, request.units, operation=request.operation, sale_bound=request.sale_bound
        )
        return message(LeaseReply(grant=self._signed(grant), server_ms=self.now_ms()))

    def _contact(self, heard: Heard) -> Reply:
        self.contacts.append(unpack(heard.body, Contact))
        return message(
            msgspec.structs.replace(
                ContactReply(
                    server_ms=self.now_ms(),
                    applied=len(self.events),
                    leases=tuple(self._signed(grant) for grant in self.open_grants()),
                    recall=self.recall,
                    idle_ms=self.idle_ms,
                ),
                **self.reply,
            )
        )

    def _signed(self, grant: Grant) -> SignedGrant:
        body = canonical(grant)
        return SignedGrant(body, self.key.sign(Purpose.LEASE, body))


def names(heard: Iterable[Heard]) -> list[str]:
    """Return the last words of the paths that were asked for."""
    return [each.path.rpartition("/v1/")[2] for each in heard]
