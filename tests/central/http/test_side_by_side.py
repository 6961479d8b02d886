"""What people do at the same moment ends as if one had come after the other, and whoever came second hears of it."""

import asyncio
from typing import Any

import pytest

from sync.central.services.scanning.ids import public_id
from sync.central.services.scanning.settling import settle_all
from tests.builders.callers import bearer, call, guest_token, owner_headers
from tests.builders.office import Office, problem_of

pytestmark = pytest.mark.anyio

EDITED = {
    "/api/restaurants": ({"name": "Old Town"}, "name"),
    "/api/staff": ({"name": "Cy", "role": "cashier"}, "name"),
    "/api/vip/codes": ({"name": "Table", "code": "TABLE-1"}, "name"),
    "/api/referral-codes": ({"description": "Friends"}, "description"),
    "/api/admin/promo-codes": ({"code": "WINTER"}, "description"),
    "/api/v1/vouchers": ({"name": "Soup"}, "description"),
    "/api/campaigns": ({"kind": "PROMO", "name": "Spring"}, "name"),
    "/api/rewards": ({"name": "Soup", "points": 10}, "name"),
}


@pytest.mark.parametrize("root", EDITED)
async def test_of_two_people_who_edit_one_thing_the_second_is_told_what_the_first_changed(
    office: Office, root: str
) -> None:
    owner, (body, field) = await owner_headers(office), EDITED[root]
    made: Any = (await call(office, "POST", root, owner, body)).raise_for_status().json()
    thing = made[0] if isinstance(made, list) else made.get("staff", made)
    path = f"{root}/{thing['id']}"
    changes = [{field: f"by {who}", "version": thing["version"]} for who in ("Ada", "Bo")]
    answers = await asyncio.gather(*(call(office, "PATCH", path, owner, change) for change in changes))
    first, second = sorted(answers, key=lambda answer: answer.status_code)
    assert (first.status_code, second.status_code, problem_of(second)) == (200, 409, "conflict")
    now = (await call(office, "GET", path, owner)).json()
    assert now[field] == first.json()[field]
    assert f"{field} is {now[field]}" in second.json()["detail"]
    assert str(now["version"]) in second.json()["detail"]
    late = await call(office, "PATCH", path, owner, {field: now[field], "version": thing["version"]})
    assert f"at version {now['version']} now: other fields were changed. " in late.json()["detail"]


async def test_of_two_people_who_edit_one_guest_the_second_is_told_what_the_first_changed(
    office: Office,
) -> None:
    owner, path = await owner_headers(office), f"/api/guest/{await office.guest('Ada')}"
    before = (await call(office, "GET", path, owner)).json()
    changes = [{"name": f"Ada of {who}", "version": before["version"]} for who in ("Bo", "Cy")]
    answers = await asyncio.gather(*(call(office, "PATCH", path, owner, change) for change in changes))
    first, second = sorted(answers, key=lambda answer: answer.status_code)
    assert (first.status_code, second.status_code, problem_of(second)) == (200, 409, "conflict")
    assert f"name is {first.json()['name']}" in second.json()["detail"]
    late = await call(office, "PATCH", path, owner, {"blocked": False, "version": before["version"]})
    assert "other fields were changed" in late.json()["detail"]
    at_once = await asyncio.gather(
        call(office, "PATCH", path, owner, {"name": "Ada L."}),
        call(office, "PATCH", path, owner, {"email": "ada@example.com"}),
    )
    assert [answer.status_code for answer in at_once] == [200, 200]
    now = (await call(office, "GET", path, owner)).json()
    assert (now["name"], now["email"]) == ("Ada L.", "ada@example.com")


async def test_what_a_guest_buys_changes_no_version_of_what_the_office_edits(office: Office) -> None:
    owner, guest = await owner_headers(office), await office.guest("Ada")
    path = f"/api/guest/{guest}"
    before = (await call(office, "GET", path, owner)).json()
    await office.execute(
        "UPDATE guests SET points = points + 5, purchases = purchases + 1 WHERE id = $1", guest
    )
    answer = await call(office, "PATCH", path, owner, {"name": "Ada L.", "version": before["version"]})
    assert (answer.status_code, answer.json()["purchases"]) == (200, before["purchases"] + 1)


async def test_of_two_people_who_rename_one_till_the_second_is_told_the_name_and_a_contact_changes_nothing(
    office: Office,
) -> None:
    owner, till = await owner_headers(office), await office.till("Till 1")
    path = f"/api/tills/{till.who.till}"
    before = (await call(office, "GET", path, owner)).json()
    await till.contact()
    changes = [{"name": f"Till of {who}", "version": before["version"]} for who in ("Bo", "Cy")]
    answers = await asyncio.gather(*(call(office, "PATCH", path, owner, change) for change in changes))
    first, second = sorted(answers, key=lambda answer: answer.status_code)
    assert (first.status_code, second.status_code, problem_of(second)) == (200, 409, "conflict")
    assert f"name is {first.json()['name']}" in second.json()["detail"]


async def test_of_two_owners_who_change_the_programme_the_second_is_told_what_the_first_changed(
    office: Office,
) -> None:
    owner, path = await owner_headers(office), "/api/loyalty"
    before = (await call(office, "GET", path, owner)).json()
    changes = [
        {"points": before["points"] | {"life_days": days}, "version": before["version"]} for days in (90, 180)
    ]
    answers = await asyncio.gather(*(call(office, "PATCH", path, owner, change) for change in changes))
    first, second = sorted(answers, key=lambda answer: answer.status_code)
    assert (first.status_code, second.status_code, problem_of(second)) == (200, 409, "conflict")
    now = (await call(office, "GET", path, owner)).json()
    assert now == first.json()
    assert f'"life_days":{now["points"]["life_days"]}' in second.json()["detail"]
    assert str(now["version"]) in second.json()["detail"]
    late = await call(office, "PATCH", path, owner, {"version": before["version"], "model": before["model"]})
    assert "other fields were changed" in late.json()["detail"]


SEPARATE: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "/api/restaurants": ({"name": "Old Town", "currency": "EUR"}, {"name": "New Town"}, {"currency": "CHF"}),
    "/api/rewards": ({"name": "Soup", "points": 10}, {"name": "Stew"}, {"points": 12}),
    "/api/staff": ({"name": "Cy", "role": "cashier"}, {"name": "Cyd"}, {"role": "it"}),
}


@pytest.mark.parametrize("root", SEPARATE)
async def test_two_people_who_change_different_fields_at_once_both_have_their_way(
    office: Office, root: str
) -> None:
    owner, (body, *changes) = await owner_headers(office), SEPARATE[root]
    made: Any = (await call(office, "POST", root, owner, body)).raise_for_status().json()
    path = f"{root}/{made.get('staff', made)['id']}"
    for _ in range(5):
        answers = await asyncio.gather(*(call(office, "PATCH", path, owner, change) for change in changes))
        assert [answer.status_code for answer in answers] == [200, 200]
        now = (await call(office, "GET", path, owner)).json()
        assert now | changes[0] | changes[1] == now
        (await call(office, "PATCH", path, owner, body)).raise_for_status()


async def test_claims_that_meet_the_end_of_a_voucher_are_refused_or_end_with_it(office: Office) -> None:
    code = await office.code(await office.campaign(name="Lunch"))
    await office.execute("UPDATE networks SET voucher_scans = true")
    path = f"/api/v1/vouchers/{public_id(office.secrets, office.network, code)}/claim"
    guests = [await office.guest(f"Guest {number}") for number in range(9)]
    callers = {guest: bearer(await guest_token(office, guest)) for guest in guests}

    async def claim(guest: int) -> int:
        return (await call(office, "POST", path, callers[guest], {})).status_code

    async def end() -> int:
        await office.execute("UPDATE codes SET expires_at = now() - interval '1 second' WHERE id = $1", code)
        return await settle_all(office.database, office.secrets, office.network)

    assert await claim(guests[0]) == 201
    *statuses, _ = await asyncio.gather(*(claim(guest) for guest in guests[1:-1]), end())
    assert await claim(guests[-1]) == 422
    assert set(statuses) <= {201, 422}
    await settle_all(office.database, office.secrets, office.network)
    rows = await office.fetch("SELECT guest_id, status FROM wallet_claims WHERE code_id = $1", code)
    claimed = [
        guests[0],
        *(guest for guest, status in zip(guests[1:-1], statuses, strict=True) if status == 201),
    ]
    assert sorted(row["guest_id"] for row in rows) == sorted(claimed)
    assert {row["status"] for row in rows} == {"EXPIRED"}
    assert await office.value("SELECT count(*) FROM guests WHERE wallet <> '{}'") == 0
