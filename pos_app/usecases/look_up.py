"""What a text is, and whether it may be used here and now."""

from collections.abc import Sequence
from dataclasses import replace

from pos_app.usecases.claims import Denied, claim_all, foresee, needs_of, overall
from pos_app.usecases.desk import Desk
from pos_app.usecases.known import known_of, own_uses_of
from pos_app.usecases.network_settings import item_names, naming_items
from pos_app.usecases.phrases import history, percent, phrase
from pos_app.usecases.results import CodeSeen, GuestSeen, LookUp, Nothing, StaffSeen, Subject
from pos_app.usecases.seen import Seen, see
from pos_app.usecases.source import By, Source
from sync.protocol.digest import Subject as DigestSubject
from sync.protocol.digest import keyed_digest
from sync.protocol.payloads import Attempt
from sync.rules.evaluate import evaluate
from sync.rules.explain import explain
from sync.rules.gives import describe
from sync.rules.normalise import exact
from sync.rules.reasons import Reason
from sync.rules.sale import Guest, Line
from sync.rules.verdict import Outcome, Verdict
from sync.rules.wording.wall_clock import instant_text
from sync.till.cache.found import FoundCard, FoundCode, FoundStaff, NotFound
from sync.till.journal.entries import Committed, Entry


def look_up(
    desk: Desk,
    text: str,
    source: Source,
    *,
    lines: Sequence[Line] = (),
    guest: Guest | None = None,
    take: bool = True,
) -> LookUp:
    """Judge a text for a basket (no lines: not known yet) and a guest, and claim the units a use needs.

    With ``take`` False nothing is claimed and the office is not asked: the answer then says what a use
    would stand on. Nothing is written to the journal except what a grant itself needs.
    """
    if not exact(text):
        return unreadable(desk, text.encode("utf-8", "surrogatepass"), source)
    seen = desk.files.call(lambda: see(desk, text, source, guest))
    if seen.refused is not None:
        loaded = not isinstance(seen.found, NotFound) or seen.found.loaded
        return _look(
            desk, seen, Nothing(loaded=loaded), source, _refuse(seen.refused.reason, seen.refused.params)
        )
    match seen.found:
        case FoundCode():
            return _code(desk, seen, seen.found, source, lines=lines, guest=guest, take=take)
        case FoundCard():
            return card_look(desk, seen, seen.found, source)
        case FoundStaff(staff=staff):
            look = _look(
                desk,
                seen,
                StaffSeen(staff_id=staff.id, name=staff.name),
                source,
                _refuse(Reason.UNKNOWN_CODE),
            )
            return replace(
                look,
                headline=phrase("badge_headline", desk.language),
                message=phrase("badge", desk.language, name=staff.name),
                advice=phrase("badge_advice", desk.language),
            )
    reason = Reason.UNKNOWN_CODE if seen.found.loaded else Reason.NOT_LOADED
    return _look(desk, seen, Nothing(loaded=seen.found.loaded), source, _refuse(reason))


def look_up_carried(
    desk: Desk, code_id: int, *, lines: Sequence[Line], guest: Guest, take: bool = True
) -> LookUp | None:
    """Judge a voucher that a guest carries, by its number; None where this till does not know it.

    Otherwise as :func:`look_up`.
    """

    def read() -> Seen | None:
        found = desk.till.cache.code(code_id)
        if found is None:
            return None
        own = own_uses_of(desk.till, found.code, found.campaign, guest, desk.till.time.now())
        status = desk.till.cache.status()
        return Seen(found=found, settings=desk.till.cache.settings(), as_of_ms=status.as_of_ms, own=own)

    seen = desk.files.call(read)
    if seen is None or not isinstance(seen.found, FoundCode):
        return None
    return _code(desk, seen, seen.found, Source.TYPED, lines=lines, guest=guest, take=take)


def unreadable(desk: Desk, content: bytes, source: Source) -> LookUp:
    """Answer for bytes that are no text of a code: nothing to show, or longer than any code."""
    key = desk.till.secrets.digest_key or b""
    explained = explain(Reason.UNREADABLE_CODE, (), desk.language)
    return LookUp(
        subject=Nothing(loaded=True),
        source=source,
        digest=keyed_digest(key, DigestSubject.CODE, content.decode("utf-8", "surrogateescape")),
        verdict=_refuse(Reason.UNREADABLE_CODE),
        headline=explained.headline,
        message=explained.sentence,
        advice=explained.advice,
    )


def note_attempt(desk: Desk, look: LookUp, staff: int | None) -> Committed:
    """Write down that something was not accepted: identifiers and a keyed digest, never its text."""
    code = look.code
    attempt = Attempt(
        outcome=str(look.outcome),
        reason=look.reason,
        source=str(look.source),
        digest=look.digest.hex(),
        by=str(look.by),
        code_id=code.id if code else None,
        campaign_id=code.campaign_id if code else None,
        guest_id=look.guest.id if look.guest else None,
    )
    return desk.commit([Entry(payload=attempt, staff=staff)])[0]


def judged(desk: Desk, look: LookUp, verdict: Verdict, *, by: By | None = None) -> LookUp:
    """Put another verdict on a look-up, with its words."""
    explained = explain(verdict.reason, verdict.params, desk.language)
    return replace(
        look,
        verdict=verdict,
        headline=explained.headline,
        message=explained.sentence,
        advice=explained.advice,
        by=by or look.by,
        claims=look.claims if verdict.accepted else (),
    )


def _code(
    desk: Desk,
    seen: Seen,
    found: FoundCode,
    source: Source,
    *,
    lines: Sequence[Line],
    guest: Guest | None,
    take: bool,
) -> LookUp:
    campaign = found.campaign
    verdict = evaluate(
        found.code,
        campaign,
        guest,
        desk.basket(lines),
        desk.till.time.now(),
        desk.place,
        known=known_of(seen.settings, seen.own),
    )
    names = item_names(seen.settings)
    verdict = naming_items(verdict, names)
    look = _look(desk, seen, CodeSeen(code=found.code, campaign=campaign), source, verdict)
    # What a newer campaign gives, this program cannot know.
    if campaign is None or verdict.reason == Reason.UPDATE_NEEDED:
        return look
    look = replace(
        look,
        gives=describe(campaign, desk.language, names=names),
        history=history(found.code, campaign.zone or desk.identity.zone, desk.language),
    )
    if not verdict.accepted:
        return look
    needs = needs_of(found.code, campaign, guest, verdict.discount_minor)
    if not take:
        foreseen = foresee(desk, needs)
        if isinstance(foreseen, Denied):
            return judged(desk, look, _denied(seen, foreseen), by=foreseen.by)
        return replace(look, by=foreseen)
    claims = claim_all(desk, needs)
    if isinstance(claims, Denied):
        return judged(desk, look, _denied(seen, claims), by=claims.by)
    return replace(look, claims=claims, by=overall(claims))


def card_look(desk: Desk, seen: Seen, found: FoundCard, source: Source) -> LookUp:
    """Judge a guest's card."""
    row = found.guest
    if row is None:
        return _look(desk, seen, Nothing(loaded=False), source, _refuse(Reason.NOT_LOADED))
    subject = GuestSeen(guest=row.guest, name=row.name, phone_last4=row.phone_last4)
    if not found.active:
        return _look(desk, seen, subject, source, _refuse(Reason.CARD_INACTIVE))
    if row.guest.blocked:
        return _look(desk, seen, subject, source, _refuse(Reason.GUEST_BLOCKED))
    look = _look(desk, seen, subject, source, Verdict(outcome=Outcome.ACCEPT, reason=Reason.CARD_OK))
    as_of_ms = row.guest.as_of_ms or seen.as_of_ms
    message = phrase("guest", desk.language, name=row.name, tier=row.guest.tier, points=row.guest.points)
    if as_of_ms is not None:
        when = instant_text(as_of_ms, desk.identity.zone, desk.language)
        message = phrase("as_of", desk.language, text=message, when=when)
    return replace(look, message=message, gives=_tier_gives(desk, seen, row.guest), as_of_ms=as_of_ms)


def _tier_gives(desk: Desk, seen: Seen, guest: Guest) -> str:
    for tier in seen.settings.tiers if seen.settings else ():
        if tier.name == guest.tier and tier.percent_bp > 0:
            key = "tier_points" if seen.settings and seen.settings.model == "POINTS" else "tier_discount"
            return phrase(key, desk.language, percent=percent(tier.percent_bp, desk.language), tier=tier.name)
    return ""


def _look(desk: Desk, seen: Seen, subject: Subject, source: Source, verdict: Verdict) -> LookUp:
    explained = explain(verdict.reason, verdict.params, desk.language)
    return LookUp(
        subject=subject,
        source=source,
        digest=seen.found.digest,
        verdict=verdict,
        headline=explained.headline,
        message=explained.sentence,
        advice=explained.advice,
        as_of_ms=seen.as_of_ms,
    )


def _denied(seen: Seen, denied: Denied) -> Verdict:
    """Say of a voucher that it is genuine, although no unit of it is to be had here."""
    if seen.voucher is None:
        return denied.verdict
    params = {**dict(denied.verdict.params), "voucher_key": str(seen.voucher.key)}
    return replace(denied.verdict, params=tuple(sorted(params.items())))


def _refuse(reason: Reason, params: tuple[tuple[str, str], ...] = ()) -> Verdict:
    return Verdict(outcome=Outcome.REFUSE, reason=reason, params=params)
