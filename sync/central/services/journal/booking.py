"""Booking the effects of one batch: its spends first, then what its payloads say.

Everything is written set by set. Should PostgreSQL refuse a value that nobody foresaw, the batch is booked again
event by event, each in a savepoint of its own, so that only the poisonous one is set aside.
"""

import logging
from collections.abc import Sequence
from uuid import UUID

import asyncpg

from sync.central.services.cases import CaseKind
from sync.central.services.journal.attempts import book_attempts
from sync.central.services.journal.item import Item, Scene, printable
from sync.central.services.journal.ledger import Ledger
from sync.central.services.journal.line import MAIN
from sync.central.services.journal.redemptions import book_redemptions, limit_keys, read_uses
from sync.central.services.journal.sales import book_sales
from sync.central.services.limits import LimitKey
from sync.protocol.event import Spend
from sync.protocol.leases import MAX_UNITS_PER_REQUEST
from sync.protocol.payloads import ChainBreak, LeaseClosed

MAX_NUMBER_CHARS = 40
"""How much of a till's number a case shows: it may be too large for any column."""

_POISON = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)
_log = logging.getLogger(__name__)


async def book(connection: asyncpg.Connection, scene: Scene, items: Sequence[Item]) -> None:
    """Book a batch in the caller's transaction; each item says afterwards what became of it."""
    before = [(item.payload, item.quarantined, list(item.cases)) for item in items]
    try:
        async with connection.transaction():
            await _book_together(connection, scene, items)
    except _POISON:
        for item, (payload, quarantined, cases) in zip(items, before, strict=True):
            item.payload, item.quarantined, item.cases = payload, quarantined, cases
            await _book_alone(connection, scene, item)


async def _book_alone(connection: asyncpg.Connection, scene: Scene, item: Item) -> None:
    cases = list(item.cases)
    try:
        async with connection.transaction():
            await _book_together(connection, scene, [item])
    except _POISON as error:
        item.cases = cases
        what = printable(type(error).__name__)
        _log.info("event %s of till %s is quarantined: %s", item.event_id, scene.till, what)
        item.quarantine(f"its values cannot be stored ({what})")
        async with connection.transaction():
            await _book_together(connection, scene, [item])


async def _book_together(connection: asyncpg.Connection, scene: Scene, items: Sequence[Item]) -> None:
    uses = await read_uses(connection, scene, items)
    ledger = Ledger(till=scene.till, incarnation=scene.incarnation)
    await ledger.load(connection, scene.network, _leases(items), limit_keys(uses))
    for item in items:
        spent = _settle(ledger, item)
        if isinstance(item.payload, LeaseClosed):
            _close(ledger, scene, item, item.payload)
        elif isinstance(item.payload, ChainBreak):
            item.raise_case(
                CaseKind.CHAIN_BREAK,
                found=printable(item.payload.found),
                last_good_incarnation=str(item.payload.last_good_incarnation)[:MAX_NUMBER_CHARS],
                last_good_seq=str(item.payload.last_good_seq)[:MAX_NUMBER_CHARS],
            )
        elif item.event_id in uses:
            uses[item.event_id].take(ledger, item, spent)
    await ledger.write(connection, scene.network)
    await book_redemptions(connection, scene, items, uses)
    await book_sales(connection, scene, items)
    await book_attempts(connection, scene, items)


def _leases(items: Sequence[Item]) -> set[UUID]:
    spent = {spend.lease for item in items for spend in item.link.envelope.spends}
    closed = {item.payload.lease for item in items if isinstance(item.payload, LeaseClosed)}
    return {*spent, *closed}


def _settle(ledger: Ledger, item: Item) -> dict[LimitKey, int]:
    """Settle what the envelope says, whatever the payload is; return the units by limit."""
    spent: dict[LimitKey, int] = {}
    for spend in item.link.envelope.spends:
        if not 1 <= spend.units <= MAX_UNITS_PER_REQUEST:
            _note(item, CaseKind.SPEND_IMPOSSIBLE, spend)
            continue
        problem = ledger.spend(spend.lease, spend.units)
        key = ledger.key_of(spend.lease)
        if key is not None:
            spent[key] = spent.get(key, 0) + spend.units
        if problem is not None:
            _note(item, problem, spend)
    return spent


def _note(item: Item, kind: CaseKind, spend: Spend) -> None:
    item.raise_case(kind, lease=str(spend.lease), units=str(spend.units)[:MAX_NUMBER_CHARS])


def _close(ledger: Ledger, scene: Scene, item: Item, payload: LeaseClosed) -> None:
    """Close a lease. The other side of a fork proves nothing about what the first side will still spend."""
    if scene.branch != MAIN:
        item.quarantine("a lease cannot be closed by the other side of a fork")
        return
    try:
        differs = ledger.close(payload.lease, payload.spent)
    except KeyError:
        item.quarantine(f"the lease {payload.lease} is not this till's")
        return
    if differs is not None:
        item.raise_case(differs, lease=str(payload.lease), counted=str(payload.spent)[:MAX_NUMBER_CHARS])
