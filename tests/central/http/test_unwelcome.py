"""What an office's form may send that cannot be: texts that are taken, limits that are passed, what others hold on to."""

from typing import Any

import pytest

from sync.rules.code import Kind
from tests.builders.callers import call, owner_headers
from tests.builders.office import Office, problem_of

pytestmark = pytest.mark.anyio

CODES: dict[str, tuple[Kind, str, dict[str, Any]]] = {
    "/api/vip/codes": (Kind.VIP, "max_uses", {"name": "Table"}),
    "/api/referral-codes": (Kind.REFERRAL, "max_uses", {}),
    "/api/admin/promo-codes": (Kind.PROMO, "max_uses", {}),
    "/api/v1/vouchers": (Kind.VOUCHER, "maxUses", {"name": "Soup"}),
}
USED = 3


@pytest.fixture
async def owner(office: Office) -> dict[str, str]:
    return await owner_headers(office)


async def _made(office: Office, owner: dict[str, str], root: str, **fields: Any) -> dict[str, Any]:
    answer = await call(office, "POST", root, owner, CODES[root][2] | fields)
    made: Any = answer.raise_for_status().json()
    return dict(made[0] if isinstance(made, list) else made)


@pytest.mark.parametrize("root", CODES)
@pytest.mark.parametrize("text", ["WINTER-2030", "winter 2030", "W1NTER2O3O"])
async def test_a_text_that_reads_as_one_that_exists_is_refused_with_what_to_do(
    office: Office, owner: dict[str, str], root: str, text: str
) -> None:
    await _made(office, owner, root, code="WINTER-2030")
    for other, (_, _, usual) in CODES.items():
        answer = await call(office, "POST", other, owner, usual | {"code": text})
        assert (answer.status_code, problem_of(answer)) == (409, "conflict"), other
        assert answer.json()["title"]
        assert answer.json()["detail"]
    assert await office.value("SELECT count(*) FROM codes") == 1


@pytest.mark.parametrize("root", CODES)
async def test_a_limit_below_what_was_used_is_refused_with_the_least_that_fits(
    office: Office, owner: dict[str, str], root: str
) -> None:
    field = CODES[root][1]
    made = await _made(office, owner, root, code="USED-UP", **{field: USED + 2})
    number = made.get("codeId", made["id"])
    await office.execute("UPDATE codes SET uses = $2 WHERE id = $1", number, USED)
    await office.execute(
        "UPDATE limits SET pool = pool - $2, spent = $2 WHERE kind = 'uses' AND subject = $1", number, USED
    )
    path = f"{root}/{made['id']}"
    refused = await call(office, "PATCH", path, owner, {field: USED - 1})
    assert (refused.status_code, problem_of(refused)) == (409, "conflict")
    assert f"{USED} or more" in refused.json()["detail"]
    assert await office.value("SELECT max_uses FROM codes WHERE id = $1", number) == USED + 2
    assert (await call(office, "PATCH", path, owner, {field: USED})).is_success


@pytest.mark.parametrize("root", CODES)
async def test_a_code_that_was_used_is_taken_out_of_use_and_nothing_of_it_is_lost(
    office: Office, owner: dict[str, str], root: str
) -> None:
    kind, _, _ = CODES[root]
    await office.execute("UPDATE networks SET referral_enabled = true")
    made = await _made(office, owner, root, code="USED-ONCE")
    number = made.get("codeId", made["id"])
    till = await office.till()
    till.redeem(number, guest_id=await office.guest())
    await till.upload()
    assert await office.value("SELECT count(*) FROM redemptions WHERE code_id = $1", number) == 1
    if kind is Kind.VIP:
        gone = await call(office, "PATCH", f"{root}/{made['id']}", owner, {"archived": True})
    else:
        gone = await call(office, "DELETE", f"{root}/{made['id']}", owner)
    assert gone.is_success
    assert await office.value("SELECT status FROM codes WHERE id = $1", number) == "archived"
    assert await office.value("SELECT count(*) FROM redemptions WHERE code_id = $1", number) == 1
    assert await office.value("SELECT count(*) FROM events WHERE code_id = $1", number) == 1
    # Its text stays its own, so that what is printed somewhere never means something else.
    again = await call(office, "POST", root, owner, CODES[root][2] | {"code": "USED-ONCE"})
    assert problem_of(again) == "conflict"
