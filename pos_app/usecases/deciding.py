"""A manager decides what the rules left to a person: with PIN and reason, and always on record."""

from dataclasses import replace

from pos_app.usecases.claims import Denied, claim_all, needs_of, overall
from pos_app.usecases.desk import Desk
from pos_app.usecases.look_up import judged
from pos_app.usecases.managers import identify_manager
from pos_app.usecases.phrases import phrase
from pos_app.usecases.refusals import spoken_error
from pos_app.usecases.results import CodeSeen, Decided, LookUp
from sync.protocol.payloads import Override
from sync.rules.verdict import Outcome
from sync.till.journal.entries import Entry

MAX_NOTE_CHARS = 500
WHY = ("clock_checked", "guest_known", "office_called", "other")
"""Identifiers of why a manager decides; the screen says them in words."""


def decide(
    desk: Desk, look: LookUp, *, allow: bool, reason: str, note: str, pin: str, staff: int | None
) -> LookUp:
    """Record a manager's decision on an ask verdict, and claim the units that an allowed use needs.

    Returns the look-up as it then is: allowed (hand it to ``sell``), or not. The verdict stays what the rules
    said. Raises ``UserError``: ``nothing_to_decide``, ``why_missing``, ``not_a_manager`` and those of a wrong
    PIN; then nothing is recorded. Where no unit is to be had the decision stands and the look-up is refused.
    """
    subject = look.subject
    if (
        look.outcome is not Outcome.ASK
        or look.decided is not None
        or not isinstance(subject, CodeSeen)
        or subject.campaign is None
    ):
        raise spoken_error("nothing_to_decide", desk.language)
    if not reason.strip() or (reason == "other" and not note.strip()):
        raise spoken_error("why_missing", desk.language)
    manager = identify_manager(desk, pin)
    payload = Override(
        asked=look.reason,
        allowed=allow,
        reason=reason.strip(),
        approved_by=manager.id,
        digest=look.digest.hex(),
        source=str(look.source),
        code_id=subject.code.id,
        campaign_id=subject.code.campaign_id,
        code_kind=str(subject.code.kind),
        note=note.strip()[:MAX_NOTE_CHARS],
    )
    (committed,) = desk.commit([Entry(payload=payload, staff=staff)])
    decided = Decided(event=committed.event, by=manager.id, by_name=manager.name, allowed=allow)
    words = "allowed" if allow else "not_allowed"
    look = replace(
        look,
        decided=decided,
        headline=phrase(f"{words}_headline", desk.language),
        message=phrase(words, desk.language, name=manager.name),
        advice="",
    )
    if not allow:
        return look
    needs = needs_of(subject.code, subject.campaign, None, look.verdict.discount_minor)
    claims = claim_all(desk, needs)
    if isinstance(claims, Denied):
        return judged(desk, replace(look, decided=None), claims.verdict, by=claims.by)
    return replace(look, claims=claims, by=overall(claims))
