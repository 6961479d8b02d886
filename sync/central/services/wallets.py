"""The vouchers that a guest carries (document 003), in the guest's own order, as the tills see them.

What became of each is in ``wallet_claims``; ``guests.wallet``, which travels to the tills, is what of it can still
be used. Claims are locked before the guest's row.
"""

import asyncpg

from sync.central.clock import clock_of, moment
from sync.central.secrets import Secrets
from sync.central.services.guest_publishing import publish_guest
from sync.rules.user_error import UserError

MAX_CARRIED = 50
"""Vouchers of one wallet: they travel in the guest's row, and a cashier reads a few."""


async def carry(
    connection: asyncpg.Connection, network_id: int, secrets: Secrets, guest_id: int, code_id: int
) -> tuple[int, ...]:
    """Put a voucher behind the others of a guest's wallet, and tell the tills; return the wallet.

    One that is carried already stays where it is; one that is redeemed or expired stays that. Raises
    :class:`UserError` ``guest_unknown``, ``code_unknown`` or ``wallet_full``.
    """
    await _require_guest(connection, network_id, guest_id)
    known = await connection.fetchval(
        "SELECT 1 FROM codes WHERE network_id = $1 AND id = $2", network_id, code_id
    )
    if known is None:
        raise UserError("code_unknown", "There is no such voucher.", "Look it up by its code.")
    await put_in(connection, network_id, guest_id, code_id)
    return await show_to_tills(connection, network_id, secrets, guest_id)


async def drop(
    connection: asyncpg.Connection, network_id: int, secrets: Secrets, guest_id: int, code_id: int
) -> tuple[int, ...]:
    """Take a voucher out of a guest's wallet, and tell the tills; return the wallet."""
    await _require_guest(connection, network_id, guest_id)
    await connection.execute(
        """UPDATE wallet_claims SET taken_out_at = $4::timestamptz
        WHERE network_id = $1 AND guest_id = $2 AND code_id = $3 AND taken_out_at IS NULL""",
        network_id,
        guest_id,
        code_id,
        moment(clock_of(connection)),
    )
    return await show_to_tills(connection, network_id, secrets, guest_id)


async def put_in(connection: asyncpg.Connection, network_id: int, guest_id: int, code_id: int) -> bool:
    """Write the claim of a voucher behind the guest's others; False where it is in the wallet already.

    Raises :class:`UserError` ``wallet_full``. The tills hear of it by :func:`show_to_tills`.
    """
    at = moment(clock_of(connection))
    written = await connection.fetchval(
        """INSERT INTO wallet_claims AS w (network_id, guest_id, code_id, claimed_at, scanned_at, wallet_order)
        SELECT $1, $2, $3, $4::timestamptz,
            (SELECT min(at) FROM scans WHERE network_id = $1 AND guest_id = $2 AND code_id = $3),
            (SELECT COALESCE(1 + max(wallet_order), 0) FROM wallet_claims WHERE network_id = $1 AND guest_id = $2)
        ON CONFLICT (network_id, guest_id, code_id) DO UPDATE SET taken_out_at = NULL,
            wallet_order = EXCLUDED.wallet_order WHERE w.taken_out_at IS NOT NULL RETURNING true""",
        network_id,
        guest_id,
        code_id,
        at,
    )
    carried: int = await connection.fetchval(
        """SELECT count(*) FROM wallet_claims
        WHERE network_id = $1 AND guest_id = $2 AND status = 'CLAIMED' AND taken_out_at IS NULL""",
        network_id,
        guest_id,
    )
    if written and carried > MAX_CARRIED:
        raise UserError(
            "wallet_full",
            f"A wallet holds at most {MAX_CARRIED} vouchers.",
            "Take one out that is used or over.",
        )
    return bool(written)


async def show_to_tills(
    connection: asyncpg.Connection, network_id: int, secrets: Secrets, guest_id: int
) -> tuple[int, ...]:
    """Let the guest's row show the wallet as its claims are in this transaction; return it.

    The guest's row is locked first: the later of two changes sees the earlier one. The tills hear of a change only.
    """
    before = await connection.fetchval(
        "SELECT wallet FROM guests WHERE network_id = $1 AND id = $2 FOR NO KEY UPDATE", network_id, guest_id
    )
    rows = await connection.fetch(
        """SELECT code_id FROM wallet_claims
        WHERE network_id = $1 AND guest_id = $2 AND status = 'CLAIMED' AND taken_out_at IS NULL
        ORDER BY wallet_order, claimed_at, code_id LIMIT $3""",
        network_id,
        guest_id,
        MAX_CARRIED,
    )
    wallet = [row["code_id"] for row in rows]
    if wallet != before:
        await connection.execute(
            "UPDATE guests SET wallet = $3 WHERE network_id = $1 AND id = $2", network_id, guest_id, wallet
        )
        await publish_guest(connection, network_id, secrets, guest_id)
    return tuple(wallet)


async def _require_guest(connection: asyncpg.Connection, network_id: int, guest_id: int) -> None:
    known = await connection.fetchval(
        "SELECT 1 FROM guests WHERE network_id = $1 AND id = $2", network_id, guest_id
    )
    if known is None:
        raise UserError("guest_unknown", "There is no such guest.", "Look the guest up by phone or card.")
