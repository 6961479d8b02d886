"""What the till's files know of a text, in one visit to their thread."""

from msgspec import Struct

from pos_app.usecases.desk import Desk
from pos_app.usecases.known import own_uses_of
from pos_app.usecases.signed_text import read_signed
from pos_app.usecases.source import Source
from pos_app.usecases.typed_digits import charge_digits, digits_wait_s, forgive_digits, is_typed_digits
from sync.protocol.feed import SettingsRow
from sync.rules.digits import IssuedDigits, judge_digits
from sync.rules.link_text import code_in_link
from sync.rules.moment import Moment
from sync.rules.normalise import exact
from sync.rules.reasons import Reason
from sync.rules.sale import Guest
from sync.rules.voucher_text import SignedVoucher
from sync.till.cache.found import Found, FoundCard, FoundCode, NotFound
from sync.till.journal.use_book import OwnUses


class Refused(Struct, frozen=True, kw_only=True):
    """Why a text is not good, whatever it stands for."""

    reason: Reason
    params: tuple[tuple[str, str], ...] = ()


class Seen(Struct, frozen=True, kw_only=True):
    """What a text stands for here. ``voucher`` is set for one that proved itself; ``own`` counts earlier uses."""

    found: Found
    settings: SettingsRow | None
    as_of_ms: int | None
    own: OwnUses
    refused: Refused | None = None
    voucher: SignedVoucher | None = None


def see(desk: Desk, text: str, source: Source, guest: Guest | None) -> Seen:
    """Look a text up, on the files' thread; a wrong six digits that somebody typed is counted."""
    written = exact(text)
    cache, moment = desk.till.cache, desk.till.time.now()
    settings, as_of_ms = cache.settings(), cache.status().as_of_ms
    proven = read_signed(desk, written, settings, moment)
    known = cache.find(text) if proven is None else None
    linked = code_in_link(text) if isinstance(known, NotFound) else None
    if linked is not None:
        # The whole address stands for nothing: what it carries may.
        written = exact(linked)
        proven = read_signed(desk, written, settings, moment)
        known = cache.find(linked) if proven is None else None
    if proven is not None:
        found, voucher = proven.found, proven.voucher
        refused = None if proven.reason is None else Refused(reason=proven.reason)
    else:
        found, voucher = known or cache.find(text), None
        refused = _judge_digits(desk, found, written, source, moment)
    own = OwnUses()
    if isinstance(found, FoundCode):
        own = own_uses_of(desk.till, found.code, found.campaign, guest, moment)
    return Seen(found=found, settings=settings, as_of_ms=as_of_ms, own=own, refused=refused, voucher=voucher)


def _judge_digits(desk: Desk, found: Found, text: str, source: Source, moment: Moment) -> Refused | None:
    """Say why six digits are not good; None where they are, or where the text is something else."""
    typed = is_typed_digits(text, source) and not isinstance(found, FoundCode)
    if typed:
        wait_s = digits_wait_s(desk)
        if wait_s:
            # Whether they are anybody's is not said, and does not even count, until the wait is over.
            return Refused(reason=Reason.TOO_MANY_ATTEMPTS, params=(("wait", str(wait_s)),))
    refused = None
    if isinstance(found, FoundCard) and found.digits:
        reason = _judge_card(desk, found, moment)
        refused = None if reason is Reason.CARD_OK else Refused(reason=reason)
    if typed:
        good = isinstance(found, FoundCard) and refused is None
        (forgive_digits if good else charge_digits)(desk)
    return refused


def _judge_card(desk: Desk, found: FoundCard, moment: Moment) -> Reason:
    if found.issued_at_ms is None or found.expires_at_ms is None:
        # An older office gave digits out for good.
        return Reason.CARD_OK
    network = desk.identity.network
    issued = IssuedDigits(
        network=network,
        guest_id=0 if found.guest is None else found.guest.guest.id,
        digits="",
        issued_at_ms=found.issued_at_ms,
        expires_at_ms=found.expires_at_ms,
    )
    return judge_digits(issued, network, moment)
