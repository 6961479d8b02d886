import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.base32 import from_text, number_from_text, number_to_text, to_text
from sync.rules.card_text import (
    MAX_UNCERTAIN_STEPS,
    STEP_MS,
    CardKeys,
    judge_card,
    read_card_text,
    write_card,
    write_renewed_card,
)
from sync.rules.moment import Moment
from sync.rules.reasons import Reason

OLD, NEW = bytes(range(32)), bytes(range(1, 33))
KEYS = CardKeys(network=42, current=2, keys={1: OLD, 2: NEW})
NOW = Moment(at_ms=1_800_000_000_000)
ANY_TEXT = st.text(st.characters(codec=None), max_size=60)


def judged(text: str, keys: CardKeys = KEYS, moment: Moment = NOW) -> Reason | None:
    seen = read_card_text(text)
    return None if seen is None else judge_card(seen, keys, moment)


def renewed(at_ms: int, card: int = 7, key: int = 2) -> str:
    own = KEYS.card_key(key, card)
    assert own is not None
    return write_renewed_card(network=42, card=card, key=key, card_key=own, at_ms=at_ms)


@given(st.integers(0, 2**64 - 1))
def test_what_is_written_reads_back(card: int) -> None:
    text = write_card(KEYS, card)
    seen = read_card_text(text)
    assert seen is not None
    assert (seen.network, seen.card, seen.key, seen.step) == (42, card, 2, None)
    assert judged(text) is Reason.CARD_OK
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:.")


@given(st.integers(0, 2**40), st.integers(0, 2**42))
def test_a_renewed_card_reads_back_with_its_step(card: int, at_ms: int) -> None:
    seen = read_card_text(renewed(at_ms, card))
    assert seen is not None
    assert (seen.card, seen.step) == (card, at_ms // STEP_MS)
    assert judge_card(seen, KEYS, Moment(at_ms=at_ms)) is Reason.CARD_OK


@given(st.booleans(), st.data())
def test_a_changed_bit_is_never_accepted(phone: bool, data: st.DataObject) -> None:
    text = renewed(NOW.at_ms) if phone else write_card(KEYS, 7)
    bit = data.draw(st.integers(0, len(text) * 8 - 1))
    raw = bytearray(text.encode("ascii"))
    raw[bit // 8] ^= 1 << bit % 8
    assert judged(raw.decode("latin-1")) is not Reason.CARD_OK


@given(ANY_TEXT | ANY_TEXT.map(lambda tail: f"CSC1:{tail}") | st.text("CS12:.0V", max_size=50))
def test_any_text_is_answered(text: str) -> None:
    assert judged(text) is not Reason.CARD_OK


@pytest.mark.parametrize(
    "text",
    [
        "",
        "CSC1",
        "CSC1:",
        "csc1:1.1.1.AAAA",
        "CSC3:1.7.2.AAAA",
        "CSC1:1.7.AAAA",
        "CSC1:01.7.2.AAAA",
        "VIP123456",
    ],
)
def test_what_is_no_card_is_left_to_others(text: str) -> None:
    assert read_card_text(text) is None


def test_a_mac_must_have_its_full_length() -> None:
    text = write_card(KEYS, 7)
    assert read_card_text(text[:-8]) is None
    assert read_card_text(text + "AAAAAAAA") is None


def test_rotation_reads_old_cards_until_their_key_is_withdrawn() -> None:
    old_card = write_card(dataclasses.replace(KEYS, current=1), 7)
    assert judged(old_card) is Reason.CARD_OK
    assert judged(old_card, CardKeys(network=42, current=2, keys={2: NEW})) is Reason.CARD_INACTIVE
    newer = write_card(CardKeys(network=42, current=3, keys={3: NEW}), 7)
    assert judged(newer, KEYS) is Reason.NOT_LOADED
    assert judged(newer, CardKeys(network=42, current=0, keys={})) is Reason.NOT_LOADED
    with pytest.raises(KeyError):
        write_card(CardKeys(network=42, current=3, keys={2: NEW}), 7)


def test_a_card_of_another_network_is_said_and_its_key_is_not_ours() -> None:
    text = write_card(dataclasses.replace(KEYS, network=43), 7)
    assert judged(text) is Reason.OTHER_NETWORK
    assert judged(text.replace("CSC1:1B.", "CSC1:1A.")) is Reason.FORGED_CODE


def test_one_cards_key_does_not_make_another() -> None:
    own = KEYS.card_key(2, 7)
    assert own is not None
    forged = write_renewed_card(network=42, card=8, key=2, card_key=own, at_ms=NOW.at_ms)
    assert judged(forged) is Reason.FORGED_CODE
    assert KEYS.card_key(2, 7) != KEYS.card_key(2, 8) != KEYS.card_key(1, 8)


def test_a_printed_card_cannot_be_passed_off_as_a_renewed_one() -> None:
    printed = write_card(KEYS, 7)
    step = number_to_text(NOW.at_ms // STEP_MS)
    head, _, mac = printed.rpartition(".")
    assert judged(f"{head.replace('CSC1', 'CSC2')}.{step}.{mac}") is Reason.FORGED_CODE


@pytest.mark.parametrize(
    ("age_steps", "reason"),
    [
        (0, Reason.CARD_OK),
        (1, Reason.CARD_OK),
        (-1, Reason.CARD_OK),
        (2, Reason.CARD_STALE),
        (-2, Reason.CARD_STALE),
    ],
)
def test_a_screenshot_dies_with_its_step(age_steps: int, reason: Reason) -> None:
    assert judged(renewed(NOW.at_ms - age_steps * STEP_MS)) is reason


@pytest.mark.parametrize("into_step_ms", [0, 1, STEP_MS - 1])
def test_a_neighbouring_step_is_good_to_its_last_instant(into_step_ms: int) -> None:
    moment = Moment(at_ms=NOW.at_ms + into_step_ms)
    assert judged(renewed(NOW.at_ms - STEP_MS), moment=moment) is Reason.CARD_OK
    assert judged(renewed(NOW.at_ms + STEP_MS), moment=moment) is Reason.CARD_OK
    assert judged(renewed(NOW.at_ms - STEP_MS - 1), moment=moment) is Reason.CARD_STALE
    assert judged(renewed(NOW.at_ms + 2 * STEP_MS), moment=moment) is Reason.CARD_STALE


def test_a_vague_clock_allows_as_much_as_it_is_vague_and_then_says_so() -> None:
    picture = renewed(NOW.at_ms - 3 * STEP_MS)
    assert judged(picture, moment=dataclasses.replace(NOW, uncertainty_ms=2 * STEP_MS)) is Reason.CARD_OK
    assert judged(picture, moment=dataclasses.replace(NOW, uncertainty_ms=STEP_MS)) is Reason.CARD_STALE
    late = renewed(NOW.at_ms + 3 * STEP_MS)
    assert judged(late, moment=dataclasses.replace(NOW, uncertainty_ms=-2 * STEP_MS)) is Reason.CARD_OK
    most = dataclasses.replace(NOW, uncertainty_ms=MAX_UNCERTAIN_STEPS * STEP_MS)
    assert judged(picture, moment=most) is Reason.CARD_OK
    vaguer = dataclasses.replace(most, uncertainty_ms=most.uncertainty_ms + 1)
    assert judged(picture, moment=vaguer) is Reason.CLOCK_IN_DOUBT
    assert judged(picture, moment=dataclasses.replace(NOW, doubtful=True)) is Reason.CLOCK_IN_DOUBT
    assert judged(write_card(KEYS, 7), moment=dataclasses.replace(NOW, doubtful=True)) is Reason.CARD_OK


def test_keys_are_not_shown_when_printed() -> None:
    assert "keys=" not in repr(KEYS)


def test_one_card_has_one_text_for_ever() -> None:
    """The form is printed on cardboard: this very text must read in every later version."""
    assert write_card(KEYS, 7) == "CSC1:1A.7.2.6BNUNYAPFOUMV3E4NRP7B22N"


def test_base32_has_no_padding() -> None:
    assert [to_text(content) for content in (b"", b"a", b"abcde")] == ["", "ME", "MFRGGZDF"]


@given(st.binary(max_size=40))
def test_base32_has_one_text_for_one_content(content: bytes) -> None:
    assert from_text(to_text(content)) == content


@given(ANY_TEXT | st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567=", max_size=20))
def test_base32_reads_only_what_it_writes(text: str) -> None:
    content = from_text(text)
    assert content is None or to_text(content) == text


@given(ANY_TEXT | st.text("0123456789ABCDEFGHIJKLMNOPQRSTUV", max_size=14))
def test_numbers_read_only_what_they_write(text: str) -> None:
    number = number_from_text(text)
    assert number is None or number_to_text(number) == text


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("10", 32), ("V", 31), ("FVVVVVVVVVVVV", 2**64 - 1), ("G000000000000", None), ("00", None), ("-1", None),
     ("W", None), ("v", None), ("1_0", None), ("", None), ("10000000000000", None)],
)  # fmt: skip
def test_numbers_are_base_32_and_64_bits(text: str, number: int | None) -> None:
    assert number_from_text(text) == number
