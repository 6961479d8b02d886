"""A running central for tests: the real application on a real database, with a network, tills and codes."""

import json
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from uuid import UUID, uuid4

import asyncpg
import httpx
import msgspec
from litestar import Litestar

from sync.central.database import MAX_CONNECTIONS, Database
from sync.central.http.app import build_app
from sync.central.secrets import Secrets
from sync.central.services.campaigns import create_campaign
from sync.central.services.codes import NewCode, code_standing, create_codes
from sync.central.services.enrolment_codes import issue_code
from sync.central.services.guests import NewGuest, create_guest
from sync.central.services.networks import create_network
from sync.central.services.restaurants import create_restaurant
from sync.central.services.tills import till_named
from sync.protocol.contact import Contact, ContactReply
from sync.protocol.enrolment import EnrolReply, EnrolRequest, TokenReply, TokenRequest
from sync.protocol.event import GENESIS, SignedEvent, Spend, event_hash
from sync.protocol.feed import FeedPage
from sync.protocol.ids import uuid7
from sync.protocol.keys import Purpose, SigningKey
from sync.protocol.leases import Grant, LeaseReply, LeaseRequest, LimitKind
from sync.protocol.payloads import Attempt, LeaseClosed, Payload, Redemption, Sale, SaleLine, TillEnrolled
from sync.protocol.upload import Ack, Batch
from sync.protocol.version import PROTOCOL_HEADER
from sync.protocol.wire import MEDIA_TYPE, canonical, pack, read_canonical, unpack
from sync.rules.campaign import Campaign, Policy
from sync.rules.code import Kind
from tests.builders.journal_event import signed_event

SECRETS = Secrets(bytes(range(32)))
PASSWORD = "a good password"
NOW_MS = 1_760_000_000_000
HEADERS = {PROTOCOL_HEADER: "1", "Content-Type": MEDIA_TYPE}

T = TypeVar("T")
_campaigns = Campaign(id=0, kind=Kind.VOUCHER, name="Campaign")


@dataclass
class Office:
    """Central, and one network of it. Checks the limit equation of every network that it made."""

    client: httpx.AsyncClient
    database: Database
    network: int
    owner_email: str
    restaurant: int
    secrets: Secrets = SECRETS

    async def campaign(self, **fields: Any) -> Campaign:
        async with self.database.network_transaction(self.network) as connection:
            return await create_campaign(connection, self.network, replace(_campaigns, **fields))

    async def code(self, campaign: Campaign, *, text: str | None = None, **fields: Any) -> int:
        new = NewCode(
            campaign_id=campaign.id, kind=campaign.kind, code=text or f"CODE-{uuid4().hex[:12]}", **fields
        )
        async with self.database.network_transaction(self.network) as connection:
            made = await create_codes(connection, self.network, self.secrets.digest_key(self.network), [new])
        assert made[0] is not None
        return made[0]

    async def limited_code(self, uses: int = 1, *, policy: Policy = Policy.LEASED, **fields: Any) -> int:
        return await self.code(await self.campaign(policy=policy), max_uses=uses, **fields)

    async def guest(self, name: str = "Ada", **fields: Any) -> int:
        async with self.database.network_transaction(self.network) as connection:
            made = await create_guest(connection, self.network, self.secrets, NewGuest(name=name, **fields))
        return made.guest_id

    async def another_restaurant(self, name: str = "Second") -> int:
        async with self.database.network_transaction(self.network) as connection:
            return await create_restaurant(connection, self.network, name=name)

    async def enrolment_code(self, till: str = "Till 1", *, restaurant: int | None = None) -> str:
        async with self.database.network_transaction(self.network) as connection:
            till_id = await till_named(connection, self.network, restaurant or self.restaurant, till)
            return (await issue_code(connection, self.network, till_id)).code

    async def till(self, name: str = "Till 1", *, restaurant: int | None = None) -> "TillPen":
        """Enrol a till over HTTP."""
        key = SigningKey(os.urandom(32))
        code = await self.enrolment_code(name, restaurant=restaurant)
        reply = unpack((await self.enrol(code, key)).raise_for_status().content, EnrolReply)
        return TillPen(self, key, reply)

    async def enrol(self, code: str, key: SigningKey) -> httpx.Response:
        request = EnrolRequest(
            code=code,
            public_key=key.public,
            proof=key.sign(Purpose.ENROLMENT, code.encode() + key.public),
            app_version="test",
        )
        return await self.post("/sync/v1/enrol", request)

    async def post(self, path: str, message: object, *, token: str | None = None) -> httpx.Response:
        return await self.client.post(path, content=pack(message), headers=_headers(token))

    async def get(
        self, path: str, *, token: str | None = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        return await self.client.get(path, headers={**_headers(token), **(headers or {})})

    async def fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        """Read as the serving role sees this network."""
        async with self.database.network_transaction(self.network) as connection:
            records: list[asyncpg.Record] = await connection.fetch(query, *arguments)
        return records

    async def value(self, query: str, *arguments: object) -> Any:
        return (await self.fetch(query, *arguments))[0][0]

    async def execute(self, query: str, *arguments: object) -> None:
        async with self.database.network_transaction(self.network) as connection:
            await connection.execute(query, *arguments)

    async def limit(self, subject: int, kind: LimitKind = LimitKind.USES, guest: int = 0) -> dict[str, int]:
        rows = await self.fetch(
            """SELECT total, pool, outstanding, spent, burnt, exposure FROM limits
            WHERE kind = $1 AND subject = $2 AND guest = $3""",
            kind.value,
            subject,
            guest,
        )
        return dict(rows[0])

    async def standing(self, text: str) -> tuple[int, int, int]:
        """Return what ``code-status`` says of a code: uses, exposure, and how much of that is still only possible."""
        async with self.database.network_transaction(self.network) as connection:
            found = await code_standing(connection, self.network, text)
        return (found.uses, found.exposure, found.at_risk)

    async def cases(self) -> list[str]:
        return [row["kind"] for row in await self.fetch("SELECT kind FROM cases ORDER BY id")]

    async def check_equation(self) -> None:
        """What is outstanding is exactly what open leases still have (DESIGN 7)."""
        wrong = await self.fetch(
            """SELECT m.kind, m.subject, m.guest, m.outstanding, COALESCE(l.left, 0) AS held
            FROM limits m LEFT JOIN (
                SELECT kind, subject, guest, sum(units - settled) AS left FROM leases
                WHERE state = 'open' GROUP BY kind, subject, guest
            ) l USING (kind, subject, guest)
            WHERE m.outstanding <> COALESCE(l.left, 0)"""
        )
        assert [dict(row) for row in wrong] == []


@dataclass
class TillPen:
    """One life of a till: writes its journal as a till does, and talks to central over HTTP."""

    office: Office
    key: SigningKey
    who: EnrolReply
    previous: bytes = GENESIS
    events: list[SignedEvent] = field(default_factory=list)
    token: str | None = None

    def copy(self) -> "TillPen":
        """Clone the machine's disk: same key, same journal up to here."""
        return replace(self, events=list(self.events))

    def write(
        self,
        payload: Payload | dict[str, Any],
        *,
        spends: Sequence[Spend] = (),
        event: UUID | None = None,
        **envelope: Any,
    ) -> UUID:
        """Append an event; ``envelope`` overrides fields, to break something on purpose."""
        seq = len(self.events) + 1
        event = event or new_event_id()
        fields = {
            "network": self.who.network,
            "till": self.who.till,
            "incarnation": self.who.incarnation,
            "event": event,
            "seq": seq,
            "previous": self.previous,
            "spends": tuple(spends),
            **envelope,
        }
        written = signed_event(self.key, payload, at_ms=NOW_MS + seq, **fields)
        self.previous = event_hash(written.body)
        self.events.append(written)
        return event

    def enrolled(self) -> None:
        self.write(TillEnrolled(app_version="test", public_key=self.key.public.hex()))

    def redeem(
        self,
        code: int,
        *,
        lease: UUID | None = None,
        units: int = 1,
        spends: Sequence[Spend] = (),
        **fields: Any,
    ) -> UUID:
        spends = (Spend(lease, units),) if lease is not None else tuple(spends)
        return self.write(redemption(code, **fields), spends=spends)

    def close(self, lease: UUID, *, spent: int) -> UUID:
        return self.write(LeaseClosed(lease=lease, spent=spent, why="not needed"))

    async def upload(self, first: int = 1, last: int | None = None) -> Ack:
        """Send events ``first`` to ``last`` (both inclusive) and return the acknowledgement."""
        response = await self.send(first, last)
        return unpack(response.raise_for_status().content, Ack)

    async def send(self, first: int = 1, last: int | None = None) -> httpx.Response:
        batch = Batch(
            incarnation=self.who.incarnation, from_seq=first, events=tuple(self.events[first - 1 : last])
        )
        return await self.post("/sync/v1/journal", batch)

    async def ask(self, subject: int, **fields: Any) -> LeaseReply:
        """Ask for units of a limit on the spot."""
        request = LeaseRequest(
            incarnation=self.who.incarnation,
            operation=fields.pop("operation", None) or uuid4(),
            kind=fields.pop("kind", LimitKind.USES),
            subject=subject,
            **fields,
        )
        response = await self.post("/sync/v1/leases", request)
        return unpack(response.raise_for_status().content, LeaseReply)

    async def lease(self, subject: int, **fields: Any) -> UUID:
        """Ask for units and return the lease."""
        return granted(await self.ask(subject, **fields)).lease

    async def contact(self, **fields: Any) -> ContactReply:
        response = await self.post("/sync/v1/contact", self.report(**fields))
        return unpack(response.raise_for_status().content, ContactReply)

    def report(self, **fields: Any) -> Contact:
        return Contact(
            incarnation=self.who.incarnation,
            app_version="test",
            last_seq=len(self.events),
            unsettled=0,
            **fields,
        )

    async def feed(self, epoch: str, after: int, wait_ms: int = 0) -> FeedPage:
        response = await self.get(f"/sync/v1/feed?epoch={epoch}&after={after}&wait_ms={wait_ms}")
        return unpack(response.raise_for_status().content, FeedPage)

    async def post(self, path: str, message: object) -> httpx.Response:
        return await self.office.post(path, message, token=await self.signed_in())

    async def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return await self.office.get(path, token=await self.signed_in(), headers=headers)

    async def signed_in(self) -> str:
        if self.token is None:
            response = await self.ask_token()
            self.token = unpack(response.raise_for_status().content, TokenReply).token
        return self.token

    async def ask_token(self, *, key: SigningKey | None = None) -> httpx.Response:
        request = TokenRequest(
            network=self.who.network,
            till=self.who.till,
            incarnation=self.who.incarnation,
            nonce=os.urandom(16),
            wall_ms=NOW_MS,
        )
        proof = (key or self.key).sign(Purpose.TOKEN_REQUEST, canonical(request))
        return await self.office.post("/sync/v1/token", msgspec.structs.replace(request, proof=proof))


def redemption(code: int, **fields: Any) -> Redemption:
    return Redemption(
        **{
            "code_id": code,
            "campaign_id": 1,
            "code_kind": "VOUCHER",
            "rules_version": 1,
            "outcome": "accept",
            "reason": "ok",
            "by": "lease",
            "source": "TYPED",
            **fields,
        }
    )


def sale(**fields: Any) -> Sale:
    return Sale(
        **{
            "receipt": 1,
            "currency": "EUR",
            "lines": (SaleLine(amount_minor=1250),),
            "total_minor": 1250,
            "discount_minor": 0,
            "paid_minor": 1250,
            **fields,
        }
    )


def attempt(**fields: Any) -> Attempt:
    return Attempt(
        **{"outcome": "refuse", "reason": "unknown_code", "source": "TYPED", "digest": "00" * 16, **fields}
    )


def granted(reply: LeaseReply) -> Grant:
    """Read the grant of a reply that must have one."""
    assert reply.grant is not None, reply.reason
    return read_canonical(reply.grant.body, Grant)


def problem_of(response: httpx.Response) -> str:
    """Return the last part of a problem's type, after checking that it is one."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    problem = json.loads(response.content)
    assert problem["status"] == response.status_code
    assert problem["title"]
    prefix, _, name = problem["type"].rpartition(":")
    assert prefix == "urn:countersign"
    return str(name)


def new_event_id() -> UUID:
    return uuid7(NOW_MS, os.urandom(10))


def _headers(token: str | None) -> dict[str, str]:
    return HEADERS if token is None else {**HEADERS, "Authorization": f"Bearer {token}"}


@asynccontextmanager
async def serving(
    dsn: str, secrets: Secrets = SECRETS, *, max_connections: int = MAX_CONNECTIONS
) -> AsyncIterator[tuple[Litestar, httpx.AsyncClient]]:
    """Run the application in this event loop and yield a client that speaks to it."""
    app = build_app(dsn, secrets, max_connections=max_connections)
    asgi: Any = app  # httpx and Litestar spell the ASGI types differently
    transport = httpx.ASGITransport(asgi, raise_app_exceptions=False)
    async with app.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://central") as client:
        yield app, client


async def new_office(app: Litestar, client: httpx.AsyncClient) -> Office:
    """Make a network with one restaurant on an application of this process."""
    return await office_on(app.state.central.database, client, SECRETS)


async def office_on(database: Database, client: httpx.AsyncClient, secrets: Secrets) -> Office:
    """Make a network with one restaurant on a running central."""
    email = f"{uuid4().hex}@example.com"
    made = await create_network(
        database, secrets, name="Trattoria", owner_email=email, password=PASSWORD, zone="Europe/Berlin"
    )
    async with database.network_transaction(made.network_id) as connection:
        restaurant = await create_restaurant(connection, made.network_id, name="Old Town")
    return Office(client, database, made.network_id, email, restaurant, secrets)
