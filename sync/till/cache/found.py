"""What a look-up in the replica can find."""

from dataclasses import dataclass

from msgspec import Struct

from sync.protocol.feed import GuestRow, StaffRow
from sync.rules.campaign import Campaign
from sync.rules.code import Code


class FoundCode(Struct, frozen=True, kw_only=True):
    """A code. ``campaign`` is None while the feed has not brought it; a newer one says so by its ``rules_version``."""

    code: Code
    campaign: Campaign | None
    digest: bytes


class FoundCard(Struct, frozen=True, kw_only=True):
    """A guest's card, found by its whole text or by its six digits (``digits``), which are good for minutes."""

    card_id: int
    active: bool
    digits: bool
    guest: GuestRow | None
    digest: bytes
    issued_at_ms: int | None = None
    expires_at_ms: int | None = None


class FoundStaff(Struct, frozen=True, kw_only=True):
    """A staff member's badge."""

    staff: StaffRow
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFound:
    """Nothing answers to this text. ``loaded`` is False before the first snapshot: nothing can be known."""

    digest: bytes
    loaded: bool


Found = FoundCode | FoundCard | FoundStaff | NotFound


class CacheStatus(Struct, frozen=True, kw_only=True):
    """How the replica stands. ``as_of_ms`` is central's clock when the last page was made.

    ``unreadable`` counts rows in a shape that this program does not know; a newer campaign is not among
    them, because it stops itself alone.
    """

    ready: bool
    epoch: str
    number: int
    as_of_ms: int | None
    codes: int
    guests: int
    unreadable: int = 0
    compared_ms: int | None = None
    """When the replica was last compared with central, by central's clock."""
