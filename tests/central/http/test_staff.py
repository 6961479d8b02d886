"""`/api/staff`: hired, changed, dismissed and signed out, and never without an owner."""

import asyncio
from typing import Any

import httpx
import pytest
from litestar import Litestar

from sync.central.schema.words import Role
from tests.builders.callers import call, member, owner_headers
from tests.builders.office import PASSWORD, Office, new_office, problem_of

pytestmark = pytest.mark.anyio

PATH = "/api/staff"


@pytest.fixture
async def owner(office: Office) -> dict[str, str]:
    return await owner_headers(office)


async def test_a_person_is_hired_changed_and_dismissed_and_the_tills_know(
    office: Office, owner: dict[str, str]
) -> None:
    body = {
        "name": "Casey",
        "role": "cashier",
        "pin": "4711",
        "badge": True,
        "restaurants": [office.restaurant],
    }
    made = await call(office, "POST", PATH, owner, body)
    assert made.status_code == 201
    seen = made.json()["staff"]
    assert (seen["has_pin"], seen["has_badge"], seen["restaurants"]) == (True, True, [office.restaurant])
    assert made.json()["badge"].startswith("BADGE-")
    path = f"{PATH}/{seen['id']}"
    changed = (
        await call(office, "PATCH", path, owner, {"role": "shift_manager", "restaurants": None})
    ).json()
    different = {"role": "shift_manager", "restaurants": None, "version": changed["version"]}
    assert changed == seen | different
    gone = (await call(office, "PATCH", path, owner, {"active": False})).json()
    assert gone["active"] is False
    assert (await call(office, "GET", path, owner)).json() == gone
    published = "SELECT count(*) FROM outbox WHERE tab = 'staff' AND subject = $1"
    assert await office.value(published, seen["id"]) == 3
    log = [row["action"] for row in await office.fetch("SELECT action FROM audit ORDER BY id DESC LIMIT 3")]
    assert log == ["staff.change", "staff.change", "staff.create"]


async def test_whoever_leaves_changes_role_or_gets_a_password_is_signed_out(
    office: Office, owner: dict[str, str]
) -> None:
    for change in ({"active": False}, {"role": "it"}, {"password": "another good one"}):
        someone = await member(office, Role.CASHIER, f"casey-{len(str(change))}")
        assert (await call(office, "GET", "/api/auth/me", someone.headers)).status_code == 200
        await call(office, "PATCH", f"{PATH}/{someone.staff}", owner, change)
        assert problem_of(await call(office, "GET", "/api/auth/me", someone.headers)) == "unauthenticated"
    assert (await call(office, "GET", "/api/auth/me", owner)).status_code == 200


async def test_a_new_password_is_the_one_that_counts(office: Office, owner: dict[str, str]) -> None:
    someone = await member(office, Role.OFFICE)
    await call(office, "PATCH", f"{PATH}/{someone.staff}", owner, {"password": "another good one"})
    old = await office.client.post("/api/auth/login", json={"email": someone.email, "password": PASSWORD})
    new = await office.client.post(
        "/api/auth/login", json={"email": someone.email, "password": "another good one"}
    )
    assert (problem_of(old), new.status_code) == ("unauthenticated", 200)


async def test_the_owner_signs_somebody_out_everywhere(office: Office, owner: dict[str, str]) -> None:
    someone = await member(office, Role.CASHIER)
    assert (await call(office, "POST", f"{PATH}/{someone.staff}/sign-out", owner)).status_code == 204
    assert problem_of(await call(office, "GET", "/api/auth/me", someone.headers)) == "unauthenticated"


async def test_the_last_owner_stays_even_when_two_dismiss_each_other_at_once(
    office: Office, owner: dict[str, str]
) -> None:
    first = await office.value("SELECT id FROM staff")
    alone = await call(office, "PATCH", f"{PATH}/{first}", owner, {"active": False})
    assert problem_of(alone) == "conflict"
    second = await member(office, Role.OWNER, "second")
    answers = await asyncio.gather(
        call(office, "PATCH", f"{PATH}/{first}", second.headers, {"active": False}),
        call(office, "PATCH", f"{PATH}/{second.staff}", owner, {"role": "office"}),
    )
    assert 200 in {answer.status_code for answer in answers}
    assert await office.value("SELECT count(*) FROM staff WHERE role = 'owner' AND active") == 1


async def test_nobody_becomes_the_owner_of_the_installation_this_way(
    office: Office, owner: dict[str, str]
) -> None:
    made = await call(office, "POST", PATH, owner, {"name": "Eve", "role": "platform_owner"})
    assert problem_of(made) == "forbidden"
    someone = await member(office, Role.CASHIER)
    raised = await call(office, "PATCH", f"{PATH}/{someone.staff}", owner, {"role": "platform_owner"})
    assert problem_of(raised) == "forbidden"
    platform = await member(office, Role.PLATFORM_OWNER)
    for change in ({"password": "another good one"}, {"role": "cashier"}, {"active": False}):
        taken = await call(office, "PATCH", f"{PATH}/{platform.staff}", owner, change)
        assert problem_of(taken) == "forbidden"
    assert (await call(office, "GET", "/api/auth/me", platform.headers)).status_code == 200


async def test_people_of_another_network_are_not_there(
    office: Office, owner: dict[str, str], central: tuple[Litestar, httpx.AsyncClient]
) -> None:
    other = await new_office(*central)
    theirs = await other.value("SELECT id FROM staff")
    for method, path, body in (
        ("GET", f"{PATH}/{theirs}", None),
        ("PATCH", f"{PATH}/{theirs}", {"active": False}),
        ("POST", f"{PATH}/{theirs}/sign-out", None),
        ("GET", f"{PATH}/{2**63}", None),
    ):
        assert problem_of(await call(office, method, path, owner, body)) == "not-found"
    elsewhere = {"name": "X", "role": "cashier", "restaurants": [other.restaurant]}
    assert problem_of(await call(office, "POST", PATH, owner, elsewhere)) == "not-found"
    assert (await call(office, "GET", f"{PATH}?limit=1", owner)).json()["total"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {"name": "", "role": "cashier"},
        {"name": "X", "role": "king"},
        {"name": "X", "role": "guest"},
        {"name": "X", "role": "cashier", "pin": "12"},
        {"name": "X", "role": "cashier", "email": "x@example.com"},
        {"name": "X", "role": "cashier", "email": "nobody", "password": PASSWORD},
        {"name": "X", "role": "cashier", "email": "x@example.com", "password": "short"},
        {"name": "X", "role": "cashier", "salary": 5},
    ],
)
async def test_a_person_who_does_not_fit_is_not_made(
    office: Office, owner: dict[str, str], body: dict[str, Any]
) -> None:
    assert problem_of(await call(office, "POST", PATH, owner, body)) == "invalid"
    assert await office.value("SELECT count(*) FROM staff") == 1
