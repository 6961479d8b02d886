"""The proof in a receipt's QR code: signed by the till that printed it, checked by whoever knows its key."""

from collections.abc import Mapping

from sync.protocol.keys import Purpose, SigningKey, VerifyKey
from sync.rules.receipt_text import (
    ReceiptProof,
    read_receipt_body,
    receipt_body,
    split_receipt_text,
    write_receipt_text,
)


def sign_receipt(proof: ReceiptProof, key: SigningKey) -> str:
    """Write the text of a receipt's code. Raises ``ValueError`` for what cannot stand in one."""
    body = receipt_body(proof)
    return write_receipt_text(body, key.sign(Purpose.RECEIPT, body))


def read_receipt(text: str) -> ReceiptProof | None:
    """Read what a receipt's code claims, unchecked; None for a text that is none."""
    parts = split_receipt_text(text)
    return None if parts is None else read_receipt_body(parts[0])


def signed_by(text: str, keys: Mapping[tuple[int, int], VerifyKey]) -> bool | None:
    """Whether the claimed till made this code; None when its key is not among ``keys`` or it is no receipt.

    ``keys`` are tills' public keys by till and incarnation. A good signature proves that the till printed these
    figures under this event's hash; that the event was taken in is for central, or the till's journal, to say.
    """
    parts = split_receipt_text(text)
    proof = None if parts is None else read_receipt_body(parts[0])
    if parts is None or proof is None:
        return None
    key = keys.get((proof.till, proof.incarnation))
    return None if key is None else key.verifies(Purpose.RECEIPT, *parts)
