"""Identifiers that are made away from the office: UUID version 7 (RFC 9562)."""

from uuid import UUID

_RANDOM_BYTES = 10


def uuid7(now_ms: int, randomness: bytes) -> UUID:
    """Make a version 7 UUID from wall-clock milliseconds and ten random bytes.

    The clock only orders identifiers for the index's sake; uniqueness rests on the 74 random bits.
    """
    if len(randomness) != _RANDOM_BYTES:
        msg = f"uuid7 takes {_RANDOM_BYTES} random bytes, not {len(randomness)}"
        raise ValueError(msg)
    value = (now_ms & 0xFFFF_FFFF_FFFF) << 80 | int.from_bytes(randomness, "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)
