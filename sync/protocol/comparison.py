"""Comparing a till's replica with central, bucket by bucket: what went apart silently is found (DESIGN 6)."""

import msgspec

from sync.protocol.feed import Table

BUCKETS = 256
"""A row belongs to the bucket of its id modulo this."""
WEIGHT = 1_000_003
"""Versions are summed once plainly and once times the id modulo this prime: two rows that swapped versions show."""
MAX_MOVING = 2_000


class BucketSum(msgspec.Struct, frozen=True, array_like=True):
    """The living rows of one bucket of a table: how many, and their versions summed in two ways."""

    table: Table
    bucket: int
    rows: int
    versions: int
    weighted: int


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Central's rows as the feed had them at ``number``, without those in ``moving``.

    ``moving`` are rows that have changed since, which nobody can compare. With too many of them there are no
    sums at all (``settled`` False): it is to be asked again at a quieter time.
    """

    epoch: str
    number: int
    sums: tuple[BucketSum, ...] = ()
    moving: tuple[tuple[Table, int], ...] = ()
    settled: bool = True
