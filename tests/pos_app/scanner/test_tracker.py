"""One read per presentation, with a clock of the test's own."""

from pos_app.scanner.read import Read
from pos_app.scanner.tracker import MAX_PRESENT, Tracker

CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def read(text: str, raw: bytes | None = None) -> Read:
    return Read(text, text.encode() if raw is None else raw, CORNERS)


def film(tracker: Tracker, pictures: list[str], *, period_ms: float = 33) -> list[tuple[int, str]]:
    """Play pictures, each naming its codes by letters; return (picture, code) of each presentation."""
    return [
        (number, fresh.text)
        for number, letters in enumerate(pictures)
        for fresh in tracker.feed([read(letter) for letter in letters], number * period_ms)
    ]


def test_code_held_in_the_picture_counts_once() -> None:
    assert film(Tracker(), ["A"] * 300) == [(0, "A")]


def test_flickering_code_counts_once() -> None:
    assert film(Tracker(), (["A"] + [""] * 20) * 10) == [(0, "A")]


def test_code_that_left_for_a_second_counts_again() -> None:
    assert film(Tracker(), ["A"] + [""] * 40 + ["A"]) == [(0, "A"), (41, "A")]


def test_camera_that_stalls_makes_no_second_read() -> None:
    tracker = Tracker()
    assert tracker.feed([read("A")], 0)
    assert tracker.feed([], 60_000) == []
    assert tracker.feed([read("A")], 60_033) == []


def test_few_slow_pictures_do_not_prove_that_a_code_left() -> None:
    assert film(Tracker(), ["A", "", "", "", "A"], period_ms=1000) == [(0, "A")]


def test_another_code_counts_at_once_and_the_first_goes_on_being_shown() -> None:
    assert film(Tracker(), ["A", "AB", "B", "A", "BA"]) == [(0, "A"), (1, "B")]


def test_same_code_twice_in_one_picture_counts_once() -> None:
    assert film(Tracker(), ["AA"]) == [(0, "A")]


def test_readers_that_differ_in_bytes_but_not_in_text_are_one_presentation() -> None:
    tracker = Tracker()
    assert tracker.feed([read("Café", "Café".encode("latin-1"))], 0)
    assert tracker.feed([read("Café", "Café".encode())], 33) == []


def test_unreadable_codes_are_told_apart_by_their_bytes() -> None:
    tracker = Tracker()
    assert len(tracker.feed([read("", b"\x00\x01"), read("", b"\x00\x02")], 0)) == 2
    assert tracker.feed([read("", b"\x00\x02")], 33) == []


def test_forgetting_lets_the_code_in_the_picture_count_again() -> None:
    tracker = Tracker()
    tracker.feed([read("A")], 0)
    tracker.forget()
    assert tracker.feed([read("A")], 33)


def test_clock_that_steps_back_makes_no_second_read() -> None:
    tracker = Tracker()
    tracker.feed([read("A")], 10_000)
    for number in range(10):
        assert tracker.feed([], number * 33) == []
    assert tracker.feed([read("A")], 400) == []


def test_memory_of_shown_codes_is_bounded() -> None:
    tracker = Tracker()
    for number in range(10 * MAX_PRESENT):
        tracker.feed([read(str(number))], 0)
    assert len(tracker._present) == MAX_PRESENT
