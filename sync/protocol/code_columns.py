"""Codes column by column: how a snapshot brings a million of them in a few megabytes (DESIGN 6).

Most codes of a campaign differ in nothing but their id and their text. So a part of a snapshot names each
distinct shape once, ids by their distance from the one before, and what is a code's own only where there is
something. The digests travel apart, in their own order: both ways round, a till appends to its tables from
front to back. What is written here lies on the till's disk as it came; new fields go to the end of a struct,
with a default.
"""

import sys
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, compress, repeat
from typing import Any, NamedTuple

import msgspec

from sync.protocol.digest import DIGEST_BYTES
from sync.protocol.wire import WireError
from sync.rules.code import Code, CodeStatus, Kind

PREFIX_BYTES = 2
REST_BYTES = DIGEST_BYTES - PREFIX_BYTES
ID_BYTES = 8
FILED_BYTES = DIGEST_BYTES + ID_BYTES
"""A digest and the id that it stands for, big-endian, so that both sort as bytes."""
PREFIXES = 256**PREFIX_BYTES


class CodeShape(msgspec.Struct, frozen=True, array_like=True):
    """What many codes have in common."""

    campaign_id: int
    kind: Kind
    status: CodeStatus = CodeStatus.ACTIVE
    max_uses: int | None = None
    expires_at_ms: int | None = None
    group_id: str | None = None
    home_restaurant_id: int | None = None


class CodeOwn(msgspec.Struct, frozen=True, array_like=True):
    """What is a single code's own."""

    name: str = ""
    uses: int = 0
    holder_guest_id: int | None = None
    beneficiary_id: int | None = None
    first_used_at_ms: int | None = None
    first_used_where: str | None = None
    auto_deactivated_at_ms: int | None = None


Own = bytes | str | None
"""A packed :class:`CodeOwn`; a text when there is nothing but a name, None when there is nothing at all."""


class CodesPart(msgspec.Struct, frozen=True, array_like=True):
    """Codes in order of their ids. ``steps`` lead from each id to the next, beginning at 0."""

    steps: list[int]
    versions: list[int]
    shapes: list[bytes]
    shape: list[int]
    own: list[Any]
    """Of type :data:`Own` each (the decoder cannot tell texts from bytes by itself)."""


class DigestsPart(msgspec.Struct, frozen=True, array_like=True):
    """Digests in their own order, each with the id of its code.

    ``counts`` says how many begin with each pair of bytes from ``first`` on, ``rests`` holds what follows
    those two; ``ids`` are told from ``lowest`` on, byte by byte: all lowest bytes, then all second ones …
    """

    first: int
    counts: list[int]
    rests: bytes
    lowest: int
    ids: list[bytes]


class ColumnLine(NamedTuple):
    """One code of a part: its place among the part's shapes, and what is its own."""

    id: int
    version: int
    shape: int
    own: Own


_encode = msgspec.msgpack.Encoder().encode
_read_shape = msgspec.msgpack.Decoder(CodeShape).decode
_read_own = msgspec.msgpack.Decoder(CodeOwn).decode
_SHAPE = CodeShape.__struct_fields__
_OWN = CodeOwn.__struct_fields__
_NOTHING = CodeOwn()
_OWN_TYPES = {bytes, str, type(None)}


def shape_of(code: Code) -> bytes:
    """Pack what a code has in common with others."""
    return pack_shape(
        CodeShape(
            code.campaign_id, code.kind, code.status, code.max_uses,
            code.expires_at_ms, code.group_id, code.home_restaurant_id,
        )
    )  # fmt: skip


def pack_shape(shape: CodeShape) -> bytes:
    """Pack a shape: equal ones have equal bytes."""
    return _encode(shape)


def own_of(code: Code) -> Own:
    """Pack what is a code's own."""
    return pack_own(
        CodeOwn(
            code.name, code.uses, code.holder_guest_id, code.beneficiary_id,
            code.first_used_at_ms, code.first_used_where, code.auto_deactivated_at_ms,
        )
    )  # fmt: skip


def pack_own(own: CodeOwn) -> Own:
    """Pack what is a code's own, as briefly as can be."""
    if own == _NOTHING:
        return None
    return own.name if own == CodeOwn(own.name) else _encode(own)


def code_of(code_id: int, shape: bytes, own: Own) -> Code:
    """Put a code together again; raises ``WireError`` for bytes of a newer program."""
    try:
        common = _read_shape(shape)
        mine = _read_own(own) if isinstance(own, bytes) else CodeOwn(own or "")
    except msgspec.DecodeError as error:
        raise WireError(str(error)) from error
    return Code(
        id=code_id,
        **{name: getattr(common, name) for name in _SHAPE},
        **{name: getattr(mine, name) for name in _OWN},
    )


def readable(shape: bytes) -> bool:
    """Whether this program understands a shape."""
    try:
        _read_shape(shape)
    except msgspec.DecodeError:
        return False
    return True


def codes_part(lines: Sequence[ColumnLine], shapes: Sequence[bytes]) -> CodesPart:
    """Gather codes in order of their ids; ``shapes`` may know more than these lines use."""
    used = {number: place for place, number in enumerate(dict.fromkeys(line.shape for line in lines))}
    ids = [line.id for line in lines]
    return CodesPart(
        steps=[after - before for before, after in zip([0, *ids], ids, strict=False)],
        versions=[line.version for line in lines],
        shapes=[shapes[number] for number in used],
        shape=[used[line.shape] for line in lines],
        own=[line.own for line in lines],
    )


def code_ids(part: CodesPart) -> Iterable[int]:
    """Return the ids of a part's codes; raises ``WireError`` when its columns do not fit each other."""
    rows = len(part.steps)
    fits = len(part.versions) == len(part.shape) == len(part.own) == rows
    fits = fits and set(map(type, part.own)) <= _OWN_TYPES
    if not fits or (rows and not 0 <= min(part.shape) <= max(part.shape) < len(part.shapes)):
        msg = "the columns of codes do not fit each other"
        raise WireError(msg)
    return accumulate(part.steps)


def filed(digest: bytes, code_id: int) -> bytes:
    """Return a digest with its code's id, as :func:`digests_part` takes them."""
    return digest + code_id.to_bytes(ID_BYTES, "big")


def digests_part(sorted_filed: Sequence[bytes]) -> DigestsPart:
    """Gather digests with their ids; they are sorted already."""
    if not sorted_filed:
        return DigestsPart(0, [], b"", 0, [])
    prefixes = [int.from_bytes(each[:PREFIX_BYTES], "big") for each in sorted_filed]
    counts = [0] * (prefixes[-1] - prefixes[0] + 1)
    for prefix in prefixes:
        counts[prefix - prefixes[0]] += 1
    ids = [int.from_bytes(each[DIGEST_BYTES:], "big") for each in sorted_filed]
    lowest = min(ids)
    distances = b"".join((each - lowest).to_bytes(ID_BYTES, "little") for each in ids)
    width = max(1, ((max(ids) - lowest).bit_length() + 7) // 8)
    return DigestsPart(
        first=prefixes[0],
        counts=counts,
        rests=b"".join([each[PREFIX_BYTES:DIGEST_BYTES] for each in sorted_filed]),
        lowest=lowest,
        ids=[distances[place::ID_BYTES] for place in range(width)],
    )


def digest_lines(part: DigestsPart) -> Iterable[tuple[bytes, int]]:
    """Yield (digest, id) in order of the digests; raises ``WireError`` first."""
    rows = sum(part.counts)
    fits = len(part.rests) == rows * REST_BYTES and all(len(plane) == rows for plane in part.ids)
    if not fits or len(part.ids) > ID_BYTES or not 0 <= part.first <= PREFIXES - len(part.counts):
        msg = "the columns of digests do not fit each other"
        raise WireError(msg)
    # Of a small network nearly every prefix has none: no turn of the loop is spent on those.
    used = compress(range(part.first, part.first + len(part.counts)), part.counts)
    begins = chain.from_iterable(
        repeat(number.to_bytes(PREFIX_BYTES, "big"), count)
        for number, count in zip(used, filter(None, part.counts), strict=True)
    )
    rests = part.rests
    digests = [
        begin + rests[at : at + REST_BYTES]
        for begin, at in zip(begins, range(0, rows * REST_BYTES, REST_BYTES), strict=True)
    ]
    return zip(digests, _ids(part, rows), strict=True)


def _ids(part: DigestsPart, rows: int) -> list[int]:
    together = bytearray(rows * ID_BYTES)
    for place, plane in enumerate(part.ids):
        together[place::ID_BYTES] = plane
    distances = array("Q", bytes(together))
    if sys.byteorder == "big":
        distances.byteswap()
    lowest = part.lowest
    return [lowest + distance for distance in distances]
