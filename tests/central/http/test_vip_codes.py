"""VIP codes as the office makes, lists and changes them (document 000)."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar

from sync.central.schema.words import Role
from sync.protocol.leases import LimitKind
from sync.rules.code import Kind
from tests.builders.asking import use
from tests.builders.callers import member, owner_headers
from tests.builders.office import Office, new_office, problem_of

pytestmark = pytest.mark.anyio

PATH = "/api/vip/codes"
SHOWN = {"id", "code", "name", "max_uses", "current_uses", "is_active", "created_at"}


@pytest.fixture
async def owner(office: Office) -> dict[str, str]:
    return await owner_headers(office)


async def make(office: Office, owner: dict[str, str], path: str = "", **fields: Any) -> httpx.Response:
    return await office.client.post(f"{PATH}{path}", json=fields, headers=owner)


async def test_individual_codes_are_made_as_the_document_shows(office: Office, owner: dict[str, str]) -> None:
    answer = await make(
        office, owner, "/individual", count=3, name="Individual VIP", prefix="VIP", max_uses=5
    )
    assert answer.status_code == 201
    codes = answer.json()
    assert len({code["code"] for code in codes}) == 3
    for code in codes:
        assert code.keys() >= SHOWN
        assert code["code"].startswith("VIP")
        assert (code["name"], code["max_uses"], code["current_uses"]) == ("Individual VIP", 5, 0)
        assert code["is_active"] is True
        assert code["group_id"] is None
        assert (await office.limit(code["id"]))["pool"] == 5
    assert await office.value("SELECT count(*) FROM campaigns WHERE kind = 'VIP'") == 1
    assert (await use(office, codes[0]["code"], kinds=frozenset({Kind.VIP}))).accepted


async def test_a_group_code_is_one_code_with_its_group(office: Office, owner: dict[str, str]) -> None:
    answer = await make(office, owner, "/group", name="Group VIP", prefix="VIPGROUP", max_uses=100)
    code = answer.json()
    assert code.keys() >= SHOWN | {"group_id"}
    assert code["group_id"].startswith("group_")
    listed = await office.client.get(PATH, params={"group_id": code["group_id"]}, headers=owner)
    assert listed.json() == {"items": [code], "total": 1, "page": 1, "limit": 50}


async def test_the_same_key_makes_codes_once(office: Office, owner: dict[str, str]) -> None:
    headers = owner | {"Idempotency-Key": uuid4().hex}
    answers = [await make(office, headers, "/individual", count=2, name="Once") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert await office.value("SELECT count(*) FROM codes") == 2
    other = await make(office, headers, "/individual", count=3, name="Once")
    assert (other.status_code, problem_of(other)) == (422, "key-reused")


async def test_a_code_of_a_given_text_is_made_once_however_it_is_written(
    office: Office, owner: dict[str, str]
) -> None:
    (made,) = (await make(office, owner, name="Mine", code="GOLD-VIP")).json()
    assert (made["code"], made["max_uses"]) == ("GOLD-VIP", None)
    again = await make(office, owner, name="Mine", code="gold vip")
    assert (again.status_code, problem_of(again)) == (409, "conflict")
    assert again.json()["detail"]


async def test_codes_are_found_by_name_text_and_standing(office: Office, owner: dict[str, str]) -> None:
    for name, code in (("Ada", "FIRST-VIP"), ("Bob", "OTHER-VIP"), ("50%_", "THIRD-VIP")):
        await make(office, owner, name=name, code=code)
    (bob,) = (await list_of(office, owner, search="bob"))["items"]
    await office.client.patch(f"{PATH}/{bob['id']}", json={"is_active": False}, headers=owner)
    assert [item["name"] for item in (await list_of(office, owner, search="first v"))["items"]] == ["Ada"]
    assert [item["name"] for item in (await list_of(office, owner, search="%_"))["items"]] == ["50%_"]
    assert [item["name"] for item in (await list_of(office, owner, is_active=False))["items"]] == ["Bob"]
    page = await list_of(office, owner, page=2, limit=2)
    assert ([item["name"] for item in page["items"]], page["total"]) == (["Ada"], 3)


async def list_of(office: Office, owner: dict[str, str], **query: Any) -> dict[str, Any]:
    answer = await office.client.get(PATH, params=query, headers=owner)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_name_limit_and_standing_are_changed_and_audited(office: Office, owner: dict[str, str]) -> None:
    (made,) = (await make(office, owner, name="Old", code="EDIT-VIP", max_uses=5)).json()
    where = f"{PATH}/{made['id']}"
    changed = await office.client.patch(
        where, json={"name": "New", "max_uses": 9, "is_active": False}, headers=owner
    )
    assert (changed.json()["name"], changed.json()["max_uses"], changed.json()["is_active"]) == (
        "New",
        9,
        False,
    )
    assert (await office.limit(made["id"], LimitKind.USES))["pool"] == 9
    assert (await use(office, "EDIT-VIP")).reason == "inactive"
    assert (await office.client.delete(where, headers=owner)).status_code == 204
    assert (await office.client.get(where, headers=owner)).json()["archived"] is True
    actions = [row["action"] for row in await office.fetch("SELECT action FROM audit ORDER BY id")]
    assert actions[-3:] == ["vip.create", "vip.change", "vip.archive"]


async def test_of_two_edits_the_second_is_told_what_has_changed(
    office: Office, owner: dict[str, str]
) -> None:
    (made,) = (await make(office, owner, name="Table", code="TWICE-VIP", max_uses=3)).json()
    where = f"{PATH}/{made['id']}"
    asked = [
        office.client.patch(where, json={"name": name, "version": made["version"]}, headers=owner)
        for name in ("Hall", "Garden")
    ]
    answers = await asyncio.gather(*asked)
    first, second = sorted(answers, key=lambda answer: answer.status_code)
    assert (first.status_code, second.status_code, problem_of(second)) == (200, 409, "conflict")
    assert f"name is {first.json()['name']}" in second.json()["detail"]
    again = await office.client.patch(
        where, json={"name": "Garden", "version": first.json()["version"]}, headers=owner
    )
    assert again.json()["name"] == "Garden"


async def test_a_code_is_archived_by_a_change_too(office: Office, owner: dict[str, str]) -> None:
    (made,) = (await make(office, owner, name="Table", code="GONE-VIP")).json()
    where = f"{PATH}/{made['id']}"
    odd = await office.client.patch(where, json={"archived": True, "is_active": True}, headers=owner)
    assert problem_of(odd) == "invalid"
    gone = await office.client.patch(where, json={"archived": True}, headers=owner)
    assert (gone.json()["archived"], gone.json()["is_active"]) == (True, False)
    assert (await use(office, "GONE-VIP")).reason == "archived"
    late = await office.client.patch(where, json={"name": "Late"}, headers=owner)
    assert late.status_code == 404


async def test_a_limit_below_the_uses_is_refused_with_what_to_do(
    office: Office, owner: dict[str, str]
) -> None:
    (made,) = (await make(office, owner, name="Used", code="USED-VIP", max_uses=5)).json()
    for _ in range(3):
        await use(office, "USED-VIP")
    answer = await office.client.patch(f"{PATH}/{made['id']}", json={"max_uses": 2}, headers=owner)
    assert (answer.status_code, problem_of(answer)) == (409, "conflict")
    assert "3" in answer.json()["detail"]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"name": " "},
        {"name": "X", "count": 0},
        {"name": "X", "count": 5001},
        {"name": "X", "max_uses": 0},
        {"name": "X", "prefix": "ÄÖ"},
        {"name": "X", "prefix": "P" * 60},
        {"name": "X", "expires_at": "2001-01-01T00:00:00Z"},
        {"name": "X", "campaign_id": 10**12},
        {"name": "X", "colour": "red"},
        {"name": "X", "code": "-"},
    ],
)
async def test_what_does_not_fit_makes_no_code(
    office: Office, owner: dict[str, str], fields: dict[str, Any]
) -> None:
    answer = await make(office, owner, **fields)
    assert (answer.status_code, problem_of(answer)) == (400, "invalid")
    assert await office.value("SELECT count(*) FROM codes") == 0


async def test_uses_are_listed_with_their_orders_and_added_up(office: Office, owner: dict[str, str]) -> None:
    (made,) = (await make(office, owner, name="Seen", code="SEEN-VIP", max_uses=5)).json()
    for order in (7, None, 8):
        await use(office, "SEEN-VIP", order_id=order)
    page = (await office.client.get(f"{PATH}/{made['id']}/usage", headers=owner)).json()
    assert page["total"] == 3
    assert sorted(item["order_id"] or 0 for item in page["items"]) == [0, 7, 8]
    figures = (await office.client.get("/api/vip/analytics", headers=owner)).json()
    assert {name: figures[name] for name in ("total_codes", "used_codes", "total_uses", "orders")} == {
        "total_codes": 1,
        "used_codes": 1,
        "total_uses": 3,
        "orders": 2,
    }
    assert [day["uses"] for day in figures["daily_uses"]] == [3]


async def test_another_networks_code_is_not_there(
    central: tuple[Litestar, httpx.AsyncClient], office: Office, owner: dict[str, str]
) -> None:
    other = await new_office(*central)
    (theirs,) = (await make(other, await owner_headers(other), name="Theirs", code="THEIR-VIP")).json()
    where = f"{PATH}/{theirs['id']}"
    for answer in (
        await office.client.get(where, headers=owner),
        await office.client.get(f"{where}/usage", headers=owner),
        await office.client.patch(where, json={"name": "Mine"}, headers=owner),
        await office.client.delete(where, headers=owner),
        await office.client.get(f"{PATH}/{2**70}", headers=owner),
    ):
        assert answer.status_code == 404
    assert (await office.client.get(PATH, headers=owner)).json()["total"] == 0


async def test_a_cashier_makes_and_sees_no_codes(office: Office) -> None:
    cashier = (await member(office, Role.CASHIER)).headers
    assert (await make(office, cashier, name="Mine")).status_code == 403
    assert (await office.client.get(PATH, headers=cashier)).status_code == 403
