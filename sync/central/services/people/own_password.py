"""Changing one's own password, by whoever knows the present one."""

import asyncpg
import msgspec

from sync.central.database import Database
from sync.central.passwords import hash_password
from sync.central.services.audit import record_by
from sync.central.services.login import PasswordDesk, Person
from sync.central.services.refusal import Refusal
from sync.central.services.sessions import Owner, end_all
from sync.protocol.problems import ProblemType
from sync.rules.user_error import UserError


class PasswordChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The present password, and the one that is to be."""

    old_password: str
    new_password: str


async def change_password(
    database: Database, desk: PasswordDesk, person: Person, change: PasswordChange
) -> None:
    """Give a person another password; all their sign-ins but this one end.

    Raises :class:`Refusal` ``unauthenticated`` for a wrong present one, ``conflict`` when it was changed at this very
    moment, and :class:`UserError` ``password_unfit`` or ``password_same``.
    """
    async with database.network_transaction(person.network) as connection:
        hashed = await connection.fetchval(
            "SELECT password_hash FROM staff WHERE network_id = $1 AND id = $2", person.network, person.staff
        )
    # The check takes a thread's time: no connection waits for it.
    if not await desk.is_right(hashed, change.old_password):
        raise Refusal(ProblemType.UNAUTHENTICATED, "The present password is wrong.", "Type it again.")
    if change.new_password == change.old_password:
        raise UserError("password_same", "This is the password that you have.", "Choose another.")
    new = await hash_password(change.new_password)
    async with database.network_transaction(person.network) as connection:
        await _write(connection, person, old=hashed, new=new)


async def _write(connection: asyncpg.Connection, person: Person, *, old: str, new: str) -> None:
    changed = await connection.fetchval(
        """UPDATE staff SET password_hash = $4 WHERE network_id = $1 AND id = $2 AND password_hash = $3
        RETURNING true""",
        person.network,
        person.staff,
        old,
        new,
    )
    if changed is None:
        raise Refusal(
            ProblemType.CONFLICT, "The password was changed at this very moment.", "Sign in with the new one."
        )
    ended = await end_all(
        connection, person.network, Owner(staff=person.staff), why="password", but=person.session
    )
    await record_by(connection, person, "staff.password", f"staff:{person.staff}", {"sessions_ended": ended})
