"""Cutting rows into chunks, and sorting digests on disk."""

import random

import pytest
import zstandard

from sync.central.services import snapshot_chunks
from sync.central.services.snapshot_chunks import Cutter, open_spool
from sync.protocol.code_columns import DigestsPart, digest_lines, filed
from sync.protocol.feed import ChunkKind
from sync.protocol.wire import pack, unpack


def test_digests_come_back_sorted_whole_and_in_bounded_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_chunks, "CHUNK_ROWS", 700)
    monkeypatch.setattr(snapshot_chunks, "BUCKET_MEMORY_BYTES", 1_000)
    chance = random.Random(3)
    rows = [(chance.randbytes(16), number) for number in range(4_000)]
    with open_spool() as spool:
        for start in range(0, len(rows), 500):
            spool.add(filed(*row) for row in rows[start : start + 500])
        chunks = list(spool.chunks())
    assert [chunk.info.rows for chunk in chunks] == [700] * 5 + [500]
    assert {chunk.info.kind for chunk in chunks} == {ChunkKind.CODE_DIGESTS}
    parts = [unpack(zstandard.decompress(chunk.body), DigestsPart) for chunk in chunks]
    assert [row for part in parts for row in digest_lines(part)] == sorted(rows)


def test_a_chunk_is_packed_compressed_and_counted() -> None:
    row = pack("x" * 1_000)
    count = snapshot_chunks.CHUNK_BYTES // len(row) + 5
    cutter = Cutter()
    chunks = [*cutter.add(row for _ in range(count)), *cutter.rest()]
    assert [chunk.info.rows for chunk in chunks] == [count - 5, 5]
    for chunk in chunks:
        assert chunk.info.size == len(chunk.body)
        unpacked = zstandard.decompress(chunk.body)
        assert len(unpacked) <= snapshot_chunks.CHUNK_BYTES + 5
        assert unpack(unpacked, list[str]) == ["x" * 1_000] * chunk.info.rows


def test_without_rows_there_is_no_chunk() -> None:
    assert Cutter().rest() == []
    with open_spool() as spool:
        assert list(spool.chunks()) == []
