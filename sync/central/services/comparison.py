"""Summing central's rows bucket by bucket, for a till that compares its replica with them (DESIGN 6)."""

import asyncpg

from sync.central.services.refusal import Refusal
from sync.central.services.snapshot_rows import LIVING
from sync.protocol.comparison import BUCKETS, MAX_MOVING, WEIGHT, BucketSum, Comparison
from sync.protocol.feed import Table
from sync.protocol.problems import ProblemType

_TABLES = {
    Table.CAMPAIGN: "campaigns",
    Table.CODE: "codes",
    Table.CARD: "cards",
    Table.GUEST: "guests",
    Table.STAFF: "staff",
}


async def compare(connection: asyncpg.Connection, network_id: int, *, epoch: str, number: int) -> Comparison:
    """Sum the rows as the feed had them at ``number``, in the caller's repeatable read.

    Raises :class:`Refusal` ``cursor-gone`` for a place that the feed does not have.
    """
    network = await connection.fetchrow(
        "SELECT feed_epoch, feed_head, version FROM networks WHERE id = $1", network_id
    )
    if network is None or epoch != str(network["feed_epoch"]) or number > network["feed_head"]:
        raise Refusal(
            ProblemType.CURSOR_GONE,
            "This place in the feed is gone.",
            "Take a new snapshot and go on from there.",
        )
    changed = await connection.fetch(
        """SELECT DISTINCT tab, subject FROM outbox
        WHERE network_id = $1 AND (number > $2 OR number IS NULL) LIMIT $3""",
        network_id,
        number,
        MAX_MOVING + 1,
    )
    if len(changed) > MAX_MOVING:
        return Comparison(epoch=epoch, number=number, settled=False)
    moving = tuple((Table(row["tab"]), row["subject"]) for row in changed)
    sums = [
        each
        for table in _TABLES
        for each in await _sums(connection, network_id, table, [row for tab, row in moving if tab is table])
    ]
    if (Table.SETTINGS, network_id) not in moving:
        version = network["version"]
        weighted = version * (network_id % WEIGHT)
        sums.append(BucketSum(Table.SETTINGS, network_id % BUCKETS, 1, version, weighted))
    return Comparison(epoch=epoch, number=number, sums=tuple(sums), moving=moving)


async def _sums(
    connection: asyncpg.Connection, network_id: int, table: Table, moving: list[int]
) -> list[BucketSum]:
    records = await connection.fetch(
        f"""SELECT (id % {BUCKETS})::int AS bucket, count(*) AS rows, sum(version)::bigint AS versions,
            sum(version * (id % {WEIGHT}))::bigint AS weighted
        FROM {_TABLES[table]} WHERE network_id = $1 AND {LIVING[_TABLES[table]]} AND id <> ALL ($2::bigint[])
        GROUP BY 1""",  # noqa: S608 - ours
        network_id,
        moving,
    )
    return [BucketSum(table, row["bucket"], row["rows"], row["versions"], row["weighted"]) for row in records]
