"""What the owner of the installation sees: its networks and how large they are, and none of their books."""

from datetime import datetime, timedelta

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.database import Database
from sync.central.schema.numbers import MAX_ID
from sync.central.schema.words import Noun
from sync.central.secrets import Secrets
from sync.central.services.login import Person
from sync.central.services.networks import MadeBy, create_network
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType

LATELY = timedelta(days=30)


class NetworkView(msgspec.Struct, frozen=True, kw_only=True):
    """A network and how large it is; ``sales_30_days`` counts tills' and the office's own."""

    id: int
    name: str
    currency: str
    timezone: str
    restaurants: int
    tills: int
    staff: int
    guests: int
    sales_30_days: int
    open_cases: int
    created_at: datetime


class NewNetwork(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A network to be made, and its owner, who signs in by e-mail address and password."""

    name: str
    owner_email: str
    password: str
    currency: str = "EUR"
    timezone: str = "UTC"


class MadeNetwork(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of a new network and of its owner."""

    network_id: int
    owner_id: int


async def list_networks(database: Database, *, limit: int, offset: int) -> tuple[list[NetworkView], int]:
    """Return some networks, the oldest first, and the number of all; each is read as its own transaction may."""
    numbers = await database.network_ids()
    return [await _read(database, number) for number in numbers[offset : offset + limit]], len(numbers)


async def read_network(database: Database, number: int) -> NetworkView:
    """Return one network; raises :class:`Refusal` ``not-found``."""
    if not 0 < number <= MAX_ID or await database.network_of(Noun.NETWORK, number) is None:
        raise Refusal(ProblemType.NOT_FOUND, f"There is no network {number}.", "Check the number.")
    return await _read(database, number)


async def make_network(database: Database, secrets: Secrets, person: Person, new: NewNetwork) -> MadeNetwork:
    """Make a network; raises :class:`UserError` for what does not fit. Both networks' logs say who did it."""
    made = await create_network(
        database,
        secrets,
        name=new.name,
        owner_email=new.owner_email,
        password=new.password,
        currency=new.currency,
        zone=new.timezone,
        by=MadeBy(f"platform:{person.staff}", person),
    )
    return MadeNetwork(network_id=made.network_id, owner_id=made.owner_id)


async def _read(database: Database, number: int) -> NetworkView:
    async with database.network_transaction(number) as connection:
        row: asyncpg.Record = await connection.fetchrow(
            """SELECT n.id, n.name, n.currency, n.zone AS timezone, n.created_at,
                (SELECT count(*) FROM restaurants r WHERE r.network_id = $1 AND NOT r.archived) AS restaurants,
                (SELECT count(*) FROM tills t WHERE t.network_id = $1 AND t.status = 'active') AS tills,
                (SELECT count(*) FROM staff s WHERE s.network_id = $1 AND s.active) AS staff,
                (SELECT count(*) FROM guests g WHERE g.network_id = $1 AND g.merged_into IS NULL) AS guests,
                (SELECT count(*) FROM sales s WHERE s.network_id = $1 AND s.at > $2)
                + (SELECT count(*) FROM guest_transactions t WHERE t.network_id = $1 AND t.kind = 'SALE'
                    AND t.at > $2) AS sales_30_days,
                (SELECT count(*) FROM cases c WHERE c.network_id = $1 AND c.closed_at IS NULL) AS open_cases
            FROM networks n WHERE n.id = $1""",
            number,
            moment(clock_of(connection)) - LATELY,
        )
    return NetworkView(**row)
