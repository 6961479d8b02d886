"""Sales and uses that come before the registration of the guest whom they name."""

from typing import Any

import pytest

from sync.central.services.journal.retrying import retry_all
from sync.protocol.payloads import Refund, Void
from sync.rules.campaign import Benefit, BenefitKind
from tests.builders.office import Office, TillPen, sale
from tests.builders.points_book import check_points
from tests.builders.registration import register, upload

pytestmark = pytest.mark.anyio

PHONE = "+4915112345678"


async def standing(office: Office, guest: int) -> tuple[int, int]:
    """Points and purchases of a guest."""
    (row,) = await office.fetch("SELECT points, purchases FROM guests WHERE id = $1", guest)
    return row["points"], row["purchases"]


async def open_cases(office: Office) -> int:
    return int(await office.value("SELECT count(*) FROM cases WHERE closed_at IS NULL"))


def undo(till: TillPen, original: Any, payload: type[Void | Refund], **fields: Any) -> None:
    words = {"receipt": 8, "original": original, "reason": "returned", "currency": "EUR", **fields}
    till.write(payload(**words))


async def test_what_a_guest_bought_before_their_registration_came_is_theirs_when_it_comes(
    office: Office,
) -> None:
    first, second = await office.till("Bar"), await office.till("Door")
    ada = register(first, "Ada", phone=PHONE)
    sold = [second.write(sale(guest_id=ada.guest, points_earned=points)) for points in (12, 3, 0)]
    assert (await second.upload()).cases == 3
    await upload(first, ada)
    assert await standing(office, ada.guest) == (15, 3)
    assert await open_cases(office) == 0
    # They are points like any others: what is undone takes its own back, and no more.
    undo(second, sold[0], Void)
    undo(second, sold[1], Refund, amount_minor=500)
    assert (await second.upload(4)).cases == 0
    assert await standing(office, ada.guest) == (1, 2)
    await check_points(office)


async def test_what_was_undone_before_the_registration_came_is_nobodys(office: Office) -> None:
    first, second = await office.till("Bar"), await office.till("Door")
    ada = register(first, "Ada", phone=PHONE)
    voided, halved = (second.write(sale(guest_id=ada.guest, points_earned=10)) for _ in range(2))
    undo(second, voided, Void)
    undo(second, halved, Refund, amount_minor=500)
    assert (await second.upload()).cases == 2
    await upload(first, ada)
    assert await standing(office, ada.guest) == (6, 1)
    assert await open_cases(office) == 0
    await check_points(office)


async def test_whoever_turns_out_to_be_another_gets_it_as_that_one(office: Office) -> None:
    before = await office.guest("Ada", phone=PHONE)
    first, second = await office.till("Bar"), await office.till("Door")
    again = register(first, "Ada", phone=PHONE)
    sold = second.write(sale(guest_id=again.guest, points_earned=12))
    await second.upload()
    await upload(first, again)
    assert await standing(office, before) == (12, 1)
    undo(second, sold, Void)
    assert (await second.upload(2)).cases == 0
    assert await standing(office, before) == (0, 0)
    assert await standing(office, again.guest) == (0, 0)
    await check_points(office)


async def test_points_that_a_person_has_seen_to_are_not_given_again(office: Office) -> None:
    first, second = await office.till("Bar"), await office.till("Door")
    ada = register(first, "Ada", phone=PHONE)
    second.write(sale(guest_id=ada.guest, points_earned=12))
    await second.upload()
    await office.execute("UPDATE cases SET closed_at = now(), outcome = 'credited by hand'")
    await upload(first, ada)
    assert await standing(office, ada.guest) == (0, 1)


async def test_what_waited_for_a_registration_that_waited_for_its_key_comes_with_it(office: Office) -> None:
    till = await office.till()
    ada = register(till, "Ada", phone=PHONE)
    till.write(sale(guest_id=ada.guest, points_earned=12))
    assert (await upload(till)).cases == 2
    till.write(sale())
    await upload(till, ada, first=3)
    assert (await retry_all(office.database, office.secrets, office.network)).applied == 1
    assert await standing(office, ada.guest) == (12, 1)
    assert await open_cases(office) == 0
    await check_points(office)


async def test_a_tier_that_was_given_before_the_registration_came_is_theirs_unless_it_was_undone(
    office: Office,
) -> None:
    first, second = await office.till("Bar"), await office.till("Door")
    gold = await office.campaign(benefit=Benefit(kind=BenefitKind.TIER_GRANT, tier="GOLD"))
    code = await office.code(gold, max_uses=None)
    ada, ben = register(first, "Ada", phone=PHONE), register(first, "Ben")
    for guest in (ada.guest, ben.guest):
        use = second.redeem(code, guest_id=guest)
    undo(second, use, Void, currency=None)
    await second.upload()
    assert await office.cases() == ["guest_unknown"] * 2
    await upload(first, ada, ben)
    tiers = await office.fetch("SELECT id, tier FROM guests")
    assert {row["id"]: row["tier"] for row in tiers} == {ada.guest: "GOLD", ben.guest: "BRONZE"}
    assert await open_cases(office) == 0
