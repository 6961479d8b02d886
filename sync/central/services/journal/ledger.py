"""The books of leases and limits while one batch is settled (DESIGN 7).

Everything that a batch can touch is locked and read first, changed here, and written back in one statement
each. What is locked, and in which order, is the same for every batch: leases by id, then limits by key.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import asyncpg

from sync.central.schema.words import LeaseState
from sync.central.services.cases import CaseKind
from sync.central.services.limits import LimitKey
from sync.protocol.leases import LimitKind

GIVEN_UP = (LeaseState.BURNT, LeaseState.REISSUED)
"""A lease of a till that a person gave up as lost."""


@dataclass(slots=True)
class LeaseAccount:
    """One lease as it stands."""

    id: UUID
    till: int
    incarnation: int
    key: LimitKey
    units: int
    settled: int
    state: LeaseState


@dataclass(slots=True)
class LimitAccount:
    """One limit as it stands."""

    total: int
    pool: int
    outstanding: int
    spent: int
    burnt: int
    exposure: int


class Restored(NamedTuple):
    """What became of units that an event gives back: ``back`` can be used again, ``waiting`` cannot yet."""

    back: int = 0
    waiting: int = 0
    problem: CaseKind | None = None


class Ledger:
    """The locked accounts of one batch of one life of a till."""

    def __init__(self, *, till: int, incarnation: int) -> None:
        """Begin empty; :meth:`load` fills it."""
        self._till = till
        self._incarnation = incarnation
        self._leases: dict[UUID, LeaseAccount] = {}
        self._limits: dict[LimitKey, LimitAccount] = {}

    async def load(
        self, connection: asyncpg.Connection, network_id: int, leases: set[UUID], limits: set[LimitKey]
    ) -> None:
        """Lock and read leases, their limits, and further limits."""
        if leases:
            for row in await connection.fetch(
                """SELECT id, till_id, incarnation, kind, subject, guest, units, settled, state FROM leases
                WHERE network_id = $1 AND id = ANY ($2::uuid[]) ORDER BY id FOR NO KEY UPDATE""",
                network_id,
                list(leases),
            ):
                key = LimitKey(LimitKind(row["kind"]), row["subject"], row["guest"])
                self._leases[row["id"]] = LeaseAccount(
                    row["id"],
                    row["till_id"],
                    row["incarnation"],
                    key,
                    row["units"],
                    row["settled"],
                    LeaseState(row["state"]),
                )
        keys = sorted(limits | {lease.key for lease in self._leases.values()})
        if keys:
            for row in await connection.fetch(
                """SELECT l.* FROM limits l
                JOIN unnest($2::text[], $3::bigint[], $4::bigint[]) AS k (kind, subject, guest)
                    ON l.kind = k.kind AND l.subject = k.subject AND l.guest = k.guest
                WHERE l.network_id = $1 ORDER BY l.kind, l.subject, l.guest FOR NO KEY UPDATE OF l""",
                network_id,
                *_columns(keys),
            ):
                self._limits[LimitKey(LimitKind(row["kind"]), row["subject"], row["guest"])] = LimitAccount(
                    row["total"], row["pool"], row["outstanding"], row["spent"], row["burnt"], row["exposure"]
                )

    def key_of(self, lease: UUID) -> LimitKey | None:
        """Return which limit a lease belongs to, None for a lease that central never granted."""
        account = self._leases.get(lease)
        return None if account is None else account.key

    def spend(self, lease_id: UUID, units: int) -> CaseKind | None:
        """Settle units that an event took from a lease; return why a person must look, if so.

        What the lease does not cover happened all the same: it becomes exposure.
        """
        lease = self._leases.get(lease_id)
        if lease is None:
            return CaseKind.LEASE_UNKNOWN
        if (lease.till, lease.incarnation) != (self._till, self._incarnation):
            self._expose(lease.key, units)
            return CaseKind.LEASE_OF_ANOTHER
        if lease.state is LeaseState.CLOSED:
            self._expose(lease.key, units)
            return CaseKind.LEASE_NOT_OPEN
        covered = self._settle(lease, units)
        self._expose(lease.key, units - covered)
        if lease.state in GIVEN_UP:
            return CaseKind.LEASE_BURNT
        return CaseKind.OVER_SPENT if covered < units else None

    def close(self, lease_id: UUID, spent: int) -> CaseKind | None:
        """Return what is left of a lease to the pool; the till will spend nothing more of it.

        Units that the till counts as spent and no event shows do not return. Raises ``KeyError`` for a
        lease that is not this till's.
        """
        lease = self._leases.get(lease_id)
        if lease is None or (lease.till, lease.incarnation) != (self._till, self._incarnation):
            raise KeyError(lease_id)
        differs = None if spent == lease.settled else CaseKind.LEASE_MISCOUNTED
        if lease.state in (LeaseState.CLOSED, LeaseState.BURNT):
            # Closed before, or burnt with its till: burnt stays burnt.
            return differs if lease.state is LeaseState.CLOSED else None
        limit = self._limits[lease.key]
        missing = min(max(spent - lease.settled, 0), lease.units - lease.settled)
        self._settle(lease, missing)
        left = lease.units - lease.settled
        if lease.state is LeaseState.REISSUED:
            # Others got these units as exposure; now it is proved that the lost till spends none of them.
            left = min(left, limit.burnt)
            limit.burnt -= left
        else:
            limit.outstanding -= left
        limit.pool += left
        self._repay(limit, left)
        lease.state = LeaseState.CLOSED
        return differs

    def restore(self, lease_id: UUID, units: int, *, here: bool) -> Restored:
        """Give back units that an event had spent of a lease (DESIGN 7.12).

        ``here``: the till has put them back into this lease, its own and open. Otherwise the pool gets them,
        but only once the lease is closed: until then its till may be giving the same units back itself.
        """
        lease = self._leases.get(lease_id)
        if lease is None:
            return Restored(problem=CaseKind.LEASE_UNKNOWN)
        limit = self._limits[lease.key]
        units = min(units, limit.spent)
        if not here and lease.state is not LeaseState.CLOSED:
            return Restored(waiting=units)
        if not here:
            self.release(lease_id, units)
            return Restored(back=units)
        if (lease.till, lease.incarnation) != (self._till, self._incarnation):
            return Restored(problem=CaseKind.LEASE_OF_ANOTHER)
        units = min(units, lease.settled)
        if lease.state is LeaseState.OPEN:
            limit.outstanding += units
        elif lease.state in GIVEN_UP:
            # They came back into the lease of a till that was given up: burnt stays burnt.
            limit.burnt += units
        else:
            return Restored(problem=CaseKind.LEASE_NOT_OPEN)
        lease.settled -= units
        limit.spent -= units
        return Restored(back=units)

    def release(self, lease_id: UUID, units: int) -> int:
        """Give spent units of a closed lease to the pool; return how many there were."""
        return self.unspend(self._leases[lease_id].key, units)

    def unspend(self, key: LimitKey, units: int) -> int:
        """Give spent units of a limit back to its pool; return how many there were."""
        limit = self._limits[key]
        units = min(units, limit.spent)
        limit.spent -= units
        limit.pool += units
        self._repay(limit, units)
        return units

    def is_closed(self, lease_id: UUID) -> bool:
        """Whether a till's journal has closed this lease."""
        lease = self._leases.get(lease_id)
        return lease is not None and lease.state is LeaseState.CLOSED

    def worth(self, key: LimitKey) -> int:
        """Return what of a limit is not spent, whoever has it; exposure adds nothing to it."""
        limit = self._limits.get(key)
        return 0 if limit is None else max(limit.total - limit.spent, 0)

    def exposure(self, key: LimitKey) -> int:
        """Return how much of a limit was taken beyond it."""
        limit = self._limits.get(key)
        return 0 if limit is None else limit.exposure

    def raise_total(self, key: LimitKey, units: int) -> None:
        """Make a limit larger: what is new goes into its pool, and takes exposure back first."""
        limit = self._limits[key]
        limit.total += units
        limit.pool += units
        self._repay(limit, units)

    def lower_total(self, key: LimitKey, units: int) -> None:
        """Make a limit smaller by so many units, which :meth:`free` says there are."""
        limit = self._limits[key]
        limit.pool -= units
        limit.total -= units

    def free(self, key: LimitKey) -> int:
        """Return by how much a limit can be made smaller: what is neither spent nor out on lease."""
        limit = self._limits.get(key)
        return 0 if limit is None else min(limit.pool, self.worth(key))

    def limits(self) -> list[LimitKey]:
        """Return the limits that are loaded."""
        return list(self._limits)

    def take_unleased(self, key: LimitKey, units: int) -> bool:
        """Book units that were used without any lease; False when there is no such limit."""
        if key not in self._limits:
            return False
        self._expose(key, units)
        return True

    def take_at_risk(self, key: LimitKey, units: int) -> int:
        """Book units used without a lease as a campaign allows: from the pool, and beyond it as exposure.

        Returns how many became exposure.
        """
        limit = self._limits.get(key)
        if limit is None:
            return 0
        covered = min(units, limit.pool)
        limit.pool -= covered
        limit.spent += covered
        self._expose(key, units - covered)
        return units - covered

    async def write(self, connection: asyncpg.Connection, network_id: int) -> None:
        """Write all accounts back."""
        leases = list(self._leases.values())
        if leases:
            await connection.execute(
                """UPDATE leases l SET settled = a.settled, state = a.state
                FROM unnest($2::uuid[], $3::bigint[], $4::text[]) AS a (id, settled, state)
                WHERE l.network_id = $1 AND l.id = a.id
                    AND (l.settled, l.state) IS DISTINCT FROM (a.settled, a.state)""",
                network_id,
                [lease.id for lease in leases],
                [lease.settled for lease in leases],
                [lease.state.value for lease in leases],
            )
        if self._limits:
            accounts = list(self._limits.values())
            await connection.execute(
                """UPDATE limits l SET total = a.total, pool = a.pool, outstanding = a.outstanding,
                    spent = a.spent, burnt = a.burnt, exposure = a.exposure
                FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
                    $8::bigint[], $9::bigint[], $10::bigint[])
                    AS a (kind, subject, guest, total, pool, outstanding, spent, burnt, exposure)
                WHERE l.network_id = $1 AND l.kind = a.kind AND l.subject = a.subject AND l.guest = a.guest
                    AND (l.total, l.pool, l.outstanding, l.spent, l.burnt, l.exposure)
                        IS DISTINCT FROM (a.total, a.pool, a.outstanding, a.spent, a.burnt, a.exposure)""",
                network_id,
                *_columns(self._limits),
                [account.total for account in accounts],
                [account.pool for account in accounts],
                [account.outstanding for account in accounts],
                [account.spent for account in accounts],
                [account.burnt for account in accounts],
                [account.exposure for account in accounts],
            )

    def _settle(self, lease: LeaseAccount, units: int) -> int:
        """Move units of a lease to spent, as far as it has them; return how many."""
        limit = self._limits[lease.key]
        covered = min(units, lease.units - lease.settled)
        if lease.state in GIVEN_UP:
            # Units of a lost till turn out to have been used: they were given up, so nothing is exceeded.
            covered = min(covered, limit.burnt)
            limit.burnt -= covered
        else:
            limit.outstanding -= covered
        lease.settled += covered
        limit.spent += covered
        return covered

    def _repay(self, limit: LimitAccount, units: int) -> None:
        """Let units that came back take exposure back first: what was used beyond the total used them."""
        repaid = min(units, limit.exposure)
        limit.pool -= repaid
        limit.exposure -= repaid

    def _expose(self, key: LimitKey, units: int) -> None:
        limit = self._limits[key]
        limit.exposure += units
        limit.spent += units


def _columns(keys: Iterable[LimitKey]) -> tuple[list[str], list[int], list[int]]:
    listed = list(keys)
    return (
        [key.kind.value for key in listed],
        [key.subject for key in listed],
        [key.guest for key in listed],
    )
