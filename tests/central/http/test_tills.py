"""`/api/tills`: what the office sees of its tills, and what it does about them."""

import pytest

from sync.central.schema.words import Role
from sync.protocol.enrolment import read_enrolment_qr
from sync.protocol.keys import SigningKey
from tests.builders.callers import call, member, owner_headers
from tests.builders.office import Office, problem_of

pytestmark = pytest.mark.anyio

PATH = "/api/tills"


@pytest.fixture
async def it(office: Office) -> dict[str, str]:
    return (await member(office, Role.IT)).headers


async def actions(office: Office) -> list[str]:
    return [row["action"] for row in await office.fetch("SELECT action FROM audit ORDER BY id")]


async def test_a_till_is_shown_as_it_was_at_its_last_contact(office: Office, it: dict[str, str]) -> None:
    code = await office.limited_code(4)
    till = await office.till()
    silent = (await call(office, "GET", f"{PATH}/{till.who.till}", it)).json()
    assert (silent["status"], silent["waiting"], silent["lag"], silent["last_seen_at"]) == (
        "active",
        None,
        None,
        None,
    )
    await till.lease(code)
    epoch = str(await office.value("SELECT feed_epoch FROM networks"))
    head = await office.value("SELECT feed_head FROM networks")
    await till.contact(feed_epoch=epoch, feed_number=max(0, head - 2), free_disk_bytes=5_000)
    seen = (await call(office, "GET", PATH, it)).json()
    assert (seen["total"], len(seen["items"])) == (1, 1)
    (item,) = seen["items"]
    assert item == (await call(office, "GET", f"{PATH}/{till.who.till}", it)).json()
    assert item["last_seen_at"] is not None
    assert (item["name"], item["restaurant"], item["app_version"]) == ("Till 1", "Old Town", "test")
    assert (item["waiting"], item["free_disk_bytes"]) == (0, 5_000)
    now = await office.value("SELECT feed_head FROM networks")
    assert item["lag"] == now - max(0, head - 2)
    assert item["leases"] >= 1


async def test_tills_are_found_by_restaurant_and_state(office: Office, it: dict[str, str]) -> None:
    other = await office.another_restaurant()
    here, there = await office.till("A"), await office.till("B", restaurant=other)
    await office.enrolment_code("C")

    async def found(query: str) -> list[str]:
        return [item["name"] for item in (await call(office, "GET", f"{PATH}?{query}", it)).json()["items"]]

    assert await found("") == ["A", "C", "B"]
    assert await found(f"restaurant={other}") == ["B"]
    assert await found("status=new") == ["C"]
    await call(office, "POST", f"{PATH}/{here.who.till}/revoke", it)
    assert await found("status=revoked") == ["A"]
    assert (await found("limit=1&page=3")) == ["B"]
    assert there.who.till != here.who.till


async def test_a_till_is_made_enrolled_renamed_and_replaced(office: Office, it: dict[str, str]) -> None:
    body = {"restaurant_id": office.restaurant, "name": "Bar"}
    made = await call(office, "POST", PATH, it, body)
    assert made.status_code == 201
    code = made.json()["code"]
    assert read_enrolment_qr(made.json()["qr_text"]) == ("http://central", code)
    assert (await office.enrol(code, SigningKey(bytes(32)))).status_code == 200
    assert problem_of(await call(office, "POST", PATH, it, body)) == "conflict"
    path = f"{PATH}/{made.json()['till_id']}"
    assert (await call(office, "PATCH", path, it, {"name": " Terrace "})).json()["name"] == "Terrace"
    await office.till("Bar")
    assert problem_of(await call(office, "PATCH", path, it, {"name": "Bar"})) == "conflict"
    assert problem_of(await call(office, "PATCH", path, it, {"name": " "})) == "invalid"
    again = (await call(office, "POST", f"{path}/enrolment", it)).json()
    assert (await office.enrol(again["code"], SigningKey(bytes([1]) * 32))).status_code == 200
    assert (await call(office, "GET", path, it)).json()["incarnation"] == 2
    log = await actions(office)
    assert [action for action in log if action.startswith("till.") and action != "till.enrol"] == [
        "till.enrolment",
        "till.rename",
        "till.enrolment",
    ]
    missing = {"restaurant_id": office.restaurant + 1_000, "name": "X"}
    assert problem_of(await call(office, "POST", PATH, it, missing)) == "not-found"


async def test_the_address_that_the_operator_named_stands_in_the_qr(
    office: Office, it: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERSIGN_URL", "https://office.example")
    made = await call(office, "POST", PATH, it, {"restaurant_id": office.restaurant, "name": "Bar"})
    assert made.json()["qr_text"].startswith("countersign:enrol?central=https%3A%2F%2Foffice.example&")


async def test_a_revoked_till_only_hands_in_its_journal_and_twice_is_once(
    office: Office, it: dict[str, str]
) -> None:
    till = await office.till()
    path = f"{PATH}/{till.who.till}/revoke"
    assert (await call(office, "POST", path, it)).json()["status"] == "revoked"
    assert (await call(office, "POST", path, it)).status_code == 200
    till.enrolled()
    assert (await till.upload()).applied == 1
    assert problem_of(await till.post("/sync/v1/contact", till.report())) == "till-revoked"
    assert (await actions(office)).count("till.revoke") == 1


async def test_a_till_is_asked_for_all_that_no_sale_needs_and_gives_it_back(
    office: Office, it: dict[str, str]
) -> None:
    first, second = await office.limited_code(3), await office.limited_code(3)
    till = await office.till()
    one, two = await till.lease(first), await till.lease(second, sale_bound=True)
    path = f"{PATH}/{till.who.till}"
    free = await office.value("SELECT count(*) FROM leases WHERE state = 'open' AND NOT sale_bound")
    asked = (await call(office, "POST", f"{path}/recall", it)).json()
    assert asked == {"till_id": till.who.till, "leases": free}
    recalled = (await till.contact()).recall
    assert one in recalled
    assert two not in recalled
    assert (await call(office, "GET", path, it)).json()["asked_back"] == free
    assert (await call(office, "POST", f"{path}/recall", it)).json()["leases"] == 0
    before = (await office.limit(first))["pool"]
    till.close(one, spent=0)
    await till.upload()
    assert (await call(office, "GET", path, it)).json()["asked_back"] == free - 1
    assert (await office.limit(first))["pool"] == before + 1


async def test_a_shift_manager_looks_and_touches_nothing(office: Office) -> None:
    till = await office.till()
    manager = (await member(office, Role.SHIFT_MANAGER)).headers
    path = f"{PATH}/{till.who.till}"
    assert (await call(office, "GET", path, manager)).status_code == 200
    assert problem_of(await call(office, "POST", f"{path}/revoke", manager)) == "forbidden"
    owner = await owner_headers(office)
    assert problem_of(await call(office, "GET", f"{PATH}/{2**63}", owner)) == "not-found"
