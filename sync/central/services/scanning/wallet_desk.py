"""What a guest sees and arranges of their own wallet."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.secrets import Secrets
from sync.central.services.refusal import Refusal
from sync.central.services.scanning.ids import public_id, read_id, unknown_voucher
from sync.central.services.scanning.settling import settle
from sync.central.services.scanning.told import fit_object
from sync.central.services.wallets import show_to_tills
from sync.protocol.problems import ProblemType
from sync.rules.user_error import UserError
from sync.rules.wallet import ClaimStatus

MAX_NAMED = 200
"""Vouchers that an order may name."""


class CarriedVoucher(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One voucher of a wallet. ``walletOrder`` counts from 0."""

    id: UUID
    voucher_id: UUID
    code_id: int
    name: str
    description: str
    status: ClaimStatus
    claimed_at: datetime
    redeemed_at: datetime | None
    expires_at: datetime | None
    wallet_order: int
    notification_preferences: dict[str, Any]
    last_viewed_at: datetime | None


class WalletOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The guest's own order: UUIDs (or numbers) of vouchers; those not named come after them as they were."""

    vouchers: list[str]


class ClaimChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """What is to be different of one voucher in the wallet; ``viewed`` notes that the guest has looked at it."""

    notification_preferences: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    viewed: bool = False


async def list_wallet(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network_id: int,
    guest_id: int,
    *,
    limit: int,
    offset: int,
    status: ClaimStatus | None = None,
) -> tuple[list[CarriedVoucher], int]:
    """Return some of a guest's vouchers in the guest's order, and the number of all; raises ``not-found``."""
    known = await connection.fetchval(
        "SELECT 1 FROM guests WHERE network_id = $1 AND id = $2", network_id, guest_id
    )
    if known is None:
        raise Refusal(ProblemType.NOT_FOUND, f"There is no guest {guest_id}.", "Check the number.")
    await settle(connection, secrets, network_id, guest_id)
    wanted = None if status is None else status.value
    rows = await connection.fetch(
        """SELECT w.id, w.code_id, c.name, c.description, w.status, w.claimed_at, w.redeemed_at, c.expires_at,
            w.wallet_order, w.notification_preferences, w.last_viewed_at
        FROM wallet_claims w JOIN codes c ON c.network_id = $1 AND c.id = w.code_id
        WHERE w.network_id = $1 AND w.guest_id = $2 AND w.taken_out_at IS NULL
            AND ($3::text IS NULL OR w.status = $3)
        ORDER BY w.wallet_order, w.claimed_at, w.code_id LIMIT $4 OFFSET $5""",
        network_id,
        guest_id,
        wanted,
        limit,
        offset,
    )
    total: int = await connection.fetchval(
        """SELECT count(*) FROM wallet_claims WHERE network_id = $1 AND guest_id = $2 AND taken_out_at IS NULL
            AND ($3::text IS NULL OR status = $3)""",
        network_id,
        guest_id,
        wanted,
    )
    return [_view(secrets, network_id, row) for row in rows], total


async def order_wallet(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, guest_id: int, order: WalletOrder
) -> None:
    """Put a wallet into the guest's order, and tell the tills; raises :class:`UserError` and ``not-found``."""
    if len(order.vouchers) > MAX_NAMED:
        raise UserError(
            "order_too_long", f"At most {MAX_NAMED} vouchers are named at once.", "Name the first ones."
        )
    named = list(dict.fromkeys(read_id(secrets, text, network_id).code for text in order.vouchers))
    held = await connection.fetch(
        """SELECT code_id FROM wallet_claims WHERE network_id = $1 AND guest_id = $2 AND taken_out_at IS NULL
        ORDER BY code_id FOR NO KEY UPDATE""",
        network_id,
        guest_id,
    )
    if not set(named) <= {row["code_id"] for row in held}:
        raise unknown_voucher()
    await _write_order(connection, network_id, guest_id, named)
    await show_to_tills(connection, network_id, secrets, guest_id)


async def change_claim(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network_id: int,
    guest_id: int,
    code_id: int,
    change: ClaimChange,
) -> CarriedVoucher:
    """Change a guest's preferences for one voucher, or note that they looked at it; raises ``not-found``."""
    preferences = change.notification_preferences
    fitting = None if preferences is msgspec.UNSET else fit_object(preferences, "notificationPreferences")
    row = await connection.fetchrow(
        """UPDATE wallet_claims w SET
            notification_preferences = COALESCE($4::jsonb, w.notification_preferences),
            last_viewed_at = CASE WHEN $5 THEN $6::timestamptz ELSE w.last_viewed_at END
        FROM codes c WHERE w.network_id = $1 AND w.guest_id = $2 AND w.code_id = $3 AND w.taken_out_at IS NULL
            AND c.network_id = $1 AND c.id = w.code_id
        RETURNING w.id, w.code_id, c.name, c.description, w.status, w.claimed_at, w.redeemed_at, c.expires_at,
            w.wallet_order, w.notification_preferences, w.last_viewed_at""",
        network_id,
        guest_id,
        code_id,
        fitting,
        change.viewed,
        moment(clock_of(connection)),
    )
    if row is None:
        raise unknown_voucher()
    return _view(secrets, network_id, row)


async def _write_order(
    connection: asyncpg.Connection, network_id: int, guest_id: int, named: Sequence[int]
) -> None:
    await connection.execute(
        """UPDATE wallet_claims w SET wallet_order = o.place FROM (
            SELECT k.code_id, row_number() OVER (ORDER BY n.place NULLS LAST, k.wallet_order, k.code_id) - 1 AS place
            FROM wallet_claims k LEFT JOIN unnest($3::bigint[]) WITH ORDINALITY AS n (code_id, place) USING (code_id)
            WHERE k.network_id = $1 AND k.guest_id = $2
        ) AS o WHERE w.network_id = $1 AND w.guest_id = $2 AND w.code_id = o.code_id""",
        network_id,
        guest_id,
        list(named),
    )


def _view(secrets: Secrets, network_id: int, row: asyncpg.Record) -> CarriedVoucher:
    fields = {**row, "status": ClaimStatus(row["status"])}
    return CarriedVoucher(voucher_id=public_id(secrets, network_id, row["code_id"]), **fields)
