"""Filling a network with the demo, in one transaction: all of it or nothing."""

from datetime import UTC, datetime

import asyncpg
import msgspec

from sync.central.database import Database
from sync.central.demo.codes import CodeMaker, make_campaign
from sync.central.demo.data import (
    DemoRestaurant,
    demo_campaigns,
    demo_guests,
    demo_network,
)
from sync.central.demo.samples import (
    MadeGuest,
    Sample,
    badge_sample,
    card_samples,
    code_samples,
    unknown_sample,
)
from sync.central.secrets import Secrets
from sync.central.services import audit
from sync.central.services.cards import give_digits
from sync.central.services.codes import NewCode
from sync.central.services.guests import NewGuest, create_guest
from sync.central.services.networks import switch_referral
from sync.central.services.products import put_products
from sync.central.services.restaurants import create_restaurant
from sync.central.services.rewards import put_reward
from sync.central.services.staff import NewStaff, create_staff
from sync.central.services.tills import till_named
from sync.central.services.wallets import carry
from sync.rules.code import Kind
from sync.rules.rewards import Reward
from sync.rules.sale import Place
from sync.rules.user_error import UserError

ACTOR = "demo"
ACTION = "demo.fill"
CARRYING_GUESTS = 25
"""Guests who carry a voucher in their wallet."""


class FilledTill(msgspec.Struct, frozen=True):
    """A till of the demo."""

    till_id: int
    name: str
    restaurant_id: int
    restaurant: str


class FilledStaff(msgspec.Struct, frozen=True):
    """A person of the demo, and how to sign in as this person."""

    staff_id: int
    name: str
    role: str
    pin: str
    badge: str | None


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the network now."""

    network_id: int
    tills: list[FilledTill]
    staff: list[FilledStaff]
    campaigns: int
    codes: int
    guests: int
    samples: list[Sample]


async def fill_demo(database: Database, secrets: Secrets, network_id: int) -> Filled:
    """Fill a network; raises :class:`UserError` ``demo_there_already`` for one that has the demo."""
    async with database.network_transaction(network_id) as connection:
        await connection.execute("SELECT 1 FROM networks WHERE id = $1 FOR NO KEY UPDATE", network_id)
        if await connection.fetchval(
            "SELECT 1 FROM audit WHERE network_id = $1 AND action = $2", network_id, ACTION
        ):
            raise UserError(
                "demo_there_already",
                f"Network {network_id} has the demo data already.",
                "Go on with what it printed then, or make another network.",
            )
        filled = await _Demo(connection, network_id, secrets).fill()
        await audit.record(
            connection, network_id, actor=ACTOR, action=ACTION, subject=f"network:{network_id}"
        )
    return filled


class _Demo:
    def __init__(self, connection: asyncpg.Connection, network_id: int, secrets: Secrets) -> None:
        self._connection = connection
        self._network_id = network_id
        self._secrets = secrets
        self._now = datetime.now(UTC)

    async def fill(self) -> Filled:
        network = demo_network()
        tills = [till for place in network.restaurants for till in await self._restaurant(place)]
        await put_products(self._connection, self._network_id, network.products)
        for each in network.rewards:
            reward = Reward(id=0, name=each.name, points=each.points, item=each.item, tiers=each.tiers)
            await put_reward(self._connection, self._network_id, reward)
        staff = [
            await self._staff(NewStaff(name=each.name, role=each.role, pin=each.pin, new_badge=True))
            for each in network.staff
        ]
        await switch_referral(self._connection, self._network_id, enabled=True)
        guests = await self._guests()
        samples, codes = await self._campaigns(tills, guests)
        first = guests[0].created.guest_id
        issued = await give_digits(self._connection, self._network_id, self._secrets, first)
        samples += card_samples(guests, issued.digits)
        samples += [badge_sample(person.name, person.badge) for person in staff if person.badge]
        samples.append(unknown_sample())
        return Filled(
            network_id=self._network_id,
            tills=tills,
            staff=staff,
            campaigns=len(demo_campaigns()),
            codes=codes,
            guests=len(guests),
            samples=samples,
        )

    async def _campaigns(self, tills: list[FilledTill], guests: list[MadeGuest]) -> tuple[list[Sample], int]:
        currency: str = await self._connection.fetchval(
            "SELECT currency FROM networks WHERE id = $1", self._network_id
        )
        here = Place(restaurant_id=tills[0].restaurant_id, till_id=tills[0].till_id)
        maker = CodeMaker(
            self._connection,
            self._network_id,
            self._secrets.digest_key(self._network_id),
            homes=list(dict.fromkeys(till.restaurant_id for till in tills)),
            guests=guests,
            now=self._now,
        )
        samples: list[Sample] = []
        count = 0
        for each in demo_campaigns():
            campaign = await make_campaign(self._connection, self._network_id, each, currency)
            made = await maker.make(each.codes, campaign)
            count += len(made)
            if campaign.kind is Kind.VOUCHER:
                await self._carry(guests, made)
            for code in made[: len(each.codes.first)]:
                samples += code_samples(code, campaign, guests[-1], self._now, here)
        return samples, count

    async def _carry(self, guests: list[MadeGuest], made: list[tuple[int, NewCode]]) -> None:
        """Put a voucher into the wallets of the first guests; those written out stay for the film."""
        for guest, (code_id, _) in zip(guests[:CARRYING_GUESTS], reversed(made), strict=False):
            await carry(self._connection, self._network_id, self._secrets, guest.created.guest_id, code_id)

    async def _restaurant(self, place: DemoRestaurant) -> list[FilledTill]:
        restaurant_id = await create_restaurant(
            self._connection, self._network_id, name=place.name, zone=place.zone
        )
        return [
            FilledTill(
                await till_named(self._connection, self._network_id, restaurant_id, name),
                name,
                restaurant_id,
                place.name,
            )
            for name in place.tills
        ]

    async def _staff(self, new: NewStaff) -> FilledStaff:
        made = await create_staff(self._connection, self._network_id, self._secrets, new)
        return FilledStaff(made.staff_id, new.name, new.role.value, new.pin or "", made.badge)

    async def _guests(self) -> list[MadeGuest]:
        demo = demo_guests()
        made: list[MadeGuest] = []
        for tier in demo.tiers:
            for _ in range(tier.count):
                number = len(made)
                first = demo.first_names[number % len(demo.first_names)]
                last = demo.last_names[number // len(demo.first_names) % len(demo.last_names)]
                new = NewGuest(
                    name=f"{first} {last}",
                    phone=f"{demo.phone_prefix}{number:03d}",
                    tier=tier.tier,
                    points=tier.points,
                    purchases=tier.purchases,
                )
                created = await create_guest(self._connection, self._network_id, self._secrets, new)
                made.append(MadeGuest(new, created))
        return made
