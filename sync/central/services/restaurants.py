"""Restaurants: the locations of a network."""

import asyncpg

from sync.central.schema.words import Noun
from sync.central.services.directory import enter_in_directory
from sync.central.services.names import fit_name
from sync.central.services.networks import fit_currency, fit_zone, publish_settings


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
    await publish_settings(connection, network_id)
    return restaurant_id
