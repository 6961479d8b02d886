"""What a till hears of its own open cases with its contact."""

from typing import Any

import asyncpg

from sync.central.services.grants import LeaseFor
from sync.central.services.journal.item import printable
from sync.protocol.case_notes import (
    MAX_CASES,
    MAX_DETAIL_CHARS,
    MAX_DETAILS,
    CaseList,
    CaseMark,
    CaseNote,
)

_NOT_TOLD = frozenset({"body", "kind", "incarnation", "params", "lease", "undone", "claimed"})
"""Details of use to the office alone: the bytes of a broken event above all, and numbers that no person reads."""


async def cases_of(connection: asyncpg.Connection, till: LeaseFor, known: CaseMark) -> CaseList | None:
    """Return the till's open cases; None when they are those that it knows."""
    row = await connection.fetchrow(
        """SELECT count(*) AS open, coalesce(max(id), 0) AS newest FROM cases
        WHERE network_id = $1 AND till_id = $2 AND closed_at IS NULL""",
        till.network,
        till.till,
    )
    mark = CaseMark(row["open"], row["newest"])
    if mark == known:
        return None
    rows = await connection.fetch(
        """SELECT id, kind, event, opened_at, detail FROM cases
        WHERE network_id = $1 AND till_id = $2 AND closed_at IS NULL ORDER BY id DESC LIMIT $3""",
        till.network,
        till.till,
        MAX_CASES,
    )
    return CaseList(mark=mark, cases=tuple(_note(each) for each in rows))


def _note(row: asyncpg.Record) -> CaseNote:
    return CaseNote(
        id=row["id"],
        kind=row["kind"],
        opened_ms=int(row["opened_at"].timestamp() * 1000),
        event=row["event"],
        detail=_detail(row["detail"]),
    )


def _detail(detail: dict[str, Any]) -> dict[str, str]:
    """Return what a till is told: what lies within another detail has both names, as in ``till_gave.points``."""
    told = {
        name: printable(str(value))[:MAX_DETAIL_CHARS]
        for name, value in sorted(_flat(detail).items(), key=lambda each: (each[0] == "seq", each[0]))
        if isinstance(value, str | int)
    }
    return dict(list(told.items())[:MAX_DETAILS])


def _flat(detail: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in detail.items():
        if name in _NOT_TOLD:
            continue
        if isinstance(value, dict):
            flat |= {f"{name}.{part}": inner for part, inner in value.items()}
        else:
            flat[name] = value
    return flat
