"""From the bytes of a QR symbol to what a person would say it says."""

import unicodedata

MAX_TEXT = 4096
"""Characters; a QR symbol holds at most 7,089 digits, and no code of ours is near this."""


def text_of(raw: bytes, own_text: str) -> str:
    """Choose the text of a symbol: UTF-8 if its bytes are that, else what the symbol itself declares.

    ``own_text`` is the reader's decoding by the symbol's modes and ECI (Kanji mode, Cyrillic code
    pages …). Last comes latin-1, which the QR standard names as default. Bytes that are text in none
    of these, and absurdly long texts, give ``""``.
    """
    for candidate in (_utf8(raw), own_text, raw.decode("latin-1")):
        if candidate and len(candidate) <= MAX_TEXT and _is_text(candidate):
            return candidate
    return ""


def _utf8(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _is_text(candidate: str) -> bool:
    """Tell text from bytes that merely decode: no invented letters, and few control characters.

    A quarter of control characters is allowed, since separators (GS, CR, LF) belong to real payloads;
    the caller then finds no such code, which is the right answer. A latin-1 reading of binary data
    shows itself by letters that are not assigned or by the 0x80–0x9F controls, which no text uses.
    """
    controls = 0
    for character in candidate:
        category = unicodedata.category(character)
        if category in ("Cn", "Co", "Cs") or character == "\ufffd" or "\x7f" <= character <= "\x9f":
            return False
        controls += category == "Cc"
    return controls * 4 <= len(candidate)
