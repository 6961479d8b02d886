"""Columns of a batch on their way into a table: each as one text that PostgreSQL reads as an array.

asyncpg takes lists apart value by value and asks of each whether it is a list itself; for a batch of events that
cost more than verifying it. A text is handed over as it is, and ``$1::text::bigint[]`` reads it in C.
Bytes travel joined in one value, and are cut out where they are stored.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate, chain
from uuid import UUID

import msgspec

NULL = "NULL"
_ESCAPE = b"\\"

_written = msgspec.json.Encoder().encode
"""JSON's lists say the same as PostgreSQL's arrays but for the brackets around them and escapes within texts. They are
written in C: by Python's own means this took as long as judging the batch by the rules."""


def numbers(values: Iterable[int | None]) -> str:
    """Write whole numbers, or booleans."""
    return _as_array(_written(list(values)))


def uuids(values: Iterable[UUID | None]) -> str:
    """Write event ids and other identifiers."""
    return _as_array(_written(list(values))).replace('"', "")


def texts(values: Iterable[str | None]) -> str:
    """Write texts, whatever they contain."""
    listed = list(values)
    try:
        written = _written(listed)
    except UnicodeEncodeError:
        # No text at all, which the driver says in its own words.
        return _escaped(listed)
    return _escaped(listed) if _ESCAPE in written else _as_array(written)


def _as_array(written: bytes) -> str:
    return f"{{{written[1:-1].decode()}}}"


def _escaped(values: Iterable[str | None]) -> str:
    """Write texts of which some need an escape: PostgreSQL's are not those of JSON."""
    written = [
        NULL if value is None else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        for value in values
    ]
    return f"{{{','.join(written)}}}"


def joined(rows: Sequence[tuple[bytes, ...]]) -> tuple[bytes, str, list[str]]:
    """Join the bytes of all rows; return them, where each row begins (from 1), and the sizes of each column."""
    sizes = [[len(value) for value in row] for row in rows]
    starts = accumulate((sum(row) for row in sizes[:-1]), initial=1)
    return (
        b"".join(chain.from_iterable(rows)),
        numbers(starts),
        [numbers(column) for column in zip(*sizes, strict=True)],
    )
