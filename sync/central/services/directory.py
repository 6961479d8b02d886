"""The directory: whose restaurant, till or network an identifier is."""

import asyncpg

from sync.central.database import Database
from sync.central.schema.words import Noun
from sync.rules.user_error import UserError


async def enter_in_directory(
    connection: asyncpg.Connection, network_id: int, noun: Noun, subject_id: int
) -> None:
    """Write down whose this is, in the transaction that made it."""
    await connection.execute(
        "INSERT INTO directory (noun, id, network_id) VALUES ($1, $2, $3)", noun.value, subject_id, network_id
    )


async def require_network_of(database: Database, noun: Noun, subject_id: int) -> int:
    """Return whose this is; raises :class:`UserError` ``unknown_restaurant`` or ``unknown_till``."""
    network_id = await database.network_of(noun, subject_id)
    if network_id is None:
        raise UserError(
            f"unknown_{noun.value}",
            f"There is no {noun.value} {subject_id}.",
            "Check the number: the command that made it printed it.",
        )
    return network_id


def unknown_till(till_id: int) -> UserError:
    """Say that a network has no such till."""
    return UserError("unknown_till", f"There is no till {till_id}.", "Check the number.")
