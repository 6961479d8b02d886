"""Writing one transaction into a book: lots and owed points follow from its entries, nothing else."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Sequence

from sync.rules.ledger.book import Account, Book, Kind, Lot, Transaction, find

_LOT_ACCOUNTS = (Account.AVAILABLE, Account.PENDING)


class LedgerError(ValueError):
    """An operation that cannot be: a bug of the caller, never something a guest did."""


def already(book: Book, operation: str, request: Sequence[str]) -> bool:
    """Whether exactly this operation is booked; raises :class:`LedgerError` for another of that name."""
    booked = find(book, operation)
    if booked is None:
        return False
    if booked.request != tuple(request):
        msg = f"operation {operation} is booked with other contents"
        raise LedgerError(msg)
    return True


def post(book: Book, transaction: Transaction, new_lots: Iterable[Lot] = ()) -> Book:
    """Book one transaction. ``new_lots`` are empty lots that its entries fill.

    Raises :class:`LedgerError` when the entries do not sum to zero or a lot or debt would fall below it.
    """
    if sum(entry.points for entry in transaction.entries):
        msg = f"the entries of {transaction.operation} do not sum to zero"
        raise LedgerError(msg)
    lots = {lot.id: lot for lot in (*book.lots, *new_lots)}
    owed = book.owed
    for entry in transaction.entries:
        if entry.account in _LOT_ACCOUNTS:
            lot = lots[entry.lot or ""]
            # Written out: ``dataclasses.replace`` is ten times slower, and every sale that earns comes here.
            lots[lot.id] = Lot(
                id=lot.id,
                left=lot.left + entry.points,
                pending=lot.pending,
                earned_at_ms=lot.earned_at_ms,
                expires_at_ms=lot.expires_at_ms,
            )
        elif entry.account is Account.OWED:
            owed -= entry.points
    if owed < 0 or any(lot.left < 0 for lot in lots.values()):
        msg = f"{transaction.operation} takes more than there is"
        raise LedgerError(msg)
    if transaction.kind is Kind.APPLY and transaction.of is not None:
        lots[transaction.of] = dataclasses.replace(lots[transaction.of], pending=False)
    return Book(lots=tuple(lots.values()), transactions=(*book.transactions, transaction), owed=owed)


def contradictions(book: Book) -> list[str]:
    """Check everything that must always hold, from the entries alone; empty for a sound book."""
    entries = [entry for transaction in book.transactions for entry in transaction.entries]
    by_lot: Counter[str | None] = Counter()
    by_account: Counter[Account] = Counter()
    for entry in entries:
        by_account[entry.account] += entry.points
        by_lot[entry.lot] += entry.points
    found = [
        f"{transaction.operation} does not sum to zero"
        for transaction in book.transactions
        if sum(entry.points for entry in transaction.entries)
    ]
    found += [
        f"lot {lot.id} holds {lot.left}, its entries say {by_lot[lot.id]}"
        for lot in book.lots
        if lot.left < 0 or lot.left != by_lot[lot.id]
    ]
    held = ((Account.AVAILABLE, book.balance), (Account.PENDING, book.pending), (Account.OWED, -book.owed))
    found += [
        f"{points} are {account}, the entries say {by_account[account]}"
        for account, points in held
        if points != by_account[account]
    ]
    if len({one.operation for one in book.transactions}) != len(book.transactions):
        found.append("an operation is booked twice")
    return found
