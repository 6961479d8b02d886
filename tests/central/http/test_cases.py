"""Cases as the office sees, takes and closes them; and alerts, which open and close by themselves."""

import asyncio
from typing import Any

import pytest

from sync.central.schema.words import Role
from sync.central.services.alerting.watch import look
from sync.central.services.cases import CaseKind, NewCase, open_cases
from sync.central.services.scanning.ids import public_id
from tests.builders.callers import bearer, call, guest_token, member, owner_headers
from tests.builders.office import Office, problem_of
from tests.builders.office_desk import OfficeDesk

pytestmark = pytest.mark.anyio

CALM = {"database_ms_most": 60_000, "cache_hits_least": 0}
"""The test's own database is nobody's concern."""


class Desk(OfficeDesk):
    """The owner, who looks after cases."""

    root = "/api"

    async def raised(self, **rules: Any) -> dict[str, dict[str, Any]]:
        """Set the limits, and return which alerts stand then."""
        answer = await self.ask("PUT", "/alerts", CALM | rules)
        assert answer.status_code == 200, answer.text
        return {each["alert"]: each for each in answer.json()["alerts"] if each["raised"]}

    async def cases(self, query: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (
            (await self.ask("GET", f"/cases{query}")).raise_for_status().json()["items"]
        )
        return found

    async def scan(self, code: int, headers: dict[str, str] | None = None) -> None:
        path = f"/api/v1/vouchers/{public_id(self.office.secrets, self.office.network, code)}/scan"
        answer = await call(self.office, "POST", path, headers or {}, {"scanSource": "LINK"})
        answer.raise_for_status()

    async def measured(self) -> str:
        return (await self.office.client.get("/metrics", headers=self.headers)).raise_for_status().text


@pytest.fixture
async def desk(office: Office) -> Desk:
    return Desk(office, await owner_headers(office))


async def test_many_refusals_raise_an_alert_that_ends_by_itself(desk: Desk) -> None:
    code = await desk.office.limited_code(text="LUNCH-5")
    assert await desk.raised(failures_from=3) == {}
    for _ in range(4):
        path = f"/v1/vouchers/{code}/redeem"
        await desk.ask("POST", path, {})
    standing = await desk.raised(failures_from=3)
    assert set(standing) == {"alert_high_failures"}
    alert = standing["alert_high_failures"]
    assert (alert["value"], alert["limit"]) == (0.75, 0.5)
    (case,) = await desk.cases("?open=true")
    assert (case["id"], case["kind"], case["detail"]) == (
        alert["case_id"],
        "alert_high_failures",
        {"value": 0.75, "limit": 0.5},
    )
    assert 'countersign_alert{alert="alert_high_failures"} 1' in await desk.measured()
    assert await desk.raised(failures_from=3, failures_most=0.8) == standing | {
        "alert_high_failures": alert | {"limit": 0.8}
    }
    assert await desk.raised(failures_from=3, failures_most=1) == {}
    (case,) = await desk.cases()
    assert (case["outcome"], case["owner"]) == ("over", None)
    assert case["closed_at"] is not None
    assert 'countersign_alert{alert="alert_high_failures"} 0' in await desk.measured()


async def test_more_scans_than_usual_raise_an_alert(desk: Desk) -> None:
    code = await desk.office.code(await desk.office.campaign())
    for _ in range(5):
        await desk.scan(code)
    assert await desk.raised(scans_from=5) == {}
    standing = await desk.raised(scans_from=4)
    assert (standing["alert_scan_rate"]["value"], standing["alert_scan_rate"]["limit"]) == (5, 4)
    # Five minutes of the day before had 4 as well: 1,148 scans by 287 times five minutes.
    await desk.office.execute(
        """INSERT INTO scans (network_id, at, id, code_id, type, source, personal)
        SELECT network_id, at - interval '6 minutes', gen_random_uuid(), code_id, type, source, false
        FROM scans, generate_series(1, 230)"""
    )
    assert await desk.raised(scans_from=1, scans_times_usual=2) == {}


async def test_scans_without_claims_raise_an_alert_until_enough_claim(desk: Desk) -> None:
    code = await desk.office.code(await desk.office.campaign(), max_uses=9)
    guests = [
        bearer(await guest_token(desk.office, await desk.office.guest(name))) for name in ("Ada", "Ben")
    ]
    for guest in guests:
        await desk.scan(code, guest)
    rules = {"conversion_from": 2, "conversion_least": 0.7, "scans_from": 1000}
    assert set(await desk.raised(**rules)) == {"alert_low_conversion"}
    for count, guest in enumerate(guests, 1):
        path = f"/api/v1/vouchers/{public_id(desk.office.secrets, desk.office.network, code)}/claim"
        (await call(desk.office, "POST", path, guest, {})).raise_for_status()
        assert ("alert_low_conversion" in await desk.raised(**rules)) is (count < 2)


async def test_a_slow_database_raises_an_alert(desk: Desk) -> None:
    assert set(await desk.raised(database_ms_most=0.0001)) == {"alert_slow_database"}
    assert await desk.raised() == {}


async def test_whoever_looks_at_the_same_moment_opens_one_case(desk: Desk) -> None:
    await desk.office.execute("UPDATE networks SET alert_rules = '{\"database_ms_most\": 0.0001}'")

    async def once() -> None:
        async with desk.office.database.network_transaction(desk.office.network) as connection:
            await look(connection, desk.office.network)

    await asyncio.gather(*(once() for _ in range(6)))
    assert [case["kind"] for case in await desk.cases()] == ["alert_slow_database"]


async def a_case(desk: Desk) -> int:
    async with desk.office.database.network_transaction(desk.office.network) as connection:
        case = NewCase(kind=CaseKind.RENEWED, detail={"incarnation": 2})
        await open_cases(connection, desk.office.network, None, [case])
    return int((await desk.cases())[0]["id"])


async def test_a_person_takes_a_case_and_closes_it_with_an_outcome(desk: Desk) -> None:
    case = await a_case(desk)
    taken = (await desk.ask("PATCH", f"/cases/{case}", {"mine": True})).raise_for_status().json()
    owner = await desk.office.value("SELECT id FROM staff WHERE role = 'owner'")
    assert (taken["owner"], taken["closed_at"]) == (owner, None)
    left = (await desk.ask("PATCH", f"/cases/{case}", {"mine": False})).raise_for_status().json()
    assert left["owner"] is None
    closed = (
        (await desk.ask("PATCH", f"/cases/{case}", {"outcome": " A new disk. "})).raise_for_status().json()
    )
    assert (closed["owner"], closed["outcome"]) == (owner, "A new disk.")
    assert await desk.cases("?open=true") == []
    assert await desk.cases("?open=false&kind=renewed") == [closed]
    assert problem_of(await desk.ask("PATCH", f"/cases/{case}", {"outcome": "Again"})) == "conflict"
    noted = await desk.office.fetch("SELECT action FROM audit WHERE subject = $1 ORDER BY id", f"case:{case}")
    assert [row["action"] for row in noted] == ["case.change", "case.change", "case.close"]


async def test_an_alert_is_taken_but_not_closed_by_a_person(desk: Desk) -> None:
    case = (await desk.raised(database_ms_most=0.0001))["alert_slow_database"]["case_id"]
    assert (await desk.ask("PATCH", f"/cases/{case}", {"mine": True})).status_code == 200
    assert problem_of(await desk.ask("PATCH", f"/cases/{case}", {"outcome": "Nothing"})) == "conflict"


async def test_what_is_no_case_or_no_limit_is_refused(desk: Desk) -> None:
    assert (await desk.ask("GET", "/cases/77")).status_code == 404
    assert (await desk.ask("PATCH", "/cases/77", {"mine": True})).status_code == 404
    case = await a_case(desk)
    for body in ({"outcome": " "}, {"outcome": "x" * 2_001}, {"note": "?"}):
        assert (await desk.ask("PATCH", f"/cases/{case}", body)).status_code == 400
    for rules in ({"failures_most": 2}, {"scans_from": 0}, {"sound": "loud"}):
        assert (await desk.ask("PUT", "/alerts", rules)).status_code == 400
    manager = (await member(desk.office, Role.SHIFT_MANAGER)).headers
    assert (await call(desk.office, "GET", f"/api/cases/{case}", manager)).status_code == 200
    assert (
        await call(desk.office, "PATCH", f"/api/cases/{case}", manager, {"mine": True})
    ).status_code == 403
