"""Leases as the till holds them."""

from uuid import UUID

from msgspec import Struct

from sync.protocol.leases import Grant, LimitKind
from sync.rules.user_error import UserError


class HeldLease(Struct, frozen=True, kw_only=True):
    """A lease stored durably on this till; ``left`` units of ``units`` may still be spent."""

    lease: UUID
    kind: LimitKind
    subject: int
    guest: int
    units: int
    left: int
    granted_ms: int
    expires_ms: int | None
    sale_bound: bool
    operation: UUID | None


class StoredGrants(Struct, frozen=True, kw_only=True):
    """What became of grants: the new ones, how many were known already, and why others were refused."""

    new: tuple[Grant, ...]
    known: int
    refused: tuple[str, ...]


class LeaseShort(UserError):
    """A lease has not the units that an entry wants to spend; nothing was written."""

    def __init__(self, lease: UUID, *, wanted: int, left: int) -> None:
        """Name the lease and the figures."""
        super().__init__(
            "lease_short",
            f"This till holds {left} of the {wanted} uses that are needed.",
            "Scan the code again: the till then asks the office.",
        )
        self.lease = lease
        self.wanted = wanted
        self.left = left
