"""Where the database names a guest, table by table: what an export gathers, and what an erasure does about it.

A test lists every column of the database that can name a guest or hold what one said, and fails for a table that
does not stand here: whoever adds one decides here what becomes of it.
"""

from enum import Enum
from typing import NamedTuple


class By(Enum):
    """How rows of a table are found: what a condition's ``$2`` stands for."""

    NUMBERS = "numbers"
    """The guest's numbers."""
    ACTORS = "actors"
    """How they are named where they did something themselves: ``guest:7``."""
    PHONES = "phones"
    """The keyed digests of their phone numbers."""
    EMAILS = "emails"
    """The keyed digests of their addresses."""
    EVENTS = "events"
    """The events in which tills registered them."""


class Erased(Enum):
    """What an erasure does about the rows of a table."""

    GONE = "the rows are deleted"
    CLEARED = "what tells who it is, or what was said, is taken out; the rest stays"
    NAMELESS = "the rows stay: a number that leads to nobody"
    UNREADABLE = "the rows stay: ciphertext whose key is destroyed"
    REPLACED = "what tills were told, or would be, is replaced"


class Holding(NamedTuple):
    """One table, or one way in which a table names a guest.

    ``columns`` are those that name the guest or hold what they said, ``where`` finds the rows.
    """

    table: str
    columns: tuple[str, ...]
    by: By
    where: str
    erased: Erased


def _by_number(table: str, erased: Erased, column: str = "guest_id", *more: str) -> Holding:
    return Holding(table, (column, *more), By.NUMBERS, f"{column} = ANY ($2::bigint[])", erased)


def _of_limits(table: str) -> Holding:
    """Limits and leases of guests: of their uses, where they stand beside the subject, and of points, where they are it."""
    whose = "(guest = ANY ($2::bigint[]) OR (kind = 'points' AND subject = ANY ($2::bigint[])))"
    return Holding(table, ("guest",), By.NUMBERS, whose, Erased.NAMELESS)


_SEALED = ("name_cipher", "phone_cipher", "email_cipher", "children_cipher")

HOLDINGS: tuple[Holding, ...] = (
    _by_number(
        "guests", Erased.CLEARED, "id", "merged_into", "phone_digest", "phone_last4", "email_digest", *_SEALED
    ),
    _by_number("cards", Erased.NAMELESS),
    Holding(
        "codes",
        ("holder_guest_id", "beneficiary_id"),
        By.NUMBERS,
        "(holder_guest_id = ANY ($2::bigint[]) OR beneficiary_id = ANY ($2::bigint[]))",
        Erased.CLEARED,
    ),
    _of_limits("limits"),
    _of_limits("leases"),
    _by_number("sales", Erased.NAMELESS),
    _by_number("redemptions", Erased.NAMELESS),
    Holding("redemptions", ("caller",), By.ACTORS, "caller = ANY ($2::text[])", Erased.NAMELESS),
    Holding("attempts", ("caller",), By.ACTORS, "caller = ANY ($2::text[])", Erased.NAMELESS),
    _by_number("refunds", Erased.NAMELESS),
    _by_number("day_uses", Erased.NAMELESS),
    _by_number("points_lots", Erased.NAMELESS),
    _by_number("points_transactions", Erased.CLEARED),
    _by_number("points_entries", Erased.NAMELESS),
    _by_number("guest_transactions", Erased.CLEARED),
    Holding("guest_transactions", ("actor",), By.ACTORS, "actor = ANY ($2::text[])", Erased.NAMELESS),
    _by_number("tier_changes", Erased.NAMELESS),
    Holding("tier_changes", ("actor",), By.ACTORS, "actor = ANY ($2::text[])", Erased.NAMELESS),
    _by_number("offer_applications", Erased.NAMELESS),
    _by_number("scans", Erased.CLEARED),
    _by_number("scans_waiting", Erased.NAMELESS),
    _by_number("voucher_guests", Erased.NAMELESS),
    _by_number("day_guests", Erased.NAMELESS),
    _by_number("wallet_claims", Erased.CLEARED),
    _by_number("claims_used", Erased.NAMELESS),
    _by_number("attempt_notes", Erased.GONE),
    _by_number("sessions", Erased.NAMELESS),
    _by_number("erased_phones", Erased.NAMELESS),
    Holding(
        "phone_verifications",
        ("phone_digest", "sealed"),
        By.PHONES,
        "phone_digest = ANY ($2::bytea[])",
        Erased.GONE,
    ),
    Holding(
        "code_recipients",
        ("email_digest", "email_cipher"),
        By.EMAILS,
        "email_digest = ANY ($2::bytea[])",
        Erased.CLEARED,
    ),
    Holding("events", (), By.EVENTS, "event = ANY ($2::uuid[])", Erased.UNREADABLE),
    Holding("guest_keys", ("sealed",), By.EVENTS, "event = ANY ($2::uuid[])", Erased.GONE),
    Holding("answered_requests", ("caller",), By.ACTORS, "caller = ANY ($2::text[])", Erased.GONE),
    Holding(
        "audit",
        ("actor", "subject"),
        By.ACTORS,
        "(actor = ANY ($2::text[]) OR subject = ANY ($2::text[]))",
        Erased.NAMELESS,
    ),
    Holding(
        "outbox",
        ("subject",),
        By.NUMBERS,
        "tab = 'guest' AND subject = ANY ($2::bigint[])",
        Erased.REPLACED,
    ),
)

OF_STAFF = {
    ("staff", "email_cipher"): "an address of somebody who works here",
    ("staff", "email_digest"): "the same",
    ("logins", "email_digest"): "the same",
}
"""Columns that look like a guest's and are those of people who work here."""
