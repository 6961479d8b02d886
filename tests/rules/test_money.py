from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.money import allocate, exponent_of, format_amount, plain_amount, share_of
from sync.rules.typed_amount import parse_amount

WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=20)


@given(st.integers(-(10**12), 10**12), WEIGHTS)
def test_parts_sum_exactly_and_are_within_one_of_their_share(total: int, weights: list[int]) -> None:
    parts = allocate(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        share = Fraction(total * weight, whole) if whole else Fraction(total, len(weights))
        assert abs(part - share) < 1
        assert part == share or share.denominator != 1


@given(WEIGHTS, st.data())
def test_no_part_exceeds_its_weight_while_the_total_fits(weights: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(weights)))
    assert all(0 <= part <= weight for part, weight in zip(allocate(total, weights), weights, strict=True))


def test_largest_remainder_first_and_the_earlier_wins_a_tie() -> None:
    assert allocate(100, [1, 1, 1]) == (34, 33, 33)
    assert allocate(10, [1, 2, 4]) == (1, 3, 6)
    assert allocate(-100, [1, 1, 1]) == (-34, -33, -33)
    assert allocate(5, [0, 0]) == (3, 2)
    assert allocate(0, []) == ()


@pytest.mark.parametrize(("total", "weights"), [(1, []), (1, [1, -1])])
def test_a_split_that_cannot_be_is_a_bug(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"."):
        allocate(total, weights)


@pytest.mark.parametrize(
    ("amount", "share_bp", "part"),
    [
        (1000, 1000, 100), (5, 1000, 1), (4, 1000, 0), (15, 1000, 2), (14, 1000, 1), (-5, 1000, -1),
        (-4, 1000, 0), (333, 10_000, 333), (1, 5000, 1), (1, 4999, 0), (10, -500, -1),
    ],
)  # fmt: skip
def test_a_percentage_is_rounded_half_up(amount: int, share_bp: int, part: int) -> None:
    assert share_of(amount, share_bp) == part


@pytest.mark.parametrize(
    ("currency", "decimals"), [("EUR", 2), ("rub", 2), ("JPY", 0), ("KWD", 3), ("XXX", 2), ("clp", 0)]
)
def test_currencies_know_their_decimals(currency: str, decimals: int) -> None:
    assert exponent_of(currency) == decimals


@pytest.mark.parametrize(
    ("minor", "currency", "plain", "english", "russian"),
    [
        (123450, "EUR", "1234.50 EUR", "1,234.50 EUR", "1 234,50 EUR"),
        (5, "EUR", "0.05 EUR", "0.05 EUR", "0,05 EUR"),
        (-5, "EUR", "-0.05 EUR", "−0.05 EUR", "−0,05 EUR"),
        (1234567, "JPY", "1234567 JPY", "1,234,567 JPY", "1 234 567 JPY"),
        (1234, "KWD", "1.234 KWD", "1.234 KWD", "1,234 KWD"),
    ],
)
def test_amounts_are_written_as_the_language_writes_them(
    minor: int, currency: str, plain: str, english: str, russian: str
) -> None:
    assert plain_amount(minor, currency) == plain
    assert format_amount(minor, currency).replace("\u00a0", " ") == english
    assert format_amount(minor, currency, "ru").replace("\u00a0", " ") == russian


def test_a_currency_of_ones_own_is_written_with_its_own_decimals() -> None:
    assert format_amount(125, "GEMS", exponent=1) == "12.5\u00a0GEMS"


@given(st.integers(0, 10**11), st.sampled_from(["EUR", "JPY", "KWD"]), st.sampled_from(["en", "ru"]))
def test_what_is_written_reads_back(minor: int, currency: str, language: str) -> None:
    assert parse_amount(plain_amount(minor, currency), currency) == minor
    if not (exponent_of(currency) == 0 and language == "en" and minor >= 1000):
        assert parse_amount(format_amount(minor, currency, language), currency) == minor
