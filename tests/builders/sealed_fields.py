"""What opens the personal data of a network in a test, as central keeps it and as it was kept before."""

import asyncpg

from sync.central.database import Database
from sync.central.seals import OLDEST_KEY, FieldSeal
from sync.central.services.field_keys import known_fields
from sync.central.services.staff import STAFF_EMAIL_FIELD
from tests.builders.central_world import SECRETS, OfficeWorld


async def fields_of(database: Database, network: int) -> FieldSeal:
    """Return what opens all fields of a network."""
    async with database.network_transaction(network) as connection:
        return await known_fields(connection, SECRETS, network)


def derived_fields(network: int) -> FieldSeal:
    """Return what sealed the fields of a network before its keys were random."""
    return FieldSeal(lambda number: SECRETS.derived_field_key(network, number), {}, OLDEST_KEY)


async def as_before_random_keys(world: OfficeWorld, dsn: str) -> None:
    """Bring a network that has only its owner to the state that an older central left: one derived key."""
    fields = await fields_of(world.database, world.network_id)
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            sealed = await connection.fetchval("SELECT email_cipher FROM staff WHERE id = $1", world.owner_id)
            await connection.execute(
                "UPDATE staff SET email_cipher = $2 WHERE id = $1",
                world.owner_id,
                derived_fields(world.network_id).seal(
                    STAFF_EMAIL_FIELD, fields.open(STAFF_EMAIL_FIELD, sealed)
                ),
            )
            await connection.execute("UPDATE networks SET field_key = 0 WHERE id = $1", world.network_id)
            await connection.execute("DELETE FROM field_keys WHERE network_id = $1", world.network_id)
    finally:
        await connection.close()
