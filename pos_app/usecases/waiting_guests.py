"""Guests who registered at this till and whom the office's feed has not brought yet: known here all the same."""

from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from pos_app.usecases.desk import Desk
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.event import read_envelope
from sync.protocol.feed import GuestRow
from sync.protocol.guest_data import open_guest, open_guest_key
from sync.protocol.payloads import GuestRegistered, payload_of
from sync.protocol.wire import WireError
from sync.rules.guest_name import name_tokens, nearly_same_name
from sync.rules.phone import LAST_DIGITS, MIN_PHONE_DIGITS, phone_digits, phone_forms
from sync.rules.sale import Guest
from sync.till.cache.found import FoundCard
from sync.till.journal.guest_keys import MAX_WAITING, WaitingGuest


class Waiting(NamedTuple):
    """One of them, as the feed would bring them; ``card`` is the number of the card that was handed over."""

    row: GuestRow
    card: int | None


def waiting_guests(desk: Desk) -> list[Waiting]:
    """Return them, the newest first; on the files' thread. Whoever has arrived meanwhile is noted as that."""
    journal, cache = desk.till.journal, desk.till.cache
    found = []
    for each in journal.waiting_guests():
        if each.body is None:
            # Its event was never committed, or is in a backup and pruned: there is nothing to wait for.
            journal.forget_guest_key(each.event)
            continue
        waiting = _read(desk.till.secrets.digest_key or b"", each)
        if waiting is None:
            continue
        guest = waiting.row.guest.id
        if not cache.guests.has_heard_of(guest):
            found.append(waiting)
        elif cache.guest(guest) is None:
            # The office has erased the guest: without the key nobody reads what they said here.
            journal.forget_guest_key(each.event)
        else:
            journal.guest_arrived(each.event)
    return found


def waiting_guest(desk: Desk, guest_id: int) -> GuestRow | None:
    """Return one of them by number; on the files' thread."""
    return next((each.row for each in waiting_guests(desk) if each.row.guest.id == guest_id), None)


def waiting_card(desk: Desk, card: int, digest: bytes) -> FoundCard | None:
    """Return a card that was handed to one of them; on the files' thread."""
    return next(
        (
            FoundCard(card_id=card, active=True, digits=False, guest=each.row, digest=digest)
            for each in waiting_guests(desk)
            if each.card == card
        ),
        None,
    )


def answers_to(row: GuestRow, text: str, digest_key: bytes) -> bool:
    """Whether a guest is found by a text, by the rules of the replica's index."""
    words = name_tokens(text)
    if not words:
        return False
    digits = phone_digits(text)
    if all(word.isdecimal() for word in words) and len(digits) >= MIN_PHONE_DIGITS:
        return has_phone(row, text, digest_key) or row.phone_last4 == digits[-LAST_DIGITS:]
    own = (*name_tokens(row.name), row.phone_last4)
    return all(any(each.startswith(word) for each in own) for word in words)


def has_phone(row: GuestRow, phone: str, digest_key: bytes) -> bool:
    """Whether a guest has this whole number."""
    return row.phone_digest is not None and row.phone_digest in {
        keyed_digest(digest_key, Subject.PHONE, form) for form in phone_forms(phone)
    }


def is_named_like(row: GuestRow, name: str) -> bool:
    """Whether a guest's name differs from this one by a slip of a key at most."""
    return nearly_same_name(row.name, name)


@lru_cache(maxsize=MAX_WAITING)
def _read(digest_key: bytes, waiting: WaitingGuest) -> Waiting | None:
    """Open what one of them said; None where the key does not fit, which the office makes a case of."""
    try:
        payload = payload_of(read_envelope(waiting.body or b""))
    except WireError:
        return None
    key = open_guest_key(digest_key, waiting.event, waiting.sealed_key)
    if key is None or not isinstance(payload, GuestRegistered):
        return None
    return _as_row(payload, key, waiting.event)


def _as_row(payload: GuestRegistered, key: bytes, event: UUID) -> Waiting | None:
    data = open_guest(key, event, payload.sealed)
    if data is None:
        return None
    row = GuestRow(
        guest=Guest(id=payload.guest_id),
        name=data.name,
        phone_last4=(data.phone or "")[-LAST_DIGITS:],
        phone_digest=None if payload.phone_digest is None else bytes.fromhex(payload.phone_digest),
    )
    return Waiting(row, payload.card)
