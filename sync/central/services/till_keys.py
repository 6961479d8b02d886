"""What tills know of one another: names and public keys, by which one checks another's receipts without the office.

Tills are told together, now and then, and not at each enrolment: five hundred tills that are set up in an hour would
otherwise all hear of one another five hundred times. Until then, and beyond ``MAX_KEYS``, a till asks the office.
"""

import asyncpg

from sync.central.services.networks import publish_settings
from sync.protocol.feed import TillSeen
from sync.protocol.wire import pack

MAX_KEYS = 1_000
"""Keys that travel with the settings, the newest lives first: about a hundred bytes each."""

_KEYS = """
    SELECT i.till_id, i.incarnation, i.public_key, t.name, t.restaurant_id FROM (
        SELECT till_id, incarnation, public_key, opened_at FROM incarnations WHERE network_id = $1
        ORDER BY opened_at DESC, till_id DESC, incarnation DESC LIMIT $2
    ) AS i JOIN tills t ON t.network_id = $1 AND t.id = i.till_id ORDER BY i.till_id, i.incarnation
"""


async def tell_keys(connection: asyncpg.Connection, network_id: int) -> bool:
    """Tell the tills in the caller's transaction what is new of one another; return whether there was anything.

    Keys of earlier lives, and of tills that are gone, go on proving what they have signed.
    """
    seen: dict[int, TillSeen] = {}
    for row in await connection.fetch(_KEYS, network_id, MAX_KEYS):
        known = seen.setdefault(
            row["till_id"], TillSeen(name=row["name"], restaurant=row["restaurant_id"], keys={})
        )
        known.keys[row["incarnation"]] = row["public_key"]
    told = pack(seen) if seen else b""
    changed = await connection.fetchval(
        "UPDATE networks SET tills_told = $2 WHERE id = $1 AND tills_told <> $2 RETURNING true",
        network_id,
        told,
    )
    if changed:
        await publish_settings(connection, network_id)
    return bool(changed)
