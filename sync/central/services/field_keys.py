"""Which of a network's field keys seals what is new."""

import asyncpg

from sync.central.secrets import FieldSeal, Secrets


async def current_fields(connection: asyncpg.Connection, secrets: Secrets, network_id: int) -> FieldSeal:
    """Return what seals new personal data of a network under its current key, and opens all of it."""
    number: int | None = await connection.fetchval("SELECT field_key FROM networks WHERE id = $1", network_id)
    return secrets.fields(network_id, number or 0)
