"""Cutting rows into chunks."""

import random

import zstandard

from sync.central.services import snapshot_chunks
from sync.central.services.snapshot_chunks import cut, open_spool
from sync.protocol.wire import pack, unpack


def test_rows_come_back_sorted_whole_and_in_bounded_chunks() -> None:
    chance = random.Random(3)
    rows = [(chance.randbytes(16), pack(chance.randbytes(chance.randrange(2_000)))) for _ in range(4_000)]
    with open_spool() as spool:
        for start in range(0, len(rows), 500):
            spool.add(rows[start : start + 500])
        assert list(spool.sorted()) == [packed for _, packed in sorted(rows)]


def test_a_chunk_is_packed_compressed_and_counted() -> None:
    row = pack("x" * 1_000)
    count = snapshot_chunks.CHUNK_BYTES // len(row) + 5
    chunks = list(cut(row for _ in range(count)))
    assert [chunk.info.rows for chunk in chunks] == [count - 5, 5]
    for chunk in chunks:
        assert chunk.info.size == len(chunk.body)
        unpacked = zstandard.decompress(chunk.body)
        assert len(unpacked) <= snapshot_chunks.CHUNK_BYTES + 5
        assert unpack(unpacked, list[str]) == ["x" * 1_000] * chunk.info.rows


def test_without_rows_there_is_no_chunk() -> None:
    assert list(cut([])) == []
