"""Where personal fields are sealed under a network's field key, and how a page of each place is sealed anew."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

import asyncpg

from sync.central.seals import FieldSeal
from sync.central.services.feed_rows import GUEST_NAME_FIELD
from sync.central.services.guest_publishing import (
    GUEST_CHILDREN_FIELD,
    GUEST_EMAIL_FIELD,
    GUEST_PHONE_FIELD,
)
from sync.central.services.guest_seal import new_guest_key, resealed_key
from sync.central.services.mail.sealed import EMAIL_FIELD
from sync.central.services.people.phone_codes import PENDING_FIELD
from sync.central.services.staff import STAFF_EMAIL_FIELD

PAGE = 500
"""Rows of one transaction: their locks are held for some tens of milliseconds."""

_GUEST_FIELDS = {
    "name_cipher": GUEST_NAME_FIELD,
    "phone_cipher": GUEST_PHONE_FIELD,
    "email_cipher": GUEST_EMAIL_FIELD,
    "children_cipher": GUEST_CHILDREN_FIELD,
}


SEALED_ROWS = """SELECT COALESCE(data_key, name_cipher) AS sealed FROM guests
        WHERE network_id = $1 AND erased_at IS NULL
    UNION ALL SELECT email_cipher FROM staff WHERE network_id = $1 AND email_cipher IS NOT NULL
    UNION ALL SELECT email_cipher FROM code_recipients WHERE network_id = $1 AND length(email_cipher) > 0
    UNION ALL SELECT sealed FROM phone_verifications WHERE network_id = $1"""
"""Of each row of a network in these places one ciphertext, which tells under which key all of the row's are."""


class Moved(NamedTuple):
    """What became of one page: how many rows were sealed anew, and behind which one to go on (None: the end)."""

    rows: int
    last: int | None


Move = Callable[[asyncpg.Connection, int, FieldSeal, int], Awaitable[Moved]]
"""Seals one page of a network anew that lies behind a row's number, in the caller's transaction."""


async def _move_guests(
    connection: asyncpg.Connection, network_id: int, fields: FieldSeal, after: int
) -> Moved:
    """Give guests a key of their own who have none, and seal the keys of the others under the current one.

    Rows that somebody changes at this moment are left for the next round.
    """
    rows = await connection.fetch(
        """SELECT id, data_key, name_cipher, phone_cipher, email_cipher, children_cipher FROM guests
        WHERE network_id = $1 AND id > $2 AND erased_at IS NULL
            AND (data_key IS NULL OR substring(data_key FOR 3) <> $3)
        ORDER BY id LIMIT $4 FOR NO KEY UPDATE SKIP LOCKED""",
        network_id,
        after,
        fields.current.header,
        PAGE,
    )
    moved = await asyncio.to_thread(lambda: [_own_key(row, fields) for row in rows])
    await connection.execute(
        """UPDATE guests g SET data_key = m.key, name_cipher = m.name, phone_cipher = m.phone,
            email_cipher = m.email, children_cipher = m.children
        FROM unnest($2::bigint[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[], $7::bytea[])
            AS m (id, key, name, phone, email, children)
        WHERE g.network_id = $1 AND g.id = m.id""",
        network_id,
        [row["id"] for row in rows],
        *([each[place] for each in moved] for place in range(1 + len(_GUEST_FIELDS))),
    )
    return _moved(rows)


def _own_key(row: asyncpg.Record, fields: FieldSeal) -> tuple[bytes | None, ...]:
    if row["data_key"] is not None:
        return (resealed_key(row["data_key"], fields), *(row[column] for column in _GUEST_FIELDS))
    key = new_guest_key(fields)
    sealed = (
        None if row[column] is None else key.seal.seal(field, fields.open(field, row[column]))
        for column, field in _GUEST_FIELDS.items()
    )
    return (key.stored, *sealed)


def _column(table: str, column: str, field: str) -> Move:
    """Move one column of a table whose rows are numbered."""

    async def move(connection: asyncpg.Connection, network_id: int, fields: FieldSeal, after: int) -> Moved:
        rows = await connection.fetch(
            f"""SELECT id, {column} AS sealed FROM {table}
            WHERE network_id = $1 AND id > $2 AND length({column}) > 0
                AND substring({column} FOR 3) <> $3
            ORDER BY id LIMIT $4 FOR NO KEY UPDATE SKIP LOCKED""",  # noqa: S608 - names are ours
            network_id,
            after,
            fields.current.header,
            PAGE,
        )
        await _put(connection, f"{table} SET {column}", "bigint", network_id, rows, fields, field)
        return _moved(rows)

    return move


async def _move_pending(
    connection: asyncpg.Connection, network_id: int, fields: FieldSeal, _after: int
) -> Moved:
    """Move what waits for a code that was sent: few rows, which live for a day and have no numbers."""
    rows = await connection.fetch(
        """SELECT id, sealed FROM phone_verifications
        WHERE network_id = $1 AND substring(sealed FOR 3) <> $2
        ORDER BY id LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED""",
        network_id,
        fields.current.header,
        PAGE,
    )
    await _put(connection, "phone_verifications SET sealed", "uuid", network_id, rows, fields, PENDING_FIELD)
    return Moved(len(rows), 0 if len(rows) == PAGE else None)


async def _put(
    connection: asyncpg.Connection,
    what: str,
    kind: str,
    network_id: int,
    rows: Sequence[asyncpg.Record],
    fields: FieldSeal,
    field: str,
) -> None:
    sealed = await asyncio.to_thread(
        lambda: [fields.seal(field, fields.open(field, row["sealed"])) for row in rows]
    )
    await connection.execute(
        f"""UPDATE {what} = m.sealed FROM unnest($2::{kind}[], $3::bytea[]) AS m (number, sealed)
        WHERE network_id = $1 AND id = m.number""",
        network_id,
        [row["id"] for row in rows],
        sealed,
    )


def _moved(rows: Sequence[asyncpg.Record]) -> Moved:
    return Moved(len(rows), rows[-1]["id"] if len(rows) == PAGE else None)


PLACES: dict[str, Move] = {
    "guests": _move_guests,
    "staff": _column("staff", "email_cipher", STAFF_EMAIL_FIELD),
    "code_recipients": _column("code_recipients", "email_cipher", EMAIL_FIELD),
    "phone_verifications": _move_pending,
}
"""Every table that holds something sealed under the network's key, in the order in which they are gone through."""
