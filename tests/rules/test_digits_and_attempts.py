import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.rules.attempts import (
    FIRST_WAIT_MS,
    FORGET_MS,
    FREE_ATTEMPTS,
    MAX_WAIT_MS,
    NO_ATTEMPTS,
    Attempts,
    failed,
    wait_ms,
)
from sync.rules.digits import LIFE_MS, MAX_LIVE, IssuedDigits, issue_digits, judge_digits, read_digits
from sync.rules.moment import Moment
from sync.rules.reasons import Reason
from sync.rules.user_error import UserError

ISSUED = IssuedDigits(
    network=42, guest_id=5, digits="012345", issued_at_ms=1_000, expires_at_ms=1_000 + LIFE_MS
)


def test_digits_are_six_free_ones_for_ten_minutes() -> None:
    draws = iter([123, 123, 456])
    issued = issue_digits(
        network=42, guest_id=5, now_ms=1_000, live=1, is_live="000123".__eq__,
        draw=lambda size: next(draws).to_bytes(size, "big"),
    )  # fmt: skip
    assert issued == IssuedDigits(
        network=42, guest_id=5, digits="000456", issued_at_ms=1_000, expires_at_ms=1_000 + LIFE_MS
    )
    large = issue_digits(
        network=42,
        guest_id=5,
        now_ms=0,
        live=0,
        is_live=lambda _digits: False,
        draw=lambda size: b"\xff" * size,
    )
    assert large.digits == f"{(2**64 - 1) % 10**6:06d}"
    real = issue_digits(network=42, guest_id=5, now_ms=0, live=0, is_live=lambda _digits: False)
    assert read_digits(real.digits) == real.digits


def test_never_so_many_that_a_blind_guess_is_worth_trying() -> None:
    with pytest.raises(UserError) as refused:
        issue_digits(network=1, guest_id=5, now_ms=0, live=MAX_LIVE, is_live=lambda _digits: False)
    assert refused.value.reason == "digits_exhausted"
    assert MAX_LIVE / 10**6 <= 0.01
    with pytest.raises(RuntimeError, match="taken"):
        issue_digits(network=1, guest_id=5, now_ms=0, live=MAX_LIVE - 1, is_live=lambda _digits: True)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [("012345", "012345"), (" 012 345 ", "012345"), ("012-345", "012345"), ("12345", None), ("1234567", None),
     ("01234x", None), ("٠١٢٣٤٥", None), ("", None)],
)  # fmt: skip
def test_digits_are_read_as_people_type_them(typed: str, digits: str | None) -> None:
    assert read_digits(typed) == digits


@pytest.mark.parametrize(
    ("at_ms", "vague_ms", "reason"),
    [
        (999, 0, Reason.DIGITS_STALE), (1_000, 0, Reason.CARD_OK), (999 + LIFE_MS, 0, Reason.CARD_OK),
        (1_000 + LIFE_MS, 0, Reason.DIGITS_STALE), (1_000 + LIFE_MS, 1, Reason.CARD_OK), (999, -1, Reason.CARD_OK),
    ],
)  # fmt: skip
def test_digits_are_bound_to_their_time(at_ms: int, vague_ms: int, reason: Reason) -> None:
    assert judge_digits(ISSUED, 42, Moment(at_ms=at_ms, uncertainty_ms=vague_ms)) is reason


def test_digits_are_bound_to_their_network_and_need_a_clock() -> None:
    assert judge_digits(ISSUED, 43, Moment(at_ms=1_000)) is Reason.OTHER_NETWORK
    assert judge_digits(None, 42, Moment(at_ms=1_000)) is Reason.UNKNOWN_CODE
    assert judge_digits(ISSUED, 42, Moment(at_ms=1_000, doubtful=True)) is Reason.CLOCK_IN_DOUBT


def after(failures: int, now_ms: int = 0) -> Attempts:
    attempts = NO_ATTEMPTS
    for _ in range(failures):
        attempts = failed(attempts, now_ms)
    return attempts


@pytest.mark.parametrize(
    ("failures", "wait"),
    [(0, 0), (FREE_ATTEMPTS - 1, 0), (FREE_ATTEMPTS, FIRST_WAIT_MS), (FREE_ATTEMPTS + 1, 2 * FIRST_WAIT_MS),
     (FREE_ATTEMPTS + 4, 16 * FIRST_WAIT_MS), (FREE_ATTEMPTS + 5, MAX_WAIT_MS), (500, MAX_WAIT_MS)],
)  # fmt: skip
def test_a_few_tries_are_free_then_the_waits_double(failures: int, wait: int) -> None:
    assert wait_ms(after(failures), 0) == wait
    assert wait_ms(after(failures), wait) == 0
    assert wait_ms(after(failures), wait - 1) == min(wait, 1)


def test_a_clock_that_was_set_back_does_not_shorten_a_wait() -> None:
    assert wait_ms(after(FREE_ATTEMPTS, 10_000), 0) == FIRST_WAIT_MS
    assert failed(Attempts(failures=2, last_ms=50), 10) == Attempts(failures=3, last_ms=50)


def test_an_hour_without_a_failure_forgets_them() -> None:
    assert failed(after(9, 100), 100 + FORGET_MS) == Attempts(failures=1, last_ms=100 + FORGET_MS)
    assert failed(after(9, 100), 99 + FORGET_MS).failures == 10
    assert failed(NO_ATTEMPTS, FORGET_MS * 5) == Attempts(failures=1, last_ms=FORGET_MS * 5)


@given(st.integers(0, 10**6), st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12))
def test_a_wait_is_never_longer_than_its_maximum(failures: int, last_ms: int, now_ms: int) -> None:
    assert 0 <= wait_ms(Attempts(failures=failures, last_ms=last_ms), now_ms) <= MAX_WAIT_MS
