"""Many codes at once, over the office's interface."""

import math
from typing import Any

import pytest

from sync.central.services.making.engine import LOCK_CLASS, Came, make_order
from tests.builders.callers import call, key_headers, owner_headers
from tests.builders.office import Office, problem_of
from tests.builders.office_desk import OfficeDesk

pytestmark = pytest.mark.anyio

ROOT = "/api/codes/bulk"
SOUP = {"kind": "VOUCHER", "count": 40, "name": "Free soup"}


class Desk(OfficeDesk):
    """The owner, who orders codes."""

    root = ROOT

    async def done(self, order: int) -> dict[str, Any]:
        """Make an order, or wait for the office's own job, which may have been faster."""
        office = self.office
        if await make_order(office.database, office.secrets, office.network, order) is Came.ELSEWHERE:
            await office.execute("SELECT pg_advisory_xact_lock($1, $2)", LOCK_CLASS, order)
        found: dict[str, Any] = (await self.ask("GET", f"/{order}")).raise_for_status().json()
        return found


@pytest.fixture
async def desk(office: Office) -> Desk:
    return Desk(office, await owner_headers(office))


async def test_an_order_is_taken_at_once_and_its_codes_are_loaded_when_they_are_there(desk: Desk) -> None:
    taken = await desk.ask("POST", "", SOUP, **{"Idempotency-Key": "a"})
    assert taken.status_code == 202, taken.text
    order = taken.json()
    assert (order["wanted"], order["status"], order["made"]) == (40, "waiting", 0)
    assert (order["length"], order["entropy_bits"]) == (12, round(12 * math.log2(len(order["alphabet"])), 1))
    assert (await desk.ask("POST", "", SOUP, **{"Idempotency-Key": "a"})).json() == order
    done = await desk.done(order["id"])
    assert (done["status"], done["made"], done["name"]) == ("done", 40, "Free soup")
    assert (await desk.ask("GET")).json() == {"items": [done], "total": 1, "page": 1, "limit": 50}
    file = await desk.ask("GET", f"/{order['id']}/codes.csv")
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    header, *lines = file.text.splitlines()
    assert header == "kind,code,name,max_uses,expires_at,campaign"
    assert len({line.split(",")[1] for line in lines}) == 40
    listed = (await call(desk.office, "GET", "/api/v1/vouchers", desk.headers)).json()
    assert listed["total"] == 40
    assert {item["code"] for item in listed["items"]} == {line.split(",")[1] for line in lines}


async def test_what_is_done_cannot_be_cancelled_and_what_is_cancelled_has_no_file(desk: Desk) -> None:
    order = (await desk.ask("POST", "", SOUP)).json()["id"]
    await desk.done(order)
    assert problem_of(await desk.ask("POST", f"/{order}/cancel")) == "conflict"
    await desk.office.execute("UPDATE code_batches SET status = 'running' WHERE id = $1", order)
    cancelled = await desk.ask("POST", f"/{order}/cancel")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert (await desk.ask("POST", f"/{order}/cancel")).json() == cancelled.json()
    assert problem_of(await desk.ask("GET", f"/{order}/codes.csv")) == "conflict"


async def test_orders_stand_in_the_audit_log_without_a_code(desk: Desk) -> None:
    order = (await desk.ask("POST", "", SOUP)).json()["id"]
    (noted,) = await desk.office.fetch("SELECT * FROM audit WHERE action = 'codes.bulk'")
    assert (noted["subject"], noted["detail"]) == (f"code_batch:{order}", {"count": 40, "kind": "VOUCHER"})


@pytest.mark.parametrize("body", [{}, SOUP | {"count": 0}, SOUP | {"count": 1_000_001}, SOUP | {"sum": 1}])
async def test_an_order_out_of_bounds_is_refused(desk: Desk, body: dict[str, Any]) -> None:
    assert (await desk.ask("POST", "", body)).status_code == 400


async def test_a_program_orders_codes_with_the_scope_for_it(desk: Desk) -> None:
    headers = await key_headers(desk.office, "codes:write")
    assert (await call(desk.office, "POST", ROOT, headers, SOUP)).status_code == 202
