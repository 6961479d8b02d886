"""A scanner on a serial port: a real one as far as the system can tell (a pseudo-terminal)."""

import os
import queue
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_app.scanner.serial_port import MAX_LINE_BYTES, Lines, SerialLoop, SerialPort
from pos_app.scanner.state import SourceState, StateNews
from tests.builders.patience import LONG_S

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a Unix matter")


class Scanner:
    """The far end of a serial line, and the loop that listens to the near one."""

    def __init__(self) -> None:
        self.far, self.near = os.openpty()
        self.texts: queue.Queue[str] = queue.Queue()
        self.states: queue.Queue[StateNews] = queue.Queue()
        self.loop = SerialLoop(
            SerialPort(os.ttyname(self.near)), on_text=self.texts.put, on_state=self.states.put
        )
        self.loop.start()

    def close(self) -> None:
        self.loop.stop()
        for end in (self.far, self.near):
            try:
                os.close(end)
            except OSError:
                continue


@pytest.fixture
def scanner() -> Iterator[Scanner]:
    scanner = Scanner()
    yield scanner
    scanner.close()


def test_codes_arrive_whole_whatever_ends_them(scanner: Scanner) -> None:
    assert scanner.states.get(timeout=LONG_S).state is SourceState.LIVE
    os.write(scanner.far, b"LUNCH-10\rGIFT-5")
    os.write(scanner.far, b"-EURO\r\n")
    assert [scanner.texts.get(timeout=LONG_S) for _ in range(2)] == ["LUNCH-10", "GIFT-5-EURO"]


def test_a_code_without_an_end_counts_after_a_silence(scanner: Scanner) -> None:
    assert scanner.states.get(timeout=LONG_S).state is SourceState.LIVE
    os.write(scanner.far, "ПРОМО-7".encode())
    assert scanner.texts.get(timeout=LONG_S) == "ПРОМО-7"


def test_an_unplugged_scanner_is_said_once(scanner: Scanner) -> None:
    assert scanner.states.get(timeout=LONG_S).state is SourceState.LIVE
    os.close(scanner.far)
    news = scanner.states.get(timeout=LONG_S)
    assert news.state is SourceState.LOST
    assert "cable" in news.advice


def test_a_port_that_is_not_there_is_said() -> None:
    states: queue.Queue[StateNews] = queue.Queue()
    loop = SerialLoop(SerialPort("/dev/no-such-port"), on_text=print, on_state=states.put)
    loop.start()
    assert states.get(timeout=LONG_S).state is SourceState.LOST
    assert loop.stop()


def test_a_line_without_end_is_dropped_and_the_next_one_read() -> None:
    lines = Lines()
    assert lines.feed(b"x" * (MAX_LINE_BYTES + 1)) == []
    assert lines.feed(b"\r") == []
    assert lines.feed(b"LUNCH-10\r") == ["LUNCH-10"]


@given(
    st.lists(st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20), max_size=6),
    st.integers(1, 7),
)
def test_codes_are_the_same_however_the_driver_cuts_them(codes: list[str], size: int) -> None:
    sent = "".join(f"{code}\r\n" for code in codes).encode()
    lines = Lines()
    got = [text for at in range(0, len(sent), size) for text in lines.feed(sent[at : at + size])]
    assert got == codes
