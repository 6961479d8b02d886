"""Referral codes (document 001): made, changed, switched, used once per guest, counted."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from sync.central.schema.words import Role
from sync.central.services.redeeming.redeem import new_operation
from sync.central.services.referral.using import use_at_registration
from sync.central.services.refusal import Refusal
from sync.protocol.leases import LimitKind
from tests.builders.callers import member, owner_headers
from tests.builders.office import Office, problem_of
from tests.builders.office_desk import OfficeDesk

pytestmark = pytest.mark.anyio

PATH = "/api/referral-codes"


class Desk(OfficeDesk):
    """The owner at the interface of referral codes."""

    root = PATH

    async def switch(self, *, enabled: bool = True, required: bool = False) -> None:
        (await self.ask("PUT", "/config", {"enabled": enabled, "required": required})).raise_for_status()

    async def use(self, code: str, guest: int, **headers: str) -> httpx.Response:
        return await self.ask("POST", "/use", {"code": code, "user_id": guest}, **headers)


@pytest.fixture
async def desk(office: Office) -> Desk:
    return Desk(office, await owner_headers(office))


async def test_a_code_without_wishes_has_five_letters_seven_days_and_a_hundred_uses(desk: Desk) -> None:
    made = await desk.make()
    assert len(made["code"]) == 5
    assert not set(made["code"]) & set("0OI1")
    assert (made["max_uses"], made["number_of_uses"], made["status"]) == (100, 0, True)
    assert (made["badge"], made["valid"]) == ("active", True)
    life = await desk.office.value(
        "SELECT extract(epoch FROM expires_at - created_at) FROM codes WHERE id = $1", made["id"]
    )
    assert float(life) == pytest.approx(7 * 24 * 3600, abs=60)
    assert await desk.get(f"/{made['id']}") == made


async def test_a_code_is_found_by_its_text_however_it_is_written(desk: Desk) -> None:
    made = await desk.make(code="Friend-2026", description="For friends")
    await desk.make()
    page = await desk.get("?code=FRIEND 2026")
    assert page == {"items": [made], "total": 1, "page": 1, "limit": 50}
    assert (await desk.get("?code=NOBODY"))["items"] == []
    assert (await desk.get("?limit=1"))["total"] == 2


async def test_every_change_is_kept_told_to_the_tills_and_written_in_the_log(desk: Desk) -> None:
    guest = await desk.office.guest("Ben", email="ben@example.com")
    made = await desk.make()
    changed = await desk.ask(
        "PATCH",
        f"/{made['id']}",
        {"code": "PARTNER", "description": "Ben's", "max_uses": 7, "beneficiary": guest},
    )
    now = changed.json()
    assert (now["code"], now["description"], now["max_uses"]) == ("PARTNER", "Ben's", 7)
    assert (now["beneficiary"], now["beneficiary_email"]) == (guest, "ben@example.com")
    assert (await desk.office.limit(made["id"]))["total"] == 7
    told = await desk.office.value(
        "SELECT count(*) FROM outbox WHERE tab = 'code' AND subject = $1", made["id"]
    )
    assert told == 2
    entries = await desk.office.fetch("SELECT action, detail::text FROM audit ORDER BY id")
    assert [row["action"] for row in entries[-2:]] == ["referral.create", "referral.change"]
    assert "PARTNER" not in entries[-1]["detail"]


async def test_a_change_made_on_an_older_version_is_refused_and_says_what_is_there_now(desk: Desk) -> None:
    made = await desk.make()
    await desk.ask("PATCH", f"/{made['id']}", {"max_uses": 9, "version": made["version"]})
    late = await desk.ask("PATCH", f"/{made['id']}", {"max_uses": 8, "version": made["version"]})
    assert problem_of(late) == "conflict"
    assert "max_uses is 9" in late.json()["detail"]
    assert (await desk.get(f"/{made['id']}"))["max_uses"] == 9


@pytest.mark.parametrize(
    "fields",
    [
        {"code": "AB"},
        {"code": "x" * 51},
        {"max_uses": 0},
        {"max_uses": 2**70},
        {"max_uses": "many"},
        {"description": " "},
        {"description": "x" * 256},
        {"expiration_date": "2001-01-01T00:00:00Z"},
        {"expiration_date": "9999-12-31T23:59:59Z"},
        {"beneficiary": 10**9},
        {"beneficiary": 2**70},
        {"campaign_id": 10**9},
        {"number_of_uses": 0},
    ],
)
async def test_what_does_not_fit_makes_no_code_and_says_why(desk: Desk, fields: dict[str, Any]) -> None:
    answer = await desk.ask("POST", "", fields)
    assert problem_of(answer) == "invalid"
    assert answer.json()["detail"]
    assert (await desk.get())["total"] == 0


async def test_a_text_that_reads_the_same_is_taken(desk: Desk) -> None:
    await desk.make(code="SAME-CODE")
    assert problem_of(await desk.ask("POST", "", {"code": "same code"})) == "conflict"
    other = await desk.make()
    assert problem_of(await desk.ask("PATCH", f"/{other['id']}", {"code": "samecode"})) == "conflict"


async def test_a_switched_off_code_is_not_valid_and_comes_back(desk: Desk) -> None:
    made = await desk.make()
    await desk.make(status=False)
    off = (await desk.ask("POST", f"/{made['id']}/toggle")).json()
    assert (off["status"], off["badge"], off["valid"]) == (False, "inactive", False)
    assert (await desk.get("/valid"))["total"] == 0
    on = (await desk.ask("POST", f"/{made['id']}/toggle")).json()
    assert (on["status"], on["valid"]) == (True, True)
    assert [item["id"] for item in (await desk.get("/valid"))["items"]] == [made["id"]]


async def test_a_deleted_code_is_gone_but_its_history_stays(desk: Desk) -> None:
    await desk.switch()
    made, guest = await desk.make(), await desk.office.guest()
    (await desk.use(made["code"], guest)).raise_for_status()
    assert (await desk.ask("DELETE", f"/{made['id']}")).status_code == 204
    for method, tail in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/toggle")):
        assert problem_of(await desk.ask(method, f"/{made['id']}{tail}", {})) == "not-found"
    assert (await desk.get())["total"] == 0
    assert problem_of(await desk.use(made["code"], await desk.office.guest("Eve"))) == "code-refused"
    assert (await desk.get(f"/{made['id']}/usage"))["total"] == 1


async def test_a_guest_uses_a_code_once_and_everything_counts_it(desk: Desk) -> None:
    await desk.switch()
    owner, guest = await desk.office.guest("Owner"), await desk.office.guest("Friend")
    made = await desk.make(max_uses=2, beneficiary=owner)
    used = (await desk.use(made["code"].lower(), guest)).json()
    assert (used["code_id"], used["used_by"], used["number_of_uses"]) == (made["id"], guest, 1)
    assert used["beneficiary"] == owner
    again = await desk.use(made["code"], guest)
    assert problem_of(again) == "code-refused"
    assert again.json()["reason"] == "already_used_by_guest"
    assert again.json()["detail"]
    stats = await desk.get(f"/{made['id']}/stats")
    assert (stats["total_uses"], stats["unique_users"], stats["remaining_uses"]) == (1, 1, 1)
    (usage,) = (await desk.get(f"/{made['id']}/usage"))["items"]
    assert (usage["id"], usage["used_by"], usage["date_used"]) == (used["id"], guest, used["date_used"])
    assert (await desk.get(f"/{made['id']}/used-by/{guest}"))["used"] is True
    assert (await desk.get(f"/{made['id']}/used-by/{owner}"))["used"] is False
    assert await desk.get("/system-stats") == {
        "total_codes": 1,
        "active_codes": 1,
        "total_usage": 1,
        "codes_with_usage": 1,
    }
    last = await desk.use(made["code"], await desk.office.guest("Third"))
    assert last.status_code == 200
    assert (await desk.get(f"/{made['id']}"))["badge"] == "limit_reached"
    assert (await desk.use(made["code"], await desk.office.guest("Late"))).json()["reason"] == "used_up"


async def test_a_beneficiary_cannot_use_what_profits_them_and_nobody_uses_for_nobody(desk: Desk) -> None:
    await desk.switch()
    owner = await desk.office.guest()
    made = await desk.make(beneficiary=owner)
    assert (await desk.use(made["code"], owner)).json()["reason"] == "own_code"
    assert problem_of(await desk.use(made["code"], 10**9)) == "not-found"
    assert problem_of(await desk.use(made["code"], 2**70)) == "not-found"
    assert problem_of(await desk.use("NOCODE", await desk.office.guest("B"))) == "not-found"


async def test_the_same_key_uses_once_and_many_guests_never_use_more_than_there_is(desk: Desk) -> None:
    await desk.switch()
    made = await desk.make(max_uses=3)
    guest = await desk.office.guest("First")
    key = {"Idempotency-Key": uuid4().hex}
    first, second = [await desk.use(made["code"], guest, **key) for _ in range(2)]
    assert first.json() == second.json()
    guests = [await desk.office.guest(f"G{number}") for number in range(6)]
    answers = await asyncio.gather(*(desk.use(made["code"], each) for each in guests))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 422, 422, 422, 422]
    limit = await desk.office.limit(made["id"])
    assert (limit["spent"], limit["pool"], limit["exposure"]) == (3, 0, 0)


async def test_making_a_code_twice_under_one_key_makes_one(desk: Desk) -> None:
    key = {"Idempotency-Key": uuid4().hex}
    first = await desk.ask("POST", "", {"description": "One"}, **key)
    assert (await desk.ask("POST", "", {"description": "One"}, **key)).json() == first.json()
    assert problem_of(await desk.ask("POST", "", {"description": "Two"}, **key)) == "key-reused"
    assert (await desk.get())["total"] == 1


async def test_a_limit_is_never_below_what_was_used(desk: Desk) -> None:
    await desk.switch()
    made = await desk.make()
    for name in ("A", "B"):
        (await desk.use(made["code"], await desk.office.guest(name))).raise_for_status()
    low = await desk.ask("PATCH", f"/{made['id']}", {"max_uses": 1})
    assert problem_of(low) == "conflict"
    assert "2" in low.json()["title"]
    (await desk.ask("PATCH", f"/{made['id']}", {"max_uses": 2})).raise_for_status()
    limit = await desk.office.limit(made["id"], LimitKind.USES)
    assert (limit["total"], limit["spent"], limit["pool"]) == (2, 2, 0)


async def test_both_switches_start_off_and_a_code_is_refused_until_they_are_on(desk: Desk) -> None:
    assert await desk.get("/config") == {"enabled": False, "required": False}
    made, guest = await desk.make(), await desk.office.guest()
    assert (await desk.use(made["code"], guest)).json()["reason"] == "referral_disabled"
    turned = await desk.ask("PUT", "/config", {"required": True})
    assert turned.json() == {"enabled": False, "required": True}
    await desk.switch(enabled=True, required=True)
    assert (await desk.use(made["code"], guest)).status_code == 200
    assert problem_of(await desk.ask("PUT", "/config", {"on": True})) == "invalid"


async def test_generate_draws_a_text_and_makes_nothing(desk: Desk) -> None:
    drawn = (await desk.ask("POST", "/generate")).json()["code"]
    assert len(drawn) == 5
    assert (await desk.get())["total"] == 0
    assert (await desk.make(code=drawn))["code"] == drawn


@pytest.mark.parametrize("number", ["{other}", "0", str(2**80)])
async def test_another_networks_code_is_not_there(desk: Desk, number: str) -> None:
    number = number.format(other=(await desk.make())["id"] + 1_000_000)
    for method, tail in (
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/toggle"),
        ("GET", "/stats"),
        ("GET", "/usage"),
        ("GET", "/used-by/1"),
    ):
        assert problem_of(await desk.ask(method, f"/{number}{tail}", {})) == "not-found", (method, tail)


async def test_a_cashier_uses_codes_and_makes_none(desk: Desk) -> None:
    await desk.switch()
    made, guest = await desk.make(), await desk.office.guest()
    cashier = Desk(desk.office, (await member(desk.office, Role.CASHIER)).headers)
    assert problem_of(await cashier.ask("POST", "", {})) == "forbidden"
    assert (await cashier.use(made["code"], guest)).status_code == 200


async def register(office: Office, guest: int, text: str | None) -> int | None:
    async with office.database.network_transaction(office.network) as connection:
        operation = new_operation(office.database.clock)
        return await use_at_registration(
            connection, office.secrets, office.network, guest=guest, text=text, operation=operation
        )


async def test_a_newcomer_needs_a_code_only_where_it_is_required(desk: Desk) -> None:
    office = desk.office
    guest = await office.guest()
    assert await register(office, guest, None) is None
    await desk.switch(enabled=True, required=True)
    for text in (None, " "):
        with pytest.raises(Refusal) as caught:
            await register(office, guest, text)
        assert caught.value.reason == "referral_required"
    made = await desk.make()
    assert await register(office, guest, made["code"]) == made["id"]
    assert await office.value("SELECT referral_code_id FROM guests WHERE id = $1", guest) == made["id"]
    assert (await desk.get(f"/{made['id']}/usage"))["items"][0]["used_by"] == guest


async def test_a_newcomers_bad_code_is_told_without_telling_which_codes_there_are(desk: Desk) -> None:
    office = desk.office
    guest = await office.guest()
    with pytest.raises(Refusal) as off:
        await register(office, guest, "ANYTHING")
    assert off.value.reason == "referral_disabled"
    await desk.switch()
    gone = await desk.make(status=False)
    said = set()
    for text in ("NOCODE", gone["code"]):
        with pytest.raises(Refusal) as caught:
            await register(office, guest, text)
        said.add((caught.value.title, caught.value.reason))
    assert len(said) == 1
    assert await office.value("SELECT referral_code_id FROM guests WHERE id = $1", guest) is None
