"""Tills as the office manages them."""

import asyncpg

from sync.central.schema.words import Noun, TillStatus
from sync.central.services import audit
from sync.central.services.directory import enter_in_directory, unknown_till
from sync.central.services.names import fit_name


async def till_named(connection: asyncpg.Connection, network_id: int, restaurant_id: int, name: str) -> int:
    """Return the id of the restaurant's till of this name, which is made when there is none.

    An enrolment of a till that exists replaces its machine: it begins another incarnation.
    """
    fitting = fit_name(name)
    made: int | None = await connection.fetchval(
        """INSERT INTO tills (network_id, restaurant_id, name) VALUES ($1, $2, $3)
        ON CONFLICT (network_id, restaurant_id, name) DO NOTHING RETURNING id""",
        network_id,
        restaurant_id,
        fitting,
    )
    if made is not None:
        await enter_in_directory(connection, network_id, Noun.TILL, made)
        return made
    found: int = await connection.fetchval(
        "SELECT id FROM tills WHERE network_id = $1 AND restaurant_id = $2 AND name = $3",
        network_id,
        restaurant_id,
        fitting,
    )
    return found


async def revoke_till(connection: asyncpg.Connection, network_id: int, till_id: int, *, actor: str) -> bool:
    """Take a till's right to anything but handing in its journal; False when it was revoked already.

    What it has recorded is still taken, and its leases stay outstanding until its journal closes them or
    a person decides that it is lost (DESIGN 7).
    """
    status = await connection.fetchval(
        "SELECT status FROM tills WHERE network_id = $1 AND id = $2 FOR UPDATE", network_id, till_id
    )
    if status is None:
        raise unknown_till(till_id)
    if status in (TillStatus.REVOKED, TillStatus.LOST):
        return False
    await connection.execute(
        "UPDATE tills SET status = $3 WHERE network_id = $1 AND id = $2",
        network_id,
        till_id,
        TillStatus.REVOKED.value,
    )
    await connection.execute(
        "DELETE FROM enrolments WHERE network_id = $1 AND till_id = $2 AND used_at IS NULL",
        network_id,
        till_id,
    )
    await audit.record(connection, network_id, actor=actor, action="till.revoke", subject=f"till:{till_id}")
    return True
