"""Summing the replica's rows bucket by bucket, beside whoever sells: on a connection of its own, from one state."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from sync.protocol.comparison import BUCKETS, WEIGHT, BucketSum
from sync.protocol.feed import Table
from sync.till.cache.schema import ROW_TABLES
from sync.till.sqlcipher import CACHE, connect

_LITTLE = CACHE._replace(page_cache_kib=2 * 1024)
"""Every page is read once; nothing is gained by keeping it."""


class Summed(NamedTuple):
    """What the replica holds, and the feed's place at which it holds that."""

    epoch: str
    number: int
    sums: frozenset[BucketSum]


def sum_up(path: Path, key: bytes, moving: Iterable[tuple[Table, int]]) -> Summed:
    """Sum a replica's living rows, without those that are moving. Raises the driver's ``Error``."""
    left_out: dict[Table, list[int]] = {}
    for table, row in moving:
        left_out.setdefault(table, []).append(row)
    connection = connect(path, key, _LITTLE)
    try:
        connection.execute("BEGIN")
        meta = dict(connection.execute("SELECT name, content FROM meta").fetchall())
        sums = {
            BucketSum(table, *row)
            for table, name, lives in (
                *((table, name, "row") for table, name in ROW_TABLES.items()),
                (Table.CODE, "codes", "shape"),
            )
            for row in connection.execute(
                f"SELECT id % {BUCKETS}, count(*), sum(version), sum(version * (id % {WEIGHT})) FROM {name}"  # noqa: S608  # our own names
                f" WHERE {lives} IS NOT NULL AND id NOT IN (SELECT value FROM json_each(?)) GROUP BY 1",
                (json.dumps(left_out.get(table, [])),),
            ).fetchall()
        }
    finally:
        connection.close()
    return Summed(meta.get("epoch", ""), int(meta.get("number", "0")), frozenset(sums))
