"""Registering a guest at the till, with the office or without it.

The guest's number follows from the event, so that they can be put on a bill at once; what they said stands in the
event only as ciphertext, its key beside the journal. Until the office knows them they have what a campaign's risk
allowance gives, and no more (DESIGN 7.8).
"""

from uuid import UUID

from pos_app.usecases.claims import Denied, claim_all, give_back, needs_of, overall
from pos_app.usecases.desk import Desk
from pos_app.usecases.find_guests import find_guest, take_found
from pos_app.usecases.guest_form import Judged, judge_form
from pos_app.usecases.guest_results import FormChecked, GuestForm, RegisteredGuest
from pos_app.usecases.record import record
from pos_app.usecases.refusals import spoken_error
from pos_app.usecases.results import Claim
from pos_app.usecases.sell import spends
from pos_app.usecases.source import Source
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.guest_data import GUEST_KEY_BYTES, guest_id_of, seal_guest, seal_guest_key
from sync.protocol.payloads import GuestRegistered, Redemption
from sync.rules.campaign import Campaign
from sync.rules.code import Code
from sync.rules.explain import explain
from sync.rules.reasons import Reason
from sync.rules.sale import Guest
from sync.rules.user_error import UserError
from sync.rules.verdict import Outcome
from sync.rules.version import RULES_VERSION
from sync.till.journal.entries import Committed, Entry
from sync.till.journal.guest_keys import MAX_WAITING

CONSENT_TEXT = "till/1"
"""Which wording of the consents the register form shows; a new wording gets another name."""


def check_guest(desk: Desk, form: GuestForm) -> FormChecked:
    """Say what is wrong with a form, and who may be the same guest; writes nothing."""
    return judge_form(desk, form).checked


def register_guest(
    desk: Desk, form: GuestForm, staff: int | None, source: Source, *, somebody_else: bool = False
) -> RegisteredGuest:
    """Register a guest; return only after COMMIT. ``somebody_else``: nobody of nearly the same name is the newcomer.

    Raises ``UserError`` and records nothing: the first fault of the form, ``guest_known`` for a phone number or
    card that somebody has, ``guest_maybe_known``, the reason why the referral code cannot be used, or
    ``too_many_guests`` when hundreds of registrations wait for the office.
    """
    judged = judge_form(desk, form)
    for fault in judged.checked.faults:
        raise UserError(fault.reason, fault.sentence, fault.advice)
    if judged.checked.known is not None:
        raise spoken_error("guest_known", desk.language, name=judged.checked.known.found.name)
    if judged.checked.maybe_known and not somebody_else:
        raise spoken_error("guest_maybe_known", desk.language)
    desk.files.call(desk.till.journal.check_free)
    event = desk.files.call(desk.till.journal.new_event_id)
    code, campaign = judged.registration.code, judged.registration.campaign
    claims = _claim(desk, code, campaign, Guest(id=guest_id_of(event)))
    try:
        entries = [_entry(desk, form, judged, event, staff)]
        if code is not None:
            points = judged.registration.points
            entries.append(_use(code, claims, guest_id_of(event), points, staff, source))
        committed = desk.files.call(lambda: _write(desk, entries, event))
    except UserError:
        give_back(desk, claims)
        raise
    desk.committed()
    return _registered(desk, committed, guest_id_of(event), source)


def _claim(desk: Desk, code: Code | None, campaign: Campaign | None, guest: Guest) -> tuple[Claim, ...]:
    """Claim what the use of a referral code takes."""
    if code is None or campaign is None:
        return ()
    claims = claim_all(desk, needs_of(code, campaign, guest, 0))
    if isinstance(claims, Denied):
        words = explain(claims.verdict.reason, claims.verdict.params, desk.language)
        raise UserError(claims.verdict.reason, words.sentence, words.advice)
    return claims


def _entry(desk: Desk, form: GuestForm, judged: Judged, event: UUID, staff: int | None) -> Entry:
    """Seal what the guest said under a key of its own, which is durable before the event is."""
    key = desk.till.randomness.take(GUEST_KEY_BYTES)
    digest_key = desk.till.secrets.digest_key or b""
    phone, code = judged.data.phone, judged.registration.code
    payload = GuestRegistered(
        guest_id=guest_id_of(event),
        sealed=seal_guest(key, event, judged.data),
        phone_digest=None if phone is None else keyed_digest(digest_key, Subject.PHONE, phone).hex(),
        consent=tuple(each.value for each in form.consents),
        consent_text=CONSENT_TEXT,
        referral_code=None if code is None else code.id,
        card=judged.card,
        card_digest=None if judged.card is None else judged.card_digest.hex(),
        not_before_ms=desk.till.journal.time.not_before_ms(),
    )
    sealed_key = seal_guest_key(digest_key, event, key)

    def keep() -> None:
        if len(desk.till.journal.waiting_guests()) >= MAX_WAITING:
            raise spoken_error("too_many_guests", desk.language)
        desk.till.journal.keep_guest_key(event, sealed_key)

    desk.files.call(keep)
    return Entry(payload=payload, staff=staff, event=event)


def _use(
    code: Code, claims: tuple[Claim, ...], guest: int, points: int, staff: int | None, source: Source
) -> Entry:
    payload = Redemption(
        code_id=code.id,
        campaign_id=code.campaign_id,
        code_kind=str(code.kind),
        rules_version=RULES_VERSION,
        outcome=str(Outcome.ACCEPT),
        reason=str(Reason.OK),
        by=str(overall(claims)),
        source=str(source),
        points=points,
        guest_id=guest,
    )
    return Entry(payload=payload, staff=staff, spends=spends(claims))


def _write(desk: Desk, entries: list[Entry], event: UUID) -> Committed:
    done = record(desk.till.journal, entries)
    return next(each for each in done if each.event == event)


def _registered(desk: Desk, committed: Committed, guest_id: int, source: Source) -> RegisteredGuest:
    found = find_guest(desk, guest_id)
    if found is None:
        message = f"guest {guest_id} was registered and is not there"
        raise LookupError(message)
    return RegisteredGuest(
        event=committed.event,
        seq=committed.seq,
        at_ms=committed.at_ms,
        found=found,
        look=desk.files.call(lambda: take_found(desk, guest_id, source)),
    )
