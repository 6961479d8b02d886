"""What can happen to a guest's points. Each returns the book after it, and the same book when repeated."""

from collections.abc import Sequence

from sync.rules.ledger.book import (
    Account,
    Book,
    Entry,
    Kind,
    Lot,
    Transaction,
    by_expiry,
    find,
    has_expired,
    in_burning_order,
    lot_named,
    spendable,
)
from sync.rules.ledger.posting import LedgerError, already, post
from sync.rules.user_error import UserError

MAX_POINTS = 1_000_000_000_000
"""More than any guest can ever hold; it keeps a slip of the finger out of the book."""


def earn(
    book: Book,
    operation: str,
    points: int,
    *,
    at_ms: int,
    expires_at_ms: int | None = None,
    note: str = "",
    pending: bool = True,
) -> Book:
    """Book points that a sale earned. They are pending until :func:`apply` says that the office has them.

    ``pending`` is False where it is the office that books them: what is owed comes off at once.
    """
    request = (Kind.EARN, str(points), str(expires_at_ms))
    if already(book, operation, request):
        return book
    _positive(points)
    lot = Lot(id=operation, left=0, pending=pending, earned_at_ms=at_ms, expires_at_ms=expires_at_ms)
    repaid = 0 if pending else min(book.owed, points)
    account = Account.PENDING if pending else Account.AVAILABLE
    entries = _real(
        [
            Entry(account=account, points=points - repaid, lot=lot.id),
            Entry(account=Account.OWED, points=repaid),
            Entry(account=Account.EARNED, points=-points),
        ]
    )
    return post(book, _transaction(operation, Kind.EARN, at_ms, entries, request, note=note), [lot])


def apply(book: Book, operation: str, *, of: str, at_ms: int) -> Book:
    """Make earned points spendable: the office has applied the sale. What is owed comes off first."""
    request = (Kind.APPLY, of)
    if already(book, operation, request):
        return book
    lot = lot_named(book, of)
    if lot is None or not lot.pending:
        msg = f"{of} earned nothing that is pending"
        raise LedgerError(msg)
    repaid = min(book.owed, lot.left)
    entries = [
        Entry(account=Account.PENDING, points=-lot.left, lot=lot.id),
        Entry(account=Account.AVAILABLE, points=lot.left - repaid, lot=lot.id),
        Entry(account=Account.OWED, points=repaid),
    ]
    return post(book, _transaction(operation, Kind.APPLY, at_ms, _real(entries), request, of=of))


def burn(book: Book, operation: str, points: int, *, at_ms: int, note: str = "") -> Book:
    """Spend points, those that expire first first. Raises ``UserError`` (``not_enough_points``)."""
    request = (Kind.BURN, str(points))
    if already(book, operation, request):
        return book
    _positive(points)
    entries = _taken(book, points, at_ms)
    entries.append(Entry(account=Account.BURNT, points=points))
    return post(book, _transaction(operation, Kind.BURN, at_ms, entries, request, note=note))


def spend_leased(
    book: Book, operation: str, points: int, *, at_ms: int, note: str = "", kind: Kind = Kind.BURN
) -> Book:
    """Book points that a lease had set aside and that were spent. They count even if they expired since.

    ``kind`` is ADJUST for a debit by hand. What is spent beyond the balance, because a lost till's points
    were given out again, the network bears.
    """
    request = (kind, str(points), "leased")
    if already(book, operation, request):
        return book
    _positive(points)
    entries = _first(by_expiry(book), points)
    borne = points + sum(entry.points for entry in entries)
    source = Account.ADJUSTED if kind is Kind.ADJUST else Account.BURNT
    entries += _real([Entry(account=Account.FORGIVEN, points=-borne), Entry(account=source, points=points)])
    return post(book, _transaction(operation, kind, at_ms, entries, request, note=note))


def expire(book: Book, operation: str, *, at_ms: int, most: int | None = None) -> Book:
    """Take out everything that has expired. Booked even when that is nothing, so that it happens once.

    ``most`` leaves alone what is set aside by leases: it expires when they come back.
    """
    request = (Kind.EXPIRE, str(at_ms))
    if already(book, operation, request):
        return book
    gone = [lot for lot in by_expiry(book) if has_expired(lot, at_ms)]
    entries = _first(gone, sum(lot.left for lot in gone) if most is None else most)
    entries.append(Entry(account=Account.EXPIRED, points=-sum(entry.points for entry in entries)))
    return post(book, _transaction(operation, Kind.EXPIRE, at_ms, _real(entries), request))


def adjust(
    book: Book,
    operation: str,
    points: int,
    *,
    at_ms: int,
    expires_at_ms: int | None = None,
    note: str = "",
    repay: bool = True,
) -> Book:
    """Credit or debit points by hand. A credit pays what is owed first (``repay``); a debit stops at zero.

    Raises ``UserError`` (``not_enough_points``) for a debit beyond what can be spent.
    """
    request = (Kind.ADJUST, str(points), str(expires_at_ms))
    if already(book, operation, request):
        return book
    _positive(abs(points))
    if points < 0:
        entries = [*_taken(book, -points, at_ms), Entry(account=Account.ADJUSTED, points=-points)]
        return post(book, _transaction(operation, Kind.ADJUST, at_ms, entries, request, note=note))
    lot = Lot(id=operation, left=0, pending=False, earned_at_ms=at_ms, expires_at_ms=expires_at_ms)
    repaid = min(book.owed, points) if repay else 0
    entries = [
        Entry(account=Account.AVAILABLE, points=points - repaid, lot=lot.id),
        Entry(account=Account.OWED, points=repaid),
        Entry(account=Account.ADJUSTED, points=-points),
    ]
    return post(book, _transaction(operation, Kind.ADJUST, at_ms, _real(entries), request, note=note), [lot])


def take(book: Book, points: int, at_ms: int) -> list[Entry]:
    """Return the entries that take up to so many points, those that expire first first."""
    return _first(in_burning_order(book, at_ms), points)


def _first(lots: Sequence[Lot], points: int) -> list[Entry]:
    entries: list[Entry] = []
    for lot in lots:
        part = min(points, lot.left)
        if part:
            entries.append(Entry(account=Account.AVAILABLE, points=-part, lot=lot.id))
            points -= part
    return entries


def booked(book: Book, operation: str) -> Transaction:
    """Return a transaction; raises :class:`LedgerError` when there is none of that name."""
    transaction = find(book, operation)
    if transaction is None:
        msg = f"there is no operation {operation}"
        raise LedgerError(msg)
    return transaction


def _taken(book: Book, points: int, at_ms: int) -> list[Entry]:
    there = spendable(book, at_ms)
    if there < points:
        raise UserError(
            "not_enough_points",
            f"The guest has {there} points, but {points} are needed.",
            "Choose a smaller reward, or take the rest in money.",
        )
    return take(book, points, at_ms)


def _transaction(
    operation: str,
    kind: Kind,
    at_ms: int,
    entries: Sequence[Entry],
    request: Sequence[str],
    *,
    of: str | None = None,
    note: str = "",
) -> Transaction:
    return Transaction(
        operation=operation,
        kind=kind,
        at_ms=at_ms,
        entries=tuple(entries),
        request=tuple(request),
        of=of,
        note=note,
    )


def _real(entries: Sequence[Entry]) -> list[Entry]:
    """Leave out entries of nothing."""
    return [entry for entry in entries if entry.points]


def _positive(points: int) -> None:
    if not 0 < points <= MAX_POINTS:
        msg = f"{points} is not a number of points that can be booked"
        raise LedgerError(msg)
