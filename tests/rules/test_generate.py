import inspect
import secrets
from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.check_character import check_character, is_checked
from sync.rules.code import Kind
from sync.rules.code_form import (
    GUESSES_PER_DAY,
    MAX_HIT_CHANCE,
    REFERRAL_FORM,
    UNAMBIGUOUS,
    CodeForm,
    default_form,
    form_faults,
    hit_chance_per_day,
    require_sound_form,
    shortest_safe_length,
    text_faults,
)
from sync.rules.digits import issue_digits
from sync.rules.generate import MAX_CODES_PER_CALL, make_codes
from sync.rules.normalise import fold
from sync.rules.user_error import UserError


def test_the_alphabet_is_the_documents() -> None:
    assert len(UNAMBIGUOUS) == 32
    assert not set(UNAMBIGUOUS) & set("0OI1")
    assert len({fold(sign) for sign in UNAMBIGUOUS}) == 32


def test_codes_have_their_form_and_say_their_entropy() -> None:
    made = make_codes(CodeForm(prefix="VIP-", length=10, check=True), 500, kind=Kind.VIP)
    assert made.entropy_bits == 50
    assert len({fold(code) for code in made.codes}) == 500
    for code in made.codes:
        assert code.startswith("VIP-")
        assert len(code) == 15
        assert is_checked(code.removeprefix("VIP-"), UNAMBIGUOUS)


def test_referral_codes_are_five_characters_of_the_documents_alphabet() -> None:
    made = make_codes(default_form(Kind.REFERRAL), 100, kind=Kind.REFERRAL)
    assert all(len(code) == 5 and set(code) <= set(UNAMBIGUOUS) for code in made.codes)
    assert made.entropy_bits == 25


@pytest.mark.parametrize("kind", [Kind.VIP, Kind.PROMO, Kind.VOUCHER])
def test_the_default_form_is_safe_for_a_million_codes(kind: Kind) -> None:
    assert default_form(kind, "ANY").prefix == "ANY"
    assert default_form(kind).prefix == ""
    require_sound_form(default_form(kind, "ANY"), kind, MAX_CODES_PER_CALL)


def test_existing_codes_are_never_made_again() -> None:
    form = CodeForm(length=3)
    space = 32**3
    existing: set[str] = set()
    chance = Random(1)
    while len(existing) < space // 20:
        existing.add(fold("".join(chance.choices(UNAMBIGUOUS, k=3))))
    asked: list[int] = []

    def those(folded: Sequence[str]) -> set[str]:
        asked.append(len(folded))
        return existing & set(folded)

    made = make_codes(form, 1_000, kind=Kind.REFERRAL, living=len(existing), existing=those)
    assert len({fold(code) for code in made.codes} | existing) == 1_000 + len(existing)
    assert max(asked) <= 10_000


def test_what_is_drawn_decides_and_every_sign_is_equally_likely() -> None:
    form = CodeForm(alphabet="0123456789", length=20)
    source = Random(7)
    made = make_codes(form, 2_000, kind=Kind.VOUCHER, draw=source.randbytes)
    again = make_codes(form, 2_000, kind=Kind.VOUCHER, draw=Random(7).randbytes)
    assert made == again
    counts = Counter("".join(made.codes))
    assert set(counts) == set("0123456789")
    assert max(counts.values()) - min(counts.values()) < 400


def test_the_default_source_is_the_operating_systems() -> None:
    assert inspect.signature(make_codes).parameters["draw"].default is secrets.token_bytes
    assert inspect.signature(issue_digits).parameters["draw"].default is secrets.token_bytes


@pytest.mark.parametrize("count", [0, -1, MAX_CODES_PER_CALL + 1])
def test_a_count_out_of_range_is_a_bug(count: int) -> None:
    with pytest.raises(ValueError, match="at once"):
        make_codes(CodeForm(), count, kind=Kind.VIP)


def test_a_source_that_repeats_itself_a_little_still_brings_every_code() -> None:
    count, repeats, calls = 60, 10, iter(range(1_000))

    def ten_times_the_same(_size: int) -> bytes:
        return bytes(divmod(next(calls), 32)) * 6 * repeats

    made = make_codes(CodeForm(), count, kind=Kind.VIP, draw=ten_times_the_same)
    assert len(set(made.codes)) == count


def test_a_source_that_repeats_itself_is_found() -> None:
    with pytest.raises(RuntimeError, match="no new code"):
        make_codes(CodeForm(), 2, kind=Kind.VIP, draw=bytes)


@pytest.mark.parametrize(
    ("form", "kind", "living"),
    [
        (CodeForm(length=5), Kind.VIP, 1),
        (CodeForm(length=9), Kind.VOUCHER, 1_000_000),
        (CodeForm(alphabet="0123456789", length=9), Kind.PROMO, 1_000),
    ],
)
def test_a_length_that_could_be_guessed_is_refused_with_one_that_could_not(
    form: CodeForm, kind: Kind, living: int
) -> None:
    with pytest.raises(UserError) as refused:
        require_sound_form(form, kind, living)
    assert refused.value.reason == "code_guessable"
    safe = shortest_safe_length(form, living)
    assert str(safe) in refused.value.advice
    require_sound_form(CodeForm(alphabet=form.alphabet, length=safe), kind, living)
    with pytest.raises(UserError):
        require_sound_form(CodeForm(alphabet=form.alphabet, length=safe - 1), kind, living)


def test_the_chance_of_a_hit_is_what_a_day_of_guessing_brings() -> None:
    form = CodeForm(length=10)
    assert hit_chance_per_day(form, 1_000) == pytest.approx(1_000 * GUESSES_PER_DAY / 2**50)
    assert hit_chance_per_day(form, 0) == 0
    assert hit_chance_per_day(CodeForm(length=3), 1_000) == 1
    assert hit_chance_per_day(CodeForm(length=12), 1_000_000) <= MAX_HIT_CHANCE


def test_a_form_with_too_little_room_is_refused() -> None:
    with pytest.raises(UserError) as refused:
        require_sound_form(REFERRAL_FORM, Kind.REFERRAL, 32**5 // 10 + 1)
    assert refused.value.reason == "code_form_full"
    require_sound_form(REFERRAL_FORM, Kind.REFERRAL, 32**5 // 10)
    # The new codes fill the form as much as the living ones do.
    for count, living in ((3_277, 0), (1, 3_276)):
        with pytest.raises(UserError) as full:
            make_codes(CodeForm(length=3), count, kind=Kind.REFERRAL, living=living)
        assert full.value.reason == "code_form_full"


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (CodeForm(alphabet="ABCDEFGH01OI"), "alphabet"), (CodeForm(alphabet="ABCDEFGHJKa"), "alphabet"),
        (CodeForm(alphabet="ABC"), "alphabet"), (CodeForm(alphabet="ABCDEFGHJK-"), "alphabet"),
        (CodeForm(alphabet="АБВГДЕЖЗИК"), "alphabet"), (CodeForm(alphabet="ABCDEFGHJKK"), "alphabet"),
        (CodeForm(alphabet=UNAMBIGUOUS[:31], check=True), "alphabet"), (CodeForm(alphabet=""), "alphabet"),
        (CodeForm(prefix="VIP 1"), "prefix"), (CodeForm(prefix="ВИП"), "prefix"), (CodeForm(prefix="-"), "prefix"),
        (CodeForm(length=2), "length"), (CodeForm(length=51), "length"),
        (CodeForm(prefix="A" * 40, length=11), "length"), (CodeForm(length=50, check=True), "length"),
    ],
)  # fmt: skip
def test_an_unsound_form_is_refused_with_the_field(form: CodeForm, field: str) -> None:
    assert [fault.field for fault in form_faults(form)] == [field]
    with pytest.raises(UserError) as refused:
        require_sound_form(form, Kind.VIP, 1)
    assert refused.value.reason == "code_form_unsound"
    assert field in refused.value.sentence


def test_sound_forms_have_no_faults() -> None:
    for form in (
        CodeForm(),
        CodeForm(prefix="VIP-2026"),
        CodeForm(length=50),
        CodeForm(alphabet="0123456789", check=True),
    ):
        assert form_faults(form) == []


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("ABC", True), ("SUMMER20", True), ("x" * 50, True), ("КОД123", True), ("AB", False), ("x" * 51, False),
        (" ABC", False), ("A\x00BC", False), ("A-_B", False), ("ABC\u200b", False), ("", False),
    ],
)  # fmt: skip
def test_a_typed_code_has_three_to_fifty_characters(text: str, good: bool) -> None:
    assert (text_faults(text) == []) is good
    assert all(fault.field == "code" for fault in text_faults(text))


EVEN = st.sampled_from([UNAMBIGUOUS, "0123456789", "ABCDEFGHJKLMNP"])


@given(EVEN, st.data())
def test_a_check_character_finds_every_single_wrong_character(alphabet: str, data: st.DataObject) -> None:
    body = data.draw(st.text(st.sampled_from(alphabet), min_size=1, max_size=12))
    whole = body + check_character(body, alphabet)
    assert is_checked(whole, alphabet)
    at = data.draw(st.integers(0, len(whole) - 1))
    wrong = data.draw(st.sampled_from(alphabet))
    changed = whole[:at] + wrong + whole[at + 1 :]
    assert is_checked(changed, alphabet) is (changed == whole)


def test_a_check_character_knows_only_its_alphabet() -> None:
    assert check_character("7992739871", "0123456789") == "3"
    assert not is_checked("79927398713x", "0123456789")
    assert not is_checked("", "0123456789")
    with pytest.raises(ValueError, match=r"."):
        check_character("x", "0123456789")
    swapped = [
        pair for pair in ("09", "90") if is_checked(pair + check_character(pair, "0123456789"), "0123456789")
    ]
    assert check_character("09", "0123456789") == check_character("90", "0123456789")
    assert len(swapped) == 2
