"""What the office of one world has: restaurants, campaigns of every policy, codes, guests with cards.

Made by central's own services in one transaction; only the owner with his (deliberately slow) password hash
is left out.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import asyncpg
import msgspec

from sync.central.database import enter_network
from sync.central.schema.words import Noun, Role
from sync.central.services.campaigns import create_campaign
from sync.central.services.codes import NewCode, create_codes
from sync.central.services.directory import enter_in_directory
from sync.central.services.enrolment_codes import issue_code
from sync.central.services.guests import NewGuest, create_guest
from sync.central.services.networks import publish_settings
from sync.central.services.restaurants import create_restaurant
from sync.central.services.staff import BADGE_CHARS, BADGE_PREFIX, NewStaff, create_staff
from sync.central.services.tills import till_named
from sync.rules.campaign import ActiveHours, Benefit, BenefitKind, Campaign, Policy, Stacking
from sync.rules.code import Kind
from sync.rules.tiers import DEFAULT_TIERS, Model
from tests.simulation.central_host import CentralHost
from tests.simulation.timeline import DAY_MS

PIN = "48151"
_PEOPLE = (Role.SHIFT_MANAGER, Role.CASHIER, Role.OFFICE)
ZONES = ("Europe/Berlin", "Asia/Kolkata", "America/New_York")


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """One code as its maker knows it. ``expires_ms`` is true time, ``holder`` the guest whose code it is."""

    id: int
    text: str
    campaign: Campaign
    max_uses: int | None
    expires_ms: int | None
    holder: int | None = None


@dataclass(frozen=True, slots=True)
class GuestFacts:
    """One guest and the text of the card."""

    id: int
    card: str


@dataclass(frozen=True, slots=True)
class StaffFacts:
    """One person who works here, and the text of the badge."""

    id: int
    role: Role
    badge: str


@dataclass(slots=True)
class Office:
    """One network of central."""

    host: CentralHost
    network: int
    restaurants: list[int] = field(default_factory=list)
    codes: list[CodeFacts] = field(default_factory=list)
    guests: list[GuestFacts] = field(default_factory=list)
    staff: list[StaffFacts] = field(default_factory=list)
    edited: set[int] = field(default_factory=set)
    """Campaigns that the office has changed the policy of: what a till knew of it then was another."""
    made: int = 0

    def invite(self, till: str, restaurant: int) -> str:
        """Issue an enrolment code for a till, made when there is none of this name."""

        async def work() -> str:
            async with self.host.database.network_transaction(self.network) as connection:
                till_id = await till_named(connection, self.network, restaurant, till)
                return (await issue_code(connection, self.network, till_id)).code

        return self.host.run(work())

    def new_guest(self) -> GuestFacts:
        """Register a guest."""

        async def work() -> GuestFacts:
            async with self.host.database.network_transaction(self.network) as connection:
                return await self._guest(connection)

        guest = self.host.run(work())
        self.guests.append(guest)
        return guest

    def new_codes(self, chance: random.Random, now_ms: int, *, name: str = "") -> list[CodeFacts]:
        """Make a campaign with codes, of this kind if one is named."""

        async def work() -> list[CodeFacts]:
            async with self.host.database.network_transaction(self.network) as connection:
                kind = name or chance.choice(list(_CAMPAIGNS))
                return await self._campaign(connection, kind, chance, now_ms)

        codes = self.host.run(work())
        self.codes += codes
        return codes

    async def _guest(self, connection: asyncpg.Connection) -> GuestFacts:
        self.made += 1
        made = await create_guest(
            connection, self.network, self.host.secrets, NewGuest(name=f"Guest {self.made}")
        )
        return GuestFacts(made.guest_id, made.card)

    async def _campaign(
        self, connection: asyncpg.Connection, name: str, chance: random.Random, now_ms: int
    ) -> list[CodeFacts]:
        fields, count, most, days = _CAMPAIGNS[name](chance, now_ms)
        self.made += 1
        campaign = await create_campaign(
            connection, self.network, Campaign(id=0, name=f"{name} {self.made}", **fields)
        )
        expires = [now_ms + int(chance.uniform(0.05, days) * DAY_MS) if days else None for _ in range(count)]
        texts = [f"{name.upper()}-{self.made}-{number}" for number in range(count)]
        friends = [None, *(guest.id for guest in self.guests)] if campaign.kind is Kind.REFERRAL else [None]
        holders = [chance.choice(friends) for _ in texts]
        new = [
            NewCode(
                campaign_id=campaign.id,
                kind=campaign.kind,
                code=text,
                max_uses=most,
                expires_at=None if at is None else datetime.fromtimestamp(at / 1000, UTC),
                holder_guest_id=holder,
                home_restaurant_id=chance.choice([None, *self.restaurants]),
            )
            for text, at, holder in zip(texts, expires, holders, strict=True)
        ]
        ids = await create_codes(connection, self.network, self.host.secrets.digest_key(self.network), new)
        return [
            CodeFacts(code_id, text, campaign, most, at, holder)
            for code_id, text, at, holder in zip(ids, texts, expires, holders, strict=True)
            if code_id is not None
        ]


def found(host: CentralHost, chance: random.Random, now_ms: int) -> Office:
    """Make a network with everything that a world begins with."""

    async def work() -> Office:
        async with host.database.directory_transaction() as connection:
            network: int = await connection.fetchval(
                "SELECT nextval(pg_get_serial_sequence('networks', 'id'))"
            )
            await enter_network(connection, network)
            await connection.execute(
                """INSERT INTO networks (id, name, currency, zone, tiers, points_rules, model, referral_enabled)
                VALUES ($1, $2, 'EUR', $3, $4, $5, $6, true)""",
                network,
                "Simulated",
                chance.choice(ZONES),
                msgspec.to_builtins(DEFAULT_TIERS),
                _points_rules(chance),
                chance.choice((Model.DISCOUNT, Model.DISCOUNT, Model.POINTS)).value,
            )
            await enter_in_directory(connection, network, Noun.NETWORK, network)
            await publish_settings(connection, network)
            office = Office(host, network)
            for number in range(chance.choice((1, 1, 2, 3))):
                office.restaurants.append(
                    await create_restaurant(
                        connection, network, name=f"Place {number}", zone=chance.choice(ZONES)
                    )
                )
            for _ in range(chance.randint(1, 3)):
                office.guests.append(await office._guest(connection))
            for name in _CAMPAIGNS:
                office.codes += await office._campaign(connection, name, chance, now_ms)
            for number, role in enumerate(_PEOPLE):
                badge = f"{BADGE_PREFIX}{role.value[0].upper() * BADGE_CHARS}"
                # One PIN is enough for people to sign in at all, and a slow one to check.
                pin = PIN if number == 0 else None
                person = NewStaff(name=f"{role.value} {number}", role=role, badge=badge, pin=pin)
                made = await create_staff(connection, network, host.secrets, person)
                office.staff.append(StaffFacts(made.staff_id, role, badge))
        return office

    return host.run(work())


def _points_rules(chance: random.Random) -> dict[str, Any]:
    """Draw how a network handles points: what they pay, how long they live."""
    rules: dict[str, Any] = {}
    if chance.random() < 0.5:
        rules["life_days"] = chance.choice((1, 3, 20))
    if chance.random() < 0.5:
        rules["point_value_minor"] = chance.choice((1, 7, 50))
    if chance.random() < 0.3:
        rules["most_bp"] = chance.choice((2500, 5000))
    return rules


Fields = tuple[dict[str, Any], int, int | None, int]
"""Fields of the campaign, how many codes, uses of each, and days within which they expire (0: never)."""


def _open(chance: random.Random, now_ms: int) -> Fields:
    return {"kind": Kind.PROMO, "benefit": _percent(chance)}, 1, None, 0


def _shared(chance: random.Random, now_ms: int) -> Fields:
    return {"kind": Kind.VOUCHER, "benefit": _fixed(chance)}, 2, chance.randint(4, 60), 0


def _single(chance: random.Random, now_ms: int) -> Fields:
    return {"kind": Kind.VOUCHER, "benefit": _fixed(chance)}, chance.randint(3, 8), 1, 0


def _strict(chance: random.Random, now_ms: int) -> Fields:
    fields = {"kind": Kind.VOUCHER, "policy": Policy.ONLINE_ONLY, "benefit": _fixed(chance)}
    return fields, 2, chance.randint(1, 4), 0


def _risky(chance: random.Random, now_ms: int) -> Fields:
    fields = {
        "kind": Kind.VOUCHER,
        "policy": Policy.ALLOW_WITH_RISK,
        "benefit": _fixed(chance),
        "risk_allowance": chance.randint(3, 8),
        "risk_per_till": chance.randint(1, 3),
    }
    return fields, 2, chance.randint(1, 4), 0


def _guestly(chance: random.Random, now_ms: int) -> Fields:
    fields = {
        "kind": Kind.PROMO,
        "benefit": _percent(chance),
        "max_uses_per_guest": chance.randint(1, 2),
        "needs_guest": True,
    }
    return fields, 1, chance.choice((None, 9)), 0


def _budget(chance: random.Random, now_ms: int) -> Fields:
    fields = {"kind": Kind.PROMO, "benefit": _fixed(chance), "budget_minor": chance.randint(500, 6000)}
    return fields, 1, None, 0


def _window(chance: random.Random, now_ms: int) -> Fields:
    return {"kind": Kind.PROMO, "benefit": _percent(chance)}, 2, chance.choice((None, 30)), 20


def _season(chance: random.Random, now_ms: int) -> Fields:
    # Some begin only next month: no clock that is ahead may bring them sooner.
    begins_ms = now_ms + chance.choice((0, 0, 0, chance.randint(36, 41))) * DAY_MS
    today = datetime.fromtimestamp(begins_ms / 1000, UTC)
    ends = datetime.fromtimestamp((begins_ms + chance.randint(0, 12) * DAY_MS) / 1000, UTC)
    fields = {
        "kind": Kind.VIP,
        "benefit": _percent(chance),
        "zone": chance.choice(ZONES),
        "starts_on": today.date().isoformat(),
        "ends_on": ends.date().isoformat(),
        "active_hours": chance.choice(((), (ActiveHours(start="18:00", end="02:30"),))),
    }
    return fields, 1, None, 0


def _stackable(chance: random.Random, now_ms: int) -> Fields:
    fields = {"kind": Kind.PROMO, "benefit": _percent(chance), "stacking": Stacking.COMBINABLE}
    return fields, 2, chance.choice((None, 12)), 0


def _bonus(chance: random.Random, now_ms: int) -> Fields:
    benefit = Benefit(kind=BenefitKind.POINTS, points=chance.choice((5, 50)))
    fields = {"kind": Kind.PROMO, "benefit": benefit, "needs_guest": True}
    return fields, 1, chance.choice((None, 6)), 0


def _crown(chance: random.Random, now_ms: int) -> Fields:
    benefit = Benefit(kind=BenefitKind.TIER_GRANT, tier=chance.choice(("SILVER", "GOLD", "PLATINUM")))
    return {"kind": Kind.VIP, "benefit": benefit, "needs_guest": True}, 1, chance.choice((None, 8)), 0


def _twice(chance: random.Random, now_ms: int) -> Fields:
    """Limited in every way at once, and beside others on one bill."""
    fields = {
        "kind": Kind.VOUCHER,
        "benefit": _fixed(chance),
        "budget_minor": chance.randint(600, 3000),
        "max_uses_per_guest": chance.randint(1, 3),
        "stacking": Stacking.COMBINABLE,
    }
    return fields, 2, chance.randint(2, 12), 0


def _daily(chance: random.Random, now_ms: int) -> Fields:
    """So many uses a day, a few of each guest, or both."""
    by_guest = chance.choice((None, 1))
    fields = {
        "kind": Kind.PROMO,
        "benefit": _percent(chance),
        "zone": chance.choice(ZONES),
        "max_uses_per_day": None if by_guest and chance.random() < 0.3 else chance.randint(1, 4),
        "max_uses_per_guest_per_day": by_guest,
    }
    return fields, 1, chance.choice((None, 30)), 0


def _friend(chance: random.Random, now_ms: int) -> Fields:
    """Referral codes: once for each person, and never for whose code it is."""
    points = Benefit(kind=BenefitKind.POINTS, points=chance.choice((10, 40)))
    fields = {"kind": Kind.REFERRAL, "benefit": chance.choice((_percent(chance), points))}
    return fields, 2, chance.randint(2, 9), 900


def _percent(chance: random.Random) -> Benefit:
    return Benefit(kind=BenefitKind.PERCENT, percent_bp=chance.choice((500, 1000, 3333)))


def _fixed(chance: random.Random) -> Benefit:
    return Benefit(kind=BenefitKind.FIXED, amount_minor=chance.choice((100, 250, 500)))


_CAMPAIGNS = {
    "open": _open,
    "shared": _shared,
    "single": _single,
    "strict": _strict,
    "risky": _risky,
    "guestly": _guestly,
    "budget": _budget,
    "window": _window,
    "season": _season,
    "stackable": _stackable,
    "bonus": _bonus,
    "crown": _crown,
    "twice": _twice,
    "daily": _daily,
    "friend": _friend,
}
