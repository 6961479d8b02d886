"""Shifts, decisions and a till's own cases at central."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from sync.protocol.case_notes import CaseMark
from sync.protocol.event import read_envelope
from sync.protocol.payloads import Override, ShiftClosed, ShiftOpened, payload_of
from sync.protocol.shift_figures import ShiftFigures
from sync.protocol.shift_tally import Tally
from tests.builders.office import Office, TillPen, attempt, sale

pytestmark = pytest.mark.anyio


def figures_of(till: TillPen, *, after: int = 0) -> ShiftFigures:
    """Reckon what a till has written behind an event, as it does for its report."""
    tally = Tally()
    for event in till.events[after:]:
        envelope = read_envelope(event.body)
        tally.add(envelope.staff, payload_of(envelope))
    return tally.figures()


def opened(till: TillPen, *, number: int = 1) -> UUID:
    return till.write(ShiftOpened(number=number, currency="EUR", float_minor=10_000), staff=3)


def closed(till: TillPen, shift: UUID, figures: ShiftFigures, **fields: Any) -> UUID:
    payload = ShiftClosed(
        **{
            "shift": shift,
            "number": 1,
            "currency": "EUR",
            "float_minor": 10_000,
            "expected_minor": 10_000 + figures.whole.money_minor,
            "counted_minor": 10_000,
            "figures": figures,
            "opened_ms": 1,
            **fields,
        }
    )
    return till.write(payload, staff=3)


async def shifts(office: Office) -> list[dict[str, Any]]:
    return [dict(row) for row in await office.fetch("SELECT * FROM shifts ORDER BY number")]


async def test_a_z_report_that_agrees_with_the_events_is_kept_without_a_case(office: Office) -> None:
    till = await office.till()
    till.enrolled()
    shift = opened(till)
    till.write(sale(), staff=3)
    till.write(sale(receipt=2, paid_minor=1000, discount_minor=250), staff=4)
    till.write(attempt(), staff=4)
    figures = figures_of(till)
    assert figures.whole.paid_minor == 2250
    end = closed(till, shift, figures, approved_by=9)
    assert (await till.upload()).cases == 0
    (row,) = await shifts(office)
    assert (row["event"], row["closed_event"], row["agrees"]) == (shift, end, True)
    assert (row["expected_minor"], row["approved_by"], row["opened_by"]) == (12_250, 9, 3)
    paid = await office.value("SELECT sum(paid_minor)::bigint FROM sales")
    assert row["figures"]["whole"]["paid_minor"] == paid


async def test_a_z_report_counts_over_batches_and_lives_from_the_report_before(office: Office) -> None:
    till = await office.till()
    first = opened(till)
    till.write(sale(), staff=3)
    closed(till, first, figures_of(till))
    await till.upload()
    end_of_first = len(till.events)
    till.write(sale(receipt=2), staff=3)
    second = opened(till, number=2)
    await till.upload(end_of_first + 1)
    till.write(sale(receipt=3), staff=3)
    figures = figures_of(till, after=end_of_first)
    assert figures.whole.sales == 2
    closed(till, second, figures, number=2)
    assert (await till.upload(end_of_first + 3)).cases == 0
    assert [row["agrees"] for row in await shifts(office)] == [True, True]


async def test_a_first_z_report_need_not_count_what_its_till_has_let_go_of_before(office: Office) -> None:
    till = await office.till()
    till.write(sale(), staff=3)
    till.write(sale(receipt=2), staff=3)
    shift = opened(till)
    till.write(sale(receipt=3), staff=3)
    figures = figures_of(till, after=1)
    assert figures.whole.sales == 2
    closed(till, shift, figures)
    assert (await till.upload()).cases == 0
    assert [row["agrees"] for row in await shifts(office)] == [True]


async def test_a_z_report_that_says_something_else_becomes_a_case_and_is_kept(office: Office) -> None:
    till = await office.till()
    shift = opened(till)
    till.write(sale(), staff=3)
    right = figures_of(till)
    wrong = msgspec.structs.replace(right, whole=msgspec.structs.replace(right.whole, paid_minor=1))
    closed(till, shift, wrong)
    assert (await till.upload()).cases == 1
    assert await office.cases() == ["shift_differs"]
    detail = await office.value("SELECT detail FROM cases")
    assert detail["paid_minor"] == "1 / 1250"
    (row,) = await shifts(office)
    assert (row["agrees"], row["counted_minor"]) == (False, 10_000)


async def test_a_closing_without_its_opening_waits_and_a_second_closing_is_set_aside(office: Office) -> None:
    till = await office.till()
    shift = opened(till)
    closed(till, shift, figures_of(till))
    await till.upload()
    closed(till, shift, figures_of(till, after=2))
    await till.upload(3)
    assert await office.cases() == ["quarantined"]
    reason = await office.value("SELECT quarantined FROM events WHERE seq = 3")
    assert "is not open" in reason
    assert len(await shifts(office)) == 1


async def test_a_batch_sent_twice_opens_and_closes_a_shift_once(office: Office) -> None:
    till = await office.till()
    shift = opened(till)
    closed(till, shift, figures_of(till))
    await till.upload()
    assert (await till.upload()).cases == 0
    assert len(await shifts(office)) == 1


async def test_a_managers_decision_is_kept(office: Office) -> None:
    till = await office.till()
    event = till.write(
        Override(
            asked="clock_in_doubt",
            allowed=True,
            reason="clock_checked",
            approved_by=7,
            digest="00" * 16,
            source="CAMERA",
            code_id=5,
        ),
        staff=3,
    )
    await till.upload()
    (row,) = await office.fetch("SELECT * FROM overrides")
    assert (row["event"], row["decided_by"], row["staff_id"], row["allowed"]) == (event, 7, 3, True)
    assert (row["asked"], row["code_id"]) == ("clock_in_doubt", 5)


async def test_a_till_hears_of_its_own_open_cases_and_of_no_others(office: Office) -> None:
    till, other = await office.till(), await office.till("Till 2")
    assert (await till.contact()).cases is None
    for pen in (till, other):
        pen.write({"nonsense": 1}, kind="from.the.future")
        await pen.upload()
    told = (await till.contact()).cases
    assert told is not None
    (note,) = told.cases
    assert (note.kind, told.mark.open, told.mark.newest) == ("quarantined", 1, note.id)
    assert "from.the.future" in note.detail["reason"]
    assert "body" not in note.detail
    assert (await till.contact(cases=told.mark)).cases is None


async def test_a_till_hears_that_a_case_was_closed(office: Office) -> None:
    till = await office.till()
    till.write({"nonsense": 1}, kind="from.the.future")
    await till.upload()
    told = (await till.contact()).cases
    assert told is not None
    await office.execute("UPDATE cases SET closed_at = now(), outcome = 'seen'")
    after = (await till.contact(cases=told.mark)).cases
    assert after is not None
    assert (after.mark, after.cases) == (CaseMark(0, 0), ())
