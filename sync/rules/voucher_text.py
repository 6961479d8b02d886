"""The text of a voucher that proves itself: what is signed, and how it stands in a QR code.

``CSV1:<body>.<signature>``, both base 32. The body is a fixed row of big-endian numbers, so that one voucher
has one text. The signature (Ed25519, made by the office) is checked in :mod:`sync.protocol.vouchers`,
because this room stands on the standard library alone. Being genuine does not make a voucher unused:
spending it takes a unit like any other code.
"""

import struct
from dataclasses import dataclass

from sync.rules.base32 import from_text, to_text
from sync.rules.code import Code, Kind

SIGNATURE_BYTES = 64

_FORM = "CSV1"
_ROW = struct.Struct(">BQQQQQQ")
_ROW_VERSION = 1
_MAX_NUMBER = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedVoucher:
    """What the office vouches for. ``key`` names its signing key; ``max_uses`` is never unlimited.

    ``expires_at_ms`` is None for a voucher that does not expire by itself.
    """

    network: int
    campaign_id: int
    code_id: int
    key: int
    max_uses: int = 1
    expires_at_ms: int | None = None


def voucher_body(voucher: SignedVoucher) -> bytes:
    """Write the bytes that are signed. Raises ``ValueError`` for a number that cannot stand there."""
    expires = 0 if voucher.expires_at_ms is None else voucher.expires_at_ms
    numbers = (voucher.network, voucher.campaign_id, voucher.code_id, voucher.key, voucher.max_uses, expires)
    if any(not 0 <= number <= _MAX_NUMBER for number in numbers) or not voucher.max_uses:
        msg = "a voucher's numbers are positive and fit 63 bits"
        raise ValueError(msg)
    if voucher.expires_at_ms == 0:
        msg = "a voucher cannot expire in 1970: 0 stands for one that does not expire"
        raise ValueError(msg)
    return _ROW.pack(_ROW_VERSION, *numbers)


def read_voucher_body(body: bytes) -> SignedVoucher | None:
    """Read a body; None for anything that :func:`voucher_body` would not have written."""
    if len(body) != _ROW.size:
        return None
    version, network, campaign, code, key, max_uses, expires = _ROW.unpack(body)
    voucher = SignedVoucher(
        network=network,
        campaign_id=campaign,
        code_id=code,
        key=key,
        max_uses=max_uses,
        expires_at_ms=expires or None,
    )
    sound = max_uses and max(network, campaign, code, key, max_uses, expires) <= _MAX_NUMBER
    return voucher if version == _ROW_VERSION and sound else None


def write_voucher_text(body: bytes, signature: bytes) -> str:
    """Put body and signature together."""
    return f"{_FORM}:{to_text(body)}.{to_text(signature)}"


def split_voucher_text(text: str) -> tuple[bytes, bytes] | None:
    """Take a voucher's text apart into body and signature; None for a text that is no voucher."""
    form, _, rest = text.partition(":")
    body_text, _, signature_text = rest.partition(".")
    body, signature = from_text(body_text), from_text(signature_text)
    if form != _FORM or body is None or signature is None or len(signature) != SIGNATURE_BYTES:
        return None
    return body, signature


def as_code(voucher: SignedVoucher) -> Code:
    """Return the code that a genuine voucher stands for, for a till whose feed has not brought it yet."""
    return Code(
        id=voucher.code_id,
        campaign_id=voucher.campaign_id,
        kind=Kind.VOUCHER,
        max_uses=voucher.max_uses,
        expires_at_ms=voucher.expires_at_ms,
    )
