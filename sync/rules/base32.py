"""Bytes as text that a QR code holds densely: capital letters and digits, one text for one content."""

import base64
import binascii

BITS_PER_SIGN = 5


def to_text(content: bytes) -> str:
    """Write bytes in base32 without padding."""
    return base64.b32encode(content).decode("ascii").rstrip("=")


def from_text(text: str) -> bytes | None:
    """Read what :func:`to_text` wrote; None for anything that it would have written differently."""
    padding = "=" * (-len(text) % 8)
    try:
        content = base64.b32decode(text + padding)
    except (binascii.Error, ValueError):
        return None
    # Unused bits in the last sign would let several texts mean one content; only one of them is ours.
    return content if to_text(content) == text else None


def number_to_text(number: int) -> str:
    """Write a number from 0 on with the digits 0–9 and A–V, without leading zeros."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUV"
    text = ""
    while True:
        number, digit = divmod(number, len(digits))
        text = digits[digit] + text
        if not number:
            return text


def number_from_text(text: str) -> int | None:
    """Read what :func:`number_to_text` wrote (64 bits at most); None for anything else."""
    if not 0 < len(text) <= 13 or not text.isascii() or not text.isalnum() or text != text.upper():  # noqa: PLR2004 - 13 signs of 5 bits hold 64 bits
        return None
    try:
        number = int(text, 32)
    except ValueError:
        return None
    return number if number < 2**64 and number_to_text(number) == text else None
