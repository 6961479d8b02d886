"""Guests claim vouchers into their wallets: once each for ever, while the voucher can be used."""

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.secrets import Secrets
from sync.central.services.login import GuestCaller
from sync.central.services.refusal import Refusal
from sync.central.services.scanning.ids import VoucherKey, public_id, unknown_voucher
from sync.central.services.scanning.scans import switched_off
from sync.central.services.wallets import put_in, show_to_tills
from sync.protocol.problems import ProblemType
from sync.rules.explain import explain
from sync.rules.reasons import Reason
from sync.rules.wallet import ClaimStatus


class ClaimRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing needs to be said besides who claims what."""


class Claimed(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A voucher is in the wallet now."""

    success: bool
    id: UUID
    voucher_id: UUID
    customer_id: int
    claimed_at: datetime
    status: ClaimStatus
    wallet_order: int


async def claim(
    connection: asyncpg.Connection, secrets: Secrets, guest: GuestCaller, voucher: VoucherKey
) -> Claimed:
    """Put a voucher into a guest's wallet in the caller's transaction, and tell the tills.

    Raises :class:`Refusal` ``not-found``, ``forbidden`` (switched off, a blocked guest), ``conflict`` (claimed
    already), ``code-refused`` and :class:`UserError` ``wallet_full``.
    """
    row = await connection.fetchrow(
        """SELECT c.status, c.expires_at <= $4::timestamptz AS over, c.uses >= c.max_uses AS used_up,
            c.holder_guest_id, n.voucher_scans, g.blocked
        FROM codes c JOIN networks n ON n.id = $1 JOIN guests g ON g.network_id = $1 AND g.id = $3
        WHERE c.network_id = $1 AND c.id = $2 AND c.kind = 'VOUCHER' FOR SHARE OF c""",
        voucher.network,
        voucher.code,
        guest.guest,
        moment(clock_of(connection)),
    )
    if row is None or row["status"] == "archived":
        raise unknown_voucher()
    if not row["voucher_scans"]:
        raise switched_off()
    if row["blocked"]:
        raise Refusal(ProblemType.FORBIDDEN, "This account is blocked.", "Ask the restaurant.")
    held = await connection.fetchval(
        """SELECT status FROM wallet_claims
        WHERE network_id = $1 AND guest_id = $2 AND code_id = $3 AND taken_out_at IS NULL""",
        voucher.network,
        guest.guest,
        voucher.code,
    )
    reason = Reason.ALREADY_CLAIMED if held else _why_not(row, guest.guest)
    if reason is None and not await put_in(connection, voucher.network, guest.guest, voucher.code):
        # The same guest claimed it at the same moment.
        reason = Reason.ALREADY_CLAIMED
    if reason is not None:
        raise _refused(reason)
    await show_to_tills(connection, voucher.network, secrets, guest.guest)
    made = await connection.fetchrow(
        """SELECT id, claimed_at, status, wallet_order FROM wallet_claims
        WHERE network_id = $1 AND guest_id = $2 AND code_id = $3""",
        voucher.network,
        guest.guest,
        voucher.code,
    )
    return Claimed(
        success=True,
        id=made["id"],
        voucher_id=public_id(secrets, voucher.network, voucher.code),
        customer_id=guest.guest,
        claimed_at=made["claimed_at"],
        status=ClaimStatus(made["status"]),
        wallet_order=made["wallet_order"],
    )


def _why_not(row: asyncpg.Record, guest: int) -> Reason | None:
    if row["holder_guest_id"] not in (None, guest):
        return Reason.OTHER_GUESTS_CODE
    if row["used_up"]:
        return Reason.USED_UP
    if row["over"] or row["status"] == "expired":
        return Reason.EXPIRED
    return None if row["status"] == "active" else Reason.INACTIVE


def _refused(reason: Reason) -> Refusal:
    said = explain(reason, {}, "en")
    problem = ProblemType.CONFLICT if reason is Reason.ALREADY_CLAIMED else ProblemType.CODE_REFUSED
    return Refusal(problem, said.sentence, said.advice)
