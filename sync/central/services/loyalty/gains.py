"""Uses of codes without a till that give a guest points or a tier: the gain is booked with the use, or neither is.

A guest's books are locked before the code, as tills' batches lock them; what is locked in vain is given back with the
transaction.
"""

import asyncpg

from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services.loyalty.booking import GuestBooks, open_guest_books
from sync.central.services.points_rows import By
from sync.central.services.redeeming.asking import Asked, Redeemed
from sync.central.services.redeeming.redeem import MAX_ATTEMPTS, redeem
from sync.central.services.refusal import busy
from sync.central.services.tiers.gifts import TierGift, give_tiers
from sync.rules.campaign import BenefitKind
from sync.rules.normalise import fold

_IN_POINTS = (BenefitKind.POINTS, BenefitKind.POINTS_MULTIPLIER)


async def redeem_with_gains(connection: asyncpg.Connection, secrets: Secrets, asked: Asked) -> Redeemed:
    """Use a code in the caller's transaction, and book what it gives the guest; raises as ``redeem`` does.

    A repeated request books nothing again: its gain came with the use.
    """
    gain = await _gain(connection, asked)
    if gain is None:
        return await redeem(connection, secrets, asked)
    guest: int = gain["guest"]
    books: GuestBooks | None = None
    if gain["kind"] in _IN_POINTS:
        by = By(staff=asked.staff, event=asked.operation)
        books = await open_guest_books(connection, asked.network, guest, asked.operation, by)
    await connection.execute(
        "SELECT 1 FROM guests WHERE network_id = $1 AND id = $2 FOR NO KEY UPDATE", asked.network, guest
    )
    answer = await redeem(connection, secrets, asked)
    if not answer.accepted or answer.replayed:
        return answer
    if books is not None and answer.points:
        books.earn(answer.points)
        await books.write(connection, secrets)
    elif gain["kind"] == BenefitKind.TIER_GRANT:
        gift = TierGift(guest, gain["tier"], asked.operation)
        await give_tiers(connection, secrets, asked.network, [gift], actor=asked.caller)
    return answer


async def redeem_with_gains_alone(database: Database, secrets: Secrets, asked: Asked) -> Redeemed:
    """Use a code in a transaction of its own; see :func:`redeem_with_gains`."""
    for _ in range(MAX_ATTEMPTS):
        try:
            async with database.network_transaction(asked.network) as connection:
                return await redeem_with_gains(connection, secrets, asked)
        except asyncpg.DeadlockDetectedError:
            continue
    raise busy("Others are using the same codes at this moment.")


async def _gain(connection: asyncpg.Connection, asked: Asked) -> asyncpg.Record | None:
    """Return what a use would give its guest; None where it gives nothing that is booked."""
    if asked.guest is None:
        return None
    column, wanted = ("id", asked.code) if isinstance(asked.code, int) else ("folded", fold(asked.code))
    return await connection.fetchrow(
        f"""SELECT p.rules -> 'benefit' ->> 'kind' AS kind, p.rules -> 'benefit' ->> 'tier' AS tier,
            COALESCE(g.merged_into, g.id) AS guest
        FROM codes c JOIN campaigns p ON p.network_id = $1 AND p.id = c.campaign_id
        JOIN guests g ON g.network_id = $1 AND g.id = $3
        WHERE c.network_id = $1 AND c.{column} = $2 AND p.rules -> 'benefit' ->> 'kind' = ANY ($4)""",  # noqa: S608 - columns are ours
        asked.network,
        wanted,
        asked.guest,
        [kind.value for kind in (*_IN_POINTS, BenefitKind.TIER_GRANT)],
    )
