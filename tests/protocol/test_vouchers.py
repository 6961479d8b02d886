import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol.keys import Purpose, SigningKey, VerifyKey
from sync.protocol.vouchers import check_voucher, sign_voucher
from sync.rules.reasons import Reason
from sync.rules.voucher_text import SignedVoucher, split_voucher_text, voucher_body, write_voucher_text

OFFICE = SigningKey(bytes(32))
KEYS = {1: VerifyKey(OFFICE.public)}
ONE = SignedVoucher(network=42, campaign_id=7, code_id=70, key=1)
TEXT = sign_voucher(ONE, OFFICE)


def test_a_genuine_voucher_is_read_without_a_network() -> None:
    assert check_voucher(TEXT, 42, KEYS) == ONE


@given(st.integers(0, len(TEXT) * 8 - 1))
def test_a_changed_bit_is_never_accepted(bit: int) -> None:
    raw = bytearray(TEXT.encode("ascii"))
    raw[bit // 8] ^= 1 << bit % 8
    assert not isinstance(check_voucher(raw.decode("latin-1"), 42, KEYS), SignedVoucher)


def test_a_voucher_of_another_network_or_key_is_not_ours() -> None:
    assert check_voucher(TEXT, 43, KEYS) is Reason.OTHER_NETWORK
    assert check_voucher(TEXT, 42, {}) is Reason.NOT_LOADED
    assert check_voucher(TEXT, 42, {ONE.key + 1: KEYS[ONE.key]}) is Reason.ARCHIVED
    assert check_voucher(TEXT, 42, {1: VerifyKey(SigningKey(bytes(31) + b"\1").public)}) is Reason.FORGED_CODE


def test_a_signature_for_another_purpose_does_not_make_a_voucher() -> None:
    body = voucher_body(ONE)
    passed_off = write_voucher_text(body, OFFICE.sign(Purpose.EVENT, body))
    assert check_voucher(passed_off, 42, KEYS) is Reason.FORGED_CODE


def test_a_signature_does_not_move_to_another_voucher() -> None:
    parts = split_voucher_text(TEXT)
    assert parts is not None
    richer = voucher_body(dataclasses.replace(ONE, max_uses=99))
    assert check_voucher(write_voucher_text(richer, parts[1]), 42, KEYS) is Reason.FORGED_CODE


@pytest.mark.parametrize("text", ["", "VIP123456", "CSV1:", "CSV1:A.B", "\ud800"])
def test_what_is_no_voucher_is_left_to_others(text: str) -> None:
    assert check_voucher(text, 42, KEYS) is None
