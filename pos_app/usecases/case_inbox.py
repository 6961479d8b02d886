"""The inbox of cases: what the office asks about this till, and what the till finds amiss by itself."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from pos_app.usecases.case_figures import Teller
from pos_app.usecases.case_words import CASES, case_words
from pos_app.usecases.desk import Desk
from sync.protocol.case_notes import CaseNote
from sync.rules.user_error import UserError
from sync.till.agent.board import ALARM_AGE_MS
from sync.till.case_box import read_cases


class CaseSeen(Struct, frozen=True, kw_only=True):
    """One case in words. ``number`` is the office's, None for what only this till has found.

    ``title`` names it, ``what`` happened, ``advice`` is what to do; ``detail`` are labels and what belongs to them.
    """

    kind: str
    title: str
    what: str
    advice: str
    number: int | None = None
    at_ms: int | None = None
    event: UUID | None = None
    detail: tuple[tuple[str, str], ...] = ()


class Inbox(Struct, frozen=True, kw_only=True):
    """The till's own findings first, then the office's cases, the newest first; ``open`` counts all there are."""

    open: int
    cases: tuple[CaseSeen, ...]


def inbox(desk: Desk) -> Inbox:
    """Return what needs a person's attention at this till; works without a network, as the office told it last."""
    told = desk.files.call(lambda: read_cases(desk.till.journal))
    found = desk.files.call(lambda: _findings(desk))
    own = tuple(_seen(desk, kind) for kind in found)
    from_office = desk.files.call(lambda: _in_words(desk, told.cases))
    return Inbox(open=len(own) + told.mark.open, cases=own + from_office)


def _in_words(desk: Desk, notes: Sequence[CaseNote]) -> tuple[CaseSeen, ...]:
    """On the files' thread: say the office's cases."""
    if not notes:
        return ()
    teller = Teller(desk)
    return tuple(_told(desk, teller, note) for note in notes)


def _told(desk: Desk, teller: Teller, note: CaseNote) -> CaseSeen:
    title, what, advice = case_words(note.kind, desk.language, teller.tell(note.detail))
    # What an unknown kind is about is not known either: its particulars would be guessed at.
    detail = teller.rows(note.detail, but=what) if note.kind in CASES else ()
    return CaseSeen(
        kind=note.kind,
        title=title,
        what=what,
        advice=advice,
        number=note.id,
        at_ms=note.opened_ms,
        event=note.event,
        detail=detail,
    )


def _findings(desk: Desk) -> list[str]:
    """On the files' thread: what is amiss here."""
    status, now = desk.till.journal.status(), desk.till.time.now()
    found = []
    if status.stopped is not None:
        found.append("journal_stopped")
    try:
        desk.till.journal.check_free()
    except UserError:
        found.append("disk_low")
    if now.doubtful:
        found.append("clock_in_doubt")
    waiting_ms = 0 if status.oldest_unsettled_ms is None else now.at_ms - status.oldest_unsettled_ms
    if waiting_ms > ALARM_AGE_MS:
        found.append("unsettled_long")
    if desk.till.cache.status().as_of_ms is None:
        found.append("not_loaded")
    return found


def _seen(desk: Desk, kind: str) -> CaseSeen:
    title, what, advice = case_words(kind, desk.language)
    return CaseSeen(kind=kind, title=title, what=what, advice=advice)
