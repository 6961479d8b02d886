"""The keys of cards and vouchers as tills get them, and making one more."""

import asyncpg

from sync.central.clock import clock_of, moment
from sync.central.schema.words import KeyPurpose
from sync.central.secrets import Secrets
from sync.protocol.sealed_keys import seal_key


async def live_keys(connection: asyncpg.Connection, network_id: int) -> dict[KeyPurpose, dict[int, bytes]]:
    """Return what tills are given of every key that is not withdrawn, by purpose and number."""
    keys: dict[KeyPurpose, dict[int, bytes]] = {purpose: {} for purpose in KeyPurpose}
    for row in await connection.fetch(
        """SELECT purpose, number, content FROM network_keys
        WHERE network_id = $1 AND withdrawn_at IS NULL ORDER BY number""",
        network_id,
    ):
        keys[KeyPurpose(row["purpose"])][row["number"]] = row["content"]
    return keys


async def make_key(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, purpose: KeyPurpose
) -> int:
    """Make a key with the next number, which was never used before; the caller tells the tills."""
    number: int = await connection.fetchval(
        "SELECT COALESCE(max(number), 0) + 1 FROM network_keys WHERE network_id = $1 AND purpose = $2",
        network_id,
        purpose.value,
    )
    await connection.execute(
        """INSERT INTO network_keys (network_id, purpose, number, content, created_at)
        VALUES ($1, $2, $3, $4, $5)""",
        network_id,
        purpose.value,
        number,
        _content(secrets, network_id, purpose, number),
        moment(clock_of(connection)),
    )
    return number


def _content(secrets: Secrets, network_id: int, purpose: KeyPurpose, number: int) -> bytes:
    if purpose is KeyPurpose.VOUCHER:
        return secrets.voucher_key(network_id, number).public
    return seal_key(secrets.digest_key(network_id), number, secrets.card_key(network_id, number))
