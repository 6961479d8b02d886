"""Columns of a batch on their way into a table: each as one text that PostgreSQL reads as an array.

asyncpg takes lists apart value by value and asks of each whether it is a list itself; for a batch of events that
cost more than verifying it. A text is handed over as it is, and ``$1::text::bigint[]`` reads it in C.
Bytes travel joined in one value, and are cut out where they are stored.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate, chain
from uuid import UUID

NULL = "NULL"


def numbers(values: Iterable[int | None]) -> str:
    """Write whole numbers, or booleans."""
    return f"{{{','.join(map(str, values)).replace('None', NULL)}}}"


def uuids(values: Iterable[UUID | None]) -> str:
    """Write event ids and other identifiers."""
    return f"{{{','.join([NULL if value is None else value.hex for value in values])}}}"


def texts(values: Iterable[str | None]) -> str:
    """Write texts, whatever they contain; most of a batch say one of a few things."""
    written: dict[str | None, str] = {None: NULL}
    for value in (listed := list(values)):
        if value is not None and value not in written:
            written[value] = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{{{','.join([written[value] for value in listed])}}}"


def joined(rows: Sequence[tuple[bytes, ...]]) -> tuple[bytes, str, list[str]]:
    """Join the bytes of all rows; return them, where each row begins (from 1), and the sizes of each column."""
    sizes = [[len(value) for value in row] for row in rows]
    starts = accumulate((sum(row) for row in sizes[:-1]), initial=1)
    return (
        b"".join(chain.from_iterable(rows)),
        numbers(starts),
        [numbers(column) for column in zip(*sizes, strict=True)],
    )
