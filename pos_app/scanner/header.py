"""What a picture is and how large it will be once it is unpacked, read from its first bytes."""

import struct

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_GIF = (b"GIF87a", b"GIF89a")
_PDF = b"%PDF-"
_NEAR_THE_START = 1024
_HEIF_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
)
_WEBP_ANIMATED = 0x02
_MARK = 0xFF
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers that carry the size; C4, C8 and CC in their range are tables."""
_MAX_SEGMENTS = 1000
"""Segments looked at before a JPEG's frame header; photographs have some dozens."""


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Return (width, height) of a PNG, JPEG, WebP or GIF; None when the data is none of these or cut off."""
    try:
        if data.startswith(_PNG) and data[12:16] == b"IHDR":
            width, height = struct.unpack_from(">II", data, 16)
            return width, height
        if data.startswith(_JPEG):
            return _jpeg_size(data)
        if data.startswith(_GIF):
            width, height = struct.unpack_from("<HH", data, 6)
            return width, height
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp_size(data)
    except (struct.error, IndexError):
        return None
    return None


def is_pdf(data: bytes) -> bool:
    """Whether this is a PDF; some have other bytes before."""
    return _PDF in data[:_NEAR_THE_START]


def is_heif(data: bytes) -> bool:
    """Whether this is a photograph as telephones keep it (HEIC, AVIF)."""
    return data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS


def is_animated(data: bytes) -> bool:
    """Whether there may be more than one picture in it (GIF, WebP, PNG)."""
    webp = data[:4] == b"RIFF" and data[8:16] == b"WEBPVP8X" and bool(data[20:21])
    if webp:
        return bool(data[20] & _WEBP_ANIMATED)
    return data.startswith(_GIF) or (data.startswith(_PNG) and b"acTL" in data[:_NEAR_THE_START])


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    for _ in range(_MAX_SEGMENTS):
        while data[at] == _MARK and data[at + 1] == _MARK:
            at += 1
        if data[at] != _MARK:
            return None
        marker = data[at + 1]
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", data, 21)[0]
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None
