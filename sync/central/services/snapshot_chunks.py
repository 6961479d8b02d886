"""Packing a snapshot into chunks, and sorting the digests of its codes on disk.

A million digests do not fit a small server's memory beside everything else, so they pass through buckets on
disk; sorted, they go into a till's index side by side, which makes loading them several times faster.
"""

import hashlib
import struct
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import IO, NamedTuple

import zstandard

from sync.protocol.code_columns import FILED_BYTES, DigestsPart, digests_part
from sync.protocol.feed import ChunkInfo, ChunkKind
from sync.protocol.wire import pack

CHUNK_BYTES = 4 * 1024 * 1024
"""Size of a chunk of changes before compression; rows shrink to a fourth or less."""
CHUNK_ROWS = 20_000
"""Codes, or digests, in one chunk."""
BUCKETS = 64
BUCKET_MEMORY_BYTES = 256 * 1024
"""How much of a bucket stays in memory before it goes to disk."""
_ZSTD_LEVEL = 3
_ARRAY = struct.Struct(">BI")
_ARRAY_32 = 0xDD


class PackedChunk(NamedTuple):
    """A chunk as it is stored and sent."""

    info: ChunkInfo
    body: bytes


class Cutter:
    """Packed changes on their way into chunks of bounded size."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._waiting: list[bytes] = []
        self._size = 0

    def add(self, rows: Iterable[bytes]) -> list[PackedChunk]:
        """Take packed changes; return the chunks that became full."""
        full = []
        for packed in rows:
            if self._waiting and self._size + len(packed) > CHUNK_BYTES:
                full += self.rest()
            self._waiting.append(packed)
            self._size += len(packed)
        return full

    def rest(self) -> list[PackedChunk]:
        """Return what has not filled a chunk, as one (or none)."""
        waiting, self._waiting, self._size = self._waiting, [], 0
        if not waiting:
            return []
        return [packed_chunk(_ARRAY.pack(_ARRAY_32, len(waiting)) + b"".join(waiting), len(waiting))]


def packed_chunk(whole: bytes, rows: int, kind: ChunkKind = ChunkKind.CHANGES) -> PackedChunk:
    """Compress a chunk's content and say what it is."""
    body = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(whole)
    return PackedChunk(ChunkInfo(len(body), hashlib.sha256(body).digest(), rows, kind.value), body)


class Spool:
    """Digests with their ids (``FILED_BYTES`` each) on their way into their order."""

    def __init__(self, files: Sequence[IO[bytes]]) -> None:
        """Take ``BUCKETS`` empty files; :func:`open_spool` brings them."""
        self._files = files

    def add(self, filed: Iterable[bytes]) -> None:
        """Take digests, in whatever order."""
        for each in filed:
            self._files[each[0] * BUCKETS >> 8].write(each)

    def chunks(self) -> Iterator[PackedChunk]:
        """Yield all digests in their order, chunk by chunk."""
        waiting: list[bytes] = []
        for file in self._files:
            file.seek(0)
            whole = file.read()
            waiting += sorted(whole[at : at + FILED_BYTES] for at in range(0, len(whole), FILED_BYTES))
            while len(waiting) >= CHUNK_ROWS:
                yield _digests(waiting[:CHUNK_ROWS])
                waiting = waiting[CHUNK_ROWS:]
        if waiting:
            yield _digests(waiting)


@contextmanager
def open_spool() -> Iterator[Spool]:
    """Yield an empty spool, whose files are gone afterwards."""
    with ExitStack() as stack:
        yield Spool(
            [stack.enter_context(tempfile.SpooledTemporaryFile(BUCKET_MEMORY_BYTES)) for _ in range(BUCKETS)]
        )


def _digests(filed: Sequence[bytes]) -> PackedChunk:
    part: DigestsPart = digests_part(filed)
    return packed_chunk(pack(part), len(filed), ChunkKind.CODE_DIGESTS)
