"""A code as it lies in `cache.db`: by position instead of by name, for a replica of a million rows."""

import msgspec

from sync.protocol.feed import CodeRow
from sync.rules.code import Code, CodeStatus, Kind


class StoredCode(msgspec.Struct, frozen=True, array_like=True):
    """The fields of :class:`~sync.rules.code.Code`, in its order, and the digests that it answers to.

    New fields go to the end, with a default, so that rows stored before can still be read.
    """

    id: int
    campaign_id: int
    kind: Kind
    name: str
    status: CodeStatus
    max_uses: int | None
    uses: int
    expires_at_ms: int | None
    group_id: str | None
    holder_guest_id: int | None
    beneficiary_id: int | None
    home_restaurant_id: int | None
    first_used_at_ms: int | None
    first_used_where: str | None
    auto_deactivated_at_ms: int | None
    digests: tuple[bytes, ...]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(StoredCode).decode
_FIELDS = tuple(name for name in StoredCode.__struct_fields__ if name != "digests")


def pack_code(row: CodeRow) -> bytes:
    """Encode a code and its digests. Written out, because it runs a million times for one snapshot."""
    code = row.code
    stored = StoredCode(
        id=code.id,
        campaign_id=code.campaign_id,
        kind=code.kind,
        name=code.name,
        status=code.status,
        max_uses=code.max_uses,
        uses=code.uses,
        expires_at_ms=code.expires_at_ms,
        group_id=code.group_id,
        holder_guest_id=code.holder_guest_id,
        beneficiary_id=code.beneficiary_id,
        home_restaurant_id=code.home_restaurant_id,
        first_used_at_ms=code.first_used_at_ms,
        first_used_where=code.first_used_where,
        auto_deactivated_at_ms=code.auto_deactivated_at_ms,
        digests=row.digests,
    )
    return _encode(stored)


def unpack_code(stored: bytes) -> CodeRow:
    """Decode what :func:`pack_code` made."""
    found = _decode(stored)
    return CodeRow(
        code=Code(**{name: getattr(found, name) for name in _FIELDS}),
        digests=found.digests,
    )
