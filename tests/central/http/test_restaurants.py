from base64 import b64encode
from typing import Any

import httpx
import pytest

from sync.central.qr_codes import qr_png
from sync.central.schema.words import Role
from sync.central.services.staff import NewStaff, create_staff
from sync.central.services.till_keys import tell_keys
from sync.protocol.feed import SettingsRow
from sync.protocol.wire import unpack
from tests.builders.office import PASSWORD, Office, problem_of

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
    assert changed.json() == made.json() | {"name": "New Town", "version": changed.json()["version"]}
    assert changed.json()["version"] != made.json()["version"]
    cleared = await office.client.patch(f"{PATH}/{number}", json={"timezone": None}, headers=owner)
    assert cleared.json()["timezone"] is None
    assert (await office.client.delete(f"{PATH}/{number}", headers=owner)).status_code == 204
    assert (await office.client.get(f"{PATH}/{number}", headers=owner)).json()["archived"] is True
    actions = [row["action"] for row in await office.fetch("SELECT action FROM audit ORDER BY id")]
    assert actions[-4:] == ["restaurant.create", *["restaurant.change"] * 3]


async def test_a_restaurant_in_which_tills_sell_is_kept_until_they_are_revoked(
    office: Office, owner: dict[str, str]
) -> None:
    till = await office.till()
    path = f"{PATH}/{office.restaurant}"
    for refused in (
        await office.client.delete(path, headers=owner),
        await office.client.patch(path, json={"archived": True}, headers=owner),
    ):
        assert (refused.status_code, problem_of(refused)) == (409, "conflict")
        assert "revoke" in refused.json()["detail"]
    assert (await office.client.get(path, headers=owner)).json()["archived"] is False
    revoked = await office.client.post(f"/api/tills/{till.who.till}/revoke", headers=owner)
    assert revoked.is_success
    assert (await office.client.delete(path, headers=owner)).status_code == 204


async def settings_told(office: Office) -> SettingsRow:
    """What the tills were told last."""
    row = await office.value("SELECT row FROM outbox WHERE tab = 'settings' ORDER BY id DESC LIMIT 1")
    return unpack(bytes(row), SettingsRow)


async def test_what_stands_on_its_receipts_travels_to_the_tills_with_the_logo_once(
    office: Office, owner: dict[str, str]
) -> None:
    letterhead = {
        "name": "Harbour",
        "address": ["Pier 1 ", " Riga"],
        "tax_id": "LV 1",
        "thanks": "Come again",
    }
    logo = qr_png("https://harbour.example", 2)
    second = await office.another_restaurant()
    for restaurant in (office.restaurant, second):
        body = {"letterhead": letterhead, "logo": b64encode(logo).decode()}
        changed = await office.client.patch(f"{PATH}/{restaurant}", json=body, headers=owner)
        assert changed.status_code == 200, changed.text
    assert changed.json()["letterhead"] == letterhead | {"address": ["Pier 1", "Riga"]}
    assert changed.json()["has_logo"] is True
    told = await settings_told(office)
    row = told.letterheads[office.restaurant]
    assert (row.name, row.address, row.tax_id, row.thanks) == (
        "Harbour",
        ("Pier 1", "Riga"),
        "LV 1",
        "Come again",
    )
    assert told.logos == {row.logo: logo}
    assert told.letterheads[second].logo == row.logo
    shown = await office.client.get(f"{PATH}/{second}/logo.png", headers=owner)
    assert (shown.content, shown.headers["Content-Type"]) == (logo, "image/png")
    await office.client.patch(f"{PATH}/{second}", json={"logo": None, "name": "Second"}, headers=owner)
    assert (await office.client.get(f"{PATH}/{second}/logo.png", headers=owner)).status_code == 404
    told = await settings_told(office)
    assert (told.letterheads[second].logo, told.letterheads[second].name) == ("", "Harbour")
    noted = await office.fetch("SELECT detail FROM audit WHERE action = 'restaurant.change' ORDER BY id")
    assert [row["detail"].get("logo", "none") for row in noted] == ["changed", "changed", None]


@pytest.mark.parametrize(
    "body",
    [
        {"logo": b64encode(b"GIF89a").decode()},
        {"logo": b64encode(qr_png("x", 40)).decode()},
        {"logo": "no base 64"},
        {"letterhead": {"address": ["a"] * 7}},
        {"letterhead": {"thanks": "x" * 121}},
        {"letterhead": {"tax_id": "a\nb"}},
        {"letterhead": {"colour": "red"}},
    ],
)
async def test_a_letterhead_that_does_not_fit_on_paper_is_refused(
    office: Office, owner: dict[str, str], body: dict[str, Any]
) -> None:
    refused = await office.client.patch(f"{PATH}/{office.restaurant}", json=body, headers=owner)
    assert refused.status_code == 400, refused.text


async def test_tills_are_told_of_one_anothers_keys_together_and_once(office: Office) -> None:
    bar, door = await office.till("Bar"), await office.till("Door")

    async def tell() -> bool:
        async with office.database.network_transaction(office.network) as connection:
            return await tell_keys(connection, office.network)

    assert await tell() is True
    assert await tell() is False
    told = (await settings_told(office)).tills
    assert {seen.name: seen.keys for seen in told.values()} == {
        "Bar": {1: bar.key.public},
        "Door": {1: door.key.public},
    }
    assert {seen.restaurant for seen in told.values()} == {office.restaurant}
    again = await office.till("Bar")
    assert await tell() is True
    told = (await settings_told(office)).tills
    assert [seen.keys for seen in told.values() if seen.name == "Bar"] == [
        {1: bar.key.public, 2: again.key.public}
    ]


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
