"""Reading a WAL as SQLite does, and finding commits that it would pass over in silence.

When SQLite recovers a WAL it stops at the first frame whose checksum is wrong: right for the torn end of a
write that the power cut, wrong for a byte that went bad in the middle, because what was acknowledged
behind it is dropped without a word. Every commit of the journal is synced before the next one begins, so
at most the last commit in a WAL can be torn. If whole commits lie behind a bad frame, it is damage. And what
lies behind the last whole commit is cut off at each opening (:func:`write_through`), or the torn end of one
power cut, half overwritten, would look like damage at the next.

The format is SQLite's own (https://sqlite.org/fileformat2.html#the_write_ahead_log).
"""

import os
import struct
import sys
from array import array
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from sync.till.home import sync_folder

_HEADER = struct.Struct(">IIIIIIII")
_CHECKED_HEADER_BYTES = 24
_FRAME = struct.Struct(">IIIIII")
_SUMS = struct.Struct(">II")
_FORMAT = 3_007_000
_MAGIC_LITTLE = 0x377F0682
_MAGIC_BIG = 0x377F0683
_MAX_BYTES = 16 * 1024 * 1024
"""A longer WAL is not walked through: the journal folds its own at a quarter of that."""


class Wal(NamedTuple):
    """What a WAL holds: up to where its commits are whole, and how many whole ones lie behind a bad spot."""

    sound_bytes: int
    lost: int


def lost_commits(wal: Path) -> int:
    """Return how many commits lie behind a bad frame (0 for a sound, torn or missing WAL).

    Damage within the very last commit cannot be told from a torn one and counts as that.
    """
    if not wal.exists() or not _HEADER.size < wal.stat().st_size <= _MAX_BYTES:
        return 0
    return judge(wal.read_bytes()).lost


def judge(content: bytes) -> Wal:
    """Walk through a WAL's frames."""
    if len(content) < _HEADER.size:
        return Wal(sound_bytes=0, lost=0)
    if not _is_header_good(content):
        # SQLite passes over all of it. A header is never torn: it lies within one sector, and is synced before
        # the first commit behind it. In a new file it may be missing (zeros) as long as nothing was synced.
        lost = 0 if not any(content[: _HEADER.size]) else _whole_commits(content)
        return Wal(sound_bytes=0, lost=lost)
    sound = True
    sound_bytes = behind = 0
    for end, good, commit in _frames(content):
        sound = sound and good
        if sound and commit:
            sound_bytes = end
        if not sound and commit:
            behind += 1
    return Wal(sound_bytes=sound_bytes, lost=max(0, behind - 1))


def mended(content: bytes, page_bytes: int) -> bytes:
    """Return a WAL of only the frames whose bytes are whole, so that SQLite reads all of them from a copy.

    Where a newer state of a page is lost an older one shows through: fit for saving signed events, and nothing
    else. A header that is gone is made anew.
    """
    if len(content) < _HEADER.size + _FRAME.size:
        return b""
    if not _is_header_good(content):
        salts = _FRAME.unpack_from(content, _HEADER.size)[2:4]
        head = _HEADER.pack(_MAGIC_LITTLE, _FORMAT, page_bytes, 0, *salts, 0, 0)[:_CHECKED_HEADER_BYTES]
        head += _SUMS.pack(*_checksum(_MAGIC_LITTLE, head, 0, 0))
        content = head + content[_HEADER.size :]
    magic, _, page_bytes, _, _, _, sum_1, sum_2 = _HEADER.unpack_from(content)
    whole = bytearray(content[: _HEADER.size])
    for end, good, _ in _frames(content):
        if not good:
            continue
        frame, page = (
            content[end - page_bytes - _FRAME.size : end - page_bytes],
            content[end - page_bytes : end],
        )
        sum_1, sum_2 = _checksum(magic, frame[:8] + page, sum_1, sum_2)
        whole += frame[: -_SUMS.size] + _SUMS.pack(sum_1, sum_2) + page
    return bytes(whole)


def write_through(wal: Path) -> None:
    """Make what SQLite would recover from a WAL durable, and cut off what it would not; raises OSError.

    After a crash of the program, or a sync that failed, a reader sees commits that the disk may not hold: the
    kernel may even take them for written. Nobody may act on them before they are; so their bytes are written
    once more. A WAL that is too long to be walked through is only synced. That a WAL is gone is made durable
    as well: one that came back would bring a failed commit with it, of which it was said that it is not there.
    """
    sync_folder(wal.parent)
    if not wal.exists() or wal.stat().st_size == 0:
        return
    handle = os.open(wal, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        if wal.stat().st_size <= _MAX_BYTES:
            content = wal.read_bytes()
            sound = content[: judge(content).sound_bytes]
            _write(handle, sound)
            os.ftruncate(handle, len(sound))
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(handle: int, content: bytes) -> None:
    written = 0
    while written < len(content):
        if sys.platform == "win32":
            os.lseek(handle, written, os.SEEK_SET)
            written += os.write(handle, content[written:])
        else:
            written += os.pwrite(handle, content[written:], written)


def _is_header_good(content: bytes) -> bool:
    magic, _, page_bytes, _, _, _, sum_1, sum_2 = _HEADER.unpack_from(content)
    if magic not in (_MAGIC_LITTLE, _MAGIC_BIG) or page_bytes == 0:
        return False
    return _checksum(magic, content[:_CHECKED_HEADER_BYTES], 0, 0) == (sum_1, sum_2)


def _whole_commits(content: bytes) -> int:
    """Count the commits behind a bad header, whatever of it still says how long a page is."""
    page_bytes = _HEADER.unpack_from(content)[2]
    if page_bytes not in _PAGE_SIZES:
        return 1 if len(content) > _HEADER.size + _FRAME.size else 0
    size = _FRAME.size + page_bytes
    starts = range(_HEADER.size, len(content) - size + 1, size)
    return sum(_FRAME.unpack_from(content, start)[1] != 0 for start in starts)


_PAGE_SIZES = frozenset(1 << power for power in range(9, 17))


def _frames(content: bytes) -> Iterator[tuple[int, bool, bool]]:
    """Yield for each frame its end, whether it is good, and whether it ends a commit of the present generation.

    Each checksum continues the one that the frame before states, so that frames behind a bad one can
    still be judged.
    """
    magic, _, page_bytes, _, salt_1, salt_2, sum_1, sum_2 = _HEADER.unpack_from(content)
    size = _FRAME.size + page_bytes
    for start in range(_HEADER.size, len(content) - size + 1, size):
        _, pages_after, frame_salt_1, frame_salt_2, stated_1, stated_2 = _FRAME.unpack_from(content, start)
        # Frames with other salts are left over from before the WAL was last begun anew.
        present = (frame_salt_1, frame_salt_2) == (salt_1, salt_2)
        good = present
        if present:
            covered = content[start : start + 8] + content[start + _FRAME.size : start + size]
            good = _checksum(magic, covered, sum_1, sum_2) == (stated_1, stated_2)
        yield start + size, good, present and pages_after != 0
        sum_1, sum_2 = stated_1, stated_2


def _checksum(magic: int, content: bytes, sum_1: int, sum_2: int) -> tuple[int, int]:
    """Continue SQLite's two sums over a header, or over a frame: eight bytes and a page."""
    words = array("I", content)
    if (magic == _MAGIC_BIG) != (sys.byteorder == "big"):
        words.byteswap()
    if len(content) - 8 not in _PAGE_SIZES or sys.byteorder == "big":
        return _sum_up(words, sum_1, sum_2)
    return _sum_up_page(words[2:].tobytes(), *_sum_up(words[:2], sum_1, sum_2))


def _sum_up(words: "array[int]", sum_1: int, sum_2: int) -> tuple[int, int]:
    for first, second in zip(words[::2], words[1::2], strict=True):
        sum_1 = (sum_1 + first + sum_2) & _WORD
        sum_2 = (sum_2 + second + sum_1) & _WORD
    return sum_1, sum_2


def _sum_up_page(page: bytes, sum_1: int, sum_2: int) -> tuple[int, int]:
    """Do the same for many words at once: a till that starts goes through a WAL of some thousand pages.

    A step of two words x, y is linear: sums become A·sums + (x, x + y) with A = ((1, 1), (1, 2)), modulo 2³². So
    the earlier half of a page's steps counts A to the power of the later half's number, and both halves are added
    as whole numbers of which each lane of 128 bits is one step: three times as fast as one after another.
    """
    steps = len(page) // 8
    lanes = steps // 2
    whole, mask = int.from_bytes(page, "little"), _words_in_lanes(lanes)
    x_1, y_1, x_2, y_2 = (whole >> shift & mask for shift in (0, 32, 64, 96))
    first, second = (2 * x_1 + y_1 + x_2) & mask, (3 * x_1 + 2 * y_1 + x_2 + y_2) & mask
    while lanes > 1:
        lanes //= 2
        cut, mask = _LANE_BITS * lanes, _words_in_lanes(lanes)
        early = (1 << cut) - 1
        a, b, d = _power(2 * lanes)
        first_early, second_early = first & early, second & early
        first = (a * first_early + b * second_early + (first >> cut)) & mask
        second = (b * first_early + d * second_early + (second >> cut)) & mask
    a, b, d = _power(steps)
    return (a * sum_1 + b * sum_2 + first) & _WORD, (b * sum_1 + d * sum_2 + second) & _WORD


_WORD = 0xFFFF_FFFF
_LANE_BITS = 128


@lru_cache(16)
def _words_in_lanes(lanes: int) -> int:
    """Return the mask of the lowest 32 bits of each lane."""
    return ((1 << _LANE_BITS * lanes) - 1) // ((1 << _LANE_BITS) - 1) * _WORD


@lru_cache(32)
def _power(steps: int) -> tuple[int, int, int]:
    """Return ((a, b), (b, d)), A to the power of ``steps``, which is a power of two."""
    a, b, d = 1, 1, 2
    for _ in range(steps.bit_length() - 1):
        a, b, d = (a * a + b * b) & _WORD, (a * b + b * d) & _WORD, (b * b + d * d) & _WORD
    return a, b, d
