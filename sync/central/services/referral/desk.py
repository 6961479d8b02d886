"""What the office makes and changes of its referral codes. Every change is in the audit log, in its own transaction."""

from datetime import datetime

import asyncpg
import msgspec

from sync.central.clock import clock_of
from sync.central.schema.numbers import MAX_ID
from sync.central.secrets import Secrets
from sync.central.services.editing.edit_code import (
    CodeChange,
    edit_code,
    fit_expiry,
    fit_max_uses,
)
from sync.central.services.editing.house_campaign import campaign_for_codes
from sync.central.services.editing.one_code import (
    delete_one,
    fit_description,
    guest_exists,
    make_one,
    note_code,
)
from sync.central.services.login import Person
from sync.central.services.new_codes import NewCode
from sync.central.services.referral.views import ReferralView, read_referral
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType
from sync.rules.code import CodeStatus, Kind
from sync.rules.code_form import default_form
from sync.rules.generate import MAX_ROUNDS_WITHOUT_NEW, make_codes
from sync.rules.normalise import fold

MAX_DESCRIPTION_CHARS = 255


class NewReferral(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A referral code to be made. What is left out is as document 001 has it: 5 characters, 7 days, 100 uses."""

    code: str | None = None
    description: str | None = None
    status: bool = True
    max_uses: int | None = None
    beneficiary: int | None = None
    expiration_date: datetime | None = None
    campaign_id: int | None = None


class ReferralChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different; what is not named stays. A ``version`` that is not the code's any more is refused."""

    code: str | msgspec.UnsetType = msgspec.UNSET
    description: str | msgspec.UnsetType = msgspec.UNSET
    status: bool | msgspec.UnsetType = msgspec.UNSET
    max_uses: int | msgspec.UnsetType = msgspec.UNSET
    beneficiary: int | msgspec.UnsetType | None = msgspec.UNSET
    expiration_date: datetime | msgspec.UnsetType | None = msgspec.UNSET
    version: int | msgspec.UnsetType = msgspec.UNSET


async def make_referral(
    connection: asyncpg.Connection, secrets: Secrets, person: Person, new: NewReferral
) -> ReferralView:
    """Make a referral code; raises :class:`Refusal` and :class:`UserError` for what does not fit."""
    network, now_ms = person.network, clock_of(connection).now_ms()
    await _require_guest(connection, network, new.beneficiary)
    campaign = await campaign_for_codes(connection, network, Kind.REFERRAL, new.campaign_id)
    code = NewCode(
        campaign_id=campaign.id,
        kind=Kind.REFERRAL,
        code=new.code if new.code is not None else await draw_text(connection, network),
        max_uses=None if new.max_uses is None else fit_max_uses(new.max_uses),
        expires_at=None if new.expiration_date is None else fit_expiry(new.expiration_date, now_ms),
        beneficiary_id=new.beneficiary,
        description=""
        if new.description is None
        else fit_description(new.description, MAX_DESCRIPTION_CHARS, least=1),
        created_by=person.staff,
    )
    made = await make_one(connection, secrets, network, code, active=new.status)
    await note_code(connection, person, "referral.create", made, new)
    return await read_referral(connection, secrets, network, made)


async def change_referral(
    connection: asyncpg.Connection, secrets: Secrets, person: Person, code_id: int, change: ReferralChange
) -> ReferralView:
    """Change a referral code; raises as :func:`~sync.central.services.editing.edit_code.edit_code` does."""
    if isinstance(change.beneficiary, int):
        await _require_guest(connection, person.network, change.beneficiary)
    edited = CodeChange(
        code=change.code,
        description=fit_description(change.description, MAX_DESCRIPTION_CHARS, least=1)
        if isinstance(change.description, str)
        else msgspec.UNSET,
        status=msgspec.UNSET if change.status is msgspec.UNSET else _status(on=change.status),
        max_uses=change.max_uses,
        expires_at=change.expiration_date,
        beneficiary_id=change.beneficiary,
        version=change.version,
    )
    await edit_code(connection, secrets, person.network, code_id, edited, kind=Kind.REFERRAL)
    await note_code(connection, person, "referral.change", code_id, change)
    return await read_referral(connection, secrets, person.network, code_id)


async def toggle_referral(
    connection: asyncpg.Connection, secrets: Secrets, person: Person, code_id: int
) -> ReferralView:
    """Switch a referral code on if it is off, and off if it is on."""
    await connection.execute(
        "SELECT 1 FROM codes WHERE network_id = $1 AND id = $2 FOR NO KEY UPDATE",
        person.network,
        min(code_id, MAX_ID),
    )
    now = await read_referral(connection, secrets, person.network, code_id)
    return await change_referral(connection, secrets, person, code_id, ReferralChange(status=not now.status))


async def delete_referral(
    connection: asyncpg.Connection, secrets: Secrets, person: Person, code_id: int
) -> None:
    """Take a referral code out of the lists and out of use; who used it stays on record."""
    await delete_one(connection, secrets, person, code_id, kind=Kind.REFERRAL, action="referral.delete")


async def draw_text(connection: asyncpg.Connection, network_id: int) -> str:
    """Return five characters (document 001) that are no code yet, for a code to be made."""
    living: int = await connection.fetchval(
        "SELECT count(*) FROM codes WHERE network_id = $1 AND kind = 'REFERRAL'", network_id
    )
    form = default_form(Kind.REFERRAL)
    for _ in range(MAX_ROUNDS_WITHOUT_NEW):
        drawn = make_codes(form, 1, kind=Kind.REFERRAL, living=living, draw=clock_of(connection).random)
        taken = await connection.fetchval(
            "SELECT true FROM codes WHERE network_id = $1 AND folded = $2", network_id, fold(drawn.codes[0])
        )
        if not taken:
            return drawn.codes[0]
    msg = f"{MAX_ROUNDS_WITHOUT_NEW} rounds brought no new referral code"
    raise RuntimeError(msg)


async def _require_guest(connection: asyncpg.Connection, network_id: int, guest: int | None) -> None:
    if guest is not None and not await guest_exists(connection, network_id, guest):
        raise Refusal(
            ProblemType.INVALID, f"There is no guest {guest}.", "Name a registered guest as beneficiary."
        )


def _status(*, on: bool) -> CodeStatus:
    return CodeStatus.ACTIVE if on else CodeStatus.INACTIVE
