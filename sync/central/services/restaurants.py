"""Restaurants: the locations of a network."""

import asyncpg

from sync.central.schema.words import Noun
from sync.central.services.directory import enter_in_directory
from sync.central.services.lease_subjects import open_credit
from sync.central.services.limits import LimitKey, set_total
from sync.central.services.names import fit_name
from sync.central.services.networks import fit_currency, fit_zone, publish_settings
from sync.protocol.leases import LimitKind
from sync.rules.user_error import UserError

MAX_CREDIT_POINTS = 1_000_000_000


async def create_restaurant(
    connection: asyncpg.Connection,
    network_id: int,
    *,
    name: str,
    zone: str | None = None,
    currency: str | None = None,
) -> int:
    """Make a restaurant and return its id; without ``zone`` and ``currency`` the network's hold.

    Raises :class:`UserError` ``name_unfit``, ``zone_unknown`` or ``currency_unknown``.
    """
    restaurant_id: int = await connection.fetchval(
        "INSERT INTO restaurants (network_id, name, zone, currency) VALUES ($1, $2, $3, $4) RETURNING id",
        network_id,
        fit_name(name),
        None if zone is None else fit_zone(zone),
        None if currency is None else fit_currency(currency),
    )
    await enter_in_directory(connection, network_id, Noun.RESTAURANT, restaurant_id)
    await open_credit(connection, network_id, restaurant_id)
    await publish_settings(connection, network_id)
    return restaurant_id


async def set_credit_allowance(
    connection: asyncpg.Connection, network_id: int, restaurant_id: int, *, points: int
) -> None:
    """Say how many points may be credited by hand in a restaurant, all its tills and all time together.

    Raising it is how a spent allowance is refilled. Raises :class:`UserError` ``unknown_restaurant`` or
    ``allowance_unfit``.
    """
    if not 0 <= points <= MAX_CREDIT_POINTS:
        raise UserError(
            "allowance_unfit", f"An allowance has 0 to {MAX_CREDIT_POINTS} points.", "Write another number."
        )
    found = await connection.fetchval(
        "UPDATE restaurants SET credit_allowance = $3 WHERE network_id = $1 AND id = $2 RETURNING true",
        network_id,
        restaurant_id,
        points,
    )
    if not found:
        raise UserError("unknown_restaurant", f"There is no restaurant {restaurant_id}.", "Check the number.")
    await set_total(connection, network_id, LimitKey(LimitKind.CREDIT, restaurant_id), points)
