"""Codes of a batch that are not in perfect order: the rules say what is the matter with each."""

from collections.abc import Mapping

import asyncpg

from sync.central.services.feed_rows import CODE_COLUMNS, read_code
from sync.central.services.journal.columns import numbers
from sync.central.services.redeeming.asking import CodeSeen
from sync.central.services.redeeming.offers import Offer
from sync.rules.verdict import Verdict


async def ask_rules(
    connection: asyncpg.Connection, network_id: int, doubtful: Mapping[int, Offer], at_ms: int, zone: str
) -> dict[int, tuple[CodeSeen, Verdict]]:
    """Return codes as they are now and what the rules say to each, by id; one that is gone is left out."""
    if not doubtful:
        return {}
    rows = await connection.fetch(
        f"SELECT {CODE_COLUMNS} FROM codes WHERE network_id = $1 AND id = ANY ($2::text::bigint[])",  # noqa: S608 - columns are ours
        network_id,
        numbers(doubtful),
    )
    said = {}
    for row in rows:
        code = read_code(row)
        seen = CodeSeen(
            id=code.id,
            code=row["code"],
            name=code.name,
            kind=code.kind,
            campaign_id=code.campaign_id,
            max_uses=code.max_uses,
            uses=code.uses,
        )
        said[code.id] = seen, doubtful[code.id].judge(code, at_ms, zone)
    return said
