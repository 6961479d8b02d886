"""Trying quarantined events again: when what they name has come, or this program has learnt their kind.

An event's envelope was settled when it came, and is not settled again; only its payload gets another chance.
What it then books is what it would have booked at first. Its case is closed with that outcome.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

import asyncpg
import msgspec

from sync.central.database import Database
from sync.central.secrets import Secrets
from sync.central.services.cases import CaseKind, close_cases, open_cases
from sync.central.services.journal.booking import book
from sync.central.services.journal.intake import lock_life
from sync.central.services.journal.item import Item
from sync.central.services.journal.shifts import check_reports
from sync.central.services.journal.store import store_again
from sync.protocol.chain import Link
from sync.protocol.event import SignedEvent, read_envelope
from sync.protocol.payloads import payload_of
from sync.protocol.wire import WireError

TRIED_AT_ONCE = 200
"""Events tried in one transaction, which holds their till's line meanwhile."""
MAX_TRIED = 20_000
"""Events looked at in one round over a network; the next round begins at the front again."""


class Outcome(msgspec.Struct, frozen=True):
    """How many events were applied at last, and how many still wait."""

    applied: int
    waiting: int


class _Waiting(msgspec.Struct, frozen=True):
    till: int
    incarnation: int
    branch: int
    seq: int


async def retry_all(database: Database, secrets: Secrets, network_id: int) -> Outcome:
    """Try what waits in a network once, in the order of each till's journal.

    In parts, some events of one till's journal in each: an event that is applied is a fact whatever becomes of the
    others, and one that was not tried yet waits as before.
    """
    applied = waiting = 0
    after = _Waiting(0, 0, 0, 0)
    while applied + waiting < MAX_TRIED:
        page = await _next_page(database, network_id, after)
        if not page:
            break
        after = page[-1]
        for (till, incarnation, branch), group in groupby(
            page, key=lambda w: (w.till, w.incarnation, w.branch)
        ):
            seqs = [each.seq for each in group]
            async with database.network_transaction(network_id) as connection:
                done = await _retry(connection, secrets, (network_id, till, incarnation, branch), seqs)
            applied += done
            waiting += len(seqs) - done
    return Outcome(applied, waiting)


async def _next_page(database: Database, network_id: int, after: _Waiting) -> list[_Waiting]:
    async with database.network_transaction(network_id) as connection:
        rows = await connection.fetch(
            """SELECT till_id, incarnation, branch, seq FROM events
            WHERE network_id = $1 AND waits_for IS NOT NULL
                AND (till_id, incarnation, branch, seq) > ($2, $3, $4, $5)
            ORDER BY till_id, incarnation, branch, seq LIMIT $6""",
            network_id,
            *msgspec.structs.astuple(after),
            TRIED_AT_ONCE,
        )
    return [_Waiting(*row) for row in rows]


async def _retry(
    connection: asyncpg.Connection, secrets: Secrets, line: tuple[int, int, int, int], seqs: Sequence[int]
) -> int:
    """Try some events of one line in the caller's transaction; return how many were applied."""
    network, till, incarnation, branch = line
    state = await lock_life(connection, secrets, network, till, incarnation)
    scene = replace(state.scene, branch=branch)
    rows = await connection.fetch(
        """SELECT event, body, signature, hash, quarantined, waits_for FROM events
        WHERE network_id = $1 AND till_id = $2 AND incarnation = $3 AND branch = $4 AND seq = ANY ($5::bigint[])
            AND waits_for IS NOT NULL ORDER BY seq""",
        *line,
        list(seqs),
    )
    items = [item for item in map(_read, rows) if item is not None]
    if not items:
        return 0
    await book(connection, scene, items)
    await store_again(connection, scene, items)
    await check_reports(connection, scene, items)
    applied = [item for item in items if item.quarantined is None]
    cases = [case for item in items for case in item.cases if case.kind is not CaseKind.QUARANTINED]
    await open_cases(connection, network, till, cases)
    outcome, events = "applied when it was tried again", [item.event_id for item in applied]
    await close_cases(connection, network, CaseKind.QUARANTINED, outcome=outcome, events=events)
    return len(applied)


def _read(row: asyncpg.Record) -> Item | None:
    """Read a stored event again; None for one that this program still does not know."""
    signed = SignedEvent(row["body"], row["signature"])
    envelope = read_envelope(signed.body)
    try:
        payload = payload_of(envelope)
    except WireError:
        # A program that has learnt the kind finds that the payload has not its shape: that is for a person.
        item = Item(Link(envelope, signed, row["hash"]), row["event"], None, again=True)
        item.quarantine("its payload cannot be read")
        return item
    if payload is None:
        return None
    return Item(Link(envelope, signed, row["hash"]), row["event"], payload, again=True)
