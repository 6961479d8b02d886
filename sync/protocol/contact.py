"""The regular contact: the till says how it is, central lists what the till should know."""

from uuid import UUID

import msgspec

from sync.protocol.case_notes import CaseList, CaseMark
from sync.protocol.leases import LimitKind, SignedGrant

MAX_WANTS = 32
"""Limits of which a till may ask for more in one contact."""
IDLE_MS = 3 * 24 * 3600 * 1000
"""After so long without a use a lease goes back, unless central says otherwise."""


class Want(msgspec.Struct, frozen=True, array_like=True):
    """A limit that runs low here: ``units`` more would last about an hour at the recent rate.

    The till asks once central has what was spent: central's own books tell what it still holds.
    """

    kind: LimitKind
    subject: int
    guest: int
    units: int


MAX_LISTED_GRANTS = 500
"""Grants that one contact lists after central was restored: checking their signatures takes central 0.1 s."""


MAX_ASKED_GUESTS = 500
"""Guests of whom one contact asks whether they were erased."""


class Life(msgspec.Struct, frozen=True, array_like=True):
    """How far central holds one life of the till: ``applied`` and ``safe`` as in an acknowledgement."""

    incarnation: int
    applied: int
    safe: int | None = None


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """The till's state of health.

    ``epoch`` is the newest that central named to this till. ``acked`` and ``acked_hash`` are the last event that
    central acknowledged: if it does not hold that any more, its database was put back to an earlier state.
    ``grants`` list leases again when central asked for it, in pieces; ``listed`` closes the list. ``cases`` is the
    mark by which the till knows its open cases. ``guests`` are guests who registered at this till, of whom it asks
    whether they were erased: its feed has not told it all since it heard last.
    """

    incarnation: int
    app_version: str
    last_seq: int
    unsettled: int
    oldest_unsettled_ms: int | None = None
    feed_epoch: str = ""
    feed_number: int = 0
    open_leases: tuple[UUID, ...] = ()
    free_disk_bytes: int | None = None
    wants: tuple[Want, ...] = ()
    epoch: str = ""
    acked: int = 0
    acked_hash: bytes = b""
    grants: tuple[SignedGrant, ...] = ()
    listed: bool = False
    cases: CaseMark = CaseMark()
    guests: tuple[int, ...] = ()


class ContactReply(msgspec.Struct, frozen=True, kw_only=True):
    """Central's answer: every open lease of this incarnation again, and those asked back.

    ``applied`` is the last seq that central holds of this incarnation; ``lives`` says it of this till's earlier
    lives too. ``epoch`` names this life of central's database; with ``relist`` it asks for all leases again.
    A lease that was not used for ``idle_ms`` is to go back. ``cases`` are this till's open ones, None when they are
    those that it knows. ``erased`` are those of the guests asked about who were erased, None by a central that cannot say.
    """

    server_ms: int
    applied: int
    leases: tuple[SignedGrant, ...] = ()
    recall: tuple[UUID, ...] = ()
    safe: int | None = None
    update_needed: bool = False
    idle_ms: int = IDLE_MS
    epoch: str = ""
    relist: bool = False
    lives: tuple[Life, ...] = ()
    cases: CaseList | None = None
    erased: tuple[int, ...] | None = None
