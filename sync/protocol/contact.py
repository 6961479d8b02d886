"""The regular contact: the till says how it is, central lists what the till should know."""

from uuid import UUID

import msgspec

from sync.protocol.leases import SignedGrant


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """The till's state of health."""

    incarnation: int
    app_version: str
    last_seq: int
    unsettled: int
    oldest_unsettled_ms: int | None = None
    feed_epoch: str = ""
    feed_number: int = 0
    open_leases: tuple[UUID, ...] = ()
    free_disk_bytes: int | None = None


class ContactReply(msgspec.Struct, frozen=True, kw_only=True):
    """Central's answer: every open lease of this incarnation again, and those asked back.

    ``applied`` is the last seq that central holds of this incarnation.
    """

    server_ms: int
    applied: int
    leases: tuple[SignedGrant, ...] = ()
    recall: tuple[UUID, ...] = ()
    safe: int | None = None
    update_needed: bool = False
