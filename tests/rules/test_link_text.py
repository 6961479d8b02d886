"""Links carry codes in a parameter, or as the last part of their path."""

import pytest

from sync.rules.link_text import MAX_LINK_CHARS, code_in_link


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("https://trattoria.example/v/LUNCH-10", "LUNCH-10"),
        ("https://trattoria.example/v/LUNCH-10/", "LUNCH-10"),
        (" HTTP://trattoria.example/claim?utm=mail&code=GIFT%205 ", "GIFT 5"),
        ("https://trattoria.example/%D0%9E%D0%91%D0%95%D0%94", "ОБЕД"),
        ("https://trattoria.example/x?ref=REF-ANNA&c=OTHER", "REF-ANNA"),
        ("countersign://LUNCH-10", "LUNCH-10"),
        ("countersign://open/LUNCH-10", "LUNCH-10"),
    ],
)
def test_a_link_gives_its_code(link: str, code: str) -> None:
    assert code_in_link(link) == code


@pytest.mark.parametrize(
    "text",
    [
        "LUNCH-10",
        "",
        "https://trattoria.example",
        "https://trattoria.example/?code=",
        "ftp://trattoria.example/LUNCH-10",
        "javascript://x/LUNCH-10",
        "https://[broken/LUNCH-10",
        "https://trattoria.example/" + "x" * MAX_LINK_CHARS,
        "https://trattoria.example/?" + "&".join(f"a{n}=1" for n in range(400)),
    ],
)
def test_what_carries_no_code_gives_none(text: str) -> None:
    assert code_in_link(text) is None
