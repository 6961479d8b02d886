"""Whose keys they are: a scanner's or a person's."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_app.scanner.wedge import Heard, Stroke, Wedge, WedgeForm, on_latin_keys

CODE = "LUNCH-10"


class Keyboard:
    """Presses keys at stated times, and keeps what came of them."""

    def __init__(self, form: WedgeForm | None = None) -> None:
        self.wedge: Wedge[str] = Wedge(form)
        self.now_ms = 1_000.0
        self.fields = ""
        self.scans: list[str] = []

    def press(self, text: str, *, after_ms: float, repeated: bool = False) -> None:
        self.now_ms += after_ms
        heard = self.wedge.press(Stroke(text, self.now_ms, text, repeated))
        self._take(heard)
        if not heard.take:
            self.fields += text

    def send(self, text: str, *, after_ms: float = 5.0) -> None:
        for sign in text:
            self.press(sign, after_ms=after_ms)

    def rest(self) -> None:
        self._take(self.wedge.rest())

    def _take(self, heard: Heard[str]) -> None:
        self.fields += "".join(heard.typed)
        if heard.scan is not None:
            self.scans.append(heard.scan)


@pytest.mark.parametrize("end", ["\r", "\n", "\t"])
def test_a_burst_with_an_end_is_a_scan_and_reaches_no_field(end: str) -> None:
    keyboard = Keyboard()
    keyboard.send(CODE + end)
    assert (keyboard.scans, keyboard.fields) == ([CODE], "")


def test_a_burst_without_an_end_is_a_scan_after_a_pause() -> None:
    keyboard = Keyboard()
    keyboard.send(CODE)
    assert keyboard.wedge.holding
    keyboard.rest()
    assert (keyboard.scans, keyboard.fields) == ([CODE], "")
    assert not keyboard.wedge.holding


def test_a_person_types_into_the_field() -> None:
    keyboard = Keyboard()
    keyboard.send("12.50", after_ms=90)
    keyboard.rest()
    keyboard.press("\r", after_ms=90)
    assert (keyboard.scans, keyboard.fields) == ([], "12.50\r")


def test_two_keys_rolled_over_are_still_typed() -> None:
    keyboard = Keyboard()
    keyboard.send("20", after_ms=12)
    keyboard.press("\r", after_ms=120)
    assert (keyboard.scans, keyboard.fields) == ([], "20\r")


def test_a_key_held_down_is_no_scanner() -> None:
    keyboard = Keyboard()
    keyboard.press("0", after_ms=100)
    for _ in range(20):
        keyboard.press("0", after_ms=30, repeated=True)
    assert (keyboard.scans, keyboard.fields) == ([], "0" * 21)


def test_a_scan_follows_typing_without_mixing_with_it() -> None:
    keyboard = Keyboard()
    keyboard.send("42", after_ms=100)
    keyboard.press("A", after_ms=100)
    keyboard.send("BCDEF\r")
    keyboard.send("7", after_ms=100)
    keyboard.rest()
    assert (keyboard.scans, keyboard.fields) == (["ABCDEF"], "427")


def test_two_scans_without_ends_are_two() -> None:
    keyboard = Keyboard()
    keyboard.send(CODE)
    keyboard.press("G", after_ms=200)
    keyboard.send("IFT-5-EURO")
    keyboard.rest()
    assert keyboard.scans == [CODE, "GIFT-5-EURO"]


def test_prefix_suffix_and_control_signs_are_taken_off() -> None:
    keyboard = Keyboard(WedgeForm(prefix="~", suffix="#"))
    keyboard.send("~\x1d" + CODE + "\x1d#\r")
    assert keyboard.scans == [CODE]


def test_keys_that_type_nothing_go_on_at_once() -> None:
    keyboard = Keyboard()
    keyboard.press("1", after_ms=100)
    keyboard.press("", after_ms=5)
    assert keyboard.fields == "1"
    assert not keyboard.wedge.holding


def test_an_endless_burst_is_dropped() -> None:
    keyboard = Keyboard()
    keyboard.send("x" * 4_001)
    keyboard.rest()
    assert (keyboard.scans, keyboard.fields) == ([], "")


@given(st.lists(st.tuples(st.sampled_from(string.ascii_uppercase + "\r"), st.floats(0, 300)), max_size=60))
def test_no_key_is_lost_or_doubled(keys: list[tuple[str, float]]) -> None:
    keyboard = Keyboard()
    for text, after_ms in keys:
        keyboard.press(text, after_ms=after_ms)
    keyboard.rest()
    sent = sum(text != "\r" for text, _ in keys)
    assert len("".join(keyboard.scans)) + len(keyboard.fields.replace("\r", "")) == sent


@given(st.lists(st.sampled_from(string.ascii_letters + string.digits + ".-"), max_size=40))
def test_typing_at_a_persons_pace_is_never_a_scan(keys: list[str]) -> None:
    keyboard = Keyboard()
    for text in keys:
        keyboard.press(text, after_ms=60)
    keyboard.rest()
    assert (keyboard.scans, keyboard.fields) == ([], "".join(keys))


@pytest.mark.parametrize(
    ("came", "meant"),
    [
        ("ДГТСР-10", "LUNCH-10"),
        ("пшае", "gift"),
        ("LUNCH-10", "LUNCH-10"),
        ("12345", "12345"),
        ("ДГТСР LUNCH", "ДГТСР LUNCH"),
        ("реезыЖ..учфьздуюсщь", "https://example.com"),
        ("", ""),
    ],
)
def test_a_russian_layout_is_undone(came: str, meant: str) -> None:
    assert on_latin_keys(came) == meant
