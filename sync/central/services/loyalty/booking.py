"""Booking for one guest without a till: the guest's ledger, the limit of their points and their row move together.

Points are taken from the pool, never from what a till holds on lease: the equation of limits holds beside leases.
"""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from sync.central.clock import clock_of
from sync.central.secrets import Secrets
from sync.central.services.guest_publishing import publish_guest
from sync.central.services.journal.ledger import Ledger
from sync.central.services.journal.points import points_key
from sync.central.services.limits import LimitKey
from sync.central.services.points import open_books, write_books
from sync.central.services.points_accounts import PointsAccounts
from sync.central.services.points_rows import By
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType
from sync.rules.ledger.book import Kind
from sync.rules.points_rules import PointsRules
from sync.rules.user_error import UserError


@dataclass(slots=True)
class GuestBooks:
    """The locked books of one guest in one transaction; :func:`open_guest_books` opens them."""

    network: int
    guest: int
    operation: UUID
    by: By
    ledger: Ledger
    accounts: PointsAccounts
    at_ms: int

    @property
    def rules(self) -> PointsRules:
        """The network's rules for points."""
        return self.accounts.rules

    @property
    def balance(self) -> int:
        """What the guest has."""
        return self.accounts.balance(self.guest)

    def earn(self, points: int) -> int:
        """Book points of a purchase; return by how much the balance rose: what is owed comes off first."""
        change = self.accounts.earn(self.guest, str(self.operation), points, at_ms=self.at_ms, by=self.by)
        return self._raise(change)

    def credit(self, points: int) -> int:
        """Book points that were given by hand; return by how much the balance rose."""
        change = self.accounts.credit(self.guest, str(self.operation), points, at_ms=self.at_ms, by=self.by)
        return self._raise(change)

    def take(self, points: int, kind: Kind = Kind.BURN) -> None:
        """Take points; raises :class:`UserError` ``not_enough_points`` or :class:`Refusal` ``conflict``."""
        key = points_key(self.guest)
        if self.balance < points:
            raise UserError(
                "not_enough_points",
                f"The guest has {self.balance} points, but {points} are needed.",
                "Choose a smaller reward, or take the rest in money.",
            )
        if self.ledger.free(key) < points:
            raise Refusal(
                ProblemType.CONFLICT,
                "Some of these points are set aside at a till that is using them.",
                "Try again when its sale is done.",
            )
        self.ledger.take_at_risk(key, points)
        self.accounts.spend(self.guest, str(self.operation), points, at_ms=self.at_ms, kind=kind, by=self.by)

    def use_allowance(self, key: LimitKey, units: int) -> bool:
        """Take units of a further limit that was opened with the books; False where it has not so many."""
        if self.ledger.free(key) < units:
            return False
        self.ledger.take_at_risk(key, units)
        return True

    async def write(self, connection: asyncpg.Connection, secrets: Secrets, *, purchases: int = 0) -> None:
        """Write everything back, count ``purchases``, and tell the tills."""
        await write_books(connection, self.network, self.ledger, self.accounts)
        if purchases:
            await connection.execute(
                "UPDATE guests SET purchases = purchases + $3 WHERE network_id = $1 AND id = $2",
                self.network,
                self.guest,
                purchases,
            )
        await publish_guest(connection, self.network, secrets, self.guest)

    def _raise(self, change: int) -> int:
        key, before = points_key(self.guest), self.balance - change
        self.ledger.raise_total(key, change)
        # What was spent beyond the points before (exposure) is made good by the new ones.
        deficit = self.balance - self.ledger.worth(key)
        if deficit > 0:
            self.accounts.spend(
                self.guest, f"{self.operation}:deficit", deficit, at_ms=self.at_ms, by=self.by
            )
        return self.balance - before


async def open_guest_books(
    connection: asyncpg.Connection,
    network_id: int,
    guest_id: int,
    operation: UUID,
    by: By,
    *further: LimitKey,
) -> GuestBooks:
    """Lock the books of a guest who is there."""
    ledger, accounts = await open_books(connection, network_id, [guest_id], further)
    return GuestBooks(network_id, guest_id, operation, by, ledger, accounts, clock_of(connection).now_ms())
