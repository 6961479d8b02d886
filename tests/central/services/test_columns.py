"""What a batch's columns say arrives in PostgreSQL unchanged, whatever stands in it."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from sync.central.services.journal.columns import joined, numbers, texts, uuids

ODD_TEXTS = [
    "plain",
    "",
    None,
    "NULL",
    "None",
    'a "quoted" one',
    "back\\slash",
    "comma, brace } and { brace",
    " space ",
    "line\nbreak",
    "Скидка ☕",
    "'; DROP TABLE events; --",
]


async def _read(dsn: str, kind: str, written: str) -> list[object]:
    connection = await asyncpg.connect(dsn)
    try:
        return list(await connection.fetchval(f"SELECT $1::text::{kind}[]", written))
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("kind", "written", "values"),
    [
        ("text", texts(ODD_TEXTS), ODD_TEXTS),
        ("text", texts(iter(ODD_TEXTS)), ODD_TEXTS),
        ("bigint", numbers([0, -1, None, 2**63 - 1, -(2**63)]), [0, -1, None, 2**63 - 1, -(2**63)]),
        ("bool", numbers([True, False, None]), [True, False, None]),
        ("uuid", uuids([UUID(int=0), None, UUID(int=2**128 - 1)]), [UUID(int=0), None, UUID(int=2**128 - 1)]),
        ("bigint", numbers([]), []),
        ("text", texts([]), []),
        ("uuid", uuids([]), []),
    ],
)
def test_a_column_is_read_as_it_was(central_dsn: str, kind: str, written: str, values: list[object]) -> None:
    assert asyncio.run(_read(central_dsn, kind, written)) == values


def test_a_number_that_no_column_can_hold_is_refused_by_the_database(central_dsn: str) -> None:
    with pytest.raises(asyncpg.NumericValueOutOfRangeError):
        asyncio.run(_read(central_dsn, "bigint", numbers([2**63])))


def test_joined_bytes_are_cut_where_they_were_joined(central_dsn: str) -> None:
    rows = [(b"\x00hash", b"", b"body, one"), (b"", b"signature", b"\xff\\x00"), (b"h", b"s", b"")]
    content, starts, sizes = joined(rows)

    async def read() -> list[tuple[bytes, ...]]:
        connection = await asyncpg.connect(central_dsn)
        try:
            records = await connection.fetch(
                """SELECT substring($1::bytea FROM e.start FOR e.a) AS a,
                    substring($1::bytea FROM e.start + e.a FOR e.b) AS b,
                    substring($1::bytea FROM e.start + e.a + e.b FOR e.c) AS c
                FROM unnest($2::text::int[], $3::text::int[], $4::text::int[], $5::text::int[])
                    AS e (start, a, b, c)""",
                content,
                starts,
                *sizes,
            )
            return [tuple(record) for record in records]
        finally:
            await connection.close()

    assert asyncio.run(read()) == rows
