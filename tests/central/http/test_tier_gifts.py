"""Tiers that codes give at tills, without the office: booked when the till tells, once, and gone with the use."""

from typing import Any
from uuid import UUID

import pytest

from sync.central.services.tiers.qualifying import review_tiers
from sync.protocol.feed import GuestRow, Table
from sync.protocol.payloads import Void
from sync.protocol.wire import unpack
from sync.rules.campaign import Benefit, BenefitKind
from tests.builders.callers import call, owner_headers
from tests.builders.office import Office, TillPen, new_event_id, sale
from tests.builders.replica import replica_of

pytestmark = pytest.mark.anyio


async def giving(office: Office, tier: str) -> int:
    campaign = await office.campaign(
        name=f"To {tier}", benefit=Benefit(kind=BenefitKind.TIER_GRANT, tier=tier)
    )
    return await office.code(campaign, max_uses=None)


async def standing(office: Office, guest: int) -> tuple[str, bool]:
    row = (await office.fetch("SELECT tier, tier_earned FROM guests WHERE id = $1", guest))[0]
    return (row["tier"], row["tier_earned"])


async def history(office: Office, guest: int) -> list[tuple[Any, ...]]:
    rows = await office.fetch(
        "SELECT tier_from, tier_to, why, event, actor FROM tier_changes WHERE guest_id = $1 ORDER BY id",
        guest,
    )
    return [tuple(row) for row in rows]


async def review(office: Office, *guests: int) -> int:
    async with office.database.network_transaction(office.network) as connection:
        return await review_tiers(connection, office.secrets, office.network, guests)


async def counts_for(office: Office, days: int | None) -> None:
    """Let purchases count for so many days (None: for ever); tills of tests sold theirs long ago."""
    await office.execute(
        "UPDATE networks SET tier_rules = jsonb_build_object('window_days', $1::bigint)", days
    )


def use(till: TillPen, code: int, guest: int, **fields: Any) -> UUID:
    return till.redeem(code, guest_id=guest, **fields)


def undo(till: TillPen, original: UUID) -> UUID:
    return till.write(Void(receipt=2, original=original, reason="mistake", currency="EUR"))


async def test_a_tier_that_a_till_gave_is_booked_once_with_its_use_and_told(office: Office) -> None:
    code, guest, till = await giving(office, "GOLD"), await office.guest(), await office.till()
    event = use(till, code, guest)
    for _ in range(2):
        await till.upload()
    assert await standing(office, guest) == ("GOLD", False)
    assert await history(office, guest) == [("BRONZE", "GOLD", "given", event, f"till:{till.who.till}")]
    listed = await call(office, "GET", f"/api/guest/{guest}/tier-changes", await owner_headers(office))
    (change,) = listed.json()["items"]
    assert (change["why"], change["event"], change["tier_to"]) == ("given", str(event), "GOLD")
    replica = await replica_of(office)
    told = unpack(replica.living(Table.GUEST)[guest], GuestRow)
    assert told.guest.tier == "GOLD"


async def test_no_review_takes_a_gift_away_and_nobody_loses_a_higher_tier_by_one(office: Office) -> None:
    code, till = await giving(office, "GOLD"), await office.till()
    low, high = await office.guest("Ada"), await office.guest("Ben", tier="VIP")
    for guest in (low, high):
        use(till, code, guest)
    await till.upload()
    assert await review(office, low, high) == 0
    assert (await standing(office, low), await standing(office, high)) == (("GOLD", False), ("VIP", False))


@pytest.mark.parametrize("at_once", [True, False])
async def test_undoing_the_use_or_its_sale_takes_the_tier_back_once(office: Office, *, at_once: bool) -> None:
    code, till = await giving(office, "GOLD"), await office.till()
    alone, in_sale = await office.guest("Ada"), await office.guest("Ben")
    first, event = use(till, code, alone), new_event_id()
    with_sale = use(till, code, in_sale, sale=event)
    till.write(sale(redemptions=(with_sale,), guest_id=in_sale), event=event)
    if not at_once:
        await till.upload()
        assert await standing(office, alone) == await standing(office, in_sale) == ("GOLD", False)
    for original in (first, event):
        undo(till, original)
    for _ in range(2):
        await till.upload()
    assert await standing(office, alone) == await standing(office, in_sale) == ("BRONZE", False)
    assert [step[2:4] for step in await history(office, alone)] == [("given", first), ("taken_back", first)]
    assert [step[2] for step in await history(office, in_sale)] == ["given", "taken_back"]


async def test_of_several_gifts_those_that_stand_count_in_whatever_order_they_came(office: Office) -> None:
    gold, silver, till = await giving(office, "GOLD"), await giving(office, "SILVER"), await office.till()
    guest = await office.guest()
    high = use(till, gold, guest)
    low = use(till, silver, guest)
    await till.upload()
    # The lower gift changed nothing when it came, and is what is left when the higher one goes.
    undo(till, high)
    await till.upload()
    assert await standing(office, guest) == ("SILVER", False)
    undo(till, low)
    await till.upload()
    assert await standing(office, guest) == ("BRONZE", False)


async def test_what_was_bought_or_given_by_hand_stays_when_a_gift_goes(office: Office) -> None:
    code, till, owner = await giving(office, "VIP"), await office.till(), await owner_headers(office)
    buyer, favourite = await office.guest("Ada"), await office.guest("Ben")
    given = [use(till, code, guest) for guest in (buyer, favourite)]
    await till.upload()
    till.write(sale(guest_id=buyer, total_minor=120_000, paid_minor=120_000, receipt=5))
    await call(office, "PUT", f"/api/guest/{favourite}/tier", owner, {"tier": "PLATINUM"})
    for event in given:
        undo(till, event)
    await till.upload()
    await counts_for(office, None)
    await review(office, buyer, favourite)
    assert await standing(office, buyer) == ("SILVER", True)
    assert await standing(office, favourite) == ("PLATINUM", False)


async def test_an_earned_tier_lapses_to_what_was_given_and_no_further(office: Office) -> None:
    code, till, guest = await giving(office, "SILVER"), await office.till(), await office.guest()
    use(till, code, guest)
    till.write(sale(guest_id=guest, total_minor=400_000, paid_minor=400_000))
    await till.upload()
    await counts_for(office, None)
    await review(office, guest)
    assert await standing(office, guest) == ("GOLD", True)
    await counts_for(office, 1)
    await review(office, guest)
    assert await standing(office, guest) == ("SILVER", False)


async def test_a_gift_to_a_guest_whom_nobody_knows_is_a_case(office: Office) -> None:
    code, till = await giving(office, "GOLD"), await office.till()
    use(till, code, 999_999)
    await till.upload()
    assert await office.cases() == ["guest_unknown"]
    assert await office.value("SELECT count(*) FROM redemptions") == 1


async def test_a_tier_that_the_network_has_no_more_is_given_to_nobody(office: Office) -> None:
    code, till, guest = await giving(office, "PLATINUM"), await office.till(), await office.guest()
    use(till, code, guest)
    await office.execute(
        """UPDATE networks SET tiers = '[{"name": "BRONZE", "percent_bp": 500, "from_points": 0}]'"""
    )
    await till.upload()
    assert await standing(office, guest) == ("BRONZE", False)
    assert await history(office, guest) == []
