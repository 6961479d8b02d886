"""Vouchers as document 003 has them: scanned, claimed, redeemed, and what is seen of it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from sync.central.schema.words import Role
from sync.central.services.codes import NewCode, create_codes
from sync.central.services.scanning.adding_up import add_up, forget_told, make_months
from sync.central.services.scanning.ids import public_id
from sync.central.services.scanning.settling import settle_all
from sync.protocol.feed import GuestRow
from sync.rules.code import Kind
from tests.builders.callers import bearer, call, guest_token, member, owner_headers
from tests.builders.office import Office, new_office, problem_of
from tests.builders.rules import fixed

pytestmark = pytest.mark.anyio

ROOT = "/api/v1/vouchers"
CAMERA = {"scanSource": "CAMERA"}


async def voucher(office: Office, **fields: Any) -> int:
    return await office.code(await office.campaign(name="Lunch"), **fields)


def link(office: Office, code: int) -> str:
    return f"{ROOT}/{public_id(office.secrets, office.network, code)}"


async def scan(
    office: Office, code: int, headers: dict[str, str] | None = None, **fields: Any
) -> httpx.Response:
    return await call(office, "POST", f"{link(office, code)}/scan", headers or {}, CAMERA | fields)


async def guest_of(office: Office, name: str = "Ada") -> tuple[int, dict[str, str]]:
    guest = await office.guest(name)
    return guest, bearer(await guest_token(office, guest))


async def claim(office: Office, code: int, headers: dict[str, str]) -> httpx.Response:
    return await call(office, "POST", f"{link(office, code)}/claim", headers, {})


async def figures(office: Office, code: int) -> dict[str, Any]:
    answer = await office.client.get(f"{ROOT}/{code}/analytics", headers=await owner_headers(office))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def carried(office: Office, guest: int) -> tuple[int, ...]:
    rows = await office.fetch("SELECT row FROM outbox WHERE tab = 'guest' ORDER BY id DESC")
    found = (msgspec.msgpack.decode(bytes(row["row"]), type=GuestRow) for row in rows)
    return next(tuple(row.wallet) for row in found if row.guest.id == guest)


async def test_the_way_from_scan_to_redemption(office: Office) -> None:
    code = await voucher(office, max_uses=5, name="Free soup")
    guest, headers = await guest_of(office)
    seen = await scan(office, code, headers, deviceInfo={"model": "Pixel"}, location={"city": "Riga"})
    assert seen.status_code == 201, seen.text
    assert (seen.json()["scanType"], seen.json()["claimable"]) == ("CUSTOMER", True)
    assert seen.json()["voucher"]["name"] == "Free soup"
    taken = await claim(office, code, headers)
    assert (taken.status_code, taken.json()["status"]) == (201, "CLAIMED")
    assert await carried(office, guest) == (code,)
    seen = await scan(office, code, headers)
    assert (seen.json()["alreadyClaimed"], seen.json()["claimable"]) == (True, False)
    cashier = (await member(office, Role.CASHIER)).headers
    used = await call(office, "POST", f"{link(office, code)}/redeem", cashier, {"customerId": guest})
    assert used.status_code == 200, used.text
    assert used.json()["voucher"]["currentUses"] == 1
    wallet = (await office.client.get(f"{ROOT}/wallet", headers=headers)).json()
    assert [(item["codeId"], item["status"]) for item in wallet["items"]] == [(code, "REDEEMED")]
    assert await carried(office, guest) == ()
    told = await figures(office, code)
    assert told["totalScans"] == 2
    assert told["uniqueUsers"] == 1
    assert told["scansByType"] == {"CUSTOMER": 2, "BUSINESS": 0}
    assert told["scansBySource"] == {"CAMERA": 2, "GALLERY": 0, "LINK": 0, "SHARE": 0}
    assert (told["conversionRate"], told["claimToRedemptionRate"]) == (0.5, 1.0)
    assert told["averageTimeToRedeem"].endswith(" minutes")
    assert told["places"] == [{"place": "Riga", "scans": 1}]
    assert (told["totalClaims"], told["totalRedemptions"]) == (1, 1)


async def test_nobody_known_and_staff_scan_too(office: Office) -> None:
    code = await voucher(office)
    seen = await scan(office, code, scanSource="LINK")
    assert (seen.status_code, seen.json()["scanType"]) == (201, "CUSTOMER")
    cashier = (await member(office, Role.CASHIER)).headers
    seen = await scan(office, code, cashier, scanSource="GALLERY")
    assert (seen.json()["scanType"], seen.json()["claimable"]) == ("BUSINESS", False)
    told = await figures(office, code)
    assert (told["totalScans"], told["uniqueUsers"]) == (2, 0)
    assert told["scansByType"] == {"CUSTOMER": 1, "BUSINESS": 1}
    assert (await scan(office, code, scanType="BUSINESS")).status_code == 400


async def test_nobody_known_cannot_tell_what_is_over_from_what_never_was(office: Office) -> None:
    over = await voucher(office, max_uses=1)
    await office.execute("UPDATE codes SET status = 'inactive' WHERE id = $1", over)
    answers = [
        await scan(office, over),
        await call(office, "POST", f"{ROOT}/{UUID(int=7)}/scan", {}, CAMERA),
        await call(office, "POST", f"{ROOT}/{over}/scan", {}, CAMERA),
        await call(office, "POST", f"{ROOT}/nothing/scan", {}, CAMERA),
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    assert (await figures(office, over))["totalScans"] == 1
    _, headers = await guest_of(office)
    assert (await scan(office, over, headers)).json()["voucher"]["status"] == "inactive"


@pytest.mark.parametrize(
    "fields",
    [
        {"scanSource": "WEDGE"},
        {"scanType": "ROBOT"},
        {"other": 1},
        {"location": {"latitude": 91}},
        {"location": {"city": "x" * 101}},
        {"deviceInfo": {"a": "x" * 5000}},
        {"metadata": {"a": "\0"}},
        {"deviceInfo": []},
    ],
)
async def test_a_scan_that_does_not_fit_is_refused_and_not_counted(
    office: Office, fields: dict[str, Any]
) -> None:
    code = await voucher(office)
    answer = await scan(office, code, **fields)
    assert problem_of(answer) == "invalid"
    assert (await figures(office, code))["totalScans"] == 0


async def test_a_repeated_scan_under_one_key_counts_once(office: Office) -> None:
    code = await voucher(office)
    _, headers = await guest_of(office)
    headers |= {"Idempotency-Key": "one"}
    first, second = await scan(office, code, headers), await scan(office, code, headers)
    assert first.json() == second.json()
    assert (await figures(office, code))["totalScans"] == 1
    assert problem_of(await scan(office, code, headers, scanSource="SHARE")) == "key-reused"


async def test_figures_are_the_same_before_and_after_they_are_added_up(office: Office) -> None:
    code = await voucher(office)
    for name in ("Ada", "Bob"):
        _, headers = await guest_of(office, name)
        for source in ("CAMERA", "SHARE"):
            location = {"latitude": 56.94, "longitude": 24.1}
            await scan(office, code, headers, scanSource=source, location=location)
    shown = await call(office, "POST", f"{link(office, code)}/impressions", {}, {"count": 3})
    assert shown.json() == {"success": True, "count": 3}
    before = await figures(office, code)
    assert (before["totalScans"], before["uniqueUsers"], before["impressions"]) == (4, 2, 3)
    assert await add_up(office.database, office.network, at_once=2) == 5
    assert await office.value("SELECT count(*) FROM scans_waiting") == 0
    assert await figures(office, code) == before
    await scan(office, code, headers)
    after = await figures(office, code)
    assert (after["totalScans"], after["uniqueUsers"]) == (5, 2)
    assert await office.value("SELECT count(*) FROM day_guests") == 2


async def test_scans_at_once_are_all_counted_while_they_are_added_up(office: Office) -> None:
    code = await voucher(office)

    async def adding() -> None:
        for _ in range(5):
            await add_up(office.database, office.network)
            assert (await figures(office, code))["totalScans"] <= 60

    answers = await asyncio.gather(*(scan(office, code) for _ in range(60)), adding())
    assert [answer.status_code for answer in answers if answer is not None] == [201] * 60
    await add_up(office.database, office.network)
    assert (await figures(office, code))["totalScans"] == 60
    assert await office.value("SELECT count(*) FROM scans") == 60


async def test_a_voucher_is_claimed_once_for_ever(office: Office) -> None:
    code = await voucher(office)
    guest, headers = await guest_of(office)
    answers = await asyncio.gather(*(claim(office, code, headers) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    assert await carried(office, guest) == (code,)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ("status = 'inactive'", 422),
        ("status = 'expired'", 422),
        ("expires_at = '2020-01-01Z'", 422),
        ("uses = 5", 422),
        ("holder_guest_id = 1", 422),
        ("status = 'archived'", 404),
    ],
)
async def test_what_cannot_be_used_cannot_be_claimed(office: Office, change: str, status: int) -> None:
    code = await voucher(office, max_uses=5)
    await office.execute(f"UPDATE codes SET {change} WHERE id = {code}")
    _, headers = await guest_of(office)
    assert (await claim(office, code, headers)).status_code == status


async def test_a_guest_arranges_the_wallet_and_the_tills_follow(office: Office) -> None:
    codes = [await voucher(office, name=name) for name in "ABC"]
    guest, headers = await guest_of(office)
    for code in codes:
        await claim(office, code, headers)
    order = [str(public_id(office.secrets, office.network, codes[2])), str(codes[0])]
    answer = await call(office, "PUT", f"{ROOT}/wallet/order", headers, {"vouchers": order})
    assert [item["name"] for item in answer.json()["items"]] == ["C", "A", "B"]
    assert [item["walletOrder"] for item in answer.json()["items"]] == [0, 1, 2]
    assert await carried(office, guest) == (codes[2], codes[0], codes[1])
    page = await office.client.get(f"{ROOT}/wallet", params={"page": 2, "limit": 2}, headers=headers)
    assert ([item["name"] for item in page.json()["items"]], page.json()["total"]) == (["B"], 3)
    body = {"notificationPreferences": {"expiry": False}, "viewed": True}
    changed = await call(office, "PATCH", f"{link(office, codes[0])}/wallet", headers, body)
    assert changed.json()["notificationPreferences"] == {"expiry": False}
    assert changed.json()["lastViewedAt"]
    cashier = (await member(office, Role.CASHIER)).headers
    seen = await office.client.get(f"{ROOT}/wallet/{guest}", headers=cashier)
    assert seen.json()["total"] == 3
    unknown = await call(office, "PUT", f"{ROOT}/wallet/order", headers, {"vouchers": ["999999"]})
    assert unknown.status_code == 404
    assert (await office.client.get(f"{ROOT}/wallet/99999999", headers=cashier)).status_code == 404


async def test_a_use_at_a_till_redeems_the_claim_and_an_expired_voucher_ends_it(office: Office) -> None:
    used, over = await voucher(office), await voucher(office)
    guest, headers = await guest_of(office)
    for code in (used, over):
        await claim(office, code, headers)
    till = await office.till()
    till.enrolled()
    till.redeem(used, guest_id=guest)
    await till.upload()
    past = datetime.now(UTC) - timedelta(minutes=1)
    await office.execute("UPDATE codes SET expires_at = $2 WHERE id = $1", over, past)
    assert (await figures(office, used))["claimToRedemptionRate"] == 1.0
    assert await settle_all(office.database, office.secrets, office.network) == 1
    rows = await office.fetch("SELECT code_id, status FROM wallet_claims")
    assert {row["code_id"]: row["status"] for row in rows} == {used: "REDEEMED", over: "EXPIRED"}
    assert await carried(office, guest) == ()
    assert await settle_all(office.database, office.secrets, office.network) == 0


async def test_refused_redemptions_say_why_and_stand_among_the_attempts(office: Office) -> None:
    code = await office.code(await office.campaign(benefit=fixed(250)), max_uses=1)
    cashier = (await member(office, Role.CASHIER)).headers
    path = f"{ROOT}/{code}/redeem"
    body = {"amount": 10.5, "scanSource": "CAMERA", "deviceInfo": {"input": "WEDGE"}}
    first = await call(office, "POST", path, cashier | {"Idempotency-Key": "a"}, body)
    assert (first.status_code, first.json()["discount"], first.json()["currency"]) == (200, 2.5, "EUR")
    assert (await call(office, "POST", path, cashier | {"Idempotency-Key": "a"}, body)).json() == first.json()
    second = await call(office, "POST", path, cashier, body)
    assert (second.status_code, second.json()["reason"], second.json()["success"]) == (422, "used_up", False)
    owner = await owner_headers(office)
    page = (await office.client.get(f"{ROOT}/{code}/attempts", headers=owner)).json()
    assert page["total"] == 2
    assert [(item["successful"], item["failureReason"]) for item in page["items"]] == [
        (False, "used_up"),
        (True, None),
    ]
    assert page["items"][0]["deviceInfo"] == {"input": "WEDGE"}
    failed = await office.client.get(f"{ROOT}/{code}/attempts", params={"successful": "false"}, headers=owner)
    assert failed.json()["total"] == 1
    for wrong in ({"amount": 10.555}, {"amount": -1}, {"restaurantId": 2**70}, {"orderId": -1}):
        assert (await call(office, "POST", path, cashier, wrong)).status_code == 400
    for missing in ({"customerId": 99999999}, {"restaurantId": 99999999}):
        assert (await call(office, "POST", path, cashier, missing)).status_code == 404


async def test_the_switch_ends_scans_and_claims_and_lets_redeeming_go_on(office: Office) -> None:
    code = await voucher(office)
    owner = await owner_headers(office)
    assert (await office.client.get(f"{ROOT}/config", headers=owner)).json() == {"enabled": True}
    assert (await call(office, "PUT", f"{ROOT}/config", owner, {"enabled": False})).json() == {
        "enabled": False
    }
    _, headers = await guest_of(office)
    assert (await scan(office, code)).status_code == 404
    assert (await scan(office, code, headers)).status_code == 403
    assert (await claim(office, code, headers)).status_code == 403
    assert (await call(office, "POST", f"{ROOT}/{code}/redeem", owner, {})).status_code == 200
    assert (await figures(office, code))["totalScans"] == 0
    assert await office.value("SELECT action FROM audit ORDER BY id DESC LIMIT 1") == "vouchers.switch"


async def test_another_networks_voucher_is_not_there(office: Office, central: Any) -> None:
    other = await new_office(*central)
    theirs = await voucher(other)
    owner = await owner_headers(office)
    _, headers = await guest_of(office)
    for path in (link(other, theirs), f"{ROOT}/{theirs}"):
        for method, name, who, body in (
            ("POST", "scan", owner, CAMERA),
            ("POST", "claim", headers, {}),
            ("POST", "redeem", owner, {}),
            ("GET", "analytics", owner, None),
            ("GET", "attempts", owner, None),
            ("PATCH", "wallet", headers, {}),
        ):
            assert (await call(office, method, f"{path}/{name}", who, body)).status_code == 404, name


async def test_a_code_that_is_no_voucher_is_not_there(office: Office) -> None:
    campaign = await office.campaign(kind=Kind.VIP)
    new = NewCode(campaign_id=campaign.id, kind=Kind.VIP, code="VIP-12345")
    async with office.database.network_transaction(office.network) as connection:
        (code,) = await create_codes(
            connection, office.network, office.secrets.digest_key(office.network), [new]
        )
    owner = await owner_headers(office)
    assert (await call(office, "POST", f"{ROOT}/{code}/scan", owner, CAMERA)).status_code == 404
    assert (await call(office, "POST", f"{ROOT}/{code}/redeem", owner, {})).status_code == 404
    assert (await office.client.get(f"{ROOT}/{code}/analytics", headers=owner)).status_code == 404


async def test_what_tells_who_scanned_is_forgotten_after_a_while(office: Office) -> None:
    code = await voucher(office)
    await scan(office, code, deviceInfo={"model": "Pixel"}, location={"city": "Riga"})
    await forget_told(office.database, office.network)
    (row,) = await office.fetch("SELECT personal, device FROM scans")
    assert (row["personal"], row["device"]) == (True, {"model": "Pixel"})
    await forget_told(office.database, office.network, kept=timedelta(seconds=-1))
    (row,) = await office.fetch("SELECT personal, device, location, address, agent FROM scans")
    assert tuple(row) == (False, {}, None, None, None)
    assert (await figures(office, code))["places"] == [{"place": "Riga", "scans": 1}]


async def test_each_month_of_scans_has_a_table_of_its_own(office: Office) -> None:
    code = await voucher(office)
    await make_months(office.database)
    await scan(office, code)
    # Its own month, which may have ended since.
    (row,) = await office.fetch("SELECT tableoid::regclass::text AS place, at FROM scans")
    assert row["place"] == f"part_scans_{row['at'].astimezone(UTC):%Y_%m}"


async def test_many_scans_at_the_same_moment_are_stored_together_and_each_answered(office: Office) -> None:
    one, other = await voucher(office), await voucher(office)
    over = await voucher(office)
    await office.execute("UPDATE codes SET status = 'inactive' WHERE id = $1", over)
    guest, headers = await guest_of(office)
    wanted = [(one, {}), (other, {}), (one, headers)] * 20 + [(over, {})] * 3
    answers = await asyncio.gather(*(scan(office, code, who) for code, who in wanted))
    said = [(answer.status_code, answer.json().get("voucher", {}).get("id")) for answer in answers]
    names = {code: str(public_id(office.secrets, office.network, code)) for code in (one, other)}
    assert said == [(201, names[code]) if code != over else (404, None) for code, _ in wanted]
    assert len({answer.json()["scanId"] for answer in answers if answer.status_code == 201}) == 60
    counts = [(await figures(office, code))["totalScans"] for code in (one, other, over)]
    assert counts == [40, 20, 3]
    assert (await figures(office, one))["uniqueUsers"] == 1
    rows = await office.fetch(
        "SELECT count(DISTINCT xmin::text) AS batches FROM scans WHERE guest_id = $1", guest
    )
    assert rows[0]["batches"] < 20
