"""Words that the schema and its users share. Light: it loads no SQLAlchemy, which costs a second."""

from enum import StrEnum

APP_ROLE = "countersign_app"
"""The role that serves requests: it cannot log in, bypass row security or delete a recorded fact."""

NETWORK_SETTING = "countersign.network"
"""The transaction's setting that names its network; row-level security compares every row with it."""


class Noun(StrEnum):
    """What the directory can find."""

    NETWORK = "network"
    RESTAURANT = "restaurant"
    TILL = "till"


class Role(StrEnum):
    """What a person may do; the table of roles and endpoints stands with the HTTP routes."""

    CASHIER = "cashier"
    SHIFT_MANAGER = "shift_manager"
    IT = "it"
    OFFICE = "office"
    OWNER = "owner"
    PLATFORM_OWNER = "platform_owner"
    """Who runs the installation and looks after all its networks; a till has no such person."""


class TillStatus(StrEnum):
    """The life of a till."""

    NEW = "new"
    ACTIVE = "active"
    REVOKED = "revoked"
    LOST = "lost"


class LeaseState(StrEnum):
    """Open until the till's journal closes it; burnt when the till is lost.

    Reissued: the till is lost, and a person decided that others get its units, as exposure.
    """

    OPEN = "open"
    CLOSED = "closed"
    BURNT = "burnt"
    REISSUED = "reissued"


class KeyPurpose(StrEnum):
    """What a network's key is for."""

    CARD = "card"
    VOUCHER = "voucher"


class Judged(StrEnum):
    """What central's rules said of a redemption when it arrived."""

    AGREES = "agrees"
    DIFFERS = "differs"
    """A case is open for it."""
    CHANGED_SINCE = "changed_since"
    """The offer or the code has changed since the till knew it, and what it knew is not kept: nobody judges."""
    BUT_GUEST = "but_guest"
    """Agrees in all but the guest's tier, purchases and standing, which have changed since."""
    OTHER_RULES = "other_rules"
    """The till's rules are of another version than central's."""
    OTHER_EPOCH = "other_epoch"
    """The till followed a feed of another life of central: what it knew cannot be told."""


class LoyaltyModel(StrEnum):
    """What a tier gives: a discount off the bill, or points earned."""

    DISCOUNT = "DISCOUNT"
    POINTS = "POINTS"


class BackupRule(StrEnum):
    """By whose word the newest backup mark counts as stored away."""

    NONE = "none"
    """Nobody's: no backup is configured, and nothing is called safe."""
    MANUAL = "manual"
    """A person's or a script's, by ``admin note-backup``."""
    ARCHIVE = "archive"
    """PostgreSQL's own: its archiver has stored the write-ahead log up to the mark."""


class WaitsFor(StrEnum):
    """What would have to come before a quarantined event is tried again."""

    KIND = "kind"
    """A program that knows its kind and version."""
    REFERENCE = "reference"
    """Something that it names and that is not known yet."""


class RefundKind(StrEnum):
    """Whether all of it is undone, or a part."""

    VOID = "void"
    REFUND = "refund"


class TransactionKind(StrEnum):
    """What the office books for a guest without a till (document 004)."""

    SALE = "SALE"
    REDEMPTION = "REDEMPTION"
    MANUAL = "MANUAL"


class TierWhy(StrEnum):
    """Why a guest's tier changed."""

    EARNED = "earned"
    """Purchases reached a higher one."""
    LAPSED = "lapsed"
    """The purchases that it was earned by count no longer."""
    BY_HAND = "by_hand"
    GIVEN = "given"
    """A code gave it, at a till or without one."""
    TAKEN_BACK = "taken_back"
    """The use that gave it was undone."""


class MakingStatus(StrEnum):
    """The life of an order of many codes. ``FAILED``: its codes cannot be made, ``problem`` says why; none of them is there."""

    WAITING = "waiting"
    RUNNING = "running"
    CANCELLED = "cancelled"
    DONE = "done"
    FAILED = "failed"
