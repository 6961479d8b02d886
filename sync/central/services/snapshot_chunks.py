"""Cutting a snapshot's rows into chunks: sorted by digest prefix, packed, compressed.

Sorted rows go into a till's index side by side, which makes loading a million of them several times
faster. A million rows do not fit a small server's memory, so they pass through buckets on disk.
"""

import hashlib
import struct
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, NamedTuple

import zstandard

from sync.protocol.feed import ChunkInfo

CHUNK_BYTES = 4 * 1024 * 1024
"""Size of a chunk before compression; rows shrink to a fourth or less."""
BUCKETS = 64
BUCKET_MEMORY_BYTES = 512 * 1024
"""How much of a bucket stays in memory before it goes to disk."""
_ZSTD_LEVEL = 3
_RECORD = struct.Struct(">16sI")
_ARRAY = struct.Struct(">BI")
_ARRAY_32 = 0xDD


class PackedChunk(NamedTuple):
    """A chunk as it is stored and sent."""

    info: ChunkInfo
    body: bytes


class Spool:
    """Packed rows on their way, sorted by the 16 bytes that each is filed under."""

    def __init__(self, files: list[IO[bytes]]) -> None:
        """Take ``BUCKETS`` empty files; :func:`open_spool` brings them."""
        self._files = files

    def add(self, rows: Iterable[tuple[bytes, bytes]]) -> None:
        """File packed rows, each under 16 bytes."""
        for key, packed in rows:
            self._files[key[0] * BUCKETS >> 8].write(_RECORD.pack(key, len(packed)) + packed)

    def sorted(self) -> Iterator[bytes]:
        """Yield all rows in order of what they are filed under."""
        for file in self._files:
            file.seek(0)
            rows = []
            while head := file.read(_RECORD.size):
                key, size = _RECORD.unpack(head)
                rows.append((key, file.read(size)))
            rows.sort()
            for _, packed in rows:
                yield packed


@contextmanager
def open_spool() -> Iterator[Spool]:
    """Yield an empty spool, whose files are gone afterwards."""
    with ExitStack() as stack:
        yield Spool(
            [stack.enter_context(tempfile.SpooledTemporaryFile(BUCKET_MEMORY_BYTES)) for _ in range(BUCKETS)]
        )


def cut(rows: Iterable[bytes]) -> Iterator[PackedChunk]:
    """Yield chunks of packed rows, each a MessagePack array, compressed."""
    waiting: list[bytes] = []
    size = 0
    for packed in rows:
        if waiting and size + len(packed) > CHUNK_BYTES:
            yield _pack(waiting)
            waiting, size = [], 0
        waiting.append(packed)
        size += len(packed)
    if waiting:
        yield _pack(waiting)


def _pack(rows: list[bytes]) -> PackedChunk:
    whole = _ARRAY.pack(_ARRAY_32, len(rows)) + b"".join(rows)
    body = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(whole)
    return PackedChunk(ChunkInfo(len(body), hashlib.sha256(body).digest(), len(rows)), body)
