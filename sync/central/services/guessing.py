"""Cases about somebody who tries out codes, passwords or digits."""

from sync.central.database import Database
from sync.central.services.cases import CaseKind, NewCase, open_case_once

MAX_NETWORKS = 1
"""Where no network is known, the only one of an installation gets the case; of several, none is meant."""


async def note_guessing(
    database: Database, network_id: int | None, *, what: str, limit: int, who: str
) -> None:
    """Open a case: ``who`` (a caller, or part of an address) has reached the limit ``what`` of wrong tries."""
    if network_id is None:
        networks = await database.network_ids()
        if len(networks) > MAX_NETWORKS:
            return
        network_id = networks[0] if networks else None
    if network_id is None:
        return
    case = NewCase(kind=CaseKind.GUESSING, detail={"what": what, "limit": limit, "who": who})
    async with database.network_transaction(network_id) as connection:
        known = await connection.fetchval("SELECT 1 FROM networks WHERE id = $1", network_id)
        if known is not None:
            await open_case_once(connection, network_id, None, case)
