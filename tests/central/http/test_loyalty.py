"""The programme itself: tiers, points, rewards; guests' profiles, cards and children; a restaurant's figures."""

from typing import Any

import httpx
import pytest
from litestar import Litestar

from sync.central.jobs.housekeeping import tend
from sync.central.schema.words import Role
from sync.protocol.payloads import Refund, Sale, SaleLine
from tests.builders.callers import bearer, call, guest_token, member, owner_headers
from tests.builders.office import Office, new_office, problem_of, sale
from tests.builders.points_book import check_points

pytestmark = pytest.mark.anyio

DAY = "interval '1 day'"


@pytest.fixture
async def owner(office: Office) -> dict[str, str]:
    return await owner_headers(office)


async def published(office: Office, table: str) -> int:
    found: int = await office.value("SELECT count(*) FROM outbox WHERE tab = $1", table)
    return found


async def sell(
    office: Office, owner: dict[str, str], guest: int, amount: float, **fields: Any
) -> dict[str, Any]:
    body = {"type": "SALE", "amount": amount, **fields}
    answer = await call(office, "POST", f"/api/guest/{guest}/transaction", owner, body)
    seen: dict[str, Any] = answer.raise_for_status().json()
    return seen


def big_sale(guest: int, amount: int) -> Sale:
    return sale(guest_id=guest, total_minor=amount, paid_minor=amount, lines=(SaleLine(amount_minor=amount),))


async def test_a_reward_is_offered_shown_changed_and_taken_out(office: Office, owner: dict[str, str]) -> None:
    before = await published(office, "settings")
    made = (await call(office, "POST", "/api/rewards", owner, {"name": "Coffee", "points": 20})).json()
    assert made["active"] is True
    path = f"/api/rewards/{made['id']}"
    changed = await call(office, "PATCH", path, owner, {"points": 25, "ends_on": "2030-12-31"})
    edited = {"points": 25, "ends_on": "2030-12-31", "version": changed.json()["version"]}
    assert changed.json() == made | edited
    assert changed.json()["version"] != made["version"]
    listed = (await call(office, "GET", "/api/rewards", bearer(await guest_token(office)))).json()
    assert (listed["total"], listed["items"][0]) == (1, changed.json())
    assert (await call(office, "DELETE", path, owner)).status_code == 204
    assert problem_of(await call(office, "GET", path, owner)) == "not-found"
    assert await published(office, "settings") == before + 3
    actions = [
        row["action"] for row in await office.fetch("SELECT action FROM audit ORDER BY id DESC LIMIT 3")
    ]
    assert actions == ["reward.delete", "reward.change", "reward.create"]


async def test_a_reward_that_guests_have_had_stays(office: Office, owner: dict[str, str]) -> None:
    guest = await office.guest(points=30)
    made = (await call(office, "POST", "/api/rewards", owner, {"name": "Coffee", "points": 20})).json()
    body = {"type": "REDEMPTION", "reward_id": made["id"]}
    assert (await call(office, "POST", f"/api/guest/{guest}/transaction", owner, body)).status_code == 201
    refused = await call(office, "DELETE", f"/api/rewards/{made['id']}", owner)
    assert problem_of(refused) == "conflict"
    assert "active" in refused.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        {"name": " ", "points": 5},
        {"name": "X", "points": 0},
        {"name": "X", "points": 5, "starts_on": "1.2.2030"},
        {"name": "X", "points": 5, "starts_on": "2030-02-01", "ends_on": "2030-01-01"},
        {"name": "X", "points": 5, "more": 1},
    ],
)
async def test_a_reward_that_does_not_fit_is_not_made(
    office: Office, owner: dict[str, str], body: dict[str, Any]
) -> None:
    assert problem_of(await call(office, "POST", "/api/rewards", owner, body)) == "invalid"
    assert await office.value("SELECT count(*) FROM rewards") == 0


async def test_the_programme_is_changed_by_parts_and_the_tills_follow(
    office: Office, owner: dict[str, str]
) -> None:
    before = await published(office, "settings")
    now = (await call(office, "GET", "/api/loyalty", owner)).json()
    assert (now["model"], [tier["name"] for tier in now["tiers"]]) == (
        "DISCOUNT",
        ["BRONZE", "SILVER", "GOLD", "PLATINUM", "VIP"],
    )
    assert [tier["percent_bp"] for tier in now["tiers"]] == [500, 1000, 1500, 2000, 2500]
    body = {"model": "POINTS", "points": now["points"] | {"life_days": 90}}
    changed = (await call(office, "PATCH", "/api/loyalty", owner, body)).json()
    assert changed == now | body | {"version": changed["version"]}
    assert await published(office, "settings") == before + 1
    assert (await call(office, "GET", "/api/tiers", owner)).json() == now["tiers"]


@pytest.mark.parametrize(
    "body",
    [
        {"tiers": []},
        {"tiers": [{"name": "ONLY", "percent_bp": 500, "from_points": 10}]},
        {"tiers": [{"name": "ONLY", "percent_bp": 10_001, "from_points": 0}]},
        {"points": {"life_days": 0}},
        {"points": {"second_person_above": -1}},
        {"tier_rules": {"window_days": 0}},
        {"model": "GIFTS"},
        {"owner": 1},
    ],
)
async def test_a_programme_that_contradicts_itself_is_not_saved(
    office: Office, owner: dict[str, str], body: dict[str, Any]
) -> None:
    now = (await call(office, "GET", "/api/loyalty", owner)).json()
    assert problem_of(await call(office, "PATCH", "/api/loyalty", owner, body)) == "invalid"
    assert (await call(office, "GET", "/api/loyalty", owner)).json() == now


async def test_a_tier_with_guests_in_it_cannot_go(office: Office, owner: dict[str, str]) -> None:
    await office.guest(tier="GOLD")
    body = {"tiers": [{"name": "BRONZE", "percent_bp": 500, "from_points": 0}]}
    refused = await call(office, "PATCH", "/api/loyalty", owner, body)
    assert problem_of(refused) == "invalid"
    assert "GOLD" in refused.json()["title"]


async def test_an_earned_tier_lapses_with_its_purchases_and_a_given_one_stays(
    office: Office, owner: dict[str, str]
) -> None:
    earner, given = await office.guest(), await office.guest("Bob")
    assert (await sell(office, owner, earner, 1500))["tier"] == "SILVER"
    tier = await call(office, "PUT", f"/api/guest/{given}/tier", owner, {"tier": "VIP"})
    assert tier.json()["tier"] == "VIP"
    # Nobody may change what was booked, so that a year passes by the programme counting fewer days.
    await office.execute(
        """UPDATE networks SET tier_rules = '{"window_days": 1}', tiers_reviewed_on = NULL"""
    )
    async with office.database.network_transaction(office.network) as connection:
        await connection.execute("SET LOCAL ROLE NONE")
        await connection.execute(f"UPDATE guest_transactions SET at = at - 2 * {DAY}")
    await tend(office.database, office.secrets, office.network)
    tiers = {row["id"]: row["tier"] for row in await office.fetch("SELECT id, tier FROM guests")}
    assert tiers == {earner: "BRONZE", given: "VIP"}
    changes = (await call(office, "GET", f"/api/guest/{earner}/tier-changes", owner)).json()["items"]
    assert [(each["tier_to"], each["why"], each["actor"]) for each in changes] == [
        ("BRONZE", "lapsed", "system"),
        ("SILVER", "earned", "system"),
    ]


async def test_a_tills_sales_count_for_the_tier_less_what_was_given_back(
    office: Office, owner: dict[str, str]
) -> None:
    await office.execute("UPDATE networks SET tier_rules = $1", {"window_days": None})
    guest = await office.guest()
    till = await office.till()
    sold = till.write(big_sale(guest, 110_000))
    till.write(Refund(receipt=2, original=sold, reason="returned", currency="EUR", amount_minor=20_000))
    await till.upload()
    seen = (await call(office, "GET", f"/api/guest/{guest}/balance", owner)).json()
    assert seen["qualifying_points"] == 900
    till.write(big_sale(guest, 20_000))
    await till.upload(3)
    # The till's clock is of last autumn; the daily review takes everybody all the same.
    await tend(office.database, office.secrets, office.network)
    assert await office.value("SELECT tier FROM guests") == "SILVER"
    await check_points(office)


async def test_a_profile_is_changed_and_the_log_names_no_person(
    office: Office, owner: dict[str, str]
) -> None:
    guest = await office.guest("Ada", phone="+49 30 111222")
    path = f"/api/guest/{guest}"
    body = {"name": "Ada Lovelace", "email": "ada@example.com", "blocked": True}
    changed = (await call(office, "PATCH", path, owner, body)).json()
    assert {name: changed[name] for name in body} == body
    assert changed["phone"] == "+4930111222"
    cleared = (await call(office, "PATCH", path, owner, {"email": None})).json()
    assert cleared["email"] is None
    log = str([row["d"] for row in await office.fetch("SELECT detail::text AS d FROM audit")])
    assert "Lovelace" not in log
    assert "ada@example.com" not in log
    assert "email" in log
    for bad in ({"name": ""}, {"email": "nobody"}, {"points": 5}):
        assert problem_of(await call(office, "PATCH", path, owner, bad)) == "invalid"


async def test_children_are_kept_sealed_and_replaced_as_a_whole(office: Office) -> None:
    guest = await office.guest()
    headers = bearer(await guest_token(office, guest))
    path = f"/api/guest/{guest}/children"
    assert (await call(office, "GET", path, headers)).json() == {"children": []}
    body = {"children": [{"name": "Bo", "born": "2019-05-31"}, {"name": "Cy", "born": ""}]}
    assert (await call(office, "PUT", path, headers, body)).json() == body
    assert (await call(office, "GET", path, headers)).json() == body
    assert "Bo" not in await office.value("SELECT encode(children_cipher, 'escape') FROM guests")
    for bad in ([{"name": "X", "born": "2019-13-01"}], [{"name": "X", "born": ""}] * 11, [{"born": ""}]):
        assert problem_of(await call(office, "PUT", path, headers, {"children": bad})) == "invalid"
    assert (await call(office, "PUT", path, headers, {"children": []})).json() == {"children": []}


async def test_cards_are_given_shown_once_and_ended(office: Office, owner: dict[str, str]) -> None:
    guest = await office.guest()
    path = f"/api/guest/{guest}/cards"
    made = await call(office, "POST", path, owner)
    assert made.status_code == 201
    digits = (await call(office, "POST", f"{path}/digits", owner)).json()
    assert len(digits["digits"]) == 6
    listed = (await call(office, "GET", path, owner)).json()
    assert [card["digits"] for card in listed] == [True, False, False]
    assert made.json()["card"] not in str(listed)
    before = await published(office, "card")
    assert (await call(office, "DELETE", f"{path}/{listed[1]['id']}", owner)).status_code == 204
    assert await published(office, "card") == before + 1
    assert (await call(office, "GET", path, owner)).json()[1]["active"] is False
    other = await office.guest("Bob")
    elsewhere = await call(office, "DELETE", f"/api/guest/{other}/cards/{listed[2]['id']}", owner)
    assert problem_of(elsewhere) == "not-found"


async def test_the_office_registers_and_finds_guests(office: Office, owner: dict[str, str]) -> None:
    body = {"name": "Ada", "phone": "+49 30 777", "email": "ada@example.com"}
    made = (await call(office, "POST", "/api/guests", owner, body)).json()
    assert made["guest"]["name"] == "Ada"
    assert made["card"]
    twice = await call(office, "POST", "/api/guests", owner, body)
    assert problem_of(twice) == "invalid"
    await office.guest("Bob", tier="GOLD")
    found = (await call(office, "GET", "/api/guests?phone=%2B4930777", owner)).json()
    assert [guest["id"] for guest in found["items"]] == [made["guest"]["id"]]
    gold = (await call(office, "GET", "/api/guests?tier=GOLD&limit=1", owner)).json()
    assert (gold["total"], gold["items"][0]["name"]) == (1, "Bob")
    assert (await call(office, "GET", "/api/guests?phone=nobody", owner)).json()["total"] == 0


async def test_a_restaurants_guests_and_figures_are_those_of_its_own_sales(
    office: Office, owner: dict[str, str], central: tuple[Litestar, httpx.AsyncClient]
) -> None:
    here, there = office.restaurant, await office.another_restaurant()
    ada, bob = await office.guest(), await office.guest("Bob", tier="GOLD")
    await sell(office, owner, ada, 20, restaurant_id=here)
    await sell(office, owner, bob, 40, restaurant_id=here)
    await sell(office, owner, bob, 99, restaurant_id=there)
    guests = (await call(office, "GET", f"/api/restaurants/{here}/guests", owner)).json()
    assert {guest["id"] for guest in guests["items"]} == {ada, bob}
    figures = (await call(office, "GET", f"/api/restaurants/{here}/analytics", owner)).json()
    assert (figures["sales"], figures["total"], figures["discount"], figures["paid"]) == (2, 60.0, 7.0, 53.0)
    assert (figures["guests"], figures["average_sale"], figures["tiers"]) == (
        2,
        26.5,
        {"BRONZE": 1, "GOLD": 1},
    )
    assert (figures["timezone"], [day["sales"] for day in figures["days"]]) == ("Europe/Berlin", [2])
    till = await office.till()
    till.write(sale(guest_id=ada))
    await till.upload()
    of_autumn = "start=2025-10-01&end=2025-10-31"
    october = (await call(office, "GET", f"/api/restaurants/{here}/analytics?{of_autumn}", owner)).json()
    assert (october["sales"], october["paid"], october["new_guests"]) == (1, 12.5, 0)
    backwards = await call(
        office, "GET", f"/api/restaurants/{here}/analytics?start=2025-10-02&end=2025-10-01", owner
    )
    assert problem_of(backwards) == "invalid"
    other = await new_office(*central)
    for what in ("guests", "analytics"):
        answer = await call(office, "GET", f"/api/restaurants/{other.restaurant}/{what}", owner)
        assert problem_of(answer) == "not-found"
    cashier = await member(office, Role.CASHIER)
    assert (
        problem_of(await call(office, "GET", f"/api/restaurants/{here}/analytics", cashier.headers))
        == "forbidden"
    )
