"""All numbers under which one guest is kept: who turned out to be somebody else is that one (DESIGN 7.8)."""

from typing import NamedTuple

import asyncpg

from sync.central.schema.numbers import MAX_ID
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType

MAX_STEPS = 16
"""How many registrations may lead to each other; there are a few at most."""


class Family(NamedTuple):
    """``root`` is the number that counts, ``numbers`` are all of them with it, in order."""

    root: int
    numbers: list[int]

    @property
    def actors(self) -> list[str]:
        """How the books name this guest where they did something themselves."""
        return [f"guest:{number}" for number in self.numbers]


async def family_of(connection: asyncpg.Connection, network_id: int, guest_id: int) -> Family:
    """Find every number of a guest, erased or not; raises :class:`Refusal` ``not-found``."""
    if not 0 < guest_id <= MAX_ID:
        raise no_such_guest(guest_id)
    root = await connection.fetchval(
        """WITH RECURSIVE up (id, merged_into, step) AS (
            SELECT id, merged_into, 0 FROM guests WHERE network_id = $1 AND id = $2
            UNION ALL SELECT g.id, g.merged_into, up.step + 1
            FROM guests g JOIN up ON g.network_id = $1 AND g.id = up.merged_into WHERE up.step < $3
        ) SELECT id FROM up ORDER BY step DESC LIMIT 1""",
        network_id,
        guest_id,
        MAX_STEPS,
    )
    if root is None:
        raise no_such_guest(guest_id)
    rows = await connection.fetch(
        """WITH RECURSIVE down (id, step) AS (
            SELECT $2::bigint, 0
            UNION SELECT g.id, down.step + 1
            FROM guests g JOIN down ON g.network_id = $1 AND g.merged_into = down.id WHERE down.step < $3
        ) SELECT DISTINCT id FROM down ORDER BY id""",
        network_id,
        root,
        MAX_STEPS,
    )
    return Family(root, [row["id"] for row in rows])


def no_such_guest(guest_id: int) -> Refusal:
    """Say that a guest is not there for this caller."""
    return Refusal(ProblemType.NOT_FOUND, f"There is no guest {guest_id}.", "Check the number.")
