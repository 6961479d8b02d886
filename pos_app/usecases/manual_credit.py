"""Points given or taken by hand: within what the role may, with a second person above that, and always on record."""

from pos_app.usecases.claims import Denied, claim_credit, claim_points
from pos_app.usecases.desk import Desk
from pos_app.usecases.refusals import spoken_error
from pos_app.usecases.results import Credited
from pos_app.usecases.sell import spends
from pos_app.usecases.sign_in import identify
from sync.protocol.payloads import PointsAdjusted
from sync.rules.explain import explain
from sync.rules.points_rules import PointsRules
from sync.rules.user_error import UserError
from sync.till.journal.entries import Entry

MAX_NOTE_CHARS = 500


def manual_credit(
    desk: Desk,
    guest_id: int,
    points: int,
    *,
    reason: str,
    note: str,
    staff: int,
    second_pin: str | None = None,
) -> Credited:
    """Credit (above zero) or debit (below) a guest's points; return only after COMMIT.

    A credit takes from the restaurant's allowance, a debit from the guest's points, both leased to this till
    before or asked for now. Raises ``UserError``: ``no_points``, ``reason_missing``, ``guest_unknown``,
    ``over_role_limit``, ``second_person`` (ask for a second PIN), ``same_person``, those of a wrong PIN, and
    the reasons why no units were to be had; then nothing is recorded.
    """
    if not points:
        raise spoken_error("no_points", desk.language)
    if not reason.strip() or not note.strip():
        raise spoken_error("reason_missing", desk.language)
    rules = _rules(desk)
    _require_guest(desk, guest_id)
    _require_limit(desk, rules, staff, abs(points))
    approved_by = _second_person(desk, rules, staff, abs(points), second_pin)
    claims = claim_credit(desk, points) if points > 0 else claim_points(desk, guest_id, -points)
    if isinstance(claims, Denied):
        explained = explain(claims.verdict.reason, claims.verdict.params, desk.language)
        raise UserError(claims.verdict.reason, explained.sentence, explained.advice)
    payload = PointsAdjusted(
        guest_id=guest_id,
        points=points,
        reason=reason.strip(),
        note=note.strip()[:MAX_NOTE_CHARS],
        approved_by=approved_by,
    )
    (committed,) = desk.commit([Entry(payload=payload, staff=staff, spends=spends(claims))])
    return Credited(
        event=committed.event,
        seq=committed.seq,
        at_ms=committed.at_ms,
        guest_id=guest_id,
        points=points,
        approved_by=approved_by,
    )


def _rules(desk: Desk) -> PointsRules:
    settings = desk.settings()
    return settings.points if settings is not None else PointsRules()


def _require_guest(desk: Desk, guest_id: int) -> None:
    if desk.files.call(lambda: desk.till.cache.guest(guest_id)) is None:
        raise spoken_error("guest_unknown", desk.language)


def _require_limit(desk: Desk, rules: PointsRules, staff: int, points: int) -> None:
    rows = desk.files.call(desk.till.cache.staff)
    role = next((row.role for row in rows if row.id == staff and row.active), "")
    most = rules.most_by_hand(role)
    if points > most:
        raise spoken_error("over_role_limit", desk.language, most=most)


def _second_person(
    desk: Desk, rules: PointsRules, staff: int, points: int, second_pin: str | None
) -> int | None:
    """Return who else agrees. They need not be there for small amounts, nor may they be the same person."""
    if points <= rules.second_person_above and second_pin is None:
        return None
    if second_pin is None:
        raise spoken_error("second_person", desk.language, above=rules.second_person_above)
    row = identify(desk, second_pin)
    if row.id == staff:
        raise spoken_error("same_person", desk.language)
    _require_limit(desk, rules, row.id, points)
    return row.id
