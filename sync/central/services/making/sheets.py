"""Codes as they are printed on sheets: those of an order, part by part, or some that a person chose."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import asyncpg
import msgspec

from sync.central.schema.numbers import MAX_ID
from sync.central.secrets import Secrets
from sync.central.services.making.code_csv import require_done
from sync.central.services.refusal import Refusal
from sync.central.services.scanning.voucher_desk import printed_text
from sync.central.sheets import Printed
from sync.protocol.problems import ProblemType
from sync.rules.code import Kind
from sync.rules.user_error import UserError

MAX_ON_SHEETS = 240
"""Codes in one file: a few pages, drawn within a second or two."""
_COLUMNS = "id, kind, code, name, expires_at"


class SheetOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Codes to be printed, in this order. ``signed`` vouchers prove themselves to a till that knows no code yet."""

    ids: Annotated[
        list[Annotated[int, msgspec.Meta(ge=1, le=MAX_ID)]],
        msgspec.Meta(min_length=1, max_length=MAX_ON_SHEETS),
    ]
    columns: Annotated[int, msgspec.Meta(ge=2, le=6)] = 4
    signed: bool = False


async def codes_of_order(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network_id: int,
    order_id: int,
    part: int,
    *,
    signed: bool,
) -> list[Printed]:
    """Return one part of an order's codes; the first is 1. Raises :class:`Refusal` ``not-found`` and ``conflict``."""
    order = await require_done(connection, network_id, order_id)
    rows = await connection.fetch(
        f"""SELECT {_COLUMNS} FROM codes WHERE network_id = $1 AND batch_id = $2
        AND id >= (SELECT first_id FROM code_batches WHERE network_id = $1 AND id = $2)
        AND id <= (SELECT last_id FROM code_batches WHERE network_id = $1 AND id = $2)
        ORDER BY id LIMIT $3 OFFSET $4""",  # noqa: S608 - fixed columns
        network_id,
        order.id,
        MAX_ON_SHEETS,
        (part - 1) * MAX_ON_SHEETS,
    )
    if not rows:
        parts = -(-order.made // MAX_ON_SHEETS)
        raise Refusal(
            ProblemType.NOT_FOUND, f"The order has no part {part}.", f"It has {parts}, the first is 1."
        )
    return await _printed(connection, secrets, network_id, rows, signed=signed)


async def chosen_codes(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, asked: SheetOrder
) -> list[Printed]:
    """Return the codes that were asked for; raises :class:`Refusal` ``not-found``, naming one that is not there."""
    rows = await connection.fetch(
        f"""SELECT {_COLUMNS} FROM unnest($2::bigint[]) WITH ORDINALITY AS w (id, turn)
        JOIN codes USING (id) WHERE network_id = $1 ORDER BY turn""",  # noqa: S608 - fixed columns
        network_id,
        asked.ids,
    )
    missing = set(asked.ids) - {row["id"] for row in rows}
    if missing:
        raise Refusal(ProblemType.NOT_FOUND, f"There is no code {min(missing)}.", "Check the numbers.")
    return await _printed(connection, secrets, network_id, rows, signed=asked.signed)


async def _printed(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network_id: int,
    rows: Sequence[asyncpg.Record],
    *,
    signed: bool,
) -> list[Printed]:
    if signed and any(row["kind"] != Kind.VOUCHER for row in rows):
        raise UserError(
            "not_to_sign", "Only vouchers can be signed.", "Leave signed out, or choose vouchers."
        )
    zone = ZoneInfo(await connection.fetchval("SELECT zone FROM networks WHERE id = $1", network_id))
    return [
        Printed(
            picture=await printed_text(connection, secrets, network_id, row["id"], signed=True)
            if signed
            else row["code"],
            code=row["code"],
            name=row["name"],
            until="" if row["expires_at"] is None else _last_day(row["expires_at"], zone),
        )
        for row in rows
    ]


def _last_day(expires_at: datetime, zone: ZoneInfo) -> str:
    """Return the last day on which a code is good; one that ends at midnight is good on the day before."""
    return (expires_at - timedelta(milliseconds=1)).astimezone(zone).date().isoformat()
