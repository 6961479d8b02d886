"""Any bytes in, bounded lines out."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_app.cli.line_splitter import MAX_LINE_BYTES, InputLine, LineSplitter


def split(*chunks: bytes) -> list[InputLine]:
    splitter = LineSplitter()
    lines = [line for chunk in chunks for line in splitter.feed(chunk)]
    return [*lines, *splitter.end()]


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"A\nB\n", [b"A", b"B"]),
        (b"A\r\nB\r\n", [b"A", b"B"]),
        (b"A\rB\r", [b"A", b"B"]),
        (b"A\n\nB", [b"A", b"", b"B"]),
        (b"", []),
        (b"no end", [b"no end"]),
        (b"\x00\x1b[2J\n", [b"\x00\x1b[2J"]),
    ],
)
def test_a_line_ends_as_scanners_end_it(content: bytes, lines: list[bytes]) -> None:
    assert [line.content for line in split(content)] == lines


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_the_cut_does_not_depend_on_how_the_pipe_delivers(chunks: list[bytes]) -> None:
    whole = b"".join(chunks)
    assert split(*chunks) == split(whole) == split(*(bytes([byte]) for byte in whole))


def test_an_endless_line_is_one_bounded_line() -> None:
    lines = split(*[b"x" * 4096] * 100, b"\nnext\n")
    assert [line.too_long for line in lines] == [True, False]
    assert len(lines[0].content) == MAX_LINE_BYTES
    assert lines[1].content == b"next"


@given(st.binary(max_size=200))
def test_what_is_shown_is_valid_unicode_and_what_is_looked_up_is_distinct(content: bytes) -> None:
    line = InputLine(content)
    json.dumps(line.shown(), ensure_ascii=False).encode("utf-8")
    assert line.text().encode("utf-8", "surrogateescape") == content
