"""What the bytes of a symbol say."""

import numpy as np
import pytest

from pos_app.scanner.decoder import Decoder
from pos_app.scanner.symbol import MAX_TEXT, text_of
from tests.builders.codes import code_picture


@pytest.mark.parametrize(
    "text",
    ["VIP-7K3M", "КОФЕ-100", "https://x.example/c/1?a=b", "';DROP TABLE codes;--", "SALE\x1d10\x00", "☕"],
)
def test_utf8_is_text_all_the_way_from_a_picture(text: str) -> None:
    [read] = Decoder().decode(code_picture(text.encode()))
    assert read.text == text
    assert read.readable


def test_symbols_own_text_is_taken_where_the_bytes_are_not_utf8() -> None:
    assert text_of("ダブル".encode("shift_jis"), "ダブル") == "ダブル"


def test_latin1_is_the_last_resort() -> None:
    assert text_of("Café".encode("latin-1"), "") == "Café"


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00\x01\x02\x03", b"\xff\xfe\x00\x81\x9d", bytes(range(256)), b"A" * (MAX_TEXT + 1)],
)
def test_bytes_that_are_no_text_say_nothing(raw: bytes) -> None:
    assert text_of(raw, "") == ""


def test_random_bytes_say_nothing_whatever_the_reader_made_of_them() -> None:
    rng = np.random.default_rng(8)
    for _ in range(50):
        raw = bytes(rng.integers(0, 256, 200, dtype=np.uint8))
        assert text_of(raw, raw.decode("latin-1")) == ""
