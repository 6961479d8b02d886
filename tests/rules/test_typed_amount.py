import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.money import MAX_AMOUNT_MINOR
from sync.rules.reasons import Reason
from sync.rules.typed_amount import parse_amount
from sync.rules.user_error import UserError


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("12", 1200), ("12.5", 1250), ("12,50", 1250), ("12.50", 1250), (".5", 50), (",05", 5), ("0", 0),
        ("0.00", 0), ("007", 700), ("1234,5", 123450), ("0,123,456.70", 12345670),
        ("1 234,50", 123450), ("1\u00a0234,50", 123450), ("1\u202f234,50", 123450), ("1 234", 123400),
        ("1,234.50", 123450), ("1.234,50", 123450), ("1'234.50", 123450), ("1’234’567", 123456700),
        ("1,234,567", 123456700), ("1.234.567", 123456700), ("1.234.567,8", 123456780),
        ("€ 12.50", 1250), ("12,50 €", 1250), ("EUR 12.50", 1250), ("12.50 eur", 1250), ("  12  ", 1200),
        ("١٢٫٥".replace("٫", "."), 1250), ("１２．５".replace("．", "."), 1250),
        ("1000000000", 100_000_000_000),
    ],
)  # fmt: skip
def test_every_country_writes_it_its_own_way(typed: str, minor: int) -> None:
    assert parse_amount(typed, "EUR") == minor


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("1,234", "JPY", 1234), ("1.234", "JPY", 1234), ("1234", "JPY", 1234), ("1,234", "KWD", 1234),
        ("1.234", "KWD", 1234), ("12.5", "KWD", 12500), ("1,234.567", "KWD", 1234567),
    ],
)  # fmt: skip
def test_the_currency_settles_what_a_separator_means(typed: str, currency: str, minor: int) -> None:
    assert parse_amount(typed, currency) == minor


def test_an_exponent_may_be_given_for_a_currency_of_ones_own() -> None:
    assert parse_amount("12.5", "GEMS", exponent=1) == 125


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "amount_missing"), ("   ", "amount_missing"), ("€", "amount_missing"), ("EUR", "amount_missing"),
        ("abc", "amount_unreadable"), ("1.2,345.67", "amount_unreadable"), ("1,2.345,67", "amount_unreadable"), ("12.", "amount_unreadable"), ("1.2.3", "amount_unreadable"),
        (".", "amount_unreadable"), ("12e3", "amount_unreadable"), ("1 23", "amount_unreadable"),
        ("1 2345", "amount_unreadable"), ("12 34,50", "amount_unreadable"), ("1,23,456", "amount_unreadable"),
        ("1,2345.00", "amount_unreadable"), ("1234,567,890.00", "amount_unreadable"), ("1..2", "amount_unreadable"),
        ("1234 567", "amount_unreadable"), (" '5", "amount_unreadable"), ("1.234,567,8", "amount_unreadable"),
        ("0x10", "amount_unreadable"), ("X5", "amount_unreadable"), ("9" * 41, "amount_unreadable"), ("½", "amount_unreadable"),
        ("1,234", "amount_ambiguous"), ("12.345", "amount_ambiguous"), ("999.000", "amount_ambiguous"),
        ("12.3456", "amount_too_fine"), ("1,234.567", "amount_too_fine"), ("0.125", "amount_too_fine"),
        ("-5", "amount_negative"), ("−5", "amount_negative"),
        ("1000000000.01", "amount_too_large"), ("9" * 40, "amount_too_large"),
    ],
)  # fmt: skip
def test_anything_else_is_explained(typed: str, reason: str) -> None:
    with pytest.raises(UserError) as refused:
        parse_amount(typed, "EUR")
    assert refused.value.reason == reason
    assert refused.value.reason in list(Reason)
    assert refused.value.sentence.endswith(".")
    assert refused.value.advice


def test_an_ambiguous_amount_names_both_readings() -> None:
    with pytest.raises(UserError) as refused:
        parse_amount("12,345", "EUR")
    assert "12345" in refused.value.advice
    assert "12,34" in refused.value.advice


@given(st.text(st.characters(codec=None), max_size=50), st.sampled_from(["EUR", "JPY", "KWD", ""]))
def test_any_text_is_an_amount_or_explained(text: str, currency: str) -> None:
    minor = 0
    with contextlib.suppress(UserError):
        minor = parse_amount(text, currency)
    assert 0 <= minor <= MAX_AMOUNT_MINOR
