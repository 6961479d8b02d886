"""Leases on the wire: units of a limit, handed to one till (DESIGN 7)."""

from enum import StrEnum
from uuid import UUID

import msgspec

MAX_UNITS_PER_REQUEST = 1_000_000


class LimitKind(StrEnum):
    """What is limited. The subject is a code, guest, campaign or till, as each line says."""

    USES = "uses"
    """Uses of one code (subject: the code)."""
    GUEST_USES = "guest_uses"
    """Uses of a campaign by one guest (subject: the campaign; guest named)."""
    POINTS = "points"
    """A guest's points (subject: the guest)."""
    BUDGET = "budget"
    """A campaign's money (subject: the campaign)."""
    CREDIT = "credit"
    """Manual-credit allowance (subject: the restaurant)."""
    RISK = "risk"
    """Risk allowance (subject: the campaign)."""


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What central handed out. ``sale_bound`` grants (online_only) die with the sale they were asked for.

    ``expires_ms`` is trusted time; expiry stops spending and never returns units.
    """

    lease: UUID
    network: int
    till: int
    incarnation: int
    kind: LimitKind
    subject: int
    guest: int = 0
    units: int
    granted_ms: int
    expires_ms: int | None = None
    operation: UUID | None = None
    sale_bound: bool = False


class SignedGrant(msgspec.Struct, frozen=True, array_like=True):
    """A grant's canonical bytes and central's signature over them (``Purpose.LEASE``)."""

    body: bytes
    signature: bytes


class LeaseRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Ask for units on the spot. Asking again with the same ``operation`` gives the same answer."""

    incarnation: int
    operation: UUID
    kind: LimitKind
    subject: int
    guest: int = 0
    units: int = 1
    sale_bound: bool = False


class LeaseReply(msgspec.Struct, frozen=True, kw_only=True):
    """Either a grant, or the reason (an identifier of ``sync.rules.reasons``) why there is none."""

    grant: SignedGrant | None = None
    reason: str | None = None
    params: dict[str, str] = {}
    server_ms: int = 0
