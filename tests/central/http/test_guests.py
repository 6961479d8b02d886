"""`/api/guest/{id}`: balance, history and transactions, beside tills that hold points on lease."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar

from sync.central.schema.words import Role
from sync.protocol.event import Spend
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import PointsAdjusted
from tests.builders.callers import bearer, guest_token, key_headers, member, owner_headers
from tests.builders.office import PASSWORD, Office, new_office, problem_of, sale
from tests.builders.points_book import check_points, check_refunds

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def _books_agree(office: Office) -> AsyncIterator[None]:
    yield
    await check_points(office)
    await check_refunds(office)


@pytest.fixture
async def owner(office: Office) -> dict[str, str]:
    return await owner_headers(office)


async def book(
    office: Office, headers: dict[str, str], guest: int, kind: str, key: str = "", **fields: Any
) -> httpx.Response:
    more = {"Idempotency-Key": key} if key else {}
    return await office.client.post(
        f"/api/guest/{guest}/transaction", json={"type": kind, **fields}, headers=headers | more
    )


async def read(office: Office, headers: dict[str, str], guest: int, what: str) -> Any:
    answer = await office.client.get(f"/api/guest/{guest}/{what}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def points_model(office: Office) -> None:
    await office.execute("UPDATE networks SET model = 'POINTS'")


async def test_a_sale_gives_the_tiers_discount_and_counts_as_a_purchase(
    office: Office, owner: dict[str, str]
) -> None:
    guest = await office.guest()
    answer = await book(
        office, owner, guest, "SALE", amount=25.0, restaurant_id=office.restaurant, order_id=7
    )
    assert answer.status_code == 201
    seen = answer.json()
    assert {name: seen[name] for name in ("type", "amount", "discount", "paid", "currency", "points", "order_id")} == {
        "type": "SALE", "amount": 25.0, "discount": 1.25, "paid": 23.75, "currency": "EUR", "points": 0, "order_id": "7",
    }  # fmt: skip
    balance = await read(office, owner, guest, "balance")
    assert (balance["purchases"], balance["qualifying_points"], balance["tier"]) == (1, 23, "BRONZE")
    assert (balance["next_tier"], balance["points_to_next_tier"]) == ("SILVER", 977)
    audited = (await office.fetch("SELECT action, subject FROM audit ORDER BY id DESC LIMIT 1"))[0]
    assert tuple(audited) == ("guest.sale", f"guest:{guest}")


async def test_in_the_points_model_a_sale_earns_what_can_be_spent_at_once(
    office: Office, owner: dict[str, str]
) -> None:
    await points_model(office)
    guest = await office.guest()
    seen = (await book(office, owner, guest, "SALE", amount="199.99")).json()
    assert (seen["points"], seen["balance"], seen["paid"]) == (9, 9, 199.99)
    taken = (await book(office, owner, guest, "REDEMPTION", points=4)).json()
    assert (taken["points"], taken["balance"]) == (-4, 5)
    assert await office.limit(guest, LimitKind.POINTS) == {
        "total": 9, "pool": 5, "outstanding": 0, "spent": 4, "burnt": 0, "exposure": 0,
    }  # fmt: skip


async def test_a_purchase_that_reaches_a_tier_gives_it_at_once_and_says_so(
    office: Office, owner: dict[str, str]
) -> None:
    guest = await office.guest()
    seen = (await book(office, owner, guest, "SALE", amount=1200)).json()
    assert seen["tier"] == "SILVER"
    changes = await read(office, owner, guest, "tier-changes")
    assert changes["total"] == 1
    assert (changes["items"][0]["tier_from"], changes["items"][0]["tier_to"]) == ("BRONZE", "SILVER")
    assert changes["items"][0]["why"] == "earned"


async def test_the_same_key_books_once_and_an_order_is_booked_once(
    office: Office, owner: dict[str, str]
) -> None:
    guest = await office.guest(points=10)
    answers = await asyncio.gather(
        *(book(office, owner, guest, "REDEMPTION", points=3, key="one") for _ in range(5))
    )
    assert {answer.text for answer in answers} == {answers[0].text}
    assert answers[0].json()["balance"] == 7
    assert problem_of(await book(office, owner, guest, "REDEMPTION", points=4, key="one")) == "key-reused"
    assert (await book(office, owner, guest, "SALE", amount=5, order_id="A-1")).status_code == 201
    assert problem_of(await book(office, owner, guest, "SALE", amount=5, order_id="A-1")) == "conflict"
    assert await office.value("SELECT purchases FROM guests") == 1


async def test_many_at_once_never_spend_more_points_than_there_are(
    office: Office, owner: dict[str, str]
) -> None:
    guest = await office.guest(points=10)
    answers = await asyncio.gather(*(book(office, owner, guest, "REDEMPTION", points=3) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [400] * 5
    assert (await read(office, owner, guest, "balance"))["points"] == 1


async def test_points_that_a_till_holds_are_not_given_twice(office: Office, owner: dict[str, str]) -> None:
    guest = await office.guest(points=10)
    till = await office.till()
    lease = await till.lease(guest, kind=LimitKind.POINTS, units=7)
    assert (await read(office, owner, guest, "balance"))["set_aside"] == 7
    refused = await book(office, owner, guest, "REDEMPTION", points=4)
    assert problem_of(refused) == "conflict"
    assert (await book(office, owner, guest, "REDEMPTION", points=3)).status_code == 201
    till.write(sale(guest_id=guest, points_spent=7, points_paid_minor=700), spends=(Spend(lease, 7),))
    assert (await till.upload()).cases == 0
    assert (await read(office, owner, guest, "balance"))["points"] == 0


async def test_a_reward_takes_its_points_and_is_refused_as_a_till_would(
    office: Office, owner: dict[str, str]
) -> None:
    guest = await office.guest(points=10)
    body = {"name": "Dessert", "points": 8, "tiers": ["BRONZE"]}
    reward = (await office.client.post("/api/rewards", json=body, headers=owner)).json()["id"]
    taken = await book(office, owner, guest, "REDEMPTION", reward_id=reward)
    assert (taken.json()["points"], taken.json()["reward_id"]) == (-8, reward)
    refused = await book(office, owner, guest, "REDEMPTION", reward_id=reward)
    assert problem_of(refused) == "code-refused"
    assert refused.json()["title"]
    assert problem_of(await book(office, owner, guest, "REDEMPTION", reward_id=reward + 999)) == "not-found"
    await office.execute("UPDATE guests SET blocked = true")
    assert problem_of(await book(office, owner, guest, "REDEMPTION", points=1)) == "code-refused"


async def test_points_by_hand_have_limits_and_a_second_person(office: Office, owner: dict[str, str]) -> None:
    guest = await office.guest()
    manager, office_man = await member(office, Role.SHIFT_MANAGER), await member(office, Role.OFFICE)
    reason: dict[str, Any] = {"reason": "apology", "restaurant_id": office.restaurant}
    given = await book(office, manager.headers, guest, "MANUAL", points=50, note="cold soup", **reason)
    assert (given.json()["points"], given.json()["balance"]) == (50, 50)
    assert (
        problem_of(await book(office, manager.headers, guest, "MANUAL", points=101, **reason)) == "forbidden"
    )
    own = {"email": manager.email, "password": PASSWORD}
    alone = await book(office, manager.headers, guest, "MANUAL", points=101, approval=own, **reason)
    assert problem_of(alone) == "forbidden"
    wrong = {"email": office_man.email, "password": "guess guess"}
    guessed = await book(office, manager.headers, guest, "MANUAL", points=101, approval=wrong, **reason)
    assert problem_of(guessed) == "forbidden"
    second = {"email": office_man.email, "password": PASSWORD}
    both = await book(office, manager.headers, guest, "MANUAL", points=101, approval=second, **reason)
    assert (both.json()["balance"], both.json()["approved_by"]) == (151, office_man.staff)
    beyond = await book(office, manager.headers, guest, "MANUAL", points=1001, approval=second, **reason)
    assert problem_of(beyond) == "forbidden"
    taken = await book(
        office,
        manager.headers,
        guest,
        "MANUAL",
        points=-51,
        reason="mistake",
        restaurant_id=office.restaurant,
    )
    assert taken.json()["points"] == -51
    by_hand = await read(office, owner, guest, "credits")
    assert [(each["points"], each["staff_id"]) for each in by_hand["items"]] == [
        (-51, manager.staff), (101, manager.staff), (50, manager.staff),
    ]  # fmt: skip
    assert by_hand["items"][2]["note"] == "apology: cold soup"
    assert PASSWORD not in str(await office.fetch("SELECT detail::text FROM audit"))


async def test_a_manager_credits_out_of_the_restaurants_allowance_and_the_office_does_not(
    office: Office, owner: dict[str, str]
) -> None:
    guest = await office.guest()
    manager = await member(office, Role.SHIFT_MANAGER)
    nowhere = await book(office, manager.headers, guest, "MANUAL", points=5, reason="x")
    assert problem_of(nowhere) == "invalid"
    await office.execute("UPDATE limits SET total = 20, pool = 20 WHERE kind = 'credit'")
    place: dict[str, Any] = {"reason": "x", "restaurant_id": office.restaurant}
    assert (await book(office, manager.headers, guest, "MANUAL", points=15, **place)).status_code == 201
    assert problem_of(await book(office, manager.headers, guest, "MANUAL", points=6, **place)) == "conflict"
    assert (await office.limit(office.restaurant, LimitKind.CREDIT))["spent"] == 15
    assert (await book(office, owner, guest, "MANUAL", points=60, **place)).status_code == 201
    assert (await office.limit(office.restaurant, LimitKind.CREDIT))["spent"] == 15


async def test_a_cashier_sells_and_gives_no_points_by_hand_and_only_where_they_work(
    office: Office,
) -> None:
    guest = await office.guest()
    cashier = await member(office, Role.CASHIER)
    await office.execute(
        "UPDATE staff SET restaurants = $1 WHERE id = $2", [office.restaurant], cashier.staff
    )
    here, there = office.restaurant, await office.another_restaurant()
    sold = await book(office, cashier.headers, guest, "SALE", amount=10, restaurant_id=here)
    assert sold.status_code == 201
    assert (
        problem_of(await book(office, cashier.headers, guest, "SALE", amount=10, restaurant_id=there))
        == "forbidden"
    )
    by_hand = await book(office, cashier.headers, guest, "MANUAL", points=1, reason="x", restaurant_id=here)
    assert problem_of(by_hand) == "forbidden"


async def test_a_program_books_sales_within_its_scope_and_no_points_by_hand(office: Office) -> None:
    guest = await office.guest()
    shop = await key_headers(office, "guests:use", "guests:read")
    sold = await book(office, shop, guest, "SALE", amount=10, order_id="web-1")
    assert sold.status_code == 201
    assert await office.value("SELECT actor FROM guest_transactions") == "key:" + str(
        await office.value("SELECT id FROM api_keys")
    )
    assert (await read(office, shop, guest, "balance"))["purchases"] == 1
    assert problem_of(await book(office, shop, guest, "MANUAL", points=1, reason="x")) == "forbidden"


async def test_the_history_holds_what_tills_and_the_office_booked_in_pages(
    office: Office, owner: dict[str, str]
) -> None:
    await points_model(office)
    guest = await office.guest(points=5)
    till = await office.till()
    sold = till.write(sale(guest_id=guest, points_earned=12))
    till.write(PointsAdjusted(guest_id=guest, points=3, reason="apology", note=""))
    await till.upload()
    await book(office, owner, guest, "SALE", amount=100, restaurant_id=office.restaurant)
    await book(office, owner, guest, "REDEMPTION", points=2, note="coffee")
    page = await read(office, owner, guest, "history?limit=3")
    assert (page["total"], len(page["items"])) == (5, 3)
    rest = await read(office, owner, guest, "history?limit=3&page=2")
    items = {item["type"]: item for item in [*rest["items"], *page["items"]]}
    assert [item["type"] for item in page["items"]][:2] == ["REDEMPTION", "SALE"]
    assert (items["REDEMPTION"]["points"], items["REDEMPTION"]["note"]) == (-2, "coffee")
    at_till = next(item for item in [*page["items"], *rest["items"]] if item["id"] == str(sold))
    assert (at_till["amount"], at_till["points"], at_till["restaurant_id"]) == (12.5, 12, office.restaurant)
    balance = (await read(office, owner, guest, "balance"))["points"]
    everything = [*page["items"], *rest["items"]]
    assert sum(item["points"] for item in everything) == balance == 5 + 12 + 3 + 5 - 2
    assert (await read(office, owner, guest, "history?page=9"))["items"] == []


async def test_a_guest_sees_themselves_under_every_number_and_nobody_else(office: Office) -> None:
    guest, other, merged = await office.guest(points=4), await office.guest("Bob"), await office.guest("Ada")
    await office.execute("UPDATE guests SET merged_into = $1 WHERE id = $2", guest, merged)
    headers = bearer(await guest_token(office, guest))
    for number in (guest, merged):
        assert (await read(office, headers, number, "balance"))["points"] == 4
    for path in ("", "/balance", "/history", "/cards", "/children"):
        answer = await office.client.get(f"/api/guest/{other}{path}", headers=headers)
        assert problem_of(answer) == "not-found"
    assert problem_of(await book(office, headers, guest, "REDEMPTION", points=1)) == "forbidden"


async def test_another_networks_guest_and_restaurant_are_not_there(
    office: Office, owner: dict[str, str], central: tuple[Litestar, httpx.AsyncClient]
) -> None:
    other = await new_office(*central)
    theirs, mine = await other.guest(points=9), await office.guest(points=9)
    for number in (theirs, 0, 2**63, 2**62):
        for body in ({"type": "SALE", "amount": 5}, {"type": "REDEMPTION", "points": 1}):
            answer = await office.client.post(f"/api/guest/{number}/transaction", json=body, headers=owner)
            assert problem_of(answer) == "not-found"
    elsewhere = await book(office, owner, mine, "SALE", amount=5, restaurant_id=other.restaurant)
    assert problem_of(elsewhere) == "not-found"
    assert await other.value("SELECT points FROM guests") == 9


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "SALE"},
        {"type": "SALE", "amount": 0},
        {"type": "SALE", "amount": -5},
        {"type": "SALE", "amount": 1.005},
        {"type": "SALE", "amount": "NaN"},
        {"type": "SALE", "amount": 1e30},
        {"type": "SALE", "amount": 5, "points": 5},
        {"type": "SALE", "amount": 5, "order_id": " "},
        {"type": "SALE", "amount": 5, "note": "x" * 501},
        {"type": "SALE", "amount": 5, "note": "a\x00b"},
        {"type": "REDEMPTION"},
        {"type": "REDEMPTION", "points": 0},
        {"type": "REDEMPTION", "points": 2**62},
        {"type": "REDEMPTION", "points": 1, "reward_id": 1},
        {"type": "MANUAL", "points": 5},
        {"type": "MANUAL", "points": 0, "reason": "x"},
        {"type": "GIFT", "points": 5},
        {"type": "SALE", "amount": 5, "tier": "VIP"},
    ],
)
async def test_what_does_not_fit_books_nothing(
    office: Office, owner: dict[str, str], fields: dict[str, Any]
) -> None:
    guest = await office.guest(points=5)
    answer = await office.client.post(f"/api/guest/{guest}/transaction", json=fields, headers=owner)
    assert problem_of(answer) == "invalid"
    assert await office.value("SELECT count(*) FROM guest_transactions") == 0


async def test_what_has_expired_is_not_in_the_balance(office: Office, owner: dict[str, str]) -> None:
    await office.execute("UPDATE networks SET points_rules = $1", {"life_days": 10})
    guest = await office.guest(points=5)
    seen = await read(office, owner, guest, "balance")
    assert (seen["points"], [each["points"] for each in seen["expiring"]]) == (5, [5])
    await office.execute("UPDATE points_lots SET expires_at = now() - interval '1 second'")
    assert (await read(office, owner, guest, "balance"))["points"] == 0
    assert problem_of(await book(office, owner, guest, "REDEMPTION", points=1)) == "invalid"


async def test_a_keys_letters_are_checked(office: Office, owner: dict[str, str]) -> None:
    guest = await office.guest()
    assert problem_of(await book(office, owner, guest, "SALE", amount=5, key="x" * 201)) == "invalid"
    assert (await book(office, owner, guest, "SALE", amount=5, key=str(uuid4()))).status_code == 201


async def test_a_segment_of_the_guests_is_listed_by_what_they_are_and_bought(
    office: Office, owner: dict[str, str]
) -> None:
    second = await office.another_restaurant()
    regular, rich, new, away = [
        await office.guest(name, points=points, tier=tier)
        for name, points, tier in (
            ("Ada", 0, "GOLD"),
            ("Bo", 90, "GOLD"),
            ("Cy", 0, "SILVER"),
            ("Di", 0, "VIP"),
        )
    ]
    for guest, restaurant, times in ((regular, office.restaurant, 3), (new, second, 1)):
        for number in range(times):
            sold = await book(
                office, owner, guest, "SALE", f"{guest}-{number}", amount=2.0, restaurant_id=restaurant
            )
            assert sold.status_code == 201
    await office.execute("UPDATE guests SET blocked = true WHERE id = $1", rich)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    expected: list[tuple[dict[str, str], set[int]]] = [
        ({"tier": "GOLD"}, {regular, rich}),
        ({"tier": "GOLD", "blocked": "false"}, {regular}),
        ({"restaurant": str(second)}, {new}),
        ({"least_purchases": "2"}, {regular}),
        ({"least_points": "90"}, {rich}),
        ({"bought_since": "2020-01-01T00:00:00Z"}, {regular, new}),
        ({"bought_since": tomorrow}, set()),
        ({"not_bought_since": "2020-01-01T00:00:00Z"}, {rich, away}),
    ]
    for query, wanted in expected:
        answer = await office.client.get("/api/guests", params=query, headers=owner)
        assert answer.status_code == 200, answer.text
        assert ({item["id"] for item in answer.json()["items"]}, answer.json()["total"]) == (
            wanted,
            len(wanted),
        )
    odd = await office.client.get("/api/guests", params={"least_points": "-1"}, headers=owner)
    assert odd.status_code == 400
