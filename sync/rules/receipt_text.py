"""The text in a receipt's QR code: which event it proves, and what the receipt says of it.

``CSR1:<body>.<signature>``, both base 32: capital letters, digits and the two signs that a QR code holds densely
(about 300 of them, a code of 57 modules a side, which fits paper of 58 mm). The body is a fixed row of big-endian
numbers, so that one receipt has one text. The signature (Ed25519, made by the till) is made and checked in
:mod:`sync.protocol.receipts`, because this room stands on the standard library alone.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

from sync.rules.base32 import from_text, to_text

SIGNATURE_BYTES = 64
HASH_BYTES = 32

_FORM = "CSR1"
_ROW = struct.Struct(">BBQQQQ16s32sQQQ3sq")
_ROW_VERSION = 1
_MAX_NUMBER = 2**63 - 1
_CURRENCY_LETTERS = 3


class ReceiptKind(IntEnum):
    """What the receipt is for; the numbers stand in printed codes and never change."""

    SALE = 1
    VOID = 2
    REFUND = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptProof:
    """What a receipt proves: the event, by place, id and hash, and the figures that were printed.

    ``receipt`` is the till's running number, ``at_ms`` the trusted instant (milliseconds since the Unix epoch),
    ``staff`` who acted (None for the till itself), ``paid_minor`` what was paid in minor units of ``currency``,
    or given back for a void or refund.
    """

    kind: ReceiptKind
    network: int
    till: int
    incarnation: int
    seq: int
    event: UUID
    hash: bytes
    receipt: int
    at_ms: int
    currency: str
    paid_minor: int
    staff: int | None = None


def receipt_body(proof: ReceiptProof) -> bytes:
    """Write the bytes that are signed. Raises ``ValueError`` for what cannot stand there."""
    staff = 0 if proof.staff is None else proof.staff
    numbers = (proof.network, proof.till, proof.incarnation, proof.seq)
    if any(not 0 <= number <= _MAX_NUMBER for number in (*numbers, proof.receipt, proof.at_ms, staff)):
        msg = "a receipt's numbers are not negative and fit 63 bits"
        raise ValueError(msg)
    currency = proof.currency.encode("ascii")
    if len(proof.hash) != HASH_BYTES or len(currency) != _CURRENCY_LETTERS or not _is_code(currency):
        msg = "a receipt names a hash of 32 bytes and a currency of three capital letters"
        raise ValueError(msg)
    return _ROW.pack(
        _ROW_VERSION,
        proof.kind,
        *numbers,
        proof.event.bytes,
        proof.hash,
        proof.receipt,
        proof.at_ms,
        staff,
        currency,
        proof.paid_minor,
    )


def read_receipt_body(body: bytes) -> ReceiptProof | None:
    """Read a body; None for anything that :func:`receipt_body` would not have written."""
    if len(body) != _ROW.size:
        return None
    version, kind, *numbers, event, content, receipt, at_ms, staff, currency, paid = _ROW.unpack(body)
    if version != _ROW_VERSION or kind not in {each.value for each in ReceiptKind} or not _is_code(currency):
        return None
    if max(*numbers, receipt, at_ms, staff) > _MAX_NUMBER:
        return None
    network, till, incarnation, seq = numbers
    return ReceiptProof(
        kind=ReceiptKind(kind),
        network=network,
        till=till,
        incarnation=incarnation,
        seq=seq,
        event=UUID(bytes=event),
        hash=content,
        receipt=receipt,
        at_ms=at_ms,
        currency=currency.decode("ascii"),
        paid_minor=paid,
        staff=staff or None,
    )


def write_receipt_text(body: bytes, signature: bytes) -> str:
    """Put body and signature together."""
    return f"{_FORM}:{to_text(body)}.{to_text(signature)}"


def split_receipt_text(text: str) -> tuple[bytes, bytes] | None:
    """Take the text of a receipt's code apart into body and signature; None for any other text."""
    form, _, rest = text.strip().upper().partition(":")
    body_text, _, signature_text = rest.partition(".")
    body, signature = from_text(body_text), from_text(signature_text)
    if form != _FORM or body is None or signature is None or len(signature) != SIGNATURE_BYTES:
        return None
    return body, signature


def _is_code(currency: bytes) -> bool:
    return currency.isalpha() and currency.isupper()
