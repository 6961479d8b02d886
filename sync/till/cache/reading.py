"""Reading the replica: what a text stands for, and rows by id."""

from functools import lru_cache
from typing import TypeVar

from sync.protocol.campaign_row import read_campaign_row
from sync.protocol.code_columns import code_of
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.feed import CardRow, GuestRow, StaffRow
from sync.protocol.wire import WireError, unpack
from sync.rules.campaign import Campaign
from sync.rules.normalise import exact, fold
from sync.rules.voucher_text import SignedVoucher, as_code
from sync.till.cache.found import Found, FoundCard, FoundCode, FoundStaff, NotFound
from sync.till.sqlcipher import Connection

T = TypeVar("T")

CARD_DIGITS = 6
CAMPAIGNS_KEPT = 128
MAX_MERGES = 8
"""How many registrations of one guest may lead to each other."""

# Of several subjects with one digest the newest living one answers.
_CODE_BY_DIGEST = (
    "SELECT codes.id, code_shapes.shape, codes.own FROM code_digests JOIN codes USING (id)"
    " JOIN code_shapes ON code_shapes.id = codes.shape WHERE digest = ? ORDER BY codes.id DESC LIMIT 1"
)
_CODE_BY_ID = (
    "SELECT codes.id, code_shapes.shape, codes.own FROM codes"
    " LEFT JOIN code_shapes ON code_shapes.id = codes.shape WHERE codes.id = ?"
)
_CARD_BY_DIGEST = (
    "SELECT cards.row FROM card_digests JOIN cards USING (id)"
    " WHERE digest = ? AND cards.row IS NOT NULL ORDER BY id DESC LIMIT 1"
)


def find(connection: Connection, digest_key: bytes, text: str, badges: dict[bytes, int]) -> Found:
    """Find a code by the exact, then by the folded text; else a card, else a badge, else nothing."""
    written, folded = exact(text), fold(text)
    digest = keyed_digest(digest_key, Subject.CODE, written)
    code = _code(connection, digest)
    if code is None and folded != written:
        code = _code(connection, keyed_digest(digest_key, Subject.CODE, folded))
    if code is not None:
        return code
    card = _card(connection, keyed_digest(digest_key, Subject.CARD, written))
    if card is None and _is_card_number(folded):
        card = _card(connection, keyed_digest(digest_key, Subject.DIGITS, folded))
    if card is not None:
        return card
    badge = keyed_digest(digest_key, Subject.BADGE, written)
    person = None if badge not in badges else row(connection, "staff", StaffRow, badges[badge])
    if person is not None:
        return FoundStaff(staff=person, digest=badge)
    return NotFound(digest=digest, loaded=True)


def voucher(connection: Connection, proven: SignedVoucher, digest: bytes) -> FoundCode | None:
    """Find the code of a voucher that proved itself; None when the office has deleted it.

    What the feed has brought of it counts; before that, what the voucher itself says.
    """
    found = connection.execute(_CODE_BY_ID, (proven.code_id,)).fetchone()
    code = as_code(proven)
    if found is not None:
        if found[1] is None:
            return None
        try:
            code = code_of(*found)
        except WireError:
            # A newer office wrote it in a shape that this program does not know.
            return FoundCode(code=code, campaign=None, digest=digest)
    return FoundCode(code=code, campaign=campaign(connection, code.campaign_id), digest=digest)


def code(connection: Connection, code_id: int, digest: bytes) -> FoundCode | None:
    """Find a code by its number; None when it has not come, was deleted, or is of a newer shape."""
    found = connection.execute(_CODE_BY_ID, (code_id,)).fetchone()
    if found is None or found[1] is None:
        return None
    try:
        known = code_of(*found)
    except WireError:
        return None
    return FoundCode(code=known, campaign=campaign(connection, known.campaign_id), digest=digest)


def card(connection: Connection, card_id: int, digest: bytes) -> FoundCard | None:
    """Find a card by its number."""
    held = row(connection, "cards", CardRow, card_id)
    return None if held is None else _found_card(connection, held, digest)


def staff(connection: Connection) -> list[StaffRow]:
    """Read everybody who is known."""
    found = connection.execute("SELECT row FROM staff WHERE row IS NOT NULL ORDER BY id").fetchall()
    return [unpack(content, StaffRow) for (content,) in found]


def badges(connection: Connection) -> dict[bytes, int]:
    """Read whose badge has which digest: few enough to be kept in memory."""
    return {person.badge_digest: person.id for person in staff(connection) if person.badge_digest is not None}


def guest(connection: Connection, guest_id: int) -> GuestRow | None:
    """Read a guest; of one who turned out to be another, that other."""
    for _ in range(MAX_MERGES):
        found = row(connection, "guests", GuestRow, guest_id)
        if found is None or found.merged_into is None:
            return found
        guest_id = found.merged_into
    return None


def campaign(connection: Connection, campaign_id: int) -> Campaign | None:
    """Read a campaign; None when it is unknown. One too new to read has a newer ``rules_version`` and little more."""
    found = _stored(connection, "campaigns", campaign_id)
    return None if found is None else _read_campaign(found)


@lru_cache(maxsize=CAMPAIGNS_KEPT)
def _read_campaign(content: bytes) -> Campaign:
    """Decode a campaign once: every scan needs one, and nearly always one of the same few."""
    return read_campaign_row(content).campaign


def row(connection: Connection, table: str, row_type: type[T], row_id: int) -> T | None:
    """Read a living row of one of our tables by id."""
    found = _stored(connection, table, row_id)
    return None if found is None else unpack(found, row_type)


def only_row(connection: Connection, table: str, row_type: type[T]) -> T | None:
    """Read the newest living row of a table that holds one."""
    found = connection.execute(
        f"SELECT row FROM {table} WHERE row IS NOT NULL ORDER BY id DESC LIMIT 1"  # noqa: S608  # the same
    ).fetchone()
    return None if found is None else unpack(found[0], row_type)


def _stored(connection: Connection, table: str, row_id: int) -> bytes | None:
    found = connection.execute(
        f"SELECT row FROM {table} WHERE id = ? AND row IS NOT NULL",  # noqa: S608  # our own names
        (row_id,),
    ).fetchone()
    return None if found is None else bytes(found[0])


def _code(connection: Connection, digest: bytes) -> FoundCode | None:
    found = connection.execute(_CODE_BY_DIGEST, (digest,)).fetchone()
    if found is None:
        return None
    try:
        code = code_of(*found)
    except WireError:
        # A snapshot of a newer office brought it: kept, counted as unreadable, and known to the next program.
        return None
    return FoundCode(code=code, campaign=campaign(connection, code.campaign_id), digest=digest)


def _card(connection: Connection, digest: bytes) -> FoundCard | None:
    found = connection.execute(_CARD_BY_DIGEST, (digest,)).fetchone()
    return None if found is None else _found_card(connection, unpack(found[0], CardRow), digest)


def _found_card(connection: Connection, card: CardRow, digest: bytes) -> FoundCard:
    return FoundCard(
        card_id=card.id,
        active=card.active,
        digits=card.digits,
        guest=guest(connection, card.guest_id),
        digest=digest,
        issued_at_ms=card.issued_at_ms,
        expires_at_ms=card.expires_at_ms,
    )


def _is_card_number(folded: str) -> bool:
    return len(folded) == CARD_DIGITS and folded.isascii() and folded.isdigit()
