"""A network in central, in one readable line: ``asyncio.run(in_office(dsn, work))``."""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import asyncpg

from sync.central.database import Database, connected
from sync.central.secrets import Secrets
from sync.central.services.campaigns import create_campaign
from sync.central.services.codes import NewCode, create_codes
from sync.central.services.networks import create_network
from sync.central.services.restaurants import create_restaurant
from sync.central.services.tills import till_named
from sync.rules.campaign import Campaign, Policy
from sync.rules.code import Kind

T = TypeVar("T")

SECRETS = Secrets(bytes(range(32)))
PASSWORD = "correct horse battery"

_emails = itertools.count(1)


@dataclass(frozen=True, slots=True)
class OfficeWorld:
    """A database with one fresh network, a restaurant and a till."""

    database: Database
    secrets: Secrets
    network_id: int
    owner_id: int
    owner_email: str
    restaurant_id: int
    till_id: int

    async def fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        """Read as the network's own transaction."""
        async with self.database.network_transaction(self.network_id) as connection:
            return list(await connection.fetch(query, *arguments))

    async def campaign(
        self, kind: Kind = Kind.VOUCHER, policy: Policy = Policy.LEASED, **rules: object
    ) -> Campaign:
        """Make a campaign."""
        campaign = Campaign(id=0, kind=kind, name=f"{kind} {policy}", policy=policy, **rules)  # type: ignore[arg-type] # any of its fields
        async with self.database.network_transaction(self.network_id) as connection:
            return await create_campaign(connection, self.network_id, campaign)

    async def codes(self, campaign: Campaign, *texts: str, max_uses: int | None = None) -> list[int | None]:
        """Make codes of a campaign."""
        news = [
            NewCode(campaign_id=campaign.id, kind=campaign.kind, code=text, name=text, max_uses=max_uses)
            for text in texts
        ]
        async with self.database.network_transaction(self.network_id) as connection:
            return await create_codes(
                connection, self.network_id, self.secrets.digest_key(self.network_id), news
            )


async def in_office(dsn: str, work: Callable[[OfficeWorld], Awaitable[T]]) -> T:
    """Make a fresh network and do some work in it."""
    async with connected(dsn, max_connections=4) as database:
        return await work(await a_world(database))


async def a_world(database: Database) -> OfficeWorld:
    """Make a fresh network with a restaurant and a till."""
    email = f"owner{next(_emails)}@example.com"
    made = await create_network(database, SECRETS, name="Test network", owner_email=email, password=PASSWORD)
    async with database.network_transaction(made.network_id) as connection:
        restaurant_id = await create_restaurant(connection, made.network_id, name="Harbour")
        till_id = await till_named(connection, made.network_id, restaurant_id, "Bar")
    return OfficeWorld(
        database=database,
        secrets=SECRETS,
        network_id=made.network_id,
        owner_id=made.owner_id,
        owner_email=email,
        restaurant_id=restaurant_id,
        till_id=till_id,
    )
