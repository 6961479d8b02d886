"""Finding commits that SQLite would pass over in silence.

When SQLite recovers a WAL it stops at the first frame whose checksum is wrong: right for the torn end of a
write that the power cut, wrong for a byte that went bad in the middle, because what was acknowledged
behind it is dropped without a word. Every commit of the journal is synced before the next one begins, so
at most the last commit in a WAL can be torn. If whole commits lie behind a bad frame, it is damage.

The format is SQLite's own (https://sqlite.org/fileformat2.html#the_write_ahead_log).
"""

import struct
from collections.abc import Iterator
from pathlib import Path

_HEADER = struct.Struct(">IIIIIIII")
_FRAME = struct.Struct(">IIIIII")
_MAGIC_LITTLE = 0x377F0682
_MAGIC_BIG = 0x377F0683
_MAX_BYTES = 16 * 1024 * 1024
"""A longer WAL is not walked through: the journal folds its own at a quarter of that."""


def lost_commits(wal: Path) -> int:
    """Return how many commits lie behind a bad frame (0 for a sound, torn or missing WAL).

    Damage within the very last commit cannot be told from a torn one and counts as that.
    """
    if not wal.exists() or not _HEADER.size < wal.stat().st_size <= _MAX_BYTES:
        return 0
    sound = True
    commits = 0
    for good, commit in _frames(wal.read_bytes()):
        sound = sound and good
        if not sound and commit:
            commits += 1
    return max(0, commits - 1)


def _frames(content: bytes) -> Iterator[tuple[bool, bool]]:
    """Yield for each frame whether it is good, and whether it ends a commit of the WAL's present generation.

    Each checksum continues the one that the frame before states, so that frames behind a bad one can
    still be judged.
    """
    magic, _, page_bytes, _, salt_1, salt_2, sum_1, sum_2 = _HEADER.unpack_from(content)
    if magic not in (_MAGIC_LITTLE, _MAGIC_BIG) or page_bytes == 0:
        return
    words = ">" if magic == _MAGIC_BIG else "<"
    size = _FRAME.size + page_bytes
    for start in range(_HEADER.size, len(content) - size + 1, size):
        _, pages_after, frame_salt_1, frame_salt_2, stated_1, stated_2 = _FRAME.unpack_from(content, start)
        # Frames with other salts are left over from before the WAL was last begun anew.
        present = (frame_salt_1, frame_salt_2) == (salt_1, salt_2)
        covered = content[start : start + 8] + content[start + _FRAME.size : start + size]
        good = present and _checksum(words, covered, sum_1, sum_2) == (stated_1, stated_2)
        yield good, present and pages_after != 0
        sum_1, sum_2 = stated_1, stated_2


def _checksum(words: str, content: bytes, sum_1: int, sum_2: int) -> tuple[int, int]:
    for first, second in struct.iter_unpack(f"{words}II", content):
        sum_1 = (sum_1 + first + sum_2) & 0xFFFF_FFFF
        sum_2 = (sum_2 + second + sum_1) & 0xFFFF_FFFF
    return sum_1, sum_2
