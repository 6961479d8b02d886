import dataclasses
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol.keys import Purpose, SigningKey, VerifyKey
from sync.protocol.receipts import read_receipt, sign_receipt, signed_by
from sync.rules.receipt_text import ReceiptKind, ReceiptProof, receipt_body, write_receipt_text

TILL = SigningKey(bytes(32))
KEYS = {(3, 1): VerifyKey(TILL.public)}
PROOF = ReceiptProof(
    kind=ReceiptKind.SALE,
    network=42,
    till=3,
    incarnation=1,
    seq=1_234,
    event=UUID(int=7),
    hash=bytes(range(32)),
    receipt=15,
    at_ms=1_790_000_000_000,
    currency="EUR",
    paid_minor=4_860,
    staff=9,
)
TEXT = sign_receipt(PROOF, TILL)
MOST_SIGNS = 311
"""What a QR code of version 10 holds of its dense alphabet at error correction M."""


def test_a_receipt_tells_what_it_proves_and_who_signed_it() -> None:
    assert read_receipt(TEXT) == PROOF
    assert signed_by(TEXT, KEYS) is True


def test_it_is_small_enough_for_paper_of_58_mm_and_uses_the_dense_alphabet() -> None:
    assert len(TEXT) <= MOST_SIGNS
    assert set(TEXT) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


def test_a_scanner_that_types_small_letters_and_a_line_end_is_understood() -> None:
    assert read_receipt(TEXT.lower() + "\r\n") == PROOF


@given(st.integers(0, len(TEXT) * 8 - 1))
def test_a_changed_bit_is_never_taken_for_signed(bit: int) -> None:
    raw = bytearray(TEXT.encode("ascii"))
    raw[bit // 8] ^= 1 << bit % 8
    changed = raw.decode("latin-1")
    same_text = changed.strip().upper() == TEXT
    assert signed_by(changed, KEYS) is not True or same_text


def test_figures_cannot_be_put_under_another_signature() -> None:
    dearer = receipt_body(dataclasses.replace(PROOF, paid_minor=99_999))
    assert signed_by(write_receipt_text(dearer, TILL.sign(Purpose.EVENT, dearer)), KEYS) is False


def test_a_till_whose_key_is_unknown_here_proves_nothing_yet() -> None:
    assert signed_by(TEXT, {}) is None
    assert signed_by(TEXT, {(3, 2): KEYS[3, 1]}) is None


@pytest.mark.parametrize("text", ["", "CSR1:", "CSR1:A.B", "VIP123456", "\ud800"])
def test_another_text_is_no_receipt(text: str) -> None:
    assert read_receipt(text) is None
    assert signed_by(text, KEYS) is None


@pytest.mark.parametrize(
    "wrong",
    [
        dataclasses.replace(PROOF, currency="eur"),
        dataclasses.replace(PROOF, currency="EURO"),
        dataclasses.replace(PROOF, hash=b"short"),
        dataclasses.replace(PROOF, seq=-1),
        dataclasses.replace(PROOF, receipt=2**63),
    ],
    ids=["small letters", "four letters", "a short hash", "a negative number", "a number too large"],
)
def test_what_cannot_stand_in_a_receipt_is_refused_before_it_is_signed(wrong: ReceiptProof) -> None:
    with pytest.raises(ValueError, match="a receipt"):
        receipt_body(wrong)
