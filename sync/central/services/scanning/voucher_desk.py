"""What the office makes and changes of its vouchers. Every change is in the audit log, in its own transaction."""

from datetime import datetime

import asyncpg
import msgspec

from sync.central.clock import clock_of
from sync.central.secrets import Secrets
from sync.central.services.editing.edit_code import CodeChange, edit_code, fit_expiry, fit_max_uses
from sync.central.services.editing.house_campaign import campaign_for_codes
from sync.central.services.editing.one_code import (
    delete_one,
    draw_one,
    fit_description,
    fit_status,
    guest_exists,
    make_one,
    note_code,
)
from sync.central.services.login import Person
from sync.central.services.names import fit_name
from sync.central.services.new_codes import NewCode
from sync.central.services.refusal import Refusal
from sync.central.services.scanning.voucher_views import VoucherView, read_voucher, voucher_record
from sync.central.services.vouchers import signed_again
from sync.protocol.problems import ProblemType
from sync.rules.code import CodeStatus, Kind

MAX_DESCRIPTION_CHARS = 2_000


class NewVoucher(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """A voucher to be made; a ``code`` that is left out is drawn, a ``campaignId`` the network's own for vouchers."""

    name: str
    code: str | None = None
    description: str = ""
    status: CodeStatus = CodeStatus.ACTIVE
    max_uses: int | None = 1
    expires_at: datetime | None = None
    customer_id: int | None = None
    campaign_id: int | None = None


class VoucherChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """What is to be different; what is not named stays. A ``version`` that is not the voucher's any more is refused."""

    code: str | msgspec.UnsetType = msgspec.UNSET
    name: str | msgspec.UnsetType = msgspec.UNSET
    description: str | msgspec.UnsetType = msgspec.UNSET
    status: CodeStatus | msgspec.UnsetType = msgspec.UNSET
    max_uses: int | msgspec.UnsetType | None = msgspec.UNSET
    expires_at: datetime | msgspec.UnsetType | None = msgspec.UNSET
    version: int | msgspec.UnsetType = msgspec.UNSET


async def make_voucher(
    connection: asyncpg.Connection, secrets: Secrets, person: Person, new: NewVoucher
) -> VoucherView:
    """Make a voucher; raises :class:`Refusal` and :class:`UserError` for what does not fit."""
    network = person.network
    active = fit_status(new.status) is CodeStatus.ACTIVE
    if new.customer_id is not None and not await guest_exists(connection, network, new.customer_id):
        raise Refusal(
            ProblemType.INVALID, f"There is no guest {new.customer_id}.", "Name a registered guest."
        )
    campaign = await campaign_for_codes(connection, network, Kind.VOUCHER, new.campaign_id)
    code = NewCode(
        campaign_id=campaign.id,
        kind=Kind.VOUCHER,
        code=draw_one(connection, Kind.VOUCHER) if new.code is None else new.code,
        name=fit_name(new.name),
        description=fit_description(new.description, MAX_DESCRIPTION_CHARS),
        max_uses=None if new.max_uses is None else fit_max_uses(new.max_uses),
        expires_at=None
        if new.expires_at is None
        else fit_expiry(new.expires_at, clock_of(connection).now_ms()),
        holder_guest_id=new.customer_id,
        created_by=person.staff,
    )
    made = await make_one(connection, secrets, network, code, active=active)
    await note_code(connection, person, "voucher.create", made, new)
    return await read_voucher(connection, secrets, network, made)


async def change_voucher(
    connection: asyncpg.Connection, secrets: Secrets, person: Person, code_id: int, change: VoucherChange
) -> VoucherView:
    """Change a voucher; raises as :func:`~sync.central.services.editing.edit_code.edit_code` does."""
    fields = {name: getattr(change, name) for name in ("code", "max_uses", "expires_at", "version")}
    if change.name is not msgspec.UNSET:
        fields["name"] = fit_name(change.name)
    if change.description is not msgspec.UNSET:
        fields["description"] = fit_description(change.description, MAX_DESCRIPTION_CHARS)
    if change.status is not msgspec.UNSET:
        fields["status"] = fit_status(change.status)
    await edit_code(connection, secrets, person.network, code_id, CodeChange(**fields), kind=Kind.VOUCHER)
    await note_code(connection, person, "voucher.change", code_id, change)
    return await read_voucher(connection, secrets, person.network, code_id)


async def delete_voucher(
    connection: asyncpg.Connection, secrets: Secrets, person: Person, code_id: int
) -> None:
    """Take a voucher out of the lists and out of use; scans, claims and uses stay on record."""
    await delete_one(connection, secrets, person, code_id, kind=Kind.VOUCHER, action="voucher.delete")


async def printed_text(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, code_id: int, *, signed: bool
) -> str:
    """Return what a voucher's QR code holds: its code, or a text that proves itself to a till that knows no code yet.

    Raises :class:`Refusal` ``not-found`` and :class:`UserError` ``not_to_sign``.
    """
    row = await voucher_record(connection, network_id, code_id)
    if signed:
        return await signed_again(connection, secrets, network_id, row)
    text: str = row["code"]
    return text
