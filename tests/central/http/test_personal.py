"""Export and erasure of a guest by the office's interface, the audit log, and one's own password."""

import json

import pytest

from sync.central.schema.words import Role
from tests.builders.callers import bearer, call, guest_token, key_headers, member, owner_headers
from tests.builders.known_guest import a_known_guest
from tests.builders.office import PASSWORD, Office, problem_of

pytestmark = pytest.mark.anyio


async def test_the_office_exports_a_guest_under_any_of_their_numbers_and_it_is_noted(office: Office) -> None:
    known = await a_known_guest(office)
    headers = (await member(office, Role.OFFICE)).headers
    found = await call(office, "GET", f"/api/guests/{known.merged}/export", headers)
    assert found.status_code == 200
    assert json.loads(found.content)["guest_id"] == known.guest
    assert "Ada Lovelace" in found.text
    assert await office.value("SELECT action FROM audit ORDER BY id DESC LIMIT 1") == "guest.export"


async def test_a_guest_exports_themself_and_nobody_else(office: Office) -> None:
    ada, bo = await office.guest("Ada"), await office.guest("Bo")
    headers = bearer(await guest_token(office, ada))
    own = await call(office, "GET", f"/api/guests/{ada}/export", headers)
    assert [piece["name"] for piece in own.json()["said"]] == ["Ada"]
    assert problem_of(await call(office, "GET", f"/api/guests/{bo}/export", headers)) == "not-found"
    assert problem_of(await call(office, "GET", f"/api/guests/{2**63}/export", headers)) == "not-found"


async def test_a_guest_is_erased_for_a_reason_and_is_nobody_afterwards(office: Office) -> None:
    guest = await office.guest("Ada", phone="+493090182077")
    signed_in = bearer(await guest_token(office, guest))
    headers = await owner_headers(office)
    path = f"/api/guests/{guest}/erase"
    for body in ({}, {"reason": "because"}, {"reason": "asked", "note": "Ada"}):
        assert problem_of(await call(office, "POST", path, headers, body)) == "invalid"
    done = await call(office, "POST", path, headers, {"reason": "asked"})
    assert (done.status_code, done.json()["already"]) == (200, False)
    again = await call(office, "POST", path, headers, {"reason": "asked"})
    assert again.json() == done.json() | {"already": True}
    assert problem_of(await call(office, "GET", f"/api/guest/{guest}", headers)) == "not-found"
    assert problem_of(await call(office, "GET", "/api/auth/me", signed_in)) == "unauthenticated"
    assert (await call(office, "GET", "/api/guests", headers)).json()["total"] == 0
    new = await call(office, "POST", "/api/guests", headers, {"name": "Ada", "phone": "+493090182077"})
    assert new.status_code == 201


async def test_no_program_exports_or_erases(office: Office) -> None:
    guest = await office.guest()
    headers = await key_headers(office, "guests:read", "guests:write", "guests:use")
    assert problem_of(await call(office, "GET", f"/api/guests/{guest}/export", headers)) == "forbidden"
    erase = await call(office, "POST", f"/api/guests/{guest}/erase", headers, {"reason": "asked"})
    assert problem_of(erase) == "forbidden"


async def test_the_audit_log_is_read_in_pages_by_who_and_what(office: Office) -> None:
    someone = await member(office, Role.OFFICE, "Olga")
    for name in ("Ada", "Bo", "Cy"):
        await call(office, "POST", "/api/guests", someone.headers, {"name": name})
    path = f"/api/audit?actor=staff:{someone.staff}&action=guest.*"
    found = (await call(office, "GET", f"{path}&limit=2", someone.headers)).json()
    assert (found["total"], len(found["items"]), found["page"]) == (3, 2, 1)
    assert {item["actor_name"] for item in found["items"]} == {"Olga"}
    rest = (await call(office, "GET", f"{path}&limit=2&page=2", someone.headers)).json()["items"]
    assert [item["action"] for item in rest] == ["guest.create"]
    numbers = [item["id"] for item in [*found["items"], *rest]]
    assert numbers == sorted(numbers, reverse=True)
    assert "Ada" not in (await call(office, "GET", "/api/audit", someone.headers)).text


async def test_a_new_password_needs_the_old_one_and_ends_all_other_sign_ins(office: Office) -> None:
    someone = await member(office, Role.CASHIER)

    async def log_in(password: str) -> int:
        body = {"email": someone.email, "password": password}
        return (await office.client.post("/api/auth/login", json=body)).status_code

    async def change(old: str, new: str) -> int:
        body = {"old_password": old, "new_password": new}
        return (await call(office, "POST", "/api/auth/password", someone.headers, body)).status_code

    elsewhere = await office.client.post(
        "/api/auth/login", json={"email": someone.email, "password": PASSWORD}
    )
    other = bearer(elsewhere.json()["access_token"])
    assert await change("not this one", "another good one") == 403
    assert await change(PASSWORD, "short") == 400
    assert await change(PASSWORD, PASSWORD) == 400
    assert (await call(office, "GET", "/api/auth/me", other)).status_code == 200
    assert await change(PASSWORD, "another good one") == 204
    assert problem_of(await call(office, "GET", "/api/auth/me", other)) == "unauthenticated"
    assert (await call(office, "GET", "/api/auth/me", someone.headers)).status_code == 200
    assert (await log_in(PASSWORD), await log_in("another good one")) == (401, 200)
    row = (await office.fetch("SELECT actor, action, detail FROM audit ORDER BY id DESC LIMIT 1"))[0]
    assert (row["actor"], row["action"]) == (f"staff:{someone.staff}", "staff.password")
    assert row["detail"] == {"sessions_ended": 1}
