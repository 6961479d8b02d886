"""Judging a registration as it was typed: field by field, and against who is there already. Writes nothing."""

from datetime import date, timedelta

from msgspec import Struct

from pos_app.usecases.desk import Desk
from pos_app.usecases.find_guests import as_found
from pos_app.usecases.guest_results import Alike, ChildForm, Consent, Duplicate, Fault, FormChecked, GuestForm
from pos_app.usecases.refusals import spoken_error
from pos_app.usecases.registration import Registration, may_register
from pos_app.usecases.signed_text import read_signed
from pos_app.usecases.waiting_guests import has_phone, is_named_like, waiting_guests
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.guest_data import MAX_CHILDREN, Child, GuestData
from sync.rules.card_text import read_card_text
from sync.rules.local_time import local_time
from sync.rules.normalise import exact
from sync.rules.phone import fit_phone
from sync.rules.reasons import Reason
from sync.rules.user_error import UserError
from sync.till.cache.found import FoundCard

MAX_NAME_CHARS = 200
MAX_EMAIL_CHARS = 254
MAX_CHILD_YEARS = 18
MAX_ALIKE = 5
_YEAR_DAYS = 366


class Judged(Struct, frozen=True, kw_only=True):
    """A form and what was made of it. ``card`` is the number of the card to be handed over, ``digest`` its text's."""

    checked: FormChecked
    data: GuestData
    registration: Registration
    card: int | None = None
    card_digest: bytes = b""


def judge_form(desk: Desk, form: GuestForm) -> Judged:
    """Say what a form comes to."""
    faults: list[Fault] = []
    name = " ".join(exact(form.name).split())
    if not name or len(name) > MAX_NAME_CHARS:
        faults.append(_fault(desk, "name", "guest_name"))
    phone = _phone(desk, form.phone, faults)
    email = form.email.strip()
    if email and not _is_email(email):
        faults.append(_fault(desk, "email", "guest_email"))
    children = _children(desk, form.children, faults)
    card, card_digest, owner = _card(desk, exact(form.card), faults)
    registration = may_register(desk, form.referral)
    if not registration.allowed:
        faults.append(
            Fault(
                field="referral",
                reason=registration.reason,
                sentence=registration.message,
                advice=registration.advice,
            )
        )
    if Consent.DATA not in form.consents:
        faults.append(_fault(desk, "consent", "guest_consent"))
    duplicates = (*owner, *desk.files.call(lambda: _duplicates(desk, name, phone)))
    return Judged(
        checked=FormChecked(faults=tuple(faults), duplicates=duplicates),
        data=GuestData(name=name, phone=phone, email=email or None, children=children),
        registration=registration,
        card=card,
        card_digest=card_digest,
    )


def _fault(desk: Desk, field: str, reason: str, **values: object) -> Fault:
    error = spoken_error(reason, desk.language, **values)
    return Fault(field=field, reason=reason, sentence=error.sentence, advice=error.advice)


def _phone(desk: Desk, text: str, faults: list[Fault]) -> str | None:
    if not text.strip():
        return None
    try:
        return fit_phone(text)
    except UserError:
        faults.append(_fault(desk, "phone", "phone_unfit"))
        return None


def _is_email(text: str) -> bool:
    name, at, host = text.rpartition("@")
    fits = len(text) <= MAX_EMAIL_CHARS and text.isprintable() and " " not in text
    return fits and bool(name and at and "." in host.strip("."))


def _children(desk: Desk, forms: tuple[ChildForm, ...], faults: list[Fault]) -> tuple[Child, ...]:
    named = [form for form in forms if form.name.strip() or form.born.strip()]
    if len(named) > MAX_CHILDREN:
        faults.append(_fault(desk, "children", "too_many_children", most=MAX_CHILDREN))
        return ()
    today = local_time(desk.till.time.now().at_ms, desk.identity.zone).date()
    children = []
    for form in named:
        name = " ".join(exact(form.name).split())
        born = read_day(form.born)
        if not name or len(name) > MAX_NAME_CHARS:
            faults.append(_fault(desk, "children", "child_name"))
        elif form.born.strip() and (
            born is None or not today - timedelta(days=MAX_CHILD_YEARS * _YEAR_DAYS) < born <= today
        ):
            faults.append(_fault(desk, "children", "child_born"))
        else:
            children.append(Child(name=name, born="" if born is None else born.isoformat()))
    return tuple(children)


def read_day(text: str) -> date | None:
    """Read a day as people write it: 2019-07-02, 02.07.2019 or 2/7/2019; None for anything else."""
    text = text.strip()
    parts = next((text.split(sign) for sign in ".-/" if sign in text), [])
    if [part.isascii() and part.isdecimal() for part in parts] != [True] * 3:
        return None
    year_first = len(parts[0]) == len("2019")
    year, month, day = parts if year_first else reversed(parts)
    try:
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        return None


def _card(desk: Desk, text: str, faults: list[Fault]) -> tuple[int | None, bytes, tuple[Duplicate, ...]]:
    """Say which card a text is; one that is somebody's names that guest, one that is none of ours is a fault."""
    if not text:
        return None, b"", ()
    read = read_card_text(text)
    if read is None or read.step is not None:
        faults.append(_fault(desk, "card", "card_not_ours"))
        return None, b"", ()
    cache = desk.till.cache
    proven = desk.files.call(lambda: read_signed(desk, text, cache.settings(), desk.till.time.now()))
    if proven is None or proven.reason not in (None, Reason.NOT_LOADED):
        faults.append(_fault(desk, "card", "card_not_ours"))
        return None, b"", ()
    if isinstance(proven.found, FoundCard):
        row = proven.found.guest
        owner = () if row is None else (Duplicate(alike=Alike.CARD, found=as_found(row, None)),)
        if not owner:
            faults.append(_fault(desk, "card", "card_not_ours"))
        return None, b"", owner
    return read.card, keyed_digest(desk.till.secrets.digest_key or b"", Subject.CARD, text), ()


def _duplicates(desk: Desk, name: str, phone: str | None) -> tuple[Duplicate, ...]:
    """Find who may be the newcomer, on the files' thread: of the same phone, then of nearly the same name."""
    cache, key = desk.till.cache, desk.till.secrets.digest_key or b""
    as_of_ms, new = cache.status().as_of_ms, [each.row for each in waiting_guests(desk)]
    found: dict[int, Duplicate] = {}
    if phone is not None:
        for row in cache.guests.by_phone(phone):
            found[row.guest.id] = Duplicate(alike=Alike.PHONE, found=as_found(row, as_of_ms))
        for row in new:
            if has_phone(row, phone, key):
                found[row.guest.id] = Duplicate(alike=Alike.PHONE, found=as_found(row, None, waiting=True))
    if name:
        for row in cache.guests.by_like_name(name, MAX_ALIKE):
            found.setdefault(row.guest.id, Duplicate(alike=Alike.NAME, found=as_found(row, as_of_ms)))
        for row in new:
            if is_named_like(row, name):
                found.setdefault(
                    row.guest.id, Duplicate(alike=Alike.NAME, found=as_found(row, None, waiting=True))
                )
    return tuple(found.values())
