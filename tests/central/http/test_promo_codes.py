"""Promo codes (document 002): hours, auto-deactivation, offers and what the codes brought there."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from sync.central.jobs.housekeeping import tend
from sync.central.schema.words import Role
from sync.central.services.campaigns import edit_campaign
from sync.central.services.promo.offers import split
from sync.protocol.payloads import SaleLine, Void
from sync.rules.campaign import Policy
from sync.rules.code import Kind
from tests.builders.callers import member, owner_headers
from tests.builders.office import Office, problem_of, sale
from tests.builders.office_desk import OfficeDesk
from tests.builders.rules import fixed

pytestmark = pytest.mark.anyio

PATH = "/api/admin/promo-codes"
FIVE = {"bonus_type": "fixed", "bonus_amount": 5}


class Desk(OfficeDesk):
    """The owner at the interface of promo codes."""

    root = PATH

    async def apply(
        self, code: int, guest: int, offer: str = "survey-1", amount: float = 20, /, **headers: str
    ) -> httpx.Response:
        body = {"offer_id": offer, "user_id": guest, "amount": amount}
        return await self.ask("POST", f"/{code}/apply", body, **headers)


@pytest.fixture
async def desk(office: Office) -> Desk:
    return Desk(office, await owner_headers(office))


async def test_a_code_without_wishes_has_the_documents_defaults(desk: Desk) -> None:
    made = await desk.make(code="SUMMER20")
    assert made["active_hours"] == {
        "enabled": False,
        "start_time": "00:00",
        "end_time": "23:59",
        "timezone": "UTC",
    }
    assert made["auto_deactivate_on_max_uses"] is True
    assert (made["status"], made["max_uses"], made["usage_count"], made["uses_remaining"]) == (
        "active",
        None,
        0,
        None,
    )
    assert await desk.get(f"/{made['id']}") == made
    assert (await desk.get("?code=summer 20"))["items"] == [made]
    assert len((await desk.make())["code"]) == 12


async def test_codes_from_before_a_field_was_there_are_shown_with_its_default(desk: Desk) -> None:
    code = await desk.office.code(await desk.office.campaign(kind=Kind.PROMO), text="OLD-ONE")
    await desk.office.execute(
        "UPDATE campaigns SET rules = rules - 'active_hours' - 'auto_deactivate_on_max_uses'"
    )
    old = await desk.get(f"/{code}")
    assert (old["active_hours"]["enabled"], old["auto_deactivate_on_max_uses"]) == (False, True)


async def test_the_documents_morning_code_keeps_its_hours_in_their_zone(desk: Desk) -> None:
    hours = {"enabled": True, "start_time": "06:00", "end_time": "09:00", "timezone": "Asia/Kolkata"}
    made = await desk.make(code="MORNING10", active_hours=hours, bonus_type="percent", bonus_amount=12.5)
    assert (made["active_hours"], made["bonus_amount"]) == (hours, 12.5)
    off = await desk.ask("PATCH", f"/{made['id']}", {"active_hours": {**hours, "enabled": False}})
    assert off.json()["active_hours"] == {**hours, "enabled": False}


async def test_hours_that_are_switched_off_are_there_when_they_are_switched_on_again(desk: Desk) -> None:
    hours = {"enabled": False, "start_time": "06:00", "end_time": "09:00", "timezone": "Asia/Kolkata"}
    made = await desk.make(active_hours=hours, **FIVE)
    assert made["active_hours"] == hours
    (made_of,) = await desk.office.fetch("SELECT rules FROM campaigns WHERE id = $1", made["campaign_id"])
    assert made_of["rules"]["active_hours"] == []

    async def change(**asked: object) -> dict[str, Any]:
        answer = await desk.ask("PATCH", f"/{made['id']}", {"active_hours": asked})
        shown: dict[str, Any] = answer.raise_for_status().json()["active_hours"]
        assert (await desk.get(f"/{made['id']}"))["active_hours"] == shown
        return shown

    assert await change(enabled=True) == {**hours, "enabled": True}
    assert await change(end_time="10:00") == {**hours, "enabled": True, "end_time": "10:00"}
    assert await change(enabled=False) == {**hours, "end_time": "10:00"}
    # Off and changed: kept as well, in their zone.
    assert await change(start_time="07:00") == {**hours, "start_time": "07:00", "end_time": "10:00"}
    assert await change(timezone="UTC", enabled=True, end_time="09:00") == {
        "enabled": True,
        "start_time": "07:00",
        "end_time": "09:00",
        "timezone": "UTC",
    }


async def test_windows_that_the_document_does_not_know_outlive_a_form_that_sends_back_what_it_showed(
    desk: Desk,
) -> None:
    made = await desk.make(**FIVE)
    windows = [
        {"start": "06:00", "end": "09:00", "weekdays": [0, 1]},
        {"start": "18:00", "end": "02:00", "weekdays": []},
    ]
    async with desk.office.database.network_transaction(desk.office.network) as connection:
        await edit_campaign(connection, desk.office.network, made["campaign_id"], {"active_hours": windows})
    shown = (await desk.get(f"/{made['id']}"))["active_hours"]
    for enabled in (False, True):
        answer = await desk.ask("PATCH", f"/{made['id']}", {"active_hours": {**shown, "enabled": enabled}})
        assert answer.json()["active_hours"] == {**shown, "enabled": enabled}
    rules = await desk.office.value("SELECT rules FROM campaigns WHERE id = $1", made["campaign_id"])
    assert rules["active_hours"] == windows


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("12:00", "12:00", "is the start itself (12:00): name another time, or no hours at all"),
        ("25:00", "12:00", "is not a time (HH:MM): '25:00'"),
        ("12:00", "soon", "is not a time (HH:MM): 'soon'"),
    ],
)
async def test_hours_that_are_none_are_refused_in_words_also_while_they_are_off(
    desk: Desk, start: str, end: str, said: str, *, enabled: bool
) -> None:
    made = await desk.make(**FIVE)
    asked = {"enabled": enabled, "start_time": start, "end_time": end}
    for answer in (
        await desk.ask("PATCH", f"/{made['id']}", {"active_hours": asked}),
        await desk.ask("POST", "", {"active_hours": asked, **FIVE}),
    ):
        assert problem_of(answer) == "invalid"
        assert said in answer.json()["title"]
    assert await desk.get(f"/{made['id']}") == made


async def test_outside_its_hours_a_code_is_refused_by_name(desk: Desk) -> None:
    now = datetime.now(UTC)
    start, end = ((now + timedelta(hours=hours)).strftime("%H:%M") for hours in (2, 3))
    made = await desk.make(active_hours={"enabled": True, "start_time": start, "end_time": end}, **FIVE)
    guest = await desk.office.guest()
    assert (await desk.apply(made["id"], guest)).json()["reason"] == "outside_hours"
    within = {"enabled": True, "start_time": "00:00", "end_time": "23:59"}
    await desk.ask("PATCH", f"/{made['id']}", {"active_hours": within})
    assert (await desk.apply(made["id"], guest)).status_code == 200


async def test_the_last_use_ends_a_code_with_a_stamp_and_more_uses_bring_it_back(desk: Desk) -> None:
    made = await desk.make(max_uses=3, **FIVE)
    guest = await desk.office.guest()
    for left in (2, 1, 0):
        assert (await desk.apply(made["id"], guest)).json()["uses_remaining"] == left
    ended = await desk.get(f"/{made['id']}")
    assert (ended["status"], ended["badge"]) == ("expired", "limit_reached")
    assert ended["auto_deactivated_at"]
    fourth = await desk.apply(made["id"], guest)
    assert problem_of(fourth) == "code-refused"
    assert problem_of(await desk.ask("PATCH", f"/{made['id']}", {"status": "active"})) == "conflict"
    more = (await desk.ask("PATCH", f"/{made['id']}", {"max_uses": 5})).json()
    assert (more["status"], more["auto_deactivated_at"], more["uses_remaining"]) == ("active", None, 2)
    lowered = (await desk.ask("PATCH", f"/{made['id']}", {"max_uses": 3})).json()
    assert (lowered["status"], lowered["badge"]) == ("expired", "limit_reached")


@pytest.mark.parametrize("ended", ["inactive", "archived"])
async def test_a_used_up_code_that_somebody_has_ended_since_stays_so_when_its_use_comes_back(
    desk: Desk, ended: str
) -> None:
    office = desk.office
    code = await office.code(await office.campaign(kind=Kind.PROMO, policy=Policy.LEASED), max_uses=1)
    till = await office.till()
    use = till.redeem(code, lease=await till.lease(code))
    await till.upload()
    assert (await desk.get(f"/{code}"))["status"] == "expired"
    if ended == "inactive":
        (await desk.ask("PATCH", f"/{code}", {"status": "inactive"})).raise_for_status()
    else:
        (await desk.ask("DELETE", f"/{code}")).raise_for_status()
    till.write(Void(receipt=9, original=use, reason="mistake", currency="EUR"))
    await till.upload(2)
    (row,) = await office.fetch("SELECT status, uses, auto_deactivated_at FROM codes")
    assert tuple(row) == (ended, 0, None)


async def test_a_code_told_not_to_ends_only_when_it_is_told_to(desk: Desk) -> None:
    made = await desk.make(max_uses=1, auto_deactivate_on_max_uses=False, **FIVE)
    (await desk.apply(made["id"], await desk.office.guest())).raise_for_status()
    assert (await desk.get(f"/{made['id']}"))["status"] == "active"
    await desk.office.execute(
        "UPDATE campaigns SET rules = rules || '{\"auto_deactivate_on_max_uses\": true}'"
    )
    await tend(desk.office.database, desk.office.secrets, desk.office.network)
    ended = await desk.get(f"/{made['id']}")
    assert ended["status"] == "expired"
    told = await desk.office.value(
        "SELECT count(*) FROM outbox WHERE tab = 'code' AND subject = $1", made["id"]
    )
    assert told == 3


async def test_analytics_show_offers_and_guests_as_in_the_document(desk: Desk) -> None:
    made = await desk.make(code="SUMMER20", **FIVE)
    ada = await desk.office.guest("Ada", email="ada@example.com")
    ben = await desk.office.guest("Ben")
    await desk.office.execute(
        "INSERT INTO products (network_id, item, name, price_minor) VALUES ($1, 'survey-1', 'Survey Offer 1', 2000)",
        desk.office.network,
    )
    for guest, offer in ((ada, "survey-1"), (ben, "survey-1"), (ada, "survey-1"), (ada, "other")):
        (await desk.apply(made["id"], guest, offer)).raise_for_status()
    assert await desk.get(f"/{made['id']}/offer-analytics") == {
        "code": "SUMMER20",
        "total_uses": 4,
        "offer_breakdown": [
            {
                "offer_id": "survey-1",
                "offer_name": "Survey Offer 1",
                "uses": 3,
                "total_bonus": 15.0,
                "unique_users": 2,
            },
            {
                "offer_id": "other",
                "offer_name": "other",
                "uses": 1,
                "total_bonus": 5.0,
                "unique_users": 1,
            },
        ],
    }
    page = await desk.get(f"/{made['id']}/user-applications?page=2&limit=1")
    assert (page["total"], page["page"], page["limit"]) == (4, 2, 1)
    (second,) = page["applications"]
    assert (second["user_id"], second["username"], second["email"]) == (ada, "Ada", "ada@example.com")
    assert (second["offer_name"], second["bonus_earned"]) == ("Survey Offer 1", 5.0)
    assert second["conversion_id"]


async def test_uses_on_a_tills_bill_are_split_over_its_lines_to_the_cent(desk: Desk) -> None:
    office = desk.office
    campaign = await office.campaign(kind=Kind.PROMO, benefit=fixed(500))
    code = await office.code(campaign, text="BILL-500")
    till = await office.till()
    till.enrolled()
    bill = uuid4()
    used = till.redeem(
        code, campaign_id=campaign.id, code_kind="PROMO", sale=bill, discount_minor=500, by="cache"
    )
    lines = (
        SaleLine(amount_minor=1000, discount_minor=333, item="soup"),
        SaleLine(amount_minor=500, discount_minor=167, item="bread"),
        SaleLine(amount_minor=300, item="tea"),
    )
    till.write(
        sale(lines=lines, total_minor=1800, discount_minor=500, paid_minor=1300, redemptions=(used,)),
        event=bill,
    )
    await till.upload()
    found = await desk.get(f"/{code}/offer-analytics")
    assert found["total_uses"] == 1
    assert {(each["offer_id"], each["total_bonus"]) for each in found["offer_breakdown"]} == {
        ("soup", 3.33),
        ("bread", 1.67),
    }
    page = await desk.get(f"/{code}/user-applications")
    assert {each["conversion_id"] for each in page["applications"]} == {str(bill)}
    assert page["total"] == 2


def test_a_bonus_is_split_so_that_its_parts_sum_to_it() -> None:
    lines = [{"item": name, "discount_minor": 100} for name in ("a", "b", "c")]
    assert sum(split(100, lines).values()) == 100
    assert split(50, [{"item": "a", "discount_minor": 0}]) == {"": 50}


async def test_an_application_under_one_key_happens_once(desk: Desk) -> None:
    made = await desk.make(**FIVE)
    guest, key = await desk.office.guest(), {"Idempotency-Key": uuid4().hex}
    first, second = [await desk.apply(made["id"], guest, **key) for _ in range(2)]
    assert first.json() == second.json()
    assert (await desk.get(f"/{made['id']}"))["usage_count"] == 1
    assert problem_of(await desk.apply(made["id"], guest, "other", 30, **key)) == "key-reused"


@pytest.mark.parametrize(
    "fields",
    [
        {"bonus_type": "percent", "bonus_amount": 101},
        {"bonus_type": "percent"},
        {"bonus_type": "fixed", "bonus_amount": 1.999},
        {"bonus_amount": 5},
        {"bonus_type": "gift"},
        {"active_hours": {"enabled": True, "start_time": "25:00"}},
        {"active_hours": {"timezone": "Mars/Olympus"}},
        {"min_basket": -1},
        {"status": "expired"},
        {"max_uses": 0},
        {"expires_at": "2001-01-01T00:00:00Z"},
        {"code": "A"},
        {"usage_count": 1},
    ],
)
async def test_what_does_not_fit_makes_nothing_and_says_why(desk: Desk, fields: dict[str, Any]) -> None:
    answer = await desk.ask("POST", "", fields)
    assert problem_of(answer) == "invalid"
    assert answer.json()["detail"]
    assert await desk.office.value("SELECT count(*) FROM campaigns") == 0


async def test_two_edits_on_one_version_do_not_undo_each_other(desk: Desk) -> None:
    made = await desk.make(**FIVE)
    first = {"min_basket": 10, "version": made["version"]}
    (await desk.ask("PATCH", f"/{made['id']}", first)).raise_for_status()
    late = await desk.ask("PATCH", f"/{made['id']}", {"min_basket": 20, "version": made["version"]})
    assert problem_of(late) == "conflict"
    assert "min_basket is 10.0" in late.json()["detail"]


async def test_terms_that_other_codes_share_are_changed_with_their_campaign(desk: Desk) -> None:
    campaign = await desk.office.campaign(kind=Kind.PROMO)
    code = await desk.office.code(campaign, text="ONE-OF-TWO")
    await desk.office.code(campaign, text="TWO-OF-TWO")
    shared = await desk.ask("PATCH", f"/{code}", {"min_basket": 5})
    assert problem_of(shared) == "conflict"
    assert str(campaign.id) in shared.json()["detail"]
    assert (await desk.ask("PATCH", f"/{code}", {"max_uses": 5})).json()["max_uses"] == 5


async def test_a_deleted_code_is_gone_and_its_figures_stay(desk: Desk) -> None:
    made = await desk.make(**FIVE)
    (await desk.apply(made["id"], await desk.office.guest())).raise_for_status()
    assert (await desk.ask("DELETE", f"/{made['id']}")).status_code == 204
    assert problem_of(await desk.ask("GET", f"/{made['id']}")) == "not-found"
    assert (await desk.get(f"/{made['id']}/offer-analytics"))["total_uses"] == 1


async def test_another_networks_code_is_not_there_and_a_cashier_only_applies(desk: Desk) -> None:
    made = await desk.make(**FIVE)
    guest = await desk.office.guest()
    for number in (made["id"] + 1_000_000, 0, 2**80):
        for method, tail in (
            ("GET", ""),
            ("PATCH", ""),
            ("DELETE", ""),
            ("GET", "/offer-analytics"),
            ("GET", "/user-applications"),
        ):
            assert problem_of(await desk.ask(method, f"/{number}{tail}", {})) == "not-found"
        assert problem_of(await desk.apply(number, guest)) == "not-found"
    cashier = Desk(desk.office, (await member(desk.office, Role.CASHIER)).headers)
    assert (await cashier.apply(made["id"], guest)).status_code == 200
    assert problem_of(await cashier.ask("GET", f"/{made['id']}")) == "forbidden"
