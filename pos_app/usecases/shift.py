"""A shift: opened with money in the drawer, looked at by X reports, closed by a Z report."""

from dataclasses import replace

from msgspec import structs

from pos_app.usecases.desk import Desk
from pos_app.usecases.managers import MANAGERS, identify_manager, names_of, role_of
from pos_app.usecases.record import record
from pos_app.usecases.refusals import spoken_error
from pos_app.usecases.shift_reading import ShiftReader
from pos_app.usecases.shift_results import ShiftReport, ShiftStatus
from sync.protocol.payloads import ShiftClosed, ShiftOpened
from sync.protocol.shift_figures import ShiftFigures
from sync.till.journal.entries import Committed, Entry
from sync.till.journal.shift_book import Placed, ShiftMarks

MAX_CASH_MINOR = 10**12
MAX_NOTE_CHARS = 500
MAX_PAST = 50


def shift_status(desk: Desk) -> ShiftStatus:
    """Say whether a shift is open here, since when and with how much in the drawer."""
    marks = desk.files.call(desk.till.journal.shift_marks)
    return _status(desk, marks, names_of(desk))


def open_shift(desk: Desk, float_minor: int, *, staff: int) -> ShiftStatus:
    """Open a shift; return only after COMMIT. Raises ``UserError`` ``shift_open`` or ``cash_amount``."""
    _require_cash(desk, float_minor)

    def write() -> None:
        marks = desk.till.journal.shift_marks()
        if marks.open:
            raise spoken_error("shift_open", desk.language)
        payload = ShiftOpened(
            number=_next_number(marks), currency=desk.identity.currency, float_minor=float_minor
        )
        record(desk.till.journal, [Entry(payload=payload, staff=staff)])

    desk.files.call(write)
    desk.committed()
    return shift_status(desk)


def x_report(desk: Desk, reader: ShiftReader) -> ShiftReport:
    """Say what has come together since the last Z report; writes nothing. An open shift is not needed."""
    figures = reader.catch_up(desk)
    names = names_of(desk)
    status = _status(desk, desk.files.call(desk.till.journal.shift_marks), names)
    return ShiftReport(
        number=status.number,
        currency=status.currency,
        till_name=desk.identity.till_name,
        restaurant_name=desk.identity.restaurant_name,
        zone=desk.identity.zone,
        at_ms=desk.till.time.now().at_ms,
        float_minor=status.float_minor,
        expected_minor=status.float_minor + figures.whole.money_minor,
        figures=figures,
        names=names,
        opened_at_ms=status.opened_at_ms,
        opened_by=status.opened_by,
        by_hour=reader.by_hour,
    )


def close_shift(
    desk: Desk,
    reader: ShiftReader,
    counted_minor: int,
    *,
    staff: int,
    other_minor: int = 0,
    note: str = "",
    second_pin: str | None = None,
) -> ShiftReport:
    """Close the shift with a Z report, which counts every event up to itself; return only after COMMIT.

    A cashier needs a manager's PIN. Raises ``UserError`` ``shift_not_open``, ``manager_needed``, ``cash_amount``,
    ``not_a_manager`` and those of a wrong PIN; then nothing is recorded.
    """
    _require_cash(desk, counted_minor)
    _require_cash(desk, other_minor)
    if not desk.files.call(desk.till.journal.shift_marks).open:
        raise spoken_error("shift_not_open", desk.language)
    approved_by = _approval(desk, staff, second_pin)
    reader.catch_up(desk)

    def write() -> tuple[ShiftClosed, Committed]:
        """Read the rest and commit in one visit, so that no event falls between two reports."""
        marks = desk.till.journal.shift_marks()
        payload = _z_report(desk, marks, reader.read_all(desk.till.journal))
        payload = structs.replace(
            payload,
            counted_minor=counted_minor,
            other_minor=other_minor,
            note=note.strip()[:MAX_NOTE_CHARS],
            approved_by=approved_by,
        )
        (committed,) = record(desk.till.journal, [Entry(payload=payload, staff=staff)])
        return payload, committed

    payload, committed = desk.files.call(write)
    by_hour = reader.by_hour
    desk.committed()
    report = _closed(desk, payload, names_of(desk), staff=staff, at_ms=committed.at_ms)
    return replace(report, by_hour=by_hour, event=committed.event)


def past_shifts(desk: Desk, limit: int = MAX_PAST) -> list[ShiftReport]:
    """Return this till's newest Z reports as they were recorded, the newest first."""
    names = names_of(desk)
    placed = desk.files.call(lambda: desk.till.journal.closed_shifts(min(limit, MAX_PAST)))
    return [
        replace(
            _closed(
                desk,
                each.payload,
                names,
                staff=each.envelope.staff,
                at_ms=each.envelope.trusted_ms,
            ),
            event=each.envelope.event,
        )
        for each in placed
        if each.envelope is not None and isinstance(each.payload, ShiftClosed)
    ]


def _status(desk: Desk, marks: ShiftMarks, names: dict[int, str]) -> ShiftStatus:
    opened = marks.opened
    if not marks.open or opened is None or opened.envelope is None:
        return ShiftStatus(open=False, number=_next_number(marks), currency=desk.identity.currency)
    payload = _opening(opened)
    staff = opened.envelope.staff
    return ShiftStatus(
        open=True,
        number=payload.number,
        currency=payload.currency,
        float_minor=payload.float_minor,
        opened_at_ms=opened.envelope.trusted_ms,
        opened_by=names.get(staff or 0, ""),
        event=opened.envelope.event,
    )


def _opening(placed: Placed) -> ShiftOpened:
    if not isinstance(placed.payload, ShiftOpened):
        msg = "the mark of an opening is an opening"
        raise TypeError(msg)
    return placed.payload


def _next_number(marks: ShiftMarks) -> int:
    numbers = [
        placed.payload.number
        for placed in (marks.opened, marks.closed)
        if placed is not None and isinstance(placed.payload, ShiftOpened | ShiftClosed)
    ]
    return max(numbers, default=0) + 1


def _z_report(desk: Desk, marks: ShiftMarks, figures: ShiftFigures) -> ShiftClosed:
    """Make the report of the open shift, all but what was counted; raises ``shift_not_open``."""
    opened = marks.opened
    if not marks.open or opened is None or opened.envelope is None:
        raise spoken_error("shift_not_open", desk.language)
    opening = _opening(opened)
    return ShiftClosed(
        shift=opened.envelope.event,
        number=opening.number,
        currency=opening.currency,
        float_minor=opening.float_minor,
        expected_minor=opening.float_minor + figures.whole.money_minor,
        counted_minor=0,
        figures=figures,
        opened_ms=opened.envelope.trusted_ms,
        opened_by=opened.envelope.staff,
    )


def _closed(
    desk: Desk, payload: ShiftClosed, names: dict[int, str], *, staff: int | None, at_ms: int
) -> ShiftReport:
    return ShiftReport(
        number=payload.number,
        currency=payload.currency,
        till_name=desk.identity.till_name,
        restaurant_name=desk.identity.restaurant_name,
        zone=desk.identity.zone,
        at_ms=at_ms,
        float_minor=payload.float_minor,
        expected_minor=payload.expected_minor,
        figures=payload.figures,
        names=names,
        opened_at_ms=payload.opened_ms,
        opened_by=names.get(payload.opened_by or 0, ""),
        closed_at_ms=at_ms,
        closed_by=names.get(payload.approved_by or staff or 0, ""),
        counted_minor=payload.counted_minor,
        other_minor=payload.other_minor,
        note=payload.note,
    )


def _approval(desk: Desk, staff: int, second_pin: str | None) -> int | None:
    """Return the manager who agrees, None where the one at the till is one."""
    if second_pin is not None:
        return identify_manager(desk, second_pin).id
    if role_of(desk, staff) not in MANAGERS:
        raise spoken_error("manager_needed", desk.language)
    return None


def _require_cash(desk: Desk, amount_minor: int) -> None:
    if not 0 <= amount_minor <= MAX_CASH_MINOR:
        raise spoken_error("cash_amount", desk.language)
