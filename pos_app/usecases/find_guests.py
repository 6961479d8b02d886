"""Finding a guest who has no card at hand, and putting them on a bill."""

from pos_app.usecases.desk import Desk
from pos_app.usecases.guest_results import GuestFound
from pos_app.usecases.look_up import card_look, look_up
from pos_app.usecases.refusals import spoken_error
from pos_app.usecases.results import LookUp
from pos_app.usecases.seen import Seen, see
from pos_app.usecases.source import Source
from pos_app.usecases.waiting_guests import answers_to, waiting_guest, waiting_guests
from sync.protocol.feed import GuestRow
from sync.till.cache.found import FoundCard
from sync.till.journal.use_book import OwnUses

MAX_SHOWN = 30
"""Guests that one search shows; with more letters there are fewer."""


def search_guests(desk: Desk, text: str) -> tuple[GuestFound, ...]:
    """Find by the words of a name, the last four digits of a phone or the whole number; the newcomers here first.

    The six digits of a card are not looked for: trying them costs a wait (``Counter.look_up``).
    """
    return desk.files.call(lambda: _search(desk, text))


def find_guest(desk: Desk, guest_id: int) -> GuestFound | None:
    """Find a guest by number; of one who turned out to be another, that other."""
    return desk.files.call(lambda: _find(desk, guest_id))


def take_guest(desk: Desk, guest_id: int, source: Source) -> LookUp:
    """Look at a guest as if their card had been scanned; raises ``UserError`` ``guest_unknown``."""
    return desk.files.call(lambda: take_found(desk, guest_id, source))


def read_card(desk: Desk, text: str, source: Source) -> LookUp | None:
    """Judge a text that is a guest's card; None for anything else, of which nothing is noted then."""
    seen = desk.files.call(lambda: see(desk, text, source, None))
    if not isinstance(seen.found, FoundCard):
        return None
    return look_up(desk, text, source)


def take_found(desk: Desk, guest_id: int, source: Source) -> LookUp:
    """Do that on the files' thread."""
    cache = desk.till.cache
    row, as_of_ms = cache.guest(guest_id), cache.status().as_of_ms
    if row is None:
        # What nobody has told of a newcomer is as of no time.
        row, as_of_ms = waiting_guest(desk, guest_id), None
    if row is None:
        raise spoken_error("guest_unknown", desk.language)
    card = FoundCard(card_id=0, active=True, digits=False, guest=row, digest=b"")
    seen = Seen(found=card, settings=cache.settings(), as_of_ms=as_of_ms, own=OwnUses())
    return card_look(desk, seen, card, source)


def as_found(row: GuestRow, as_of_ms: int | None, *, waiting: bool = False) -> GuestFound:
    """Show a row of the replica, or of a newcomer."""
    return GuestFound(
        guest=row.guest,
        name=row.name,
        phone_last4=row.phone_last4,
        as_of_ms=None if waiting else row.guest.as_of_ms or as_of_ms,
        waiting=waiting,
    )


def _search(desk: Desk, text: str) -> tuple[GuestFound, ...]:
    cache, key = desk.till.cache, desk.till.secrets.digest_key or b""
    as_of_ms = cache.status().as_of_ms
    found = cache.guests.search(text, MAX_SHOWN)
    new = [each.row for each in waiting_guests(desk) if answers_to(each.row, text, key)]
    shown = [as_found(row, as_of_ms, waiting=True) for row in new]
    shown += [as_found(row, as_of_ms) for row in found]
    return tuple(shown[:MAX_SHOWN])


def _find(desk: Desk, guest_id: int) -> GuestFound | None:
    row = desk.till.cache.guest(guest_id)
    if row is not None:
        return as_found(row, desk.till.cache.status().as_of_ms)
    new = waiting_guest(desk, guest_id)
    return None if new is None else as_found(new, None, waiting=True)
