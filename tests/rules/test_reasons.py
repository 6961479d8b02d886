import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.explain import LANGUAGES, explain, placeholders
from sync.rules.reasons import Reason, known_reason, public_reason

ANY_TEXT = st.text(st.characters(codec=None), max_size=40)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words_in_every_language(reason: Reason, language: str) -> None:
    entry = LANGUAGES[language][reason]
    assert 0 < len(entry.headline) <= 20
    assert entry.sentence.endswith(".")
    assert not placeholders(entry.sentence + entry.advice + entry.headline)
    assert all(detail.endswith(".") for detail in entry.details)
    assert not entry.advice or entry.advice.endswith(".")
    assert entry.advice or reason in (Reason.OK, Reason.CARD_OK)
    cyrillic = any("а" <= sign <= "я" for sign in entry.sentence.lower())
    assert cyrillic is (language == "ru")


@pytest.mark.parametrize("reason", list(Reason))
def test_languages_speak_of_the_same_details(reason: Reason) -> None:
    english, russian = LANGUAGES["en"][reason], LANGUAGES["ru"][reason]
    assert [placeholders(one) for one in english.details] == [placeholders(one) for one in russian.details]


def test_an_anonymous_caller_cannot_tell_unknown_from_used_up() -> None:
    hidden = (
        Reason.UNKNOWN_CODE, Reason.USED_UP, Reason.EXPIRED, Reason.INACTIVE, Reason.ARCHIVED, Reason.ENDED,
        Reason.HELD_ELSEWHERE, Reason.ALREADY_USED_BY_GUEST, Reason.GUEST_BLOCKED, Reason.OTHER_NETWORK,
        Reason.FORGED_CODE, Reason.CARD_INACTIVE, Reason.OWN_CODE, Reason.NOT_LOADED,
    )  # fmt: skip
    assert {public_reason(reason) for reason in hidden} == {Reason.NOT_VALID}
    assert public_reason("a_reason_of_tomorrow") is Reason.NOT_VALID
    assert public_reason(Reason.MIN_BASKET) is Reason.MIN_BASKET
    assert public_reason("ok") is Reason.OK


def test_details_appear_only_with_what_they_need() -> None:
    bare = explain(Reason.USED_UP)
    assert bare.sentence == "This code has been used as often as it may be."
    assert bare.headline == "Used up"
    assert bare.advice == "Sell without this code; if the guest disagrees, call the shift manager."
    full = explain(Reason.USED_UP, {"first_used": "2026-03-01T09:15", "where": "Harbour"})
    assert full.sentence == f"{bare.sentence} First used 1 Mar 2026, 09:15. First used at Harbour."
    assert "01.03.2026, 09:15" in explain(Reason.USED_UP, full_params(), "ru_RU").sentence


def full_params() -> tuple[tuple[str, str], ...]:
    return (("first_used", "2026-03-01T09:15"), ("where", "Harbour"))


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "Missing: 1,234.50\u00a0EUR."),
        ("ru", "Не хватает: 1\u00a0234,50\u00a0EUR."),
        ("de", "Missing: "),
    ],
)
def test_amounts_and_dates_are_written_as_the_language_does(language: str, shown: str) -> None:
    assert shown in explain(Reason.MIN_BASKET, {"missing": "1234.50 EUR"}, language).sentence
    assert explain(Reason.NOT_STARTED, {"starts": "2026-12-01"}).sentence.endswith("It begins on 1 Dec 2026.")
    assert explain(Reason.NOT_STARTED, {"starts": "2026-02-09"}, "ru").sentence.endswith(
        "начнётся 09.02.2026."
    )
    assert "2026-13-41" in explain(Reason.NOT_STARTED, {"starts": "2026-13-41"}).sentence
    assert "-5\u00a0JPY" in explain(Reason.BUDGET_SPENT, {"left": "-5 JPY"}).sentence


def test_a_reason_of_a_newer_program_is_named_not_guessed() -> None:
    assert known_reason("tomorrow") is None
    for language in LANGUAGES:
        said = explain("tomorrow", language=language)
        assert "tomorrow" in said.sentence
        assert said.advice
        assert said.headline


@given(ANY_TEXT, st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=3), ANY_TEXT)
def test_explaining_is_total(reason: str, params: dict[str, str], language: str) -> None:
    assert explain(reason, params, language).sentence


@given(st.sampled_from(list(Reason)), ANY_TEXT, st.sampled_from(["en", "ru"]))
def test_a_parameter_is_shown_as_text_and_never_read_as_a_template(
    reason: Reason, value: str, language: str
) -> None:
    needed = {name for detail in LANGUAGES[language][reason].details for name in placeholders(detail)}
    hostile = "{reason.__class__}" + value
    said = explain(reason, dict.fromkeys(needed, hostile), language).sentence
    assert (hostile in said) is bool(needed)
