"""What the office sees and changes of its restaurants. Every change is in the audit log, in its own transaction."""

from datetime import datetime

import asyncpg
import msgspec

from sync.central.services.audit import record
from sync.central.services.login import Person
from sync.central.services.names import fit_name
from sync.central.services.networks import fit_currency, fit_zone, publish_settings
from sync.central.services.paged_rows import paged_rows
from sync.central.services.refusal import Refusal
from sync.central.services.restaurants import create_restaurant
from sync.protocol.problems import ProblemType

_FIELDS = "id, name, zone AS timezone, currency, archived, created_at"


class RestaurantView(msgspec.Struct, frozen=True, kw_only=True):
    """A restaurant; ``timezone`` (IANA) and ``currency`` are null where the network's own hold."""

    id: int
    name: str
    timezone: str | None
    currency: str | None
    archived: bool
    created_at: datetime


class NewRestaurant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A restaurant to be made."""

    name: str
    timezone: str | None = None
    currency: str | None = None


class RestaurantChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different; what is not named stays."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    timezone: str | msgspec.UnsetType | None = msgspec.UNSET
    currency: str | msgspec.UnsetType | None = msgspec.UNSET
    archived: bool | msgspec.UnsetType = msgspec.UNSET


async def list_restaurants(
    connection: asyncpg.Connection, network: int, *, limit: int, offset: int
) -> tuple[list[RestaurantView], int]:
    """Return some restaurants, the oldest first, and the number of all."""
    rows, total = await paged_rows(
        connection,
        _FIELDS,
        "FROM restaurants WHERE network_id = $1",
        network,
        order="id",
        limit=limit,
        offset=offset,
    )
    return [RestaurantView(**row) for row in rows], total


async def read_restaurant(connection: asyncpg.Connection, network: int, restaurant: int) -> RestaurantView:
    """Return one restaurant; raises :class:`Refusal` ``not-found``."""
    row = await connection.fetchrow(
        f"SELECT {_FIELDS} FROM restaurants WHERE network_id = $1 AND id = $2",  # noqa: S608 - fixed columns
        network,
        restaurant,
    )
    if row is None:
        raise Refusal(ProblemType.NOT_FOUND, f"There is no restaurant {restaurant}.", "Check the number.")
    return RestaurantView(**row)


async def make_restaurant(
    connection: asyncpg.Connection, person: Person, new: NewRestaurant
) -> RestaurantView:
    """Make a restaurant; raises :class:`UserError` for a name, zone or currency that does not fit."""
    made = await create_restaurant(
        connection, person.network, name=new.name, zone=new.timezone, currency=new.currency
    )
    await _note(connection, person, "restaurant.create", made, new)
    return await read_restaurant(connection, person.network, made)


async def change_restaurant(
    connection: asyncpg.Connection, person: Person, restaurant: int, change: RestaurantChange
) -> RestaurantView:
    """Change a restaurant; raises :class:`Refusal` ``not-found`` and :class:`UserError` for what does not fit."""
    now = await read_restaurant(connection, person.network, restaurant)
    zone = now.timezone if change.timezone is msgspec.UNSET else change.timezone
    currency = now.currency if change.currency is msgspec.UNSET else change.currency
    await connection.execute(
        """UPDATE restaurants SET name = $3, zone = $4, currency = $5, archived = $6
        WHERE network_id = $1 AND id = $2""",
        person.network,
        restaurant,
        now.name if change.name is msgspec.UNSET else fit_name(change.name),
        None if zone is None else fit_zone(zone),
        None if currency is None else fit_currency(currency),
        now.archived if change.archived is msgspec.UNSET else change.archived,
    )
    await publish_settings(connection, person.network)
    await _note(connection, person, "restaurant.change", restaurant, change)
    return await read_restaurant(connection, person.network, restaurant)


async def _note(
    connection: asyncpg.Connection, person: Person, action: str, restaurant: int, what: msgspec.Struct
) -> None:
    await record(
        connection,
        person.network,
        actor=person.actor,
        action=action,
        subject=f"restaurant:{restaurant}",
        detail=msgspec.to_builtins(what),
    )
