"""A real till with real files, whose network is written down in a few readable lines.

The office on the other end is a small one: it signs grants with its own key, keeps a pool for each limit,
and can be out of reach.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from argon2 import PasswordHasher

from pos_app.usecases.counter import Counter
from pos_app.usecases.desk import Desk
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.event import read_envelope
from sync.protocol.feed import (
    CampaignRow,
    CardRow,
    Change,
    ChunkInfo,
    CodeRow,
    GuestRow,
    Manifest,
    Product,
    SettingsRow,
    StaffRow,
    Table,
    TierRow,
)
from sync.protocol.keys import Purpose, SigningKey
from sync.protocol.leases import Grant, LeaseReply, LimitKind, SignedGrant
from sync.protocol.payloads import Payload, read_payload
from sync.protocol.wire import canonical, pack
from sync.rules.campaign import Campaign
from sync.rules.code import Code
from sync.rules.normalise import exact, fold
from sync.rules.sale import Guest
from sync.till.clock import Clock, SystemClock, SystemRandomness
from sync.till.home import TillHome
from sync.till.identity import Identity
from sync.till.till import Till
from sync.till.worker import DirectFiles

NETWORK, RESTAURANT, TILL = 1, 1, 11
OFFICE_KEY = SigningKey(bytes([7]) * 32)
DIGEST_KEY = bytes([9]) * 32
TIERS = (
    TierRow(name="BRONZE", percent_bp=500, from_points=0),
    TierRow(name="GOLD", percent_bp=1500, from_points=3000),
)
CATALOGUE = (Product(item="ESPRESSO", name="Espresso", price_minor=280),)


@lru_cache
def hashed(pin: str) -> str:
    """Real argon2id, cheap enough for many tests."""
    return PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(pin)


@dataclass
class HandClock:
    """A clock that moves when a test says so."""

    at_ms: int = 1_767_268_800_000
    boot: str = "boot-1"

    def wall_ms(self) -> int:
        return self.at_ms

    def boottime_ms(self) -> int:
        return self.at_ms - 1_700_000_000_000

    def boot_id(self) -> str:
        return self.boot


@dataclass
class World:
    """What the office knows. Rows are given to a till by :func:`a_counter`."""

    changes: list[Change] = field(default_factory=list)
    pools: dict[tuple[LimitKind, int, int], int] = field(default_factory=dict)
    reachable: bool = True
    refuse: tuple[str, dict[str, str]] | None = None
    asked: list[tuple[LimitKind, int, int, int, bool]] = field(default_factory=list)
    released: list[UUID] = field(default_factory=list)

    def campaign(self, campaign: Campaign) -> Campaign:
        self.changes.append(Change(Table.CAMPAIGN, campaign.id, 1, pack(CampaignRow(campaign=campaign))))
        return campaign

    def code(self, text: str, campaign: Campaign, **fields: Any) -> Code:
        fields.setdefault("id", 100 + len(self.changes))
        code = Code(campaign_id=campaign.id, kind=campaign.kind, name=text, **fields)
        forms = dict.fromkeys((exact(text), fold(text)))
        digests = tuple(keyed_digest(DIGEST_KEY, Subject.CODE, form) for form in forms)
        self.changes.append(Change(Table.CODE, code.id, 1, pack(CodeRow(code=code, digests=digests))))
        if code.max_uses is not None:
            self.pools[LimitKind.USES, code.id, 0] = code.max_uses
        return code

    def guest(
        self,
        text: str,
        guest: Guest,
        *,
        name: str = "Anna",
        active: bool = True,
        phone: str = "+4930994321",
        **fields: Any,
    ) -> Guest:
        digest = keyed_digest(DIGEST_KEY, Subject.PHONE, phone)
        row = GuestRow(guest=guest, name=name, phone_last4=phone[-4:], phone_digest=digest, **fields)
        card = CardRow(
            id=guest.id, guest_id=guest.id, digest=keyed_digest(DIGEST_KEY, Subject.CARD, text), active=active
        )
        self.changes.append(Change(Table.GUEST, guest.id, 1, pack(row)))
        self.changes.append(Change(Table.CARD, card.id, 1, pack(card)))
        return guest

    def staff(
        self,
        name: str,
        *,
        pin: str | None = None,
        badge: str | None = None,
        active: bool = True,
        role: str = "cashier",
    ) -> int:
        number = 1 + sum(change.table is Table.STAFF for change in self.changes)
        row = StaffRow(
            id=number,
            name=name,
            role=role,
            pin_hash=None if pin is None else hashed(pin),
            badge_digest=None if badge is None else keyed_digest(DIGEST_KEY, Subject.BADGE, badge),
            active=active,
        )
        self.changes.append(Change(Table.STAFF, number, 1, pack(row)))
        return number

    def settings(self, **fields: Any) -> None:
        fields.setdefault("referral_enabled", True)
        fields.setdefault("products", CATALOGUE)
        row = SettingsRow(network_name="Trattoria", currency="EUR", tiers=TIERS, **fields)
        self.changes.append(Change(Table.SETTINGS, 1, 1, pack(row)))

    def grant(
        self, kind: LimitKind, subject: int, *, guest: int = 0, units: int = 1, **fields: Any
    ) -> SignedGrant:
        body = canonical(
            Grant(
                lease=uuid4(),
                network=NETWORK,
                till=TILL,
                incarnation=1,
                kind=kind,
                subject=subject,
                guest=guest,
                units=units,
                granted_ms=1,
                **fields,
            )
        )
        return SignedGrant(body, OFFICE_KEY.sign(Purpose.LEASE, body))


@dataclass
class SmallSpot:
    """Asks the small office; what it grants is stored in the till's journal before it is answered."""

    world: World
    till: Till

    def ask(
        self, kind: LimitKind, subject: int, guest: int = 0, *, units: int = 1, sale_bound: bool = False
    ) -> LeaseReply | None:
        self.world.asked.append((kind, subject, guest, units, sale_bound))
        if not self.world.reachable:
            return None
        if self.world.refuse is not None:
            reason, params = self.world.refuse
            return LeaseReply(reason=reason, params=params)
        limit = (kind, subject, guest)
        if self.world.pools.get(limit, 0) < units:
            return LeaseReply(reason="used_up")
        self.world.pools[limit] -= units
        grant = self.world.grant(
            kind, subject, guest=guest, units=units, sale_bound=sale_bound, operation=uuid4()
        )
        self.till.journal.store_grants([grant])
        return LeaseReply(grant=grant)

    def release(self, lease: UUID) -> bool:
        self.world.released.append(lease)
        return self.till.journal.close_lease(lease, "cancelled") is not None


def a_counter(
    folder: Path,
    world: World,
    *,
    offline: bool = False,
    language: str = "en",
    clock: Clock | None = None,
    load: bool = True,
    committed: Callable[[], None] = lambda: None,
    free_bytes: Callable[[], int] | None = None,
) -> Counter:
    """Open an enrolled till in a folder (made new, or found there) that knows the world's rows."""
    till = Till.open(
        TillHome(folder), clock=clock or SystemClock(), randomness=SystemRandomness(), free_bytes=free_bytes
    )
    identity = Identity(
        network=NETWORK,
        restaurant=RESTAURANT,
        till=TILL,
        incarnation=1,
        network_name="Trattoria",
        restaurant_name="Old Town",
        till_name="Bar",
        zone="Europe/Berlin",
        currency="EUR",
        central_url="http://127.0.0.1:1",
        central_key=OFFICE_KEY.public,
    )
    if till.identity is None:
        till.become(identity, digest_key=DIGEST_KEY, app_version="0")
    if load:
        give(till, world)
    return Counter(
        Desk(
            till=till,
            identity=identity,
            files=DirectFiles(),
            spot=None if offline else SmallSpot(world, till),
            language=language,
            committed=committed,
        )
    )


def give(till: Till, world: World) -> None:
    """Give a till a snapshot of all rows."""
    rows = len(world.changes)
    manifest = Manifest(
        snapshot=1,
        network=NETWORK,
        epoch="first",
        number=rows,
        rows=rows,
        chunks=(ChunkInfo(size=1, sha256=b"", rows=rows),),
    )
    rebuild = till.cache.begin_rebuild(manifest, as_of_ms=1_767_268_800_000)
    rebuild.add(0, world.changes)
    rebuild.finish()


def lend(counter: Counter, world: World, code: Code, units: int, **fields: Any) -> None:
    """Lease units of a code's uses to the till ahead, as enrolment does."""
    world.pools[LimitKind.USES, code.id, 0] -= units
    stored = the_till(counter).journal.store_grants(
        [world.grant(LimitKind.USES, code.id, units=units, **fields)]
    )
    assert not stored.refused


def lend_points(counter: Counter, world: World, guest: Guest, units: int) -> None:
    """Lease units of a guest's points to the till ahead."""
    stored = the_till(counter).journal.store_grants([world.grant(LimitKind.POINTS, guest.id, units=units)])
    assert not stored.refused


def the_till(counter: Counter) -> Till:
    return counter._desk.till


def written(counter: Counter) -> list[Payload]:
    """Read back what the journal holds, in order, as the office would get it."""
    batch = the_till(counter).journal.unsettled()
    envelopes = [read_envelope(event.body) for event in batch.events] if batch else []
    payloads = [read_payload(one.kind, one.kind_version, bytes(one.payload)) for one in envelopes]
    return [payload for payload in payloads if payload is not None]
