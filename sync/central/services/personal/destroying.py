"""Destroying an old key of personal data, once nothing is sealed under it: what was sealed stays closed for good."""

from datetime import datetime

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.seals import OLDEST_KEY, KeyName, key_name_of
from sync.central.services.audit import record
from sync.central.services.personal.places import SEALED_ROWS
from sync.rules.user_error import UserError

AFTER_DESTROYING = (
    "Backups and archived logs from before still hold the key, wrapped under the secret, beside what it sealed: "
    "to be rid of both, delete those backups. Restoring one brings the key back, and nothing is lost by it; "
    "rotate and destroy again after such a restore."
)
"""What whoever destroys a key has to know of the backups that there are."""


class KeyState(msgspec.Struct, frozen=True, kw_only=True):
    """One key: ``derived`` ones can be made again from the secret; ``rows`` is how many it seals now."""

    number: int
    derived: bool
    current: bool
    rows: int
    made_at: datetime | None
    destroyed_at: datetime | None
    destroyed_by: str | None


class Destroyed(msgspec.Struct, frozen=True, kw_only=True):
    """A key that is no more."""

    network: int
    number: int
    destroyed_at: datetime


async def list_field_keys(connection: asyncpg.Connection, network_id: int) -> list[KeyState]:
    """Return every key of a network, the oldest first, those destroyed too."""
    current: int = await connection.fetchval("SELECT field_key FROM networks WHERE id = $1", network_id)
    stored = await connection.fetch(
        """SELECT number, made_at, destroyed_at, destroyed_by FROM field_keys
        WHERE network_id = $1 ORDER BY number""",
        network_id,
    )
    rows = await _rows_by_key(connection, network_id)
    states = [
        KeyState(
            **row,
            derived=False,
            current=row["number"] == current,
            rows=rows.get(KeyName(row["number"], stored=True), 0),
        )
        for row in stored
    ]
    known = {state.number for state in states}
    names = {name for name in rows if not name.stored}
    if current not in known:
        names.add(KeyName(current, stored=False))
    derived = [
        KeyState(
            number=name.number,
            derived=True,
            current=name.number == current and current not in known,
            rows=rows.get(name, 0),
            made_at=None,
            destroyed_at=None,
            destroyed_by=None,
        )
        for name in sorted(names)
    ]
    return derived + states


async def destroy_field_key(
    connection: asyncpg.Connection, network_id: int, number: int, *, actor: str
) -> Destroyed:
    """Destroy a key in the caller's transaction; what backups hold of it is said by :data:`AFTER_DESTROYING`.

    Raises :class:`UserError` ``unknown_key``, ``key_derived``, ``key_destroyed``, ``key_in_use`` or ``key_busy``.
    """
    row = await _locked(connection, network_id, number)
    current: int = await connection.fetchval("SELECT field_key FROM networks WHERE id = $1", network_id)
    rows = await _rows_by_key(connection, network_id)
    if row is None:
        raise _not_stored(number, current, rows)
    if row["destroyed_at"] is not None:
        raise UserError(
            "key_destroyed",
            f"The key {number} was destroyed at {row['destroyed_at']:%Y-%m-%d %H:%M} UTC already.",
            "There is nothing left to do.",
        )
    used = rows.get(KeyName(number, stored=True), 0)
    if number == current or used:
        raise UserError(
            "key_in_use",
            f"The key {number} seals {'what is new and ' if number == current else ''}{used} rows.",
            "Move them to another key first: `admin rotate-field-keys`.",
        )
    at = moment(clock_of(connection))
    await connection.execute(
        """UPDATE field_keys SET wrapped = NULL, destroyed_at = $3, destroyed_by = $4
        WHERE network_id = $1 AND number = $2""",
        network_id,
        number,
        at,
        actor,
    )
    await record(
        connection,
        network_id,
        actor=actor,
        action="field_key.destroy",
        subject=f"network:{network_id}",
        detail={"key": number},
    )
    return Destroyed(network=network_id, number=number, destroyed_at=at)


async def _locked(connection: asyncpg.Connection, network_id: int, number: int) -> asyncpg.Record | None:
    """Wait for those who seal under this key just now: what they wrote is then among the rows that are counted."""
    try:
        return await connection.fetchrow(
            "SELECT destroyed_at FROM field_keys WHERE network_id = $1 AND number = $2 FOR UPDATE",
            network_id,
            number,
        )
    except asyncpg.LockNotAvailableError as error:
        raise UserError(
            "key_busy",
            f"Somebody has been writing under the key {number} for a while.",
            "Try it again later.",
        ) from error


def _not_stored(number: int, current: int, rows: dict[KeyName, int]) -> UserError:
    name = KeyName(number, stored=False)
    if not 0 <= number <= current:
        return UserError("unknown_key", f"There is no field key {number}.", "`admin field-keys` lists them.")
    if number == current or rows.get(name):
        return UserError(
            "key_in_use",
            f"The key {number} is one of those derived from the secret, and seals {rows.get(name, 0)} rows.",
            "Move them to a key that can be destroyed: `admin rotate-field-keys`.",
        )
    return UserError(
        "key_derived",
        f"The key {number} is derived from the secret: whoever has secret.key can make it again.",
        "Nothing is sealed under it any more; what old backups hold under it goes when those are deleted.",
    )


async def _rows_by_key(connection: asyncpg.Connection, network_id: int) -> dict[KeyName, int]:
    found = await connection.fetch(
        f"""SELECT CASE WHEN get_byte(sealed, 0) IN (2, 3) THEN substring(sealed FOR 3) ELSE $2 END AS header,
            count(*) AS rows
        FROM ({SEALED_ROWS}) AS s GROUP BY 1""",  # noqa: S608 - ours
        network_id,
        OLDEST_KEY.header,
    )
    return {key_name_of(row["header"]): row["rows"] for row in found}
