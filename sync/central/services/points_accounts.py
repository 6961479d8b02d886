"""The points of the guests whom one transaction concerns: read under a lock, changed by the rules, written back.

The rules' books are complete as far as they are asked: every lot that holds points, and of the operations of
the past those that are being taken back.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import asyncpg
import msgspec

from sync.central.services.points_rows import By, append, keep_lots, read_lots, read_transactions
from sync.rules.ledger.book import Account, Book, Kind, by_expiry, find, has_expired
from sync.rules.ledger.operations import adjust, earn, expire, spend_leased
from sync.rules.ledger.reversal import reverse, reversible
from sync.rules.points_rules import PointsRules

NOBODY = By()


@dataclass(slots=True)
class _Account:
    loaded: Book
    book: Book


class PointsAccounts:
    """The books of some guests. Every change says by how many points the balance has changed."""

    def __init__(self, rules: PointsRules, books: dict[int, Book]) -> None:
        """Take the network's rules and what was loaded; :func:`load_points` does both."""
        self.rules = rules
        self._accounts = {guest: _Account(book, book) for guest, book in books.items()}
        self._by: dict[tuple[int, str], By] = {}

    def knows(self, guest: int) -> bool:
        """Whether there is such a guest."""
        return guest in self._accounts

    def earn(self, guest: int, operation: str, points: int, *, at_ms: int, by: By = NOBODY) -> int:
        """Book points that the office has just applied; raises ``LedgerError`` for no points or too many."""
        book = self._accounts[guest].book
        expires_at_ms = self.rules.expires_at_ms(at_ms)
        return self._take(
            guest,
            earn(
                book, operation, points, at_ms=at_ms, expires_at_ms=expires_at_ms, note=by.note, pending=False
            ),
            by,
        )

    def credit(self, guest: int, operation: str, points: int, *, at_ms: int, by: By = NOBODY) -> int:
        """Book points that somebody gave by hand."""
        book = self._accounts[guest].book
        expires_at_ms = self.rules.expires_at_ms(at_ms)
        return self._take(
            guest,
            adjust(book, operation, points, at_ms=at_ms, expires_at_ms=expires_at_ms, note=by.note),
            by,
        )

    def spend(
        self,
        guest: int,
        operation: str,
        points: int,
        *,
        at_ms: int,
        kind: Kind = Kind.BURN,
        by: By = NOBODY,
    ) -> int:
        """Book points that a lease has covered."""
        book = self._accounts[guest].book
        return self._take(
            guest, spend_leased(book, operation, points, at_ms=at_ms, note=by.note, kind=kind), by
        )

    def give_back(
        self, guest: int, operation: str, points: int, *, of: str, at_ms: int, by: By = NOBODY
    ) -> int:
        """Book spent points that came back: to their lots, and as points of their own beyond what those gave."""
        book = self._accounts[guest].book
        # What was spent beyond the balance (exposure) came from no lot, and has none to go back to.
        known = min(points, -reversible(book, of)) if find(book, of) is not None else 0
        before = book.balance
        if known > 0:
            self._take(
                guest,
                reverse(book, operation, of=of, at_ms=at_ms, points=known, within=0, note=by.note),
                by,
            )
        if points > known:
            more, expires_at_ms = f"{operation}.more", self.rules.expires_at_ms(at_ms)
            book = self._accounts[guest].book
            given = points - known
            self._take(
                guest, adjust(book, more, given, at_ms=at_ms, expires_at_ms=expires_at_ms, repay=False), by
            )
        return self._accounts[guest].book.balance - before

    def take_back(
        self, guest: int, operation: str, points: int, *, of: str, at_ms: int, within: int, by: By = NOBODY
    ) -> int:
        """Take earned points back: from the lots up to ``within``, the rest as the network's rules say."""
        book = self._accounts[guest].book
        if find(book, of) is None:
            return 0
        points = min(points, reversible(book, of))
        if points <= 0:
            return 0
        taken = reverse(
            book,
            operation,
            of=of,
            at_ms=at_ms,
            points=points,
            shortfall=self.rules.shortfall,
            within=within,
            note=by.note,
        )
        return self._take(guest, taken, by)

    def expire(self, guest: int, operation: str, *, at_ms: int, most: int) -> int:
        """Take out what has expired and is not out on lease."""
        return self._take(
            guest, expire(self._accounts[guest].book, operation, at_ms=at_ms, most=most), NOBODY
        )

    def expired(self, guest: int, at_ms: int) -> int:
        """Return how many points have expired and are still in the book."""
        book = self._accounts[guest].book
        return sum(lot.left for lot in by_expiry(book) if has_expired(lot, at_ms))

    def balance(self, guest: int) -> int:
        """Return what a guest's lots hold."""
        return self._accounts[guest].book.balance

    def booked(self, guest: int) -> int:
        """Count the operations of a guest's book as it is held here, so that a new one gets a name of its own."""
        return len(self._accounts[guest].book.transactions)

    def changed(self) -> dict[int, Book]:
        """Return the books in which something was booked."""
        return {
            guest: account.book
            for guest, account in self._accounts.items()
            if account.book is not account.loaded
        }

    async def write(self, connection: asyncpg.Connection, network_id: int) -> None:
        """Append what was booked and bring the lots up to date; the guests' rows are the caller's."""
        changed = self.changed()
        if not changed:
            return
        loaded = {guest: self._accounts[guest].loaded for guest in changed}
        news = [
            (guest, one)
            for guest, book in changed.items()
            for one in book.transactions[len(loaded[guest].transactions) :]
        ]
        await append(connection, network_id, news, [self._by[guest, one.operation] for guest, one in news])
        lots = [
            (guest, lot)
            for guest, book in changed.items()
            for lot in set(book.lots) - set(loaded[guest].lots)
        ]
        await keep_lots(connection, network_id, lots)

    def _take(self, guest: int, book: Book, by: By) -> int:
        account = self._accounts[guest]
        if book is account.book:
            return 0
        account.book = book
        transaction = book.transactions[-1]
        self._by[guest, transaction.operation] = by
        return sum(entry.points for entry in transaction.entries if entry.account is Account.AVAILABLE)


async def load_points(
    connection: asyncpg.Connection,
    network_id: int,
    guests: Collection[int],
    undone: Iterable[tuple[int, str]] = (),
) -> PointsAccounts:
    """Lock the guests that exist and read their books; ``undone`` are (guest, operation) to be taken back."""
    if not guests:
        return PointsAccounts(PointsRules(), {})
    debts = await connection.fetch(
        """SELECT id, points_owed FROM guests WHERE network_id = $1 AND id = ANY ($2::bigint[])
        ORDER BY id FOR NO KEY UPDATE""",
        network_id,
        sorted(guests),
    )
    rules = msgspec.convert(
        await connection.fetchval("SELECT points_rules FROM networks WHERE id = $1", network_id), PointsRules
    )
    known = {row["id"] for row in debts}
    pairs = sorted(pair for pair in set(undone) if pair[0] in known)
    transactions = await read_transactions(connection, network_id, pairs)
    named = {
        (guest, entry.lot)
        for guest, booked in transactions.items()
        for one in booked
        for entry in one.entries
        if entry.lot is not None
    }
    lots = await read_lots(connection, network_id, known, named)
    books = {
        row["id"]: Book(
            lots=tuple(lots.get(row["id"], ())),
            transactions=tuple(transactions.get(row["id"], ())),
            owed=row["points_owed"],
        )
        for row in debts
    }
    return PointsAccounts(rules, books)
