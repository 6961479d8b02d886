"""What uses of codes without a till give a guest: booked once, with the use."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from sync.central.services.loyalty.gains import redeem_with_gains_alone
from sync.central.services.redeeming.asking import Redeemed
from sync.protocol.leases import LimitKind
from sync.rules.campaign import Benefit, BenefitKind
from sync.rules.code import Kind
from tests.builders.asking import asking
from tests.builders.callers import call, owner_headers
from tests.builders.office import Office
from tests.builders.rules import points

pytestmark = pytest.mark.anyio
GOLD = Benefit(kind=BenefitKind.TIER_GRANT, tier="GOLD")


async def use(office: Office, code: int, guest: int, **fields: Any) -> Redeemed:
    asked = asking(office, code, guest=guest, **fields)
    return await redeem_with_gains_alone(office.database, office.secrets, asked)


async def balance(office: Office, guest: int) -> int:
    """The guest's points, having seen that row, limit and lots say the same."""
    row = (await office.fetch("SELECT points FROM guests WHERE id = $1", guest))[0]
    limit = await office.limit(guest, LimitKind.POINTS)
    assert limit["pool"] + limit["outstanding"] == row["points"]
    lots = await office.value(
        'SELECT COALESCE(sum("left"), 0)::bigint FROM points_lots WHERE guest_id = $1', guest
    )
    assert lots == row["points"]
    return int(row["points"])


async def test_points_of_a_use_are_booked_once_however_often_it_is_asked_for(office: Office) -> None:
    code = await office.code(await office.campaign(benefit=points(30)), max_uses=5)
    guest = await office.guest(points=10)
    operation = uuid4()
    for replayed in (False, True, True):
        answer = await use(office, code, guest, operation=operation)
        assert (answer.accepted, answer.points, answer.replayed) == (True, 30, replayed)
    assert await balance(office, guest) == 40
    await use(office, code, guest)
    assert await balance(office, guest) == 70
    told = await office.value("SELECT count(*) FROM outbox WHERE tab = 'guest' AND subject = $1", guest)
    assert told == 3


async def test_a_refused_use_gives_nothing(office: Office) -> None:
    campaign = await office.campaign(benefit=points(30), name="Points")
    code = await office.code(campaign, max_uses=1)
    guest = await office.guest()
    assert (await use(office, code, guest)).accepted
    assert not (await use(office, code, guest)).accepted
    assert await balance(office, guest) == 30


async def test_many_uses_for_one_guest_at_the_same_moment_add_up(office: Office) -> None:
    code = await office.code(await office.campaign(benefit=points(5)), max_uses=50)
    guest = await office.guest()
    answers = await asyncio.gather(*(use(office, code, guest) for _ in range(8)))
    assert all(answer.accepted for answer in answers)
    assert await balance(office, guest) == 40


async def test_a_tier_is_granted_and_nobody_loses_a_higher_one_by_it(office: Office) -> None:
    code = await office.code(await office.campaign(benefit=GOLD), max_uses=5)
    bronze, platinum = await office.guest("Ada"), await office.guest("Ben", tier="PLATINUM")
    for guest in (bronze, platinum):
        assert (await use(office, code, guest)).accepted
    tiers = await office.fetch("SELECT tier, tier_earned FROM guests ORDER BY id")
    assert [tuple(row) for row in tiers] == [("GOLD", False), ("PLATINUM", False)]
    changes = await office.fetch(
        "SELECT guest_id, tier_from, tier_to, why, actor, given FROM tier_changes ORDER BY guest_id"
    )
    assert [tuple(change) for change in changes] == [
        (bronze, "BRONZE", "GOLD", "given", "staff:1", "GOLD"),
        (platinum, "PLATINUM", "PLATINUM", "given", "staff:1", "GOLD"),
    ]
    uses = await office.fetch("SELECT event FROM redemptions ORDER BY guest_id")
    assert uses == await office.fetch("SELECT event FROM tier_changes ORDER BY guest_id")


async def test_vouchers_promo_and_referral_codes_all_book_what_they_give(office: Office) -> None:
    owner, guest = await owner_headers(office), await office.guest()
    voucher = await office.code(await office.campaign(benefit=points(3)))
    promo = await office.code(await office.campaign(kind=Kind.PROMO, name="P", benefit=points(4)))
    await office.code(await office.campaign(kind=Kind.REFERRAL, name="R", benefit=points(5)), text="FRIEND")
    await office.execute("UPDATE networks SET referral_enabled = true")
    asked = {
        f"/api/v1/vouchers/{voucher}/redeem": {"customerId": guest, "amount": 10},
        f"/api/admin/promo-codes/{promo}/apply": {"offer_id": "tea", "user_id": guest, "amount": 10},
        "/api/referral-codes/use": {"code": "FRIEND", "user_id": guest},
    }
    for path, body in asked.items():
        answer = await call(office, "POST", path, owner | {"Idempotency-Key": path}, body)
        assert answer.status_code == 200, answer.text
        await call(office, "POST", path, owner | {"Idempotency-Key": path}, body)
    assert await balance(office, guest) == 12
