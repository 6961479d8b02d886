"""Referral codes as the document on them (001) shows them: list, one, valid ones."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.secrets import Secrets
from sync.central.services.editing.one_code import read_one
from sync.central.services.feed_rows import CODE_COLUMNS, read_code
from sync.central.services.field_keys import known_fields
from sync.central.services.guest_publishing import GUEST_EMAIL_FIELD
from sync.central.services.guest_seal import seal_of
from sync.central.services.paged_rows import paged_rows
from sync.rules.lifecycle import Badge, badge
from sync.rules.normalise import fold

_COLUMNS = f"{CODE_COLUMNS}, description, created_by, created_at"
_OURS = "network_id = $1 AND kind = 'REFERRAL' AND status <> 'archived'"
_ONE = f"SELECT {_COLUMNS} FROM codes WHERE {_OURS} AND id = $2"  # noqa: S608 - columns are ours


class ReferralView(msgspec.Struct, frozen=True, kw_only=True):
    """A referral code. ``status`` is the switch alone, ``valid`` whether it can be used now, ``badge`` why not.

    ``created_by`` is a person who works here, ``beneficiary`` a guest. ``version`` comes back with a change.
    """

    id: int
    code: str
    description: str
    status: bool
    number_of_uses: int
    max_uses: int | None
    created_by: int | None
    beneficiary: int | None
    beneficiary_email: str | None
    date_created: datetime
    expiration_date: datetime | None
    badge: Badge
    valid: bool
    campaign_id: int
    version: int


async def list_referrals(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network_id: int,
    *,
    text: str | None,
    limit: int,
    offset: int,
) -> tuple[list[ReferralView], int]:
    """Return some referral codes, the newest first, and the number of all; with ``text`` only the one written so."""
    wanted = None if text is None else fold(text)
    return await _page(
        connection,
        secrets,
        network_id,
        "($2::text IS NULL OR folded = $2)",
        wanted,
        limit=limit,
        offset=offset,
    )


async def list_valid(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, *, limit: int, offset: int
) -> tuple[list[ReferralView], int]:
    """Return some of the codes that can be used now: switched on, not expired, not used up."""
    usable = """status = 'active' AND (max_uses IS NULL OR uses < max_uses)
        AND (expires_at IS NULL OR expires_at > $2::timestamptz)"""
    now = moment(clock_of(connection))
    return await _page(connection, secrets, network_id, usable, now, limit=limit, offset=offset)


async def read_referral(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, code_id: int
) -> ReferralView:
    """Return one referral code; raises :class:`Refusal` ``not-found``, also for a deleted one."""
    row = await read_one(connection, _ONE, network_id, code_id)
    return (await _views(connection, secrets, network_id, [row]))[0]


async def _page(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network_id: int,
    condition: str,
    argument: object,
    *,
    limit: int,
    offset: int,
) -> tuple[list[ReferralView], int]:
    rows, total = await paged_rows(
        connection,
        _COLUMNS,
        f"FROM codes WHERE {_OURS} AND {condition}",
        network_id,
        argument,
        order="id DESC",
        limit=limit,
        offset=offset,
    )
    return await _views(connection, secrets, network_id, rows), total


async def _views(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, rows: Sequence[asyncpg.Record]
) -> list[ReferralView]:
    emails = await _emails(connection, secrets, network_id, {row["beneficiary_id"] for row in rows} - {None})
    now_ms = clock_of(connection).now_ms()
    views = []
    for row in rows:
        standing = badge(read_code(row), now_ms)
        views.append(
            ReferralView(
                id=row["id"],
                code=row["code"],
                description=row["description"],
                status=row["status"] == "active",
                number_of_uses=row["uses"],
                max_uses=row["max_uses"],
                created_by=row["created_by"],
                beneficiary=row["beneficiary_id"],
                beneficiary_email=emails.get(row["beneficiary_id"]),
                date_created=row["created_at"],
                expiration_date=row["expires_at"],
                badge=standing,
                valid=standing is Badge.ACTIVE,
                campaign_id=row["campaign_id"],
                version=row["version"],
            )
        )
    return views


async def _emails(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, guests: set[int]
) -> dict[int, str]:
    """Return the e-mail addresses of these guests, as far as they gave one."""
    if not guests:
        return {}
    rows = await connection.fetch(
        """SELECT id, email_cipher, data_key FROM guests
        WHERE network_id = $1 AND id = ANY ($2::bigint[]) AND email_cipher IS NOT NULL""",
        network_id,
        list(guests),
    )
    fields = await known_fields(connection, secrets, network_id)
    return {row["id"]: seal_of(row, fields).open(GUEST_EMAIL_FIELD, row["email_cipher"]) for row in rows}
