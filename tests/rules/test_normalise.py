import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sync.rules.normalise import MAX_CODE_CHARS, exact, fold

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)


@pytest.mark.parametrize(
    ("scanned", "seen"),
    [
        ("  VIP123456\r\n", "VIP123456"),
        ("\x02VIP123456\x03", "VIP123456"),
        ("VIP\u200b123\ufeff456", "VIP123456"),
        ("Cafe\u0301", "Café"),
        ("vip 123-456", "vip 123-456"),
        ("\u00a0VIP\u00a0", "VIP"),
        ("", ""),
        ("\ud800", "\ud800"),
    ],
)
def test_exact_keeps_what_a_person_sees(scanned: str, seen: str) -> None:
    assert exact(scanned) == seen


@pytest.mark.parametrize(
    "typed",
    [
        "SUMMER20",
        "summer20",
        " Summer 20 ",
        "SUM-MER_20",
        "sum—mer20",
        "ѕummer2о",
        "ＳＵＭＭＥＲ２０",
        "SUMMER2O",
    ],
)
def test_fold_forgives_what_looks_or_sounds_the_same(typed: str) -> None:
    assert fold(typed) == "SUMMER20"


@pytest.mark.parametrize("typed", ["LI01", "l1o1", "1I01", "ӀІ0I", "іl0i", "ΙΙΟΙ", "1101"])
def test_look_alikes_are_one_sign(typed: str) -> None:
    assert fold(typed) == "1101"


def test_every_look_alike_capital_meets_its_latin_twin() -> None:
    assert fold("АВЕКМНРСТУХЅЈԚԜ") == fold("ABEKMHPCTYXSJQW") == "ABEKMHPCTYXSJQW"
    assert fold("ΑΒΕΖΗΚΜΝΡΤΥΧ") == fold("ABEZHKMNPTYX") == "ABEZHKMNPTYX"


def test_different_codes_stay_different() -> None:
    assert len({fold(code) for code in ("SUMMER20", "SUMMER2", "SUMMER21", "5UMMER20", "ЙUMMER20")}) == 5


@given(ANY_TEXT)
@example("ß\u0345ŉ")
@example("\ud800\udfff")
@example("ﷺ" * 60)
def test_both_forms_are_total_and_stand_still(text: str) -> None:
    assert exact(exact(text)) == exact(text)
    assert fold(fold(text)) == fold(text)
    assert fold(exact(text)) == fold(text)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30))
def test_fold_of_ascii_forgets_case_and_separators(text: str) -> None:
    folded = fold(text)
    assert fold(text.lower()) == folded == fold(text.upper())
    assert not set(folded) & set(" -_OIL")


@pytest.mark.parametrize("sign", ["A", "ﷺ", "\u0301", "\ud800", " ", "\x00", "ß"])
def test_a_flood_of_signs_is_cut_and_answered(sign: str) -> None:
    flood = sign * (3 * MAX_CODE_CHARS)
    assert len(exact(flood)) <= MAX_CODE_CHARS
    assert len(fold(flood)) <= MAX_CODE_CHARS


def test_a_text_beyond_the_limit_never_equals_a_shorter_one() -> None:
    longest = "A" * (MAX_CODE_CHARS - 1)
    assert exact(longest + "AA") != exact(longest)
