"""Who stands at the till: by PIN or badge, offline as online, against the staff in the replica."""

from collections.abc import Sequence

from pos_app.usecases.desk import Desk
from pos_app.usecases.lockout import charge, forgive
from pos_app.usecases.refusals import spoken_error
from pos_app.usecases.results import SignedIn
from sync.protocol.feed import StaffRow
from sync.protocol.payloads import SessionClosed, SessionOpened
from sync.rules.user_error import UserError
from sync.till.cache.found import FoundStaff
from sync.till.journal.entries import Entry

MAX_PIN_CHARS = 64
_MS_PER_S = 1000


def staff_list(desk: Desk) -> list[StaffRow]:
    """Return who may sign in here, by name."""
    rows = desk.files.call(desk.till.cache.staff)
    return sorted((row for row in rows if row.active), key=lambda row: (row.name, row.id))


def sign_in(desk: Desk, pin: str, *, staff_id: int | None = None) -> SignedIn:
    """Sign in by PIN; ``staff_id`` where the person was picked from the list first.

    Raises what :func:`identify` raises.
    """
    return _open(desk, identify(desk, pin, staff_id=staff_id), "pin")


def identify(desk: Desk, pin: str, *, staff_id: int | None = None) -> StaffRow:
    """Say whose PIN this is, without signing anybody in: a second person agrees to something.

    The text of a badge is as good as a PIN here: it is shown to whatever reads codes while a PIN is asked for.
    Raises ``UserError``: ``no_staff``, ``wrong_pin``, ``locked_out``. Takes some tens of milliseconds for
    each person it could be: argon2id is meant to.
    """
    rows = [
        row
        for row in staff_list(desk)
        if row.pin_hash is not None and (staff_id is None or row.id == staff_id)
    ]
    if not rows:
        raise spoken_error("no_staff", desk.language)
    wrong = _charge(desk, "wrong_pin")
    row = _whose(pin, rows) if len(pin) <= MAX_PIN_CHARS else None
    row = row or _badge_of(desk, pin, staff_id)
    if row is None:
        raise wrong
    forgive(desk)
    return row


def sign_in_badge(desk: Desk, text: str) -> SignedIn:
    """Sign in by the text of a badge; the same errors as by PIN, ``wrong_badge`` in place of ``wrong_pin``."""
    wrong = _charge(desk, "wrong_badge")
    found = desk.files.call(lambda: desk.till.cache.find(text))
    if not isinstance(found, FoundStaff) or not found.staff.active:
        raise wrong
    return _open(desk, found.staff, "badge")


def sign_out(desk: Desk, who: SignedIn, why: str) -> None:
    """Journal that a session ended (``signed_out``, ``switched``, ``idle``)."""
    desk.commit([Entry(payload=SessionClosed(why=why), staff=who.staff_id)])


def _open(desk: Desk, row: StaffRow, method: str) -> SignedIn:
    forgive(desk)
    desk.commit([Entry(payload=SessionOpened(method=method), staff=row.id)])
    return SignedIn(staff_id=row.id, name=row.name, role=row.role, method=method)


def _charge(desk: Desk, reason: str) -> UserError:
    """Pay for the try in advance; raise when the till is locked, else return what a wrong one says."""
    before, after = charge(desk)
    wait_ms = after.wait_ms(desk.till.time.now().at_ms)
    locked = spoken_error("locked_out", desk.language, wait=-(-wait_ms // _MS_PER_S))
    if before == after:
        raise locked
    if not wait_ms:
        return spoken_error(reason, desk.language, left=after.left())
    return locked


def _badge_of(desk: Desk, text: str, staff_id: int | None) -> StaffRow | None:
    found = desk.files.call(lambda: desk.till.cache.find(text))
    if not isinstance(found, FoundStaff) or not found.staff.active:
        return None
    return found.staff if staff_id in (None, found.staff.id) else None


def _whose(pin: str, rows: Sequence[StaffRow]) -> StaffRow | None:
    return next((row for row in rows if row.pin_hash is not None and _fits(pin, row.pin_hash)), None)


def _fits(pin: str, pin_hash: str) -> bool:
    # Loaded with the first PIN: a till comes up without it.
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(pin_hash, pin)
    except (VerificationError, InvalidHashError):
        return False
