"""Campaigns: made, changed by one path with the other interfaces, archived, counted."""

from typing import Any, ClassVar
from uuid import uuid4

import pytest

from sync.central.schema.words import Role
from sync.protocol.leases import LimitKind
from sync.rules.code import Kind
from tests.builders.asking import bill, use
from tests.builders.callers import member, owner_headers
from tests.builders.office import Office, problem_of
from tests.builders.office_desk import OfficeDesk
from tests.builders.rules import fixed

pytestmark = pytest.mark.anyio

PATH = "/api/campaigns"


class Desk(OfficeDesk):
    """The owner at the interface of campaigns."""

    root = PATH
    usual: ClassVar[dict[str, Any]] = {"kind": "PROMO", "name": "Summer"}


@pytest.fixture
async def desk(office: Office) -> Desk:
    return Desk(office, await owner_headers(office))


async def test_a_campaign_is_made_with_its_networks_zone_shown_changed_and_archived(desk: Desk) -> None:
    benefit = {"kind": "percent", "percent_bp": 1000}
    made = await desk.make(benefit=benefit, budget_minor=10_000)
    assert (made["kind"], made["name"], made["status"]) == ("PROMO", "Summer", "active")
    assert (made["rules"]["zone"], made["rules"]["benefit"]["percent_bp"]) == ("Europe/Berlin", 1000)
    assert await desk.get(f"/{made['id']}") == made
    changed = (await desk.ask("PATCH", f"/{made['id']}", {"name": "Autumn", "budget_minor": 20_000})).json()
    assert (changed["name"], changed["rules"]["budget_minor"]) == ("Autumn", 20_000)
    assert (await desk.office.limit(made["id"], LimitKind.BUDGET))["total"] == 20_000
    assert (await desk.ask("DELETE", f"/{made['id']}")).status_code == 204
    assert (await desk.get(f"/{made['id']}"))["status"] == "archived"
    assert (await desk.get())["items"] == []
    assert (await desk.get("?status=archived"))["total"] == 1
    actions = [row["action"] for row in await desk.office.fetch("SELECT action FROM audit ORDER BY id")]
    assert actions[-3:] == ["campaign.create", "campaign.change", "campaign.archive"]


async def test_a_list_has_pages_and_can_be_of_one_kind(desk: Desk) -> None:
    for kind in ("PROMO", "VIP", "PROMO"):
        await desk.make(kind=kind, name=kind)
    page = await desk.get("?kind=PROMO&limit=1&page=2")
    assert (page["total"], page["page"], len(page["items"])) == (2, 2, 1)
    assert problem_of(await desk.ask("GET", "?kind=SPAM")) == "invalid"


@pytest.mark.parametrize(
    "fields",
    [
        {"name": " "},
        {"kind": "SPAM"},
        {"id": 5},
        {"used_up_on": "2026-01-01"},
        {"colour": "red"},
        {"benefit": {"kind": "percent", "percent_bp": 20_000}},
        {"budget_minor": -1},
        {"budget_minor": 2**80},
        {"starts_on": "2026-02-02", "ends_on": "2026-02-01"},
    ],
)
async def test_what_does_not_fit_makes_no_campaign_and_says_why(desk: Desk, fields: dict[str, Any]) -> None:
    answer = await desk.ask("POST", "", {"kind": "PROMO", "name": "Summer", **fields})
    assert problem_of(answer) == "invalid"
    assert answer.json()["detail"]
    assert (await desk.get())["total"] == 0
    made = await desk.make()
    assert problem_of(await desk.ask("PATCH", f"/{made['id']}", fields)) == "invalid"
    assert await desk.get(f"/{made['id']}") == made


async def test_an_edit_on_an_older_version_is_refused_and_says_what_stands(desk: Desk) -> None:
    made = await desk.make()
    first = {"min_basket_minor": 500, "version": made["version"]}
    (await desk.ask("PATCH", f"/{made['id']}", first)).raise_for_status()
    late = await desk.ask("PATCH", f"/{made['id']}", {"min_basket_minor": 900, "version": made["version"]})
    assert problem_of(late) == "conflict"
    assert "min_basket_minor is 500" in late.json()["detail"]


async def test_making_one_twice_under_one_key_makes_one(desk: Desk) -> None:
    key, body = {"Idempotency-Key": uuid4().hex}, {"kind": "PROMO", "name": "Once"}
    first, second = [await desk.ask("POST", "", body, **key) for _ in range(2)]
    assert first.json() == second.json()
    assert (await desk.get())["total"] == 1


async def test_the_figures_count_codes_uses_and_money(desk: Desk) -> None:
    office = desk.office
    campaign = await office.campaign(kind=Kind.PROMO, benefit=fixed(300), budget_minor=1000)
    used = await office.code(campaign, text="USED-ONE")
    await office.code(campaign, text="UNUSED-ONE")
    ada, ben = await office.guest("Ada"), await office.guest("Ben")
    for guest in (ada, ben, ada):
        assert (await use(office, used, guest=guest, basket=bill(5000))).accepted
    stats = await desk.get(f"/{campaign.id}/stats")
    assert (stats["codes"], stats["active_codes"], stats["codes_with_usage"]) == (2, 2, 1)
    assert (stats["total_uses"], stats["unique_guests"], stats["total_discount_minor"]) == (3, 2, 900)
    assert stats["budget"] == {
        "total_minor": 1000,
        "spent_minor": 900,
        "leased_minor": 0,
        "left_minor": 100,
        "exposure_minor": 0,
    }
    empty = await desk.make()
    nothing = await desk.get(f"/{empty['id']}/stats")
    assert (nothing["total_uses"], nothing["first_used"], nothing["budget"]) == (0, None, None)


async def test_another_networks_campaign_is_not_there_and_a_cashier_sees_none(desk: Desk) -> None:
    made = await desk.make()
    for number in (made["id"] + 1_000_000, 0, 2**80):
        for method, tail in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/stats")):
            assert problem_of(await desk.ask(method, f"/{number}{tail}", {})) == "not-found"
    cashier = Desk(desk.office, (await member(desk.office, Role.CASHIER)).headers)
    assert problem_of(await cashier.ask("GET")) == "forbidden"
    manager = Desk(desk.office, (await member(desk.office, Role.SHIFT_MANAGER)).headers)
    assert (await manager.ask("GET")).status_code == 200
    assert problem_of(await manager.ask("DELETE", f"/{made['id']}")) == "forbidden"
