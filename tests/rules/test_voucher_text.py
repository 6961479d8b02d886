import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.code import Kind
from sync.rules.voucher_text import (
    SIGNATURE_BYTES,
    SignedVoucher,
    as_code,
    read_voucher_body,
    split_voucher_text,
    voucher_body,
    write_voucher_text,
)

NUMBER = st.integers(0, 2**63 - 1)
VOUCHER = st.builds(
    SignedVoucher, network=NUMBER, campaign_id=NUMBER, code_id=NUMBER, key=NUMBER,
    max_uses=st.integers(1, 2**63 - 1), expires_at_ms=st.none() | st.integers(1, 2**63 - 1),
)  # fmt: skip
ONE = SignedVoucher(network=42, campaign_id=7, code_id=70, key=1, expires_at_ms=1_800_000_000_000)


@given(VOUCHER, st.binary(min_size=SIGNATURE_BYTES, max_size=SIGNATURE_BYTES))
def test_what_is_written_reads_back(voucher: SignedVoucher, signature: bytes) -> None:
    text = write_voucher_text(voucher_body(voucher), signature)
    parts = split_voucher_text(text)
    assert parts is not None
    assert parts == (voucher_body(voucher), signature)
    assert read_voucher_body(parts[0]) == voucher


@given(st.binary(max_size=60) | st.binary(min_size=49, max_size=49).map(lambda body: b"\x01" + body[1:]))
def test_a_body_reads_only_as_what_was_written(body: bytes) -> None:
    voucher = read_voucher_body(body)
    assert voucher is None or voucher_body(voucher) == body


@given(st.text(st.characters(codec=None), max_size=60) | st.text("CSV1:.A", max_size=60))
def test_any_text_is_answered(text: str) -> None:
    assert split_voucher_text(text) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"network": -1},
        {"code_id": 2**63},
        {"max_uses": 0},
        {"max_uses": -1},
        {"expires_at_ms": 0},
        {"key": -1},
    ],
)
def test_numbers_that_cannot_stand_there_are_a_bug(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="voucher"):
        voucher_body(dataclasses.replace(ONE, **wrong))


@pytest.mark.parametrize(
    "body",
    [b"", voucher_body(ONE)[:-1], voucher_body(ONE) + b"\0", b"\x02" + voucher_body(ONE)[1:],
     b"\x01" + b"\xff" * 48, b"\x01" + b"\xff" * 8 + voucher_body(ONE)[9:], voucher_body(ONE)[:33] + bytes(8) + voucher_body(ONE)[41:]],
)  # fmt: skip
def test_a_body_of_another_shape_is_none(body: bytes) -> None:
    assert read_voucher_body(body) is None


def test_another_form_is_no_voucher() -> None:
    text = write_voucher_text(voucher_body(ONE), bytes(SIGNATURE_BYTES))
    assert split_voucher_text(text) is not None
    assert split_voucher_text(text.replace("CSV1", "CSV2")) is None


def test_a_genuine_voucher_stands_for_its_code() -> None:
    code = as_code(ONE)
    assert (code.id, code.campaign_id, code.kind, code.max_uses) == (70, 7, Kind.VOUCHER, 1)
    assert code.expires_at_ms == ONE.expires_at_ms
