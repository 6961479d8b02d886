"""The vouchers that a guest carries (document 003), in the guest's own order, as the tills see them."""

import asyncpg

from sync.central.secrets import Secrets
from sync.central.services.guest_publishing import publish_guest
from sync.rules.user_error import UserError

MAX_CARRIED = 50
"""Vouchers of one wallet: they travel in the guest's row, and a cashier reads a few."""


async def carry(
    connection: asyncpg.Connection, network_id: int, secrets: Secrets, guest_id: int, code_id: int
) -> tuple[int, ...]:
    """Put a voucher behind the others of a guest's wallet, and tell the tills; return the wallet.

    One that is carried already stays where it is. Raises :class:`UserError` ``guest_unknown``,
    ``code_unknown`` or ``wallet_full``.
    """
    wallet = await _wallet(connection, network_id, guest_id)
    known = await connection.fetchval(
        "SELECT 1 FROM codes WHERE network_id = $1 AND id = $2", network_id, code_id
    )
    if known is None:
        raise UserError("code_unknown", "There is no such voucher.", "Look it up by its code.")
    if code_id in wallet:
        return wallet
    if len(wallet) >= MAX_CARRIED:
        raise UserError(
            "wallet_full",
            f"A wallet holds at most {MAX_CARRIED} vouchers.",
            "Take one out that is used or over.",
        )
    return await _write(connection, network_id, secrets, guest_id, (*wallet, code_id))


async def drop(
    connection: asyncpg.Connection, network_id: int, secrets: Secrets, guest_id: int, code_id: int
) -> tuple[int, ...]:
    """Take a voucher out of a guest's wallet, and tell the tills; return the wallet."""
    wallet = await _wallet(connection, network_id, guest_id)
    left = tuple(one for one in wallet if one != code_id)
    return wallet if left == wallet else await _write(connection, network_id, secrets, guest_id, left)


async def _wallet(connection: asyncpg.Connection, network_id: int, guest_id: int) -> tuple[int, ...]:
    wallet = await connection.fetchval(
        "SELECT wallet FROM guests WHERE network_id = $1 AND id = $2 FOR UPDATE", network_id, guest_id
    )
    if wallet is None:
        raise UserError("guest_unknown", "There is no such guest.", "Look the guest up by phone or card.")
    return tuple(wallet)


async def _write(
    connection: asyncpg.Connection,
    network_id: int,
    secrets: Secrets,
    guest_id: int,
    wallet: tuple[int, ...],
) -> tuple[int, ...]:
    await connection.execute(
        "UPDATE guests SET wallet = $3 WHERE network_id = $1 AND id = $2",
        network_id,
        guest_id,
        list(wallet),
    )
    await publish_guest(connection, network_id, secrets, guest_id)
    return wallet
