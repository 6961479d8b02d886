from typing import Any

import httpx
import pytest

from sync.central.schema.words import Role
from sync.central.services.staff import NewStaff, create_staff
from tests.builders.office import PASSWORD, Office

PATH = "/api/restaurants"


async def token_of(office: Office, email: str) -> dict[str, str]:
    answer = await office.client.post("/api/auth/login", json={"email": email, "password": PASSWORD})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.fixture
async def owner(office: Office) -> dict[str, str]:
    return await token_of(office, office.owner_email)


async def make(office: Office, owner: dict[str, str], **fields: Any) -> httpx.Response:
    return await office.client.post(PATH, json=fields, headers=owner)


async def test_a_restaurant_is_made_shown_changed_and_archived(office: Office, owner: dict[str, str]) -> None:
    made = await make(office, owner, name="Old Town", timezone="Europe/Riga")
    assert made.status_code == 201
    number = made.json()["id"]
    assert made.json()["timezone"] == "Europe/Riga"
    changed = await office.client.patch(f"{PATH}/{number}", json={"name": "New Town"}, headers=owner)
    assert changed.json() == made.json() | {"name": "New Town"}
    cleared = await office.client.patch(f"{PATH}/{number}", json={"timezone": None}, headers=owner)
    assert cleared.json()["timezone"] is None
    assert (await office.client.delete(f"{PATH}/{number}", headers=owner)).status_code == 204
    assert (await office.client.get(f"{PATH}/{number}", headers=owner)).json()["archived"] is True
    actions = [row["action"] for row in await office.fetch("SELECT action FROM audit ORDER BY id")]
    assert actions[-4:] == ["restaurant.create", *["restaurant.change"] * 3]


async def test_a_list_comes_in_pages_that_say_how_many_there_are(
    office: Office, owner: dict[str, str]
) -> None:
    for name in ("B", "C", "D"):
        await make(office, owner, name=name)
    page = (await office.client.get(PATH, params={"page": 2, "limit": 2}, headers=owner)).json()
    assert [item["name"] for item in page["items"]] == ["C", "D"]
    assert {key: page[key] for key in ("total", "page", "limit")} == {"total": 4, "page": 2, "limit": 2}


@pytest.mark.parametrize("query", [{"page": 0}, {"limit": 0}, {"limit": 201}, {"page": "two"}])
async def test_a_page_that_cannot_be_is_refused(
    office: Office, owner: dict[str, str], query: dict[str, Any]
) -> None:
    answer = await office.client.get(PATH, params=query, headers=owner)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "fields", [{"name": " "}, {"name": "X", "timezone": "Mars/Olympus"}, {"name": "X", "size": 3}, {}]
)
async def test_what_does_not_fit_makes_no_restaurant(
    office: Office, owner: dict[str, str], fields: dict[str, Any]
) -> None:
    answer = await make(office, owner, **fields)
    assert answer.status_code == 400
    assert answer.json()["title"]
    assert (await office.client.get(PATH, headers=owner)).json()["total"] == 1


async def test_another_networks_restaurant_is_not_there(office: Office, owner: dict[str, str]) -> None:
    answer = await office.client.get(f"{PATH}/{office.restaurant + 1_000_000}", headers=owner)
    assert answer.status_code == 404


async def test_a_cashier_sees_restaurants_and_changes_none(office: Office) -> None:
    email = f"cashier-{office.network}@example.com"
    async with office.database.network_transaction(office.network) as connection:
        new = NewStaff(name="Casey", role=Role.CASHIER, email=email, password=PASSWORD)
        await create_staff(connection, office.network, office.secrets, new)
    cashier = await token_of(office, email)
    assert (await office.client.get(PATH, headers=cashier)).json()["total"] == 1
    assert (await make(office, cashier, name="Mine")).status_code == 403
    changed = await office.client.patch(f"{PATH}/{office.restaurant}", json={"name": "Mine"}, headers=cashier)
    assert changed.status_code == 403
