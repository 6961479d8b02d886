"""Moving a network's personal data to a new field key, page by page, while everybody goes on working.

The new key seals what is new from the moment in which the rotation begins; what older keys sealed stays readable
throughout. Where the job stands is kept with the data, so that whoever comes next goes on there.
"""

from datetime import datetime

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.database import Database
from sync.central.seals import MAX_KEY_NUMBER, KeyName
from sync.central.secrets import Secrets
from sync.central.services.audit import record
from sync.central.services.field_keys import add_field_key, current_fields
from sync.central.services.personal.places import PLACES
from sync.rules.user_error import UserError

MAX_PAGES_AT_ONCE = 200
"""Pages that housekeeping does of one network before it looks after the next: a hundred thousand guests."""
SYSTEM = "system"
_FIRST = next(iter(PLACES))
_FOLLOWING = dict(zip(PLACES, [*list(PLACES)[1:], _FIRST], strict=True))
_COLUMNS = "number, started_at, started_by, place, moved, finished_at"


class Rotation(msgspec.Struct, frozen=True, kw_only=True):
    """How far a network's fields are moved to the key ``number``; ``moved`` counts rows."""

    number: int
    started_at: datetime
    started_by: str
    place: str
    moved: int
    finished_at: datetime | None


async def begin_rotation(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, *, actor: str
) -> Rotation:
    """Make a new key the one that seals, in the caller's transaction; a rotation that is under way is gone on with.

    Raises :class:`UserError` ``field_keys_used_up`` or ``too_many_field_keys``.
    """
    now = await connection.fetchval("SELECT field_key FROM networks WHERE id = $1 FOR UPDATE", network_id)
    under_way = await read_rotation(connection, network_id)
    if under_way is not None and under_way.finished_at is None:
        return under_way
    if now >= MAX_KEY_NUMBER:
        raise UserError(
            "field_keys_used_up",
            f"This network has had {MAX_KEY_NUMBER} field keys, and there are no more numbers.",
            "Keep the key that it has.",
        )
    await add_field_key(connection, secrets, network_id, now + 1)
    await connection.execute("UPDATE networks SET field_key = $2 WHERE id = $1", network_id, now + 1)
    row = await connection.fetchrow(
        f"""INSERT INTO field_key_rotations (network_id, number, started_at, started_by, place)
        VALUES ($1, $2, $3, $4, $5) RETURNING {_COLUMNS}""",  # noqa: S608 - columns are ours
        network_id,
        now + 1,
        moment(clock_of(connection)),
        actor,
        _FIRST,
    )
    await _note(connection, network_id, actor, "field_key.rotate", key=now + 1)
    return Rotation(**row)


async def read_rotation(connection: asyncpg.Connection, network_id: int) -> Rotation | None:
    """Return the newest rotation of a network, None where there was none yet."""
    row = await connection.fetchrow(
        f"""SELECT {_COLUMNS} FROM field_key_rotations
        WHERE network_id = $1 ORDER BY number DESC LIMIT 1""",  # noqa: S608 - columns are ours
        network_id,
    )
    return None if row is None else Rotation(**row)


async def move_page(connection: asyncpg.Connection, secrets: Secrets, network_id: int) -> Rotation | None:
    """Move one page in the caller's transaction; None where nothing is under way, or another process is at it.

    Once all places are gone through, they are looked at again: what was changed meanwhile by somebody who had begun
    under the older key is moved too. It is over when a whole round finds nothing.
    """
    row = await connection.fetchrow(
        """SELECT number, place, after FROM field_key_rotations
        WHERE network_id = $1 AND finished_at IS NULL ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED""",
        network_id,
    )
    if row is None:
        return None
    fields = await current_fields(connection, secrets, network_id)
    moved = await PLACES[row["place"]](connection, network_id, fields, row["after"])
    place, after, over = row["place"], moved.last, False
    if after is None:
        place, after = _FOLLOWING[place], 0
        over = place == _FIRST and not await _anything_left(connection, network_id, fields.current)
    told = await connection.fetchrow(
        f"""UPDATE field_key_rotations SET place = $3, after = $4, moved = moved + $5,
            finished_at = CASE WHEN $6 THEN $7::timestamptz END
        WHERE network_id = $1 AND number = $2 RETURNING {_COLUMNS}""",  # noqa: S608 - columns are ours
        network_id,
        row["number"],
        place,
        after,
        moved.rows,
        over,
        moment(clock_of(connection)),
    )
    if over:
        await _note(
            connection, network_id, SYSTEM, "field_key.rotated", key=row["number"], moved=told["moved"]
        )
    return Rotation(**told)


async def go_on(database: Database, secrets: Secrets, network_id: int) -> None:
    """Do a bounded part of the rotation that is under way, if one is (housekeeping)."""
    for _ in range(MAX_PAGES_AT_ONCE):
        async with database.network_transaction(network_id) as connection:
            told = await move_page(connection, secrets, network_id)
        if told is None or told.finished_at is not None:
            return


async def _anything_left(connection: asyncpg.Connection, network_id: int, current: KeyName) -> bool:
    left: bool = await connection.fetchval(
        """SELECT EXISTS (SELECT FROM guests WHERE network_id = $1 AND erased_at IS NULL
                AND (data_key IS NULL OR substring(data_key FOR 3) <> $2))
            OR EXISTS (SELECT FROM staff WHERE network_id = $1
                AND substring(email_cipher FOR 3) <> $2)
            OR EXISTS (SELECT FROM code_recipients WHERE network_id = $1 AND length(email_cipher) > 0
                AND substring(email_cipher FOR 3) <> $2)
            OR EXISTS (SELECT FROM phone_verifications WHERE network_id = $1
                AND substring(sealed FOR 3) <> $2)""",
        network_id,
        current.header,
    )
    return left


async def _note(
    connection: asyncpg.Connection, network_id: int, actor: str, action: str, **detail: int
) -> None:
    await record(
        connection, network_id, actor=actor, action=action, subject=f"network:{network_id}", detail=detail
    )
