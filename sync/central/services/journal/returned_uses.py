"""Uses that come back: counted down, and a code that its limit had deactivated is active again (document 002)."""

from collections import Counter
from collections.abc import Iterable

import asyncpg

from sync.central.clock import clock_of, moment
from sync.central.services.feed_rows import CODE_COLUMNS, code_row
from sync.central.services.journal.item import Scene
from sync.central.services.journal.originals import Original
from sync.central.services.outbox import publish_many
from sync.protocol.feed import Table
from sync.rules.code import CodeStatus


async def book_returned_uses(
    connection: asyncpg.Connection, scene: Scene, finished: Iterable[Original]
) -> None:
    """Take back the uses of originals that are undone as a whole; see ``sync.rules.lifecycle.take_back_use``."""
    counts = Counter(use.code_id for original in finished for use in original.uses)
    if not counts:
        return
    ids = sorted(counts)
    await connection.execute(
        "SELECT 1 FROM codes WHERE network_id = $1 AND id = ANY ($2::bigint[]) ORDER BY id FOR NO KEY UPDATE",
        scene.network,
        ids,
    )
    rows = await connection.fetch(
        _TAKE_BACK,
        scene.network,
        ids,
        [counts[code] for code in ids],
        CodeStatus.ACTIVE.value,
        moment(clock_of(connection)),
    )
    digest_key = scene.secrets.digest_key(scene.network)
    usable = [(row["id"], code_row(row, digest_key)) for row in rows if row["usable"]]
    await publish_many(connection, scene.network, Table.CODE, usable)


_TAKE_BACK = f"""
    UPDATE codes c SET
        uses = GREATEST(c.uses - n.uses, 0),
        first_used_at = CASE WHEN c.uses > n.uses THEN c.first_used_at END,
        first_used_where = CASE WHEN c.uses > n.uses THEN c.first_used_where END,
        status = CASE
            WHEN c.auto_deactivated_at IS NOT NULL AND c.uses - n.uses < c.max_uses THEN $4
            ELSE c.status
        END,
        auto_deactivated_at = CASE WHEN c.uses - n.uses >= c.max_uses THEN c.auto_deactivated_at END,
        updated_at = $5::timestamptz
    FROM unnest($2::bigint[], $3::bigint[]) AS n (code, uses)
    WHERE c.network_id = $1 AND c.id = n.code
    RETURNING c.uses < c.max_uses AND c.uses + n.uses >= c.max_uses AS usable,
        {", ".join("c." + column.strip() for column in CODE_COLUMNS.split(","))}
    """  # noqa: S608 - columns are ours, values are parameters
