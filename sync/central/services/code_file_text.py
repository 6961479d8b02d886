"""The bytes of a spreadsheet's CSV as lines of text, and its header."""

import codecs
import csv
import io
from collections.abc import Iterator

from sync.rules.user_error import UserError

MAX_LINE_CHARS = 100_000
SEPARATORS = ",;\t"

_PEEK_BYTES = 4
_ZIP = b"PK\x03\x04"
_EXCEL_HINT = "sep="


def text_of(buffered: io.BufferedReader) -> Iterator[str]:
    """Decode a file by its byte order mark, else as UTF-8; other bytes become lone surrogates.

    The file is closed with the text.
    Raises :class:`UserError` ``file_no_text`` or, while reading, ``file_line_too_long``.
    """
    start = buffered.peek(_PEEK_BYTES)[:_PEEK_BYTES]
    if start.startswith(_ZIP):
        raise _no_text("The file is a spreadsheet or an archive, not a CSV file.")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _bounded(io.TextIOWrapper(buffered, encoding="utf-16", errors="replace", newline=""))
    if b"\0" in start:
        raise _no_text("The file is not text.")
    encoding = "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"
    return _bounded(io.TextIOWrapper(buffered, encoding=encoding, errors="surrogateescape", newline=""))


def header_of(text: Iterator[str]) -> tuple[list[str], str, int]:
    """Take the header from the lines: its names, the separator, and how the line after it is numbered."""
    number = 1
    line = next(text, "")
    if line.lower().startswith(_EXCEL_HINT):
        # Excel's own way of naming the separator stands before the header.
        number += 1
        line = next(text, "")
    if not line.strip():
        raise UserError("file_empty", "The file is empty.", "Its first line names the columns.")
    separator = max(SEPARATORS, key=line.count)
    return next(csv.reader([line], delimiter=separator)), separator, number + 1


def _bounded(text: io.TextIOWrapper) -> Iterator[str]:
    with text:
        while line := text.readline(MAX_LINE_CHARS):
            if len(line) == MAX_LINE_CHARS and not line.endswith(("\n", "\r")):
                raise UserError(
                    "file_line_too_long",
                    f"A line of the file is longer than {MAX_LINE_CHARS:,} characters.",
                    "Check that it is the right file.",
                )
            yield line


def _no_text(sentence: str) -> UserError:
    return UserError("file_no_text", sentence, "Save it as “CSV UTF-8” and import that.")
