"""The keys of a network's personal data: random, and stored wrapped under a key of the master secret.

Networks from before have one that is derived from the master secret, until they are rotated. Whoever seals holds the
current key's row till the end of their transaction, so that no key is destroyed under which somebody is just writing.
"""

import os

import asyncpg

from sync.central.seals import FieldSeal, KeyName, KeySeal
from sync.central.secrets import KEY_BYTES, Secrets
from sync.rules.user_error import UserError

MAX_LIVE_FIELD_KEYS = 50
"""Keys of a network that are not destroyed: each of them is read whenever something is opened."""

_LIVE = "SELECT number, wrapped FROM field_keys WHERE network_id = $1 AND wrapped IS NOT NULL"


async def known_fields(connection: asyncpg.Connection, secrets: Secrets, network_id: int) -> FieldSeal:
    """Return what opens the personal data of a network, whichever of its keys sealed it.

    Read it after the rows that are to be opened: a key that was made meanwhile is then among them.
    """
    return FieldSeal(
        lambda number: secrets.derived_field_key(network_id, number),
        _unwrapped(await connection.fetch(_LIVE, network_id), secrets, network_id),
    )


async def current_fields(connection: asyncpg.Connection, secrets: Secrets, network_id: int) -> FieldSeal:
    """Return what seals new personal data of a network under its current key, and opens all of it."""
    rows = await connection.fetch(
        """WITH held AS (
            SELECT k.number FROM networks n JOIN field_keys k ON k.network_id = n.id AND k.number = n.field_key
            WHERE n.id = $1 FOR KEY SHARE OF k
        )
        SELECT n.field_key, k.number, k.wrapped, h.number IS NOT NULL AS stored FROM networks n
        LEFT JOIN field_keys k ON k.network_id = n.id AND k.wrapped IS NOT NULL
        LEFT JOIN held h ON h.number = n.field_key
        WHERE n.id = $1""",
        network_id,
    )
    current = KeyName(rows[0]["field_key"], stored=rows[0]["stored"])
    live = [row for row in rows if row["number"] is not None]
    return FieldSeal(
        lambda number: secrets.derived_field_key(network_id, number),
        _unwrapped(live, secrets, network_id),
        current,
    )


async def add_field_key(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, number: int
) -> None:
    """Make a random key in the caller's transaction; raises :class:`UserError` ``too_many_field_keys``."""
    live: int = await connection.fetchval(
        "SELECT count(*) FROM field_keys WHERE network_id = $1 AND wrapped IS NOT NULL", network_id
    )
    if live >= MAX_LIVE_FIELD_KEYS:
        raise UserError(
            "too_many_field_keys",
            f"This network has {live} field keys.",
            "Destroy old ones first: `admin field-keys` lists them, `admin destroy-field-key` destroys one.",
        )
    wrapped = KeySeal(secrets.wrapping_key(network_id)).seal(
        _field(network_id, number), os.urandom(KEY_BYTES).hex()
    )
    await connection.execute(
        "INSERT INTO field_keys (network_id, number, wrapped) VALUES ($1, $2, $3)",
        network_id,
        number,
        wrapped,
    )


def _unwrapped(rows: list[asyncpg.Record], secrets: Secrets, network_id: int) -> dict[int, bytes]:
    if not rows:
        return {}
    wrapping = KeySeal(secrets.wrapping_key(network_id))
    return {
        row["number"]: bytes.fromhex(wrapping.open(_field(network_id, row["number"]), row["wrapped"]))
        for row in rows
    }


def _field(network_id: int, number: int) -> str:
    """Bind a wrapped key to its network and number."""
    return f"field_keys.wrapped:{network_id}:{number}"
