"""A guest's row on its way to the tills, and under which names its personal fields are sealed."""

import asyncpg

from sync.central.clock import clock_of
from sync.central.secrets import Secrets
from sync.central.services.feed_rows import GUEST_COLUMNS, guest_row
from sync.central.services.field_keys import known_fields
from sync.central.services.outbox import publish
from sync.protocol.feed import Table

GUEST_PHONE_FIELD = "guests.phone"
GUEST_EMAIL_FIELD = "guests.email"
GUEST_CHILDREN_FIELD = "guests.children"


async def publish_guest(
    connection: asyncpg.Connection, network_id: int, secrets: Secrets, guest_id: int
) -> None:
    """Tell the tills how a guest stands, in the transaction that changed it."""
    guest = await connection.fetchrow(
        f"SELECT {GUEST_COLUMNS} FROM guests WHERE network_id = $1 AND id = $2",  # noqa: S608 - columns are ours
        network_id,
        guest_id,
    )
    fields = await known_fields(connection, secrets, network_id)
    row = guest_row(guest, fields, as_of_ms=clock_of(connection).now_ms())
    await publish(connection, network_id, Table.GUEST, guest_id, row)
