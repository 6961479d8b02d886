"""The full check of a journal: every page, every link of the chain, every signature, every lease's units."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from sync.protocol.chain import ChainError, Link, follow
from sync.protocol.event import SignedEvent, verifies
from sync.protocol.keys import VerifyKey
from sync.till.journal.entries import Verification
from sync.till.journal.places import place, position
from sync.till.journal.pruning import anchor_of, pruned_spends, taken_by
from sync.till.sqlcipher import (
    FAILURES,
    Connection,
    Trouble,
    damage_in_pages,
    damage_in_trees,
    fold_wal,
    trouble,
)

_READ_AT_ONCE = 1_000


class _Bad(Exception):
    """An event that does not hold."""

    def __init__(self, incarnation: int, seq: int, problem: str) -> None:
        super().__init__(problem)
        self.incarnation = incarnation
        self.seq = seq
        self.problem = problem


def verify_journal(connection: Connection) -> Verification:
    """Check everything; the first problem is named. Reads the whole file (about 10,000 events a second)."""
    checked = 0
    try:
        spent = pruned_spends(connection)
        problem = damage_in_trees(connection)
        if problem is None and fold_wal(connection):
            problem = damage_in_pages(connection)
        if problem is not None:
            return Verification(ok=False, events=0, problem=f"the file is damaged: {problem}")
        for incarnation, public_key in connection.execute(
            "SELECT incarnation, public_key FROM incarnations ORDER BY incarnation"
        ).fetchall():
            for link in _links(connection, incarnation, VerifyKey(public_key)):
                checked += 1
                # Units put back may outweigh what is still here: what had taken them is pruned.
                for lease, units in taken_by([link.envelope]).items():
                    spent[lease] += units
        problem = _lease_problem(connection, spent)
    except _Bad as bad:
        return Verification(
            ok=False, events=checked, problem=bad.problem, incarnation=bad.incarnation, first_bad_seq=bad.seq
        )
    except FAILURES as error:
        if trouble(error) is not Trouble.DAMAGED:
            raise
        problem = f"the file is damaged: {error}"
    return Verification(ok=problem is None, events=checked, problem=problem)


def _links(connection: Connection, incarnation: int, key: VerifyKey) -> Iterator[Link]:
    """Yield each verified event of an incarnation; the columns beside its bytes must say what the bytes say."""
    anchor = anchor_of(connection, incarnation)
    seq = anchor.seq
    rows = _rows(connection, incarnation)
    stated: list[tuple[int, bytes, str, int, bytes]] = []

    def events() -> Iterator[SignedEvent]:
        for at, event, kind, at_ms, digest, body, signature in rows:
            stated.append((at, event, kind, at_ms, digest))
            yield SignedEvent(body, signature)

    try:
        for link in follow(events(), previous=anchor.hash, from_seq=seq + 1):
            seq += 1
            envelope = link.envelope
            at, event, kind, at_ms, digest = stated.pop()
            said = (envelope.event.bytes, envelope.kind, envelope.trusted_ms, link.hash)
            if place(at) != (incarnation, seq) or envelope.incarnation != incarnation:
                raise _Bad(incarnation, seq, f"event {seq} does not stand in its place")
            if said != (event, kind, at_ms, digest):
                raise _Bad(incarnation, seq, f"event {seq} is filed under what it does not say")
            if not verifies(key, link.event):
                raise _Bad(incarnation, seq, f"event {seq} was not signed by this till")
            yield link
    except ChainError as error:
        raise _Bad(incarnation, anchor.seq + error.position + 1, error.problem) from error


def _rows(
    connection: Connection, incarnation: int
) -> Iterator[tuple[int, bytes, str, int, bytes, bytes, bytes]]:
    """Read in pieces, so that a check of a year's journal fits into little memory."""
    after = position(incarnation, 0)
    while True:
        rows = connection.execute(
            "SELECT position, event, kind, at_ms, hash, body, signature FROM events"
            " WHERE position > ? AND position < ? ORDER BY position LIMIT ?",
            (after, position(incarnation + 1, 0), _READ_AT_ONCE),
        ).fetchall()
        if not rows:
            return
        yield from rows
        after = rows[-1][0]


def _lease_problem(connection: Connection, spent: Counter[UUID]) -> str | None:
    held = {
        UUID(bytes=lease): units
        for lease, units in connection.execute("SELECT lease, spent FROM leases").fetchall()
    }
    for lease in sorted({*spent, *held}, key=str):
        if held.get(lease, 0) != spent[lease]:
            return f"lease {lease} says {held.get(lease, 0)} units spent, its events say {spent[lease]}"
    return None
