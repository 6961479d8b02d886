"""The owner of the installation sees its networks, makes new ones, and looks into nobody's books."""

from typing import Any
from uuid import uuid4

import pytest

from sync.central.schema.words import Role
from tests.builders.callers import call, member
from tests.builders.office import PASSWORD, Office, new_office, problem_of

pytestmark = pytest.mark.anyio

PATH = "/api/platform/networks"


@pytest.fixture
async def platform(office: Office) -> dict[str, str]:
    return (await member(office, Role.PLATFORM_OWNER)).headers


async def test_networks_are_listed_with_their_size_in_pages(
    office: Office, platform: dict[str, str], central: Any
) -> None:
    other = await new_office(*central)
    await other.guest()
    shown = (await call(office, "GET", f"{PATH}/{other.network}", platform)).json()
    assert (shown["name"], shown["guests"], shown["restaurants"], shown["staff"]) == ("Trattoria", 1, 1, 1)
    page = (await call(office, "GET", f"{PATH}?limit=1&page=2", platform)).json()
    assert len(page["items"]) == 1
    assert page["total"] >= 2
    assert "Ada" not in str(page)


async def test_a_network_is_made_and_its_owner_signs_in(office: Office, platform: dict[str, str]) -> None:
    email = f"{uuid4().hex}@example.com"
    body = {"name": "New chain", "owner_email": email, "password": PASSWORD, "timezone": "Europe/Riga"}
    made = await call(office, "POST", PATH, platform, body)
    assert made.status_code == 201
    signed_in = await office.client.post("/api/auth/login", json={"email": email, "password": PASSWORD})
    token = signed_in.json()["access_token"]
    me = await office.client.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})
    assert me.json() == {
        "network": made.json()["network_id"],
        "staff": made.json()["owner_id"],
        "role": "owner",
    }
    assert problem_of(await call(office, "POST", PATH, platform, body)) == "invalid"
    log = (await office.fetch("SELECT action, subject FROM audit ORDER BY id DESC LIMIT 1"))[0]
    assert tuple(log) == ("network.create", f"network:{made.json()['network_id']}")


async def test_a_network_that_is_not_there_is_not_found(office: Office, platform: dict[str, str]) -> None:
    for number in (0, 10**9, 2**63):
        assert problem_of(await call(office, "GET", f"{PATH}/{number}", platform)) == "not-found"


@pytest.mark.parametrize(
    "field", [{"currency": "money"}, {"timezone": "Mars"}, {"password": "x"}, {"plan": 1}]
)
async def test_a_network_that_does_not_fit_is_not_made(
    office: Office, platform: dict[str, str], field: dict[str, Any]
) -> None:
    before = (await call(office, "GET", PATH, platform)).json()["total"]
    body = {"name": "New", "owner_email": "new@example.com", "password": PASSWORD} | field
    assert problem_of(await call(office, "POST", PATH, platform, body)) == "invalid"
    assert (await call(office, "GET", PATH, platform)).json()["total"] == before


async def test_the_platforms_owner_has_no_way_into_a_networks_books(
    office: Office, platform: dict[str, str]
) -> None:
    guest = await office.guest()
    for path in (f"/api/guest/{guest}", "/api/guests", "/api/restaurants", "/api/keys"):
        assert problem_of(await call(office, "GET", path, platform)) == "forbidden"
