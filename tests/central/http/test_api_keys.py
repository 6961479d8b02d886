"""Keys by which programs act for a network, within their scopes."""

from typing import Any

import httpx
import pytest

from sync.central.schema.words import Role
from sync.central.services.people.api_keys import MAX_KEYS
from tests.builders.callers import bearer, key_headers, member, owner_headers
from tests.builders.office import Office, new_office, problem_of

pytestmark = pytest.mark.anyio

PATH = "/api/keys"


async def make(office: Office, **fields: Any) -> httpx.Response:
    body = {"name": "Shop", "scopes": ["restaurants:read"], **fields}
    return await office.client.post(PATH, json=body, headers=await owner_headers(office))


async def test_a_key_opens_what_its_scopes_name_and_nothing_else(office: Office) -> None:
    headers = await key_headers(office, "restaurants:read", "vip:use")
    assert (await office.client.get("/api/restaurants", headers=headers)).status_code == 200
    written = await office.client.post("/api/restaurants", json={"name": "Mine"}, headers=headers)
    assert problem_of(written) == "forbidden"
    for path in (PATH, "/api/auth/me"):
        assert problem_of(await office.client.get(path, headers=headers)) == "forbidden"


async def test_a_key_never_opens_what_the_owner_alone_may(office: Office) -> None:
    headers = await key_headers(office, "restaurants:read", "restaurants:write")
    made = await office.client.post("/api/restaurants", json={"name": "Mine"}, headers=headers)
    assert problem_of(made) == "forbidden"


async def test_a_keys_text_is_shown_once_and_stored_nowhere(office: Office) -> None:
    made = (await make(office)).json()
    secret = made["key"].rpartition("_")[2]
    listed = await office.client.get(PATH, headers=await owner_headers(office))
    assert secret not in listed.text
    assert listed.json()["items"][0]["name"] == "Shop"
    rows = await office.fetch("SELECT api_keys::text AS row FROM api_keys")
    audited = await office.fetch("SELECT detail::text AS row FROM audit")
    assert not any(secret in row["row"] for row in [*rows, *audited])


async def test_a_revoked_key_is_out_at_once(office: Office) -> None:
    made = (await make(office)).json()
    path, owner = f"{PATH}/{made['id']}", await owner_headers(office)
    assert (await office.client.delete(path, headers=owner)).status_code == 204
    assert (await office.client.delete(path, headers=owner)).status_code == 204
    answer = await office.client.get("/api/restaurants", headers=bearer(made["key"]))
    assert problem_of(answer) == "unauthenticated"
    actions = [row["action"] for row in await office.fetch("SELECT action FROM audit ORDER BY id")]
    assert actions[-2:] == ["api_key.create", "api_key.revoke"]


async def test_a_key_whose_time_is_over_is_none(office: Office) -> None:
    made = (await make(office, expires_at="2099-01-01T00:00:00Z")).json()
    headers = bearer(made["key"])
    assert (await office.client.get("/api/restaurants", headers=headers)).status_code == 200
    await office.execute("UPDATE api_keys SET expires_at = now() - interval '1 second'")
    assert problem_of(await office.client.get("/api/restaurants", headers=headers)) == "unauthenticated"


async def test_keys_that_nearly_fit_are_all_refused_alike(office: Office) -> None:
    key = (await make(office)).json()["key"]
    _, number, secret = key.removeprefix("csk_").split("_")
    other = "a" * 32
    wrong = [
        f"csk_{office.network}_{number}_{other}",
        f"csk_{office.network}_{int(number) + 1}_{secret}",
        f"csk_{office.network + 1}_{number}_{secret}",
        f"csk_0_{number}_{secret}",
        "csk_",
        key + "a",
        f"csk_{'9' * 18}_{number}_{secret}",
    ]
    texts = {(await office.client.get("/api/restaurants", headers=bearer(each))).text for each in wrong}
    assert len(texts) == 1
    assert "unauthenticated" in texts.pop()


@pytest.mark.parametrize(
    "fields",
    [
        {"scopes": []},
        {"scopes": ["everything"]},
        {"scopes": ["keys:write"]},
        {"name": " "},
        {"expires_at": "2001-01-01T00:00:00Z"},
        {"expires_at": "2099-01-01T00:00:00"},
        {"owner": 1},
    ],
)
async def test_what_does_not_fit_makes_no_key(office: Office, fields: dict[str, Any]) -> None:
    assert problem_of(await make(office, **fields)) == "invalid"
    assert await office.value("SELECT count(*) FROM api_keys") == 0


async def test_there_is_a_bound_on_keys(office: Office) -> None:
    await office.execute(
        """INSERT INTO api_keys (network_id, name, digest, scopes, created_by, created_at)
        SELECT $1, 'k', '\\x00', '{vip:use}', 1, now() FROM generate_series(1, $2)""",
        office.network,
        MAX_KEYS,
    )
    answer = await make(office)
    assert problem_of(answer) == "invalid"
    assert "Revoke" in answer.json()["detail"]


async def test_another_networks_key_is_not_there(office: Office, central: Any) -> None:
    other = await new_office(*central)
    made = (await make(other)).json()
    answer = await office.client.delete(f"{PATH}/{made['id']}", headers=await owner_headers(office))
    assert problem_of(answer) == "not-found"
    assert (await office.client.get("/api/restaurants", headers=bearer(made["key"]))).status_code == 200


async def test_only_the_owner_deals_with_keys(office: Office) -> None:
    for role in (Role.OFFICE, Role.IT, Role.CASHIER):
        headers = (await member(office, role)).headers
        assert problem_of(await office.client.get(PATH, headers=headers)) == "forbidden"


async def test_the_use_of_a_key_is_noted(office: Office) -> None:
    headers = await key_headers(office, "restaurants:read")
    await office.client.get("/api/restaurants", headers=headers)
    assert await office.value("SELECT last_used_at IS NOT NULL FROM api_keys") is True
