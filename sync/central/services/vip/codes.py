"""VIP codes as the office makes, lists and changes them (document 000). Every change is in the audit log."""

from datetime import datetime
from typing import Annotated

import asyncpg
import msgspec

from sync.central.clock import clock_of
from sync.central.schema.numbers import MAX_ID
from sync.central.secrets import Secrets
from sync.central.services.audit import record_by
from sync.central.services.codes import MAX_CODES_AT_ONCE, NewCode, create_codes
from sync.central.services.editing.edit_code import (
    CodeChange,
    code_taken,
    edit_code,
    fit_expiry,
    fit_max_uses,
    no_such_code,
)
from sync.central.services.editing.house_campaign import campaign_for_codes
from sync.central.services.login import Person
from sync.central.services.names import fit_name
from sync.central.services.paged_rows import paged_rows
from sync.central.services.restaurant_desk import read_restaurant
from sync.central.services.vouchers import make_codes_like
from sync.protocol.ids import uuid7
from sync.rules.code import CodeStatus, Kind
from sync.rules.code_form import default_form
from sync.rules.normalise import fold
from sync.rules.user_error import UserError

_ID_BYTES = 10
Id = Annotated[int, msgspec.Meta(ge=1, le=MAX_ID)]
Count = Annotated[int, msgspec.Meta(ge=1, le=MAX_CODES_AT_ONCE)]

_FIELDS = """id, code, name, max_uses, uses AS current_uses, expires_at, status = 'active' AS is_active, group_id,
    status = 'archived' AS archived, home_restaurant_id AS restaurant_id, campaign_id, created_at, updated_at,
    version"""


class VipCode(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``vip_access_codes``; ``max_uses`` and ``expires_at`` are null where nothing limits it.

    ``version`` comes back with a change.
    """

    id: int
    code: str
    name: str
    max_uses: int | None
    current_uses: int
    expires_at: datetime | None
    is_active: bool
    group_id: str | None
    archived: bool
    restaurant_id: int | None
    campaign_id: int
    created_at: datetime
    updated_at: datetime
    version: int


class IndividualCodes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Several codes, each of its own; ``campaign_id`` names the rules that they share, if not the usual ones."""

    count: Count
    name: str
    prefix: str = ""
    max_uses: int | None = None
    expires_at: datetime | None = None
    restaurant_id: Id | None = None
    campaign_id: Id | None = None


class GroupCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One code for many people."""

    name: str
    prefix: str = ""
    max_uses: int | None = None
    expires_at: datetime | None = None
    restaurant_id: Id | None = None
    campaign_id: Id | None = None


class NewCodes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Codes of either sort, or one whose text is given (``code``)."""

    name: str
    count: Count = 1
    code: str | None = None
    prefix: str = ""
    max_uses: int | None = None
    expires_at: datetime | None = None
    restaurant_id: Id | None = None
    campaign_id: Id | None = None


class VipCodeChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different; what is not named stays. ``version`` is the one that the caller has looked at.

    ``archived`` takes the code out of use for good, as a DELETE does.
    """

    name: str | msgspec.UnsetType = msgspec.UNSET
    code: str | msgspec.UnsetType = msgspec.UNSET
    max_uses: int | msgspec.UnsetType | None = msgspec.UNSET
    expires_at: datetime | msgspec.UnsetType | None = msgspec.UNSET
    is_active: bool | msgspec.UnsetType = msgspec.UNSET
    archived: bool | msgspec.UnsetType = msgspec.UNSET
    version: int | msgspec.UnsetType = msgspec.UNSET


class CodeFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which codes a list shows."""

    search: str | None = None
    group_id: str | None = None
    is_active: bool | None = None
    archived: bool | None = None


async def list_codes(
    connection: asyncpg.Connection, network: int, wanted: CodeFilter, *, limit: int, offset: int
) -> tuple[list[VipCode], int]:
    """Return some VIP codes, the newest first, and the number of all that fit."""
    conditions = """network_id = $1 AND kind = 'VIP'
        AND ($2::text IS NULL OR name ILIKE $2 OR folded LIKE $3)
        AND ($4::text IS NULL OR group_id = $4)
        AND ($5::bool IS NULL OR (status = 'active') = $5)
        AND ($6::bool IS NULL OR (status = 'archived') = $6)"""
    search = wanted.search
    values = (
        network,
        None if search is None else f"%{_literal(search)}%",
        None if search is None else f"%{_literal(fold(search))}%",
        wanted.group_id,
        wanted.is_active,
        wanted.archived,
    )
    rows, total = await paged_rows(
        connection,
        _FIELDS,
        f"FROM codes WHERE {conditions}",
        *values,
        order="id DESC",
        limit=limit,
        offset=offset,
    )
    return [VipCode(**row) for row in rows], total


async def read_code(connection: asyncpg.Connection, network: int, code_id: int) -> VipCode:
    """Return one VIP code, an archived one too; raises :class:`Refusal` ``not-found``."""
    found = await read_codes(connection, network, [code_id])
    if not found:
        raise no_such_code(code_id)
    return found[0]


async def read_codes(connection: asyncpg.Connection, network: int, ids: list[int]) -> list[VipCode]:
    """Return these VIP codes as far as they are the network's, in the order of their ids."""
    rows = await connection.fetch(
        f"SELECT {_FIELDS} FROM codes WHERE network_id = $1 AND kind = 'VIP' AND id = ANY ($2::bigint[]) ORDER BY id",  # noqa: S608 - fixed columns
        network,
        [code_id for code_id in ids if 0 < code_id <= MAX_ID],
    )
    return [VipCode(**row) for row in rows]


async def make_individual(
    connection: asyncpg.Connection, secrets: Secrets, person: Person, new: IndividualCodes
) -> list[VipCode]:
    """Make codes, each of its own; raises :class:`UserError` for what does not fit."""
    like = await _like(connection, person, new)
    return await _draw(connection, secrets, person, like, prefix=new.prefix, count=new.count)


async def make_group(
    connection: asyncpg.Connection, secrets: Secrets, person: Person, new: GroupCode
) -> VipCode:
    """Make one code for a group; raises :class:`UserError` for what does not fit."""
    like = await _like(connection, person, new)
    clock = clock_of(connection)
    group = f"group_{uuid7(clock.now_ms(), clock.random(_ID_BYTES)).hex}"
    (made,) = await _draw(
        connection, secrets, person, msgspec.structs.replace(like, group_id=group), prefix=new.prefix, count=1
    )
    return made


async def make_codes(
    connection: asyncpg.Connection, secrets: Secrets, person: Person, new: NewCodes
) -> list[VipCode]:
    """Make codes, or the one whose text is given; raises :class:`Refusal` ``conflict`` for a text that is taken."""
    like = await _like(connection, person, new)
    if new.code is None:
        return await _draw(connection, secrets, person, like, prefix=new.prefix, count=new.count)
    key = secrets.digest_key(person.network)
    (made,) = await create_codes(
        connection, person.network, key, [msgspec.structs.replace(like, code=new.code)]
    )
    if made is None:
        raise code_taken()
    await _note(connection, person, "vip.create", [made])
    return await read_codes(connection, person.network, [made])


async def change_code(
    connection: asyncpg.Connection, secrets: Secrets, person: Person, code_id: int, change: VipCodeChange
) -> VipCode:
    """Change a code; raises as :func:`sync.central.services.editing.edit_code.edit_code` does."""
    status: CodeStatus | msgspec.UnsetType = msgspec.UNSET
    if change.is_active is not msgspec.UNSET:
        status = CodeStatus.ACTIVE if change.is_active else CodeStatus.INACTIVE
    if change.archived is True:
        if change.is_active is True:
            raise UserError(
                "archived_active",
                "An archived code cannot be active.",
                "Leave one of is_active and archived out.",
            )
        status = CodeStatus.ARCHIVED
    wanted = CodeChange(
        code=change.code,
        name=change.name if change.name is msgspec.UNSET else fit_name(change.name),
        max_uses=change.max_uses,
        expires_at=change.expires_at,
        status=status,
        version=change.version,
    )
    await edit_code(connection, secrets, person.network, code_id, wanted, kind=Kind.VIP)
    await _note(connection, person, "vip.change", [code_id], **msgspec.to_builtins(change))
    return await read_code(connection, person.network, code_id)


async def archive_code(
    connection: asyncpg.Connection, secrets: Secrets, person: Person, code_id: int
) -> None:
    """Take a code out of use for good; what was done with it stays on record."""
    archived = CodeChange(status=CodeStatus.ARCHIVED)
    await edit_code(connection, secrets, person.network, code_id, archived, kind=Kind.VIP)
    await _note(connection, person, "vip.archive", [code_id])


async def _like(
    connection: asyncpg.Connection, person: Person, new: IndividualCodes | GroupCode | NewCodes
) -> NewCode:
    """Return what the new codes have in common."""
    name = fit_name(new.name)
    now_ms = clock_of(connection).now_ms()
    if new.restaurant_id is not None:
        await read_restaurant(connection, person.network, new.restaurant_id)
    campaign = await campaign_for_codes(connection, person.network, Kind.VIP, new.campaign_id)
    return NewCode(
        campaign_id=campaign.id,
        kind=Kind.VIP,
        code="",
        name=name,
        max_uses=None if new.max_uses is None else fit_max_uses(new.max_uses),
        expires_at=None if new.expires_at is None else fit_expiry(new.expires_at, now_ms),
        home_restaurant_id=new.restaurant_id,
        created_by=person.staff,
    )


async def _draw(
    connection: asyncpg.Connection,
    secrets: Secrets,
    person: Person,
    like: NewCode,
    *,
    prefix: str,
    count: int,
) -> list[VipCode]:
    living: int = await connection.fetchval(
        "SELECT count(*) FROM codes WHERE network_id = $1 AND campaign_id = $2",
        person.network,
        like.campaign_id,
    )
    made = await make_codes_like(
        connection,
        person.network,
        secrets.digest_key(person.network),
        like,
        form=default_form(Kind.VIP, prefix.upper()),
        count=count,
        living=living,
    )
    ids = [code_id for code_id, _ in made]
    await _note(connection, person, "vip.create", ids[:1], count=count)
    return await read_codes(connection, person.network, ids)


async def _note(
    connection: asyncpg.Connection, person: Person, action: str, ids: list[int], **detail: object
) -> None:
    await record_by(connection, person, action, f"code:{ids[0]}", detail)


def _literal(text: str) -> str:
    """Return a text in which LIKE sees no wildcard."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
