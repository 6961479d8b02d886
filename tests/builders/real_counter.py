"""A counter that sells at a real till of a real network, with people and guests whom the real central knows."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import asyncpg

from pos_app.usecases.counter import Counter
from pos_app.usecases.desk import Desk
from sync.central.database import Database, connected
from sync.central.schema.words import Role
from sync.central.secrets import Secrets, load_secrets
from sync.central.services.campaigns import create_campaign
from sync.central.services.guests import CreatedGuest, NewGuest, create_guest
from sync.central.services.journal.retrying import Outcome, retry_all
from sync.central.services.products import put_products
from sync.central.services.staff import NewStaff, create_staff
from sync.protocol.feed import Product
from sync.protocol.leases import LeaseReply, LimitKind
from sync.rules.campaign import Campaign
from sync.till.agent.enrolled import enrolled
from sync.till.on_the_spot import OnTheSpot
from sync.till.sales_elsewhere import SalesElsewhere
from tests.builders.patience import LONG_MS
from tests.builders.real_network import RealNetwork
from tests.builders.working_till import WorkingTill

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PatientSpot:
    """Asks the real office, and waits longer than a cashier would: the machine may be busy."""

    spot: OnTheSpot

    def ask(
        self, kind: LimitKind, subject: int, guest: int = 0, *, units: int = 1, sale_bound: bool = False
    ) -> LeaseReply | None:
        return self.spot.ask(kind, subject, guest, units=units, sale_bound=sale_bound, wait_ms=LONG_MS)

    def release(self, lease: UUID) -> bool:
        return self.spot.release(lease)


def counter_at(working: WorkingTill, *, offline: bool = False) -> Counter:
    """Stand at a working till."""
    return Counter(
        Desk(
            till=working.till,
            identity=enrolled(working.till),
            files=working.files,
            spot=None if offline else PatientSpot(working.spot),
            language="en",
            committed=working.threads.nudge,
            sales=None if offline else SalesElsewhere(working.threads.agent, wait_ms=LONG_MS),
        )
    )


def add_guest(network: RealNetwork, name: str, **fields: int | str) -> CreatedGuest:
    """Make a guest with a card, as the office does."""
    new = NewGuest(name=name, **fields)  # type: ignore[arg-type]  # any of its fields

    async def work(connection: asyncpg.Connection, secrets: Secrets) -> CreatedGuest:
        return await create_guest(connection, network.id, secrets, new)

    return _in_office(network, work)


def add_staff(network: RealNetwork, name: str, pin: str, role: Role, *, badge: str | None = None) -> int:
    """Make a person who may sign in at the tills."""

    async def work(connection: asyncpg.Connection, secrets: Secrets) -> int:
        made = await create_staff(
            connection, network.id, secrets, NewStaff(name=name, role=role, pin=pin, badge=badge)
        )
        return made.staff_id

    return _in_office(network, work)


def add_campaign(network: RealNetwork, campaign: Campaign) -> int:
    """Make a campaign; codes that are imported under its name, kind and policy are its own."""

    async def work(connection: asyncpg.Connection, _secrets: Secrets) -> int:
        return (await create_campaign(connection, network.id, campaign)).id

    return _in_office(network, work)


def add_products(network: RealNetwork, *products: Product) -> None:
    """Put products into the catalogue of the tills."""

    async def work(connection: asyncpg.Connection, _secrets: Secrets) -> None:
        await put_products(connection, network.id, products)

    _in_office(network, work)


def try_again(network: RealNetwork) -> Outcome:
    """Try waiting events again now, as central's own job does every few minutes."""

    async def work() -> Outcome:
        async with connected(network.central.dsn(), max_connections=2) as database:
            return await retry_all(database, _secrets(network), network.id)

    return asyncio.run(work())


def _in_office(network: RealNetwork, work: Callable[[asyncpg.Connection, Secrets], Awaitable[T]]) -> T:
    async def inside() -> T:
        async with connected(network.central.dsn(), max_connections=2) as database:
            return await _transact(database, network, work)

    return asyncio.run(inside())


async def _transact(
    database: Database, network: RealNetwork, work: Callable[[asyncpg.Connection, Secrets], Awaitable[T]]
) -> T:
    async with database.network_transaction(network.id) as connection:
        return await work(connection, _secrets(network))


def _secrets(network: RealNetwork) -> Secrets:
    return load_secrets(network.central.data)
