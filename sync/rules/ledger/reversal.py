"""Taking back what was booked, in whole or in part: voids, refunds, cancelled rewards.

Points that were spent come back into the lots they came from, with those lots' own expiry; where that has
passed they get a lot of their own and :data:`RESTORED_LIFE_MS` to be spent. Points that were earned are
taken from their own lot, then from the others (what expires first first); what is missing then is owed or
forgiven, as the network's declared policy says. The balance never falls below zero.
"""

from sync.rules.ledger.book import (
    Account,
    Book,
    Entry,
    Kind,
    Lot,
    Shortfall,
    Transaction,
    has_expired,
    lot_named,
)
from sync.rules.ledger.operations import booked, take
from sync.rules.ledger.posting import LedgerError, already, post
from sync.rules.local_time import DAY_MS

RESTORED_LIFE_MS = 14 * DAY_MS

_SOURCES = {Kind.EARN: Account.EARNED, Kind.BURN: Account.BURNT, Kind.ADJUST: Account.ADJUSTED}


def reverse(
    book: Book,
    operation: str,
    *,
    of: str,
    at_ms: int,
    points: int | None = None,
    shortfall: Shortfall = Shortfall.OWE,
    within: int | None = None,
    note: str = "",
) -> Book:
    """Take back an earning, a burn or an adjustment: all that is left of it, or so many points.

    ``within`` is how many points may be taken from the guest's lots (None: as many as there are): the
    others are set aside by leases. Of spent points that come back it is how many may pay what is owed: none of
    those that go back into a lease.

    Raises ``LedgerError`` for an operation that is not booked or cannot be reversed, and for more points
    than are left of it: an original is never reversed beyond what it was.
    """
    request = (Kind.REVERSE, of, str(points), shortfall)
    if already(book, operation, request):
        return book
    original = booked(book, of)
    source = _SOURCES.get(original.kind)
    if source is None:
        msg = f"{of} is an operation ({original.kind}) that cannot be reversed"
        raise LedgerError(msg)
    left = abs(reversible(book, of))
    amount = left if points is None else points
    if not 0 < amount <= left:
        msg = f"{amount} points of {of} cannot be reversed: {left} are left of it"
        raise LedgerError(msg)
    came_from_network = _source_points(original, source) < 0
    new_lots: list[Lot] = []
    if came_from_network:
        from_lots = amount if within is None else min(within, amount)
        entries = [
            *_taken_back(book, of, amount, at_ms, shortfall, from_lots),
            Entry(account=source, points=amount),
        ]
    else:
        entries, new_lots = _given_back(book, original, operation, amount, at_ms, within)
        entries.append(Entry(account=source, points=-amount))
    transaction = Transaction(
        operation=operation,
        kind=Kind.REVERSE,
        at_ms=at_ms,
        entries=tuple(entries),
        request=request,
        of=of,
        note=note,
    )
    return post(book, transaction, new_lots)


def reversible(book: Book, of: str) -> int:
    """Return how many points of an operation are not reversed yet: positive if it gave, negative if it took."""
    original = booked(book, of)
    source = _SOURCES.get(original.kind)
    if source is None:
        return 0
    undone = sum(
        _source_points(one, source) for one in book.transactions if one.kind is Kind.REVERSE and one.of == of
    )
    return -(_source_points(original, source) + undone)


def _source_points(transaction: Transaction, source: Account) -> int:
    return sum(entry.points for entry in transaction.entries if entry.account is source)


def _taken_back(
    book: Book, of: str, amount: int, at_ms: int, shortfall: Shortfall, from_lots: int
) -> list[Entry]:
    """Take earned points back: own lot (pending or not, expired or not), other lots, then the policy."""
    entries: list[Entry] = []
    own = lot_named(book, of)
    missing = from_lots
    if own is not None and own.left:
        part = min(own.left, missing)
        account = Account.PENDING if own.pending else Account.AVAILABLE
        entries.append(Entry(account=account, points=-part, lot=own.id))
        missing -= part
    others = [entry for entry in take(book, amount, at_ms) if entry.lot != of]
    for entry in others:
        part = min(-entry.points, missing)
        if part:
            entries.append(Entry(account=Account.AVAILABLE, points=-part, lot=entry.lot))
            missing -= part
    missing += amount - from_lots
    if missing:
        account = Account.OWED if shortfall is Shortfall.OWE else Account.FORGIVEN
        entries.append(Entry(account=account, points=-missing))
    return entries


def _given_back(
    book: Book, original: Transaction, operation: str, amount: int, at_ms: int, within: int | None
) -> tuple[list[Entry], list[Lot]]:
    """Give spent points back to their lots, to those that expire last first; what is owed is paid first."""
    entries: list[Entry] = []
    repaid = min(book.owed, amount if within is None else min(within, amount))
    if repaid:
        entries.append(Entry(account=Account.OWED, points=repaid))
    missing = amount - repaid
    late = 0
    for lot, room in _room(book, original):
        part = min(room, missing)
        if part and has_expired(lot, at_ms):
            late += part
        elif part:
            entries.append(Entry(account=Account.AVAILABLE, points=part, lot=lot.id))
        missing -= part
    if missing:
        # What no lot had given the network bore, and has again.
        entries.append(Entry(account=Account.FORGIVEN, points=missing))
    if not late:
        return entries, []
    fresh = Lot(
        id=operation, left=0, pending=False, earned_at_ms=at_ms, expires_at_ms=at_ms + RESTORED_LIFE_MS
    )
    entries.append(Entry(account=Account.AVAILABLE, points=late, lot=fresh.id))
    return entries, [fresh]


def _room(book: Book, original: Transaction) -> list[tuple[Lot, int]]:
    """Return the lots an operation took from, with what of it has not come back to each."""
    taken: dict[str, int] = {}
    reversals = [
        one for one in book.transactions if one.kind is Kind.REVERSE and one.of == original.operation
    ]
    for transaction in (original, *reversals):
        for entry in transaction.entries:
            if entry.account is Account.AVAILABLE and entry.lot is not None:
                taken[entry.lot] = taken.get(entry.lot, 0) - entry.points
    lots = [(lot, taken[lot.id]) for lot in book.lots if taken.get(lot.id, 0) > 0]
    return sorted(
        lots,
        key=lambda one: (
            one[0].expires_at_ms is not None,
            -(one[0].expires_at_ms or 0),
            -one[0].earned_at_ms,
        ),
    )
