import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.phone import MAX_PHONE_DIGITS, MIN_PHONE_DIGITS, fit_phone, phone_forms
from sync.rules.user_error import UserError


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+49 30 1234-567", "+49301234567"),
        ("(+49) 30/123.45.67", "+49301234567"),
        ("\u202d+49\u00a030\u202f1234\u2011567\u202c", "+49301234567"),
        ("8 (916) 123–45–67", "+89161234567"),
        ("12345", "+12345"),
    ],
)
def test_a_number_is_read_as_people_and_address_books_write_it(text: str, number: str) -> None:
    assert fit_phone(text) == number
    assert number in phone_forms(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "1" * 16,
        "phone",
        "abc12345",
        "12345x",
        "+49 30 123456 ext. 7",
        "тел. +49 30 123456",
        "+49 30 ١٢٣٤٥٦",
        "+49 30 １２３４５６",
        "+49 30 12345\x00",
        "+49 30 12345\n6",
        "49+30123456",
        "++4930123456",
        "+49 30 123456 +49 30 654321",
        "ada49301234567@example.com",
        "4930123456_7",
    ],
)
def test_what_is_no_number_is_refused_and_found_nowhere(text: str) -> None:
    with pytest.raises(UserError, match="no phone number"):
        fit_phone(text)
    assert phone_forms(text) == ()


@given(st.text(max_size=40))
def test_of_any_text_either_every_digit_counts_or_nothing_does(text: str) -> None:
    digits = [sign for sign in text if sign.isnumeric()]
    try:
        number = fit_phone(text)
    except UserError:
        return
    assert number == "+" + "".join(digits)
    assert MIN_PHONE_DIGITS <= len(digits) <= MAX_PHONE_DIGITS
    assert fit_phone(number) == number
    assert not any(sign.isalpha() for sign in text)
