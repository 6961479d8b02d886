"""Epochs: what holds after central's database was put back to an earlier state (DESIGN 5).

What was granted after the backup was taken is not in the restored books, so its units would be granted twice.
Therefore a new epoch issues nothing until every till that may hold such grants has listed them again (each
carries central's own signature), or a person has decided not to wait for a till that does not come.
"""

import asyncpg

from sync.protocol.leases import LimitKind


async def may_issue(
    connection: asyncpg.Connection, network_id: int, *, kind: LimitKind, subject: int, guest: int = 0
) -> bool:
    """Whether units of a limit may be handed out now; ask in the transaction that debits the pool.

    Today the answer is one for all limits of the network: which of them a missing till holds is exactly what
    is not known. The limit is named so that callers need not change should that ever be told apart.
    """
    del kind, subject, guest
    issuing: bool | None = await connection.fetchval("SELECT issuing FROM networks WHERE id = $1", network_id)
    return bool(issuing)
