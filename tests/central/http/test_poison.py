"""An event that cannot be applied is kept, settled and set aside; those behind it go on."""

from typing import Any
from uuid import uuid4

import pytest

from sync.protocol.event import Spend
from sync.protocol.payloads import LeaseClosed
from tests.builders.office import Office, attempt, redemption, sale

pytestmark = pytest.mark.anyio

ODD_PAYLOADS: dict[str, tuple[Any, dict[str, Any]]] = {
    "unknown kind": ({"anything": [1, 2]}, {}),
    "newer version": (redemption(1), {"kind_version": 99}),
    "version zero": (redemption(1), {"kind_version": 0}),
    "absurd version": (redemption(1), {"kind_version": 2**80}),
    "wrong shape": ({"code_id": "seven"}, {"kind": "redemption"}),
    "no object": ([1, 2, 3], {"kind": "sale"}),
    "unknown code": (redemption(987_654_321), {}),
    "code beyond all numbers": (redemption(2**80), {}),
    "nul in a text": (redemption(1, source="A\0B"), {}),
    "nul in the kind": ({"a": 1}, {"kind": "re\0demption"}),
    "amount beyond all numbers": (sale(total_minor=2**70), {}),
    "digest that is no hex": (attempt(digest="zz"), {}),
    "digest without end": (attempt(digest="ab" * 5_000), {}),
    "time beyond all calendars": (sale(), {"trusted_ms": 2**62}),
    "time before all calendars": (sale(), {"trusted_ms": -(2**62)}),
    "time beyond all numbers": (sale(), {"trusted_ms": 2**90}),
    "staff beyond all numbers": (attempt(), {"staff": 2**90}),
    "a lease nobody has": (LeaseClosed(lease=uuid4(), spent=0, why="-"), {}),
}


@pytest.mark.parametrize("name", list(ODD_PAYLOADS))
async def test_poison_is_set_aside_settled_and_does_not_stop_what_follows(office: Office, name: str) -> None:
    payload, envelope = ODD_PAYLOADS[name]
    code = await office.limited_code(4)
    till = await office.till()
    lease = await till.lease(code, units=2)
    till.redeem(code, lease=lease)
    till.write(payload, spends=[Spend(lease, 1)], **envelope)
    till.write(sale(receipt=2))
    ack = await till.upload()
    assert ack.applied == 3
    assert ack.cases >= 1
    rows = await office.fetch("SELECT seq, applied, quarantined FROM events ORDER BY seq")
    assert [row["applied"] for row in rows] == [True, False, True]
    assert rows[1]["quarantined"]
    assert await office.cases() == ["quarantined"]
    limit = await office.limit(code)
    assert (limit["spent"], limit["exposure"]) == (2, 0)
    assert await office.value("SELECT count(*) FROM sales") == 1
    assert (await till.upload()).cases == 0
    assert await office.cases() == ["quarantined"]


@pytest.mark.parametrize("units", [0, -1, -(2**70), 1_000_001, 2**70])
async def test_a_spend_that_cannot_be_is_a_case_and_moves_nothing(office: Office, units: int) -> None:
    code = await office.limited_code(4)
    till = await office.till()
    lease = await till.lease(code)
    before = await office.limit(code)
    till.write(attempt(), spends=[Spend(lease, units)])
    ack = await till.upload()
    assert (ack.applied, ack.cases) == (1, 1)
    assert await office.cases() == ["spend_impossible"]
    assert await office.limit(code) == before


async def test_a_sale_of_a_guest_whom_nobody_knows_is_kept_with_a_case(office: Office) -> None:
    till = await office.till()
    till.write(sale(guest_id=123_456, points_earned=12))
    assert (await till.upload()).cases == 1
    assert await office.value("SELECT guest_id FROM sales") == 123_456
    assert await office.cases() == ["guest_unknown"]


async def test_a_whole_batch_of_poison_is_kept(office: Office) -> None:
    till = await office.till()
    for payload, envelope in ODD_PAYLOADS.values():
        till.write(payload, **envelope)
    ack = await till.upload()
    assert ack.applied == len(ODD_PAYLOADS)
    assert await office.value("SELECT count(*) FROM events WHERE quarantined IS NOT NULL") == len(
        ODD_PAYLOADS
    )


async def test_points_never_fall_below_nothing(office: Office) -> None:
    guest = await office.guest(points=5)
    till = await office.till()
    till.write(sale(guest_id=guest, points_earned=-60))
    till.write(sale(guest_id=guest, points_earned=3))
    assert (await till.upload()).applied == 2
    assert await office.cases() == ["quarantined"]
    assert await office.value("SELECT points FROM guests WHERE id = $1", guest) == 8
