"""Many looks at codes of one network answered together; nothing is used, and nothing is written."""

from collections.abc import Sequence

import asyncpg

from sync.central.clock import clock_of
from sync.central.services.feed_rows import CODE_COLUMNS, read_code
from sync.central.services.journal.columns import texts
from sync.central.services.redeeming.asking import Asked, CodeSeen, Redeemed
from sync.central.services.redeeming.offers import Offers
from sync.rules.code import Kind
from sync.rules.normalise import fold
from sync.rules.reasons import Reason

_LOOK = f"""
    SELECT {", ".join("c." + column.strip() for column in CODE_COLUMNS.split(","))}, o.version AS offered, l.pool,
        n.issuing, n.zone
    FROM unnest($2::text::text[]) WITH ORDINALITY AS a (folded, place)
    JOIN networks n ON n.id = $1
    LEFT JOIN codes c ON c.network_id = $1 AND c.folded = a.folded
    LEFT JOIN campaigns o ON o.network_id = $1 AND o.id = c.campaign_id
    LEFT JOIN limits l ON l.network_id = $1 AND l.kind = 'uses' AND l.subject = c.id AND l.guest = 0
    ORDER BY a.place
"""  # noqa: S608 - columns are ours, values are parameters


async def look_at(
    connection: asyncpg.Connection, offers: Offers, network_id: int, batch: Sequence[Asked]
) -> list[Redeemed | None]:
    """Say what each use would be answered now; None for one that must be looked at alone."""
    at_ms = clock_of(connection).now_ms()
    rows = await connection.fetch(_LOOK, network_id, texts(fold(str(asked.code)) for asked in batch))
    versions = {row["campaign_id"]: row["offered"] for row in rows if row["id"] is not None}
    kept = await offers.at(connection, network_id, versions)
    answers: list[Redeemed | None] = []
    for asked, row in zip(batch, rows, strict=True):
        if row["id"] is None or Kind(row["kind"]) not in asked.kinds:
            answers.append(Redeemed(operation=asked.operation, reason=Reason.UNKNOWN_CODE))
            continue
        offer = kept.get(row["campaign_id"])
        if offer is None or not offer.plain:
            answers.append(None)
            continue
        code = read_code(row)
        verdict = offer.judge(code, at_ms, row["zone"])
        if verdict.accepted and code.max_uses is not None and not (row["issuing"] and row["pool"]):
            # Tills hold it, or nothing may be given yet: that takes another look, and a word with them.
            answers.append(None)
            continue
        seen = CodeSeen(
            id=code.id,
            code=row["code"],
            name=code.name,
            kind=code.kind,
            campaign_id=code.campaign_id,
            max_uses=code.max_uses,
            uses=code.uses,
        )
        answers.append(
            Redeemed(operation=asked.operation, reason=verdict.reason, params=dict(verdict.params), code=seen)
        )
    return answers
