"""Numbers and moments read as each language writes them."""

import pytest

from sync.rules.wording.plural import english_form, russian_form
from sync.rules.wording.wall_clock import instant_text

FIRST_OF_MARCH_MS = 1_772_323_200_000
"""2026-03-01T00:00:00Z."""


@pytest.mark.parametrize(
    ("count", "form"),
    [(0, 2), (1, 0), (2, 1), (4, 1), (5, 2), (11, 2), (12, 2), (21, 0), (22, 1), (111, 2), (-1, 0), (-3, 1)],
)
def test_russian_counts(count: int, form: int) -> None:
    assert russian_form(count) == form


@pytest.mark.parametrize(("count", "form"), [(0, 1), (1, 0), (2, 1), (-1, 0), (21, 1)])
def test_english_counts(count: int, form: int) -> None:
    assert english_form(count) == form


@pytest.mark.parametrize(
    ("zone", "language", "text"),
    [
        ("Europe/Berlin", "en", "2026-03-01 01:00"),
        ("Europe/Moscow", "ru", "01.03.2026 03:00"),
        ("Nowhere/Unknown", "en", "2026-03-01 00:00"),
        ("", "ru", "01.03.2026 00:00"),
    ],
)
def test_an_instant_is_written_by_the_clock_of_its_place(zone: str, language: str, text: str) -> None:
    assert instant_text(FIRST_OF_MARCH_MS, zone, language) == text
