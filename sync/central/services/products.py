"""The small catalogue that tills show."""

from collections.abc import Sequence

import asyncpg

from sync.central.services.networks import publish_settings
from sync.protocol.feed import Product
from sync.rules.user_error import UserError

MAX_PRODUCTS = 2_000
"""The catalogue travels in the settings row, whole; a till is no inventory system."""


async def put_products(connection: asyncpg.Connection, network_id: int, products: Sequence[Product]) -> None:
    """Add products or replace those with the same ``item``, and tell the tills.

    Raises :class:`UserError` ``too_many_products``.
    """
    await connection.executemany(
        """INSERT INTO products (network_id, item, name, price_minor, category, tax_group)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (network_id, item) DO UPDATE SET name = excluded.name,
            price_minor = excluded.price_minor, category = excluded.category, tax_group = excluded.tax_group""",
        [
            (network_id, each.item, each.name, each.price_minor, each.category, each.tax_group)
            for each in products
        ],
    )
    count: int = await connection.fetchval("SELECT count(*) FROM products WHERE network_id = $1", network_id)
    if count > MAX_PRODUCTS:
        raise UserError(
            "too_many_products",
            f"The catalogue of the tills holds at most {MAX_PRODUCTS:,} products.",
            "Keep those that codes or cashiers name.",
        )
    await publish_settings(connection, network_id)
