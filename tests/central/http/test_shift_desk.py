"""`/api/shifts` and `/api/overrides`: what was counted and decided at the tills, beside what central reckons."""

from uuid import uuid4

import msgspec
import pytest

from sync.central.schema.words import Role
from sync.protocol.payloads import Override, ShiftClosed, ShiftOpened
from sync.protocol.shift_figures import ShiftFigures
from sync.protocol.shift_tally import Tally
from tests.builders.callers import call, member
from tests.builders.office import NOW_MS, Office, TillPen, problem_of, sale

pytestmark = pytest.mark.anyio


@pytest.fixture
async def manager(office: Office) -> dict[str, str]:
    return (await member(office, Role.SHIFT_MANAGER)).headers


async def a_shift(till: TillPen, *, wrong_by: int = 0) -> str:
    """Open a shift, sell twice, close it; a report that is ``wrong_by`` minor units."""
    shift = till.write(ShiftOpened(number=1, currency="EUR", float_minor=10_000), staff=3)
    tally = Tally()
    tally.add(3, ShiftOpened(number=1, currency="EUR", float_minor=10_000))
    for receipt in (1, 2):
        till.write(sale(receipt=receipt), staff=3)
        tally.add(3, sale(receipt=receipt))
    figures = tally.figures()
    told = msgspec.structs.replace(
        figures, whole=msgspec.structs.replace(figures.whole, paid_minor=figures.whole.paid_minor + wrong_by)
    )
    till.write(
        ShiftClosed(
            shift=shift,
            number=1,
            currency="EUR",
            float_minor=10_000,
            expected_minor=12_500,
            counted_minor=12_000,
            other_minor=400,
            figures=told,
            opened_ms=1,
            approved_by=9,
            note="short",
        ),
        staff=3,
    )
    await till.upload()
    return str(shift)


async def test_a_z_report_stands_beside_what_central_reckons(office: Office, manager: dict[str, str]) -> None:
    till = await office.till()
    shift = await a_shift(till, wrong_by=5)
    (item,) = (await call(office, "GET", "/api/shifts", manager)).json()["items"]
    assert (item["id"], item["till"], item["restaurant"], item["agrees"]) == (
        shift,
        "Till 1",
        "Old Town",
        False,
    )
    assert (item["difference_minor"], item["approved_by"], item["note"]) == (-100, 9, "short")
    report = (await call(office, "GET", f"/api/shifts/{shift}", manager)).json()
    assert (report["kind"], report["shift"]) == ("Z", item)
    assert report["figures"]["whole"]["paid_minor"] == 2_505
    assert report["reckoned"]["whole"]["paid_minor"] == 2_500
    assert msgspec.convert(report["reckoned"], ShiftFigures).whole.sales == 2


async def test_an_open_shift_has_an_x_report_of_all_that_has_come_in(
    office: Office, manager: dict[str, str]
) -> None:
    till = await office.till()
    await a_shift(till)
    before = len(till.events)
    shift = till.write(ShiftOpened(number=2, currency="EUR", float_minor=500), staff=3)
    till.write(sale(receipt=3), staff=3)
    await till.upload(before + 1)
    report = (await call(office, "GET", f"/api/shifts/{shift}", manager)).json()
    assert (report["kind"], report["figures"], report["shift"]["closed_at"]) == ("X", None, None)
    assert report["reckoned"]["whole"]["sales"] == 1
    till.write(sale(receipt=4), staff=3)
    await till.upload(before + 3)
    report = (await call(office, "GET", f"/api/shifts/{shift}", manager)).json()
    assert report["reckoned"]["whole"]["paid_minor"] == 2_500


async def test_shifts_are_found_by_place_day_and_whether_they_are_open(
    office: Office, manager: dict[str, str]
) -> None:
    other = await office.another_restaurant()
    here, there = await office.till("A"), await office.till("B", restaurant=other)
    closed = await a_shift(here)
    opened = str(there.write(ShiftOpened(number=1, currency="EUR"), staff=3))
    await there.upload()

    async def found(query: str) -> set[str]:
        answer = (await call(office, "GET", f"/api/shifts?{query}", manager)).json()
        assert answer["total"] == len(answer["items"])
        return {item["id"] for item in answer["items"]}

    assert await found("") == {closed, opened}
    assert await found(f"restaurant={other}") == {opened}
    assert await found(f"till={here.who.till}") == {closed}
    assert await found("open=true") == {opened}
    assert await found("open=false") == {closed}
    assert await found("since=2030-01-01T00:00:00Z") == set()
    assert await found("until=2030-01-01T00:00:00") == {closed, opened}
    unfit = await call(office, "GET", "/api/shifts?since=0001-01-01T00:00:00Z", manager)
    assert problem_of(unfit) == "invalid"
    assert problem_of(await call(office, "GET", f"/api/shifts/{uuid4()}", manager)) == "not-found"


async def test_decisions_name_who_decided_and_are_found_by_what_they_were(
    office: Office, manager: dict[str, str]
) -> None:
    boss = await member(office, Role.SHIFT_MANAGER, "Boss")
    till = await office.till()
    for allowed in (True, False):
        till.write(
            Override(
                asked="clock_in_doubt",
                allowed=allowed,
                reason="known_guest",
                approved_by=boss.staff,
                digest="00" * 16,
                source="TYPED",
                note="regular",
            ),
            staff=3,
        )
    await till.upload()
    items = (await call(office, "GET", "/api/overrides", manager)).json()["items"]
    assert [item["allowed"] for item in items] == [False, True]
    assert {item["decided_by_name"] for item in items} == {"Boss"}
    assert items[0]["asked"] == "clock_in_doubt"
    assert items[1]["at"].startswith("2025-10-09")
    assert NOW_MS // 1000 == 1_760_000_000
    only = (await call(office, "GET", "/api/overrides?allowed=true", manager)).json()
    assert (only["total"], only["items"]) == (1, [items[1]])
    none = (await call(office, "GET", f"/api/overrides?till={till.who.till + 1}", manager)).json()
    assert none["items"] == []
