"""Booking the effects of one batch: event by event what its envelope settles, then what its payload says.

Everything is read and written set by set; in between, the events are gone through in their order. Should
PostgreSQL refuse a value that nobody foresaw, the batch is booked again event by event, each in a savepoint of
its own, so that only the poisonous one is set aside.
"""

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from uuid import UUID

import asyncpg

from sync.central.schema.words import Judged, WaitsFor
from sync.central.services.cases import CaseKind
from sync.central.services.journal.attempts import book_attempts
from sync.central.services.journal.books import Books, open_books
from sync.central.services.journal.day_uses import count_days, is_limited, return_days
from sync.central.services.journal.guests import book_guests
from sync.central.services.journal.item import Item, Scene, numeral, printable
from sync.central.services.journal.judging import open_court
from sync.central.services.journal.known_then import read_office
from sync.central.services.journal.late_guests import book_late, read_late, settle_late
from sync.central.services.journal.line import MAIN
from sync.central.services.journal.overrides import book_overrides
from sync.central.services.journal.points import points_key
from sync.central.services.journal.redemptions import Use, count_uses, read_uses, store_redemptions
from sync.central.services.journal.refunds import book_refunds
from sync.central.services.journal.registrations import register
from sync.central.services.journal.returned_uses import book_returned_uses
from sync.central.services.journal.sales import book_sales
from sync.central.services.journal.shifts import book_shifts
from sync.central.services.journal.tiers import book_tiers
from sync.central.services.journal.undone_uses import read_undone
from sync.central.services.limits import LimitKey
from sync.protocol.event import Spend
from sync.protocol.leases import MAX_UNITS_PER_REQUEST, LimitKind
from sync.protocol.payloads import ChainBreak, LeaseClosed, PointsAdjusted, Redemption, Refund, Sale, Void
from sync.rules.ledger.operations import MAX_POINTS

_POISON = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)
_log = logging.getLogger(__name__)


async def book(
    connection: asyncpg.Connection, scene: Scene, items: Sequence[Item], *, ids_are_free: bool = True
) -> None:
    """Book a batch in the caller's transaction; each item says afterwards what became of it.

    Without ``ids_are_free`` nobody has looked whether the events' ids are taken: ``UniqueViolationError`` may
    mean that, and is the caller's.
    """
    before = [(item.payload, item.quarantined, list(item.cases), item.waits_for) for item in items]
    try:
        async with connection.transaction():
            await _book_together(connection, scene, items, items)
    except _POISON as error:
        if not ids_are_free and isinstance(error, asyncpg.UniqueViolationError):
            raise
        for item, (payload, quarantined, cases, waits_for) in zip(items, before, strict=True):
            item.payload, item.quarantined, item.waits_for = payload, quarantined, waits_for
            item.cases = cases
            await _book_alone(connection, scene, item, items)


async def _book_alone(
    connection: asyncpg.Connection, scene: Scene, item: Item, batch: Sequence[Item]
) -> None:
    cases = list(item.cases)
    try:
        async with connection.transaction():
            await _book_together(connection, scene, [item], batch)
    except _POISON as error:
        item.cases = cases
        what = printable(type(error).__name__)
        _log.info("event %s of till %s is quarantined: %s", item.event_id, scene.till, what)
        item.quarantine(f"its values cannot be stored ({what})")
        async with connection.transaction():
            await _book_together(connection, scene, [item], batch)


async def _book_together(
    connection: asyncpg.Connection, scene: Scene, items: Sequence[Item], batch: Sequence[Item]
) -> None:
    merged, arrived = await register(connection, scene, items)
    late = await read_late(connection, scene.network, arrived)
    uses = await read_uses(connection, scene, items)
    _refuse_impossible(items)
    judge = partial(_judge, connection, scene, items, batch, uses)
    # What nobody else can be waiting for comes first. From the books on, every till that uses the same codes
    # waits for this batch, so that little is left to do until COMMIT; only uses that are limited by day can be
    # judged no sooner than they are counted.
    first = not any(is_limited(use.offer) for use in uses.values())
    if first:
        await store_redemptions(connection, scene, items, uses, await judge())
    await book_sales(connection, scene, items)
    await book_attempts(connection, scene, items)
    await book_overrides(connection, scene, items)
    books = await open_books(connection, scene, items, batch, uses, late.guests())
    book_late(books, late)
    for item in items:
        spent = _settle(books, item)
        if merged:
            _of_whom(spent, merged)
        books.undoing.restore(item)
        _apply(books, item, spent)
    await books.ledger.write(connection, scene.network)
    await books.undoing.restores.write(connection, scene.network)
    if not first:
        await store_redemptions(connection, scene, items, uses, await judge())
    await book_tiers(connection, scene, items, uses, books.undoing.finished)
    await count_uses(connection, scene, items, uses)
    await book_returned_uses(connection, scene, books.undoing.finished)
    await return_days(connection, scene, books.undoing.finished)
    await book_refunds(connection, scene, books.undoing.booked)
    await book_guests(connection, scene, books.purchases, books.points.accounts)
    await settle_late(connection, scene, late)
    await book_shifts(connection, scene, items)


async def _judge(
    connection: asyncpg.Connection,
    scene: Scene,
    items: Sequence[Item],
    batch: Sequence[Item],
    uses: Mapping[UUID, Use],
) -> dict[UUID, Judged]:
    """Judge the redemptions by the rules that the till had, and count the uses that are limited by day."""
    booked = [(item, uses[item.event_id]) for item in items if item.event_id in uses]
    if not booked:
        return {}
    office = await read_office(connection, scene)
    undone = await read_undone(connection, scene, items, uses)
    court = await open_court(connection, scene, office, items=items, batch=batch, uses=uses, undone=undone)
    return court.judge(await count_days(connection, scene, booked, undone, office.zone))


def _settle(books: Books, item: Item) -> dict[LimitKey, int]:
    """Settle what the envelope says was spent, whatever the payload is; return the units by limit."""
    if not item.link.envelope.spends:
        return {}
    units: dict[UUID, int] = {}
    for spend in item.link.envelope.spends:
        if not 1 <= spend.units <= MAX_UNITS_PER_REQUEST:
            _note(item, CaseKind.SPEND_IMPOSSIBLE, spend)
        else:
            units[spend.lease] = units.get(spend.lease, 0) + spend.units
    spent: dict[LimitKey, int] = {}
    for lease, number in units.items():
        key = books.ledger.key_of(lease)
        if key is not None:
            spent[key] = spent.get(key, 0) + number
        if not item.again:
            _spend(books, item, Spend(lease, number), key)
    return spent


def _of_whom(spent: dict[LimitKey, int], merged: Mapping[int, int]) -> None:
    """Let what was spent of a registration's limits cover what its guest, who turned out to be another, used."""
    for key, units in list(spent.items()):
        if key.guest in merged:
            kept = key._replace(guest=merged[key.guest])
            spent[kept] = spent.get(kept, 0) + units


def _spend(books: Books, item: Item, spend: Spend, key: LimitKey | None) -> None:
    ledger = books.ledger
    before = 0 if key is None else ledger.worth(key)
    problem = ledger.spend(spend.lease, spend.units)
    if key is not None:
        _follow(books, item, spend.lease, key, before)
    if problem is not None:
        _note(item, problem, spend)


def _follow(books: Books, item: Item, lease: UUID, key: LimitKey, before: int) -> None:
    """Let the guest's ledger follow when points of a limit were spent."""
    gone = before - books.ledger.worth(key)
    if key.kind is LimitKind.POINTS and gone > 0:
        books.points.spend(item, lease, key.subject, gone)


def _note(item: Item, kind: CaseKind, spend: Spend) -> None:
    item.raise_case(kind, lease=str(spend.lease), units=numeral(spend.units))


def _apply(books: Books, item: Item, spent: dict[LimitKey, int]) -> None:
    """Apply a payload to the books; what only needs storing is stored later, set by set."""
    match item.payload:
        case Redemption() as payload:
            if payload.sale is None:
                _earn(books, item, payload.guest_id, payload.points, purchases=0)
            if item.event_id in books.uses:
                books.uses[item.event_id].take(books.ledger, item, spent)
        case Sale() as payload:
            _earn(books, item, payload.guest_id, payload.points_earned, purchases=1)
        case Void() | Refund() as payload:
            _undo(books, item, payload)
        case PointsAdjusted() as payload:
            _adjust(books, item, payload, spent)
        case LeaseClosed() as payload:
            _close(books, item, payload)
        case ChainBreak() as payload:
            item.raise_case(
                CaseKind.CHAIN_BREAK,
                found=printable(payload.found),
                last_good_incarnation=numeral(payload.last_good_incarnation),
                last_good_seq=numeral(payload.last_good_seq),
            )
    books.undoing.originals.note(item, books.uses)


def _refuse_impossible(items: Sequence[Item]) -> None:
    """Set aside what earns a number of points that cannot be."""
    for item in items:
        payload = item.payload
        if type(payload) is Sale:
            points = payload.points_earned
        elif type(payload) is Redemption and payload.sale is None:
            points = payload.points
        else:
            continue
        if not 0 <= points <= MAX_POINTS:
            item.quarantine("it earns a number of points that cannot be")


def _earn(books: Books, item: Item, guest: int | None, points: int, *, purchases: int) -> None:
    if purchases or points:
        books.purchases.count(item, guest, purchases, points)
    if points and guest is not None:
        books.points.earn(item, guest, points)


def _undo(books: Books, item: Item, payload: Void | Refund) -> None:
    finished = len(books.undoing.finished)
    books.undoing.undo(item, payload)
    for original in books.undoing.finished[finished:]:
        if original.is_sale:
            books.purchases.count(item, original.guest, -1)


def _adjust(books: Books, item: Item, payload: PointsAdjusted, spent: dict[LimitKey, int]) -> None:
    """Book points given or taken by hand. What no allowance or lease covers becomes exposure, with a case."""
    if not 0 < abs(payload.points) <= MAX_POINTS:
        item.quarantine("it credits a number of points that cannot be")
        return
    if not books.points.accounts.knows(payload.guest_id):
        item.quarantine(f"the guest {payload.guest_id} is not known yet", WaitsFor.REFERENCE)
        return
    key = books.credit_key if payload.points > 0 else points_key(payload.guest_id)
    missing = abs(payload.points) - spent.get(key, 0)
    if missing > 0:
        before = books.ledger.worth(key)
        books.ledger.take_unleased(key, missing)
        _follow(books, item, item.event_id, key, before)
        item.raise_case(CaseKind.NO_LEASE, limit=key.kind.value, subject=key.subject, units=missing)
    if payload.points > 0:
        books.points.credit(item, payload)
    books.by_hand.judge(item, payload)


def _close(books: Books, item: Item, payload: LeaseClosed) -> None:
    """Close a lease. The other side of a fork proves nothing about what the first side will still spend."""
    if books.scene.branch != MAIN:
        item.quarantine("a lease cannot be closed by the other side of a fork")
        return
    key = books.ledger.key_of(payload.lease)
    before = 0 if key is None else books.ledger.worth(key)
    try:
        differs = books.ledger.close(payload.lease, payload.spent)
    except KeyError:
        # Perhaps it was granted before central was put back, and is listed again only now.
        item.quarantine(f"the lease {payload.lease} is not this till's", WaitsFor.REFERENCE)
        return
    if differs is not None:
        item.raise_case(differs, lease=str(payload.lease), counted=numeral(payload.spent))
    if key is not None:
        # What the till counts as spent and no event shows is no longer the guest's.
        _follow(books, item, payload.lease, key, before)
    books.undoing.closed(item, payload.lease)
