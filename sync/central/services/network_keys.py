"""Keys by which a network's cards and vouchers are made: added, made current, withdrawn.

Rotation: a new key is current at once and reaches every till with the settings; what the old one made goes on
reading until it is withdrawn, when its cards and vouchers have been replaced.
"""

import asyncpg

from sync.central.clock import clock_of, moment
from sync.central.schema.words import KeyPurpose
from sync.central.secrets import Secrets
from sync.central.services.live_keys import live_keys, make_key
from sync.central.services.networks import publish_settings
from sync.rules.card_text import CardKeys
from sync.rules.user_error import UserError

MAX_LIVE_KEYS = 20
"""Old keys that still read: every till holds them all."""


async def current_key(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, purpose: KeyPurpose
) -> int:
    """Return the number of the key that new cards or vouchers bear; the first one is made here."""
    live = (await live_keys(connection, network_id))[purpose]
    return max(live) if live else await add_key(connection, secrets, network_id, purpose)


async def add_key(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, purpose: KeyPurpose
) -> int:
    """Make a new key, current from now on, and tell the tills; return its number.

    Raises :class:`UserError` ``too_many_keys``.
    """
    await connection.execute("SELECT 1 FROM networks WHERE id = $1 FOR NO KEY UPDATE", network_id)
    if len((await live_keys(connection, network_id))[purpose]) >= MAX_LIVE_KEYS:
        raise UserError(
            "too_many_keys",
            f"{MAX_LIVE_KEYS} {purpose} keys are in use already.",
            "Withdraw the oldest one first.",
        )
    number = await make_key(connection, secrets, network_id, purpose)
    await publish_settings(connection, network_id)
    return number


async def withdraw_key(
    connection: asyncpg.Connection, network_id: int, purpose: KeyPurpose, number: int
) -> None:
    """Let no till accept what a key made any more, and tell the tills.

    Raises :class:`UserError` ``unknown_key``, or ``key_in_use`` for the current one.
    """
    await connection.execute("SELECT 1 FROM networks WHERE id = $1 FOR NO KEY UPDATE", network_id)
    live = (await live_keys(connection, network_id))[purpose]
    if number not in live:
        raise UserError("unknown_key", f"There is no {purpose} key {number} in use.", "Check its number.")
    if number == max(live):
        raise UserError(
            "key_in_use",
            f"The {purpose} key {number} is the one that new ones bear.",
            "Make a new key first, then withdraw this one.",
        )
    await connection.execute(
        """UPDATE network_keys SET withdrawn_at = $4
        WHERE network_id = $1 AND purpose = $2 AND number = $3""",
        network_id,
        purpose.value,
        number,
        moment(clock_of(connection)),
    )
    await publish_settings(connection, network_id)


async def card_keys(connection: asyncpg.Connection, secrets: Secrets, network_id: int) -> CardKeys:
    """Return the network's card keys; the first one is made here."""
    current = await current_key(connection, secrets, network_id, KeyPurpose.CARD)
    live = (await live_keys(connection, network_id))[KeyPurpose.CARD]
    keys = {number: secrets.card_key(network_id, number) for number in live}
    return CardKeys(network=network_id, current=current, keys=keys)
