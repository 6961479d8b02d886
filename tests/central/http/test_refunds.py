"""Voids and refunds at central: what was taken comes back, once, and never more than there was."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from sync.protocol.event import Restore, Spend
from sync.protocol.leases import Grant, LimitKind
from sync.protocol.payloads import Refund, RefundedLine, SaleLine, Void
from sync.protocol.wire import read_canonical
from sync.rules.campaign import Policy
from sync.rules.code import Kind
from tests.builders.office import Office, TillPen, new_event_id, sale
from tests.builders.points_book import check_points, check_refunds
from tests.builders.rules import percent

pytestmark = pytest.mark.anyio

TWO_LINES = (SaleLine(amount_minor=1000, discount_minor=200), SaleLine(amount_minor=500, discount_minor=100))


@pytest.fixture(autouse=True)
async def _books_agree(office: Office) -> AsyncIterator[None]:
    yield
    await check_points(office)
    await check_refunds(office)


def void(original: UUID, **fields: Any) -> Void:
    return Void(**{"receipt": 9, "original": original, "reason": "mistake", "currency": "EUR", **fields})


def refund(original: UUID, amount: int, *lines: tuple[int, int], **fields: Any) -> Refund:
    return Refund(
        **{
            "receipt": 9,
            "original": original,
            "reason": "returned",
            "currency": "EUR",
            "amount_minor": amount,
            "lines": tuple(RefundedLine(line=line, amount_minor=part) for line, part in lines),
            **fields,
        }
    )


def two_lines(**fields: Any) -> dict[str, Any]:
    return {"lines": TWO_LINES, "total_minor": 1500, "discount_minor": 300, "paid_minor": 1200, **fields}


def sell(till: TillPen, code: int, lease: UUID, *, spends: tuple[Spend, ...] = (), **fields: Any) -> UUID:
    """A sale of two lines with one code, as a till commits it."""
    event = new_event_id()
    use = till.redeem(
        code, spends=(Spend(lease, 1), *spends), sale=event, discount_minor=fields.pop("use_discount", 300)
    )
    return till.write(sale(redemptions=(use,), **two_lines(**fields)), event=event)


async def uses(office: Office, code: int) -> int:
    return int(await office.value("SELECT uses FROM codes WHERE id = $1", code))


async def test_a_void_after_sync_gives_the_use_back_into_the_tills_own_lease(office: Office) -> None:
    code, guest = await office.limited_code(5), await office.guest()
    till = await office.till()
    lease = await till.lease(code, units=2)
    sold = sell(till, code, lease, guest_id=guest)
    await till.upload()
    assert await uses(office, code) == 1
    use = await office.value("SELECT event FROM redemptions")
    till.write(void(sold), restores=(Restore(lease, 1, use, here=True),))
    assert (await till.upload(3)).cases == 0
    assert await uses(office, code) == 0
    limit = await office.limit(code)
    assert (limit["spent"], limit["outstanding"], limit["exposure"]) == (0, 4, 0)
    assert await office.value("SELECT purchases FROM guests WHERE id = $1", guest) == 0
    row = (await office.fetch("SELECT kind, original, amount_minor, lines FROM refunds"))[0]
    assert tuple(row) == ("void", sold, 1200, [800, 400])


async def test_a_sale_and_its_void_may_come_in_one_batch(office: Office) -> None:
    code, guest = await office.limited_code(5), await office.guest()
    till = await office.till()
    lease = await till.lease(code, units=2)
    sold = sell(till, code, lease, guest_id=guest, points_earned=12)
    till.write(void(sold))
    till.close(lease, spent=1)
    assert (await till.upload()).cases == 0
    limit = await office.limit(code)
    assert (limit["spent"], limit["exposure"]) == (0, 0)
    assert await uses(office, code) == 0
    assert tuple((await office.fetch("SELECT purchases, points, points_owed FROM guests"))[0]) == (0, 0, 0)


async def test_a_use_that_came_in_a_batch_before_its_sale_and_the_void_of_it_is_given_back(
    office: Office,
) -> None:
    code = await office.limited_code(5)
    till = await office.till()
    lease = await till.lease(code, units=2)
    event = new_event_id()
    use = till.redeem(code, spends=(Spend(lease, 1),), sale=event, discount_minor=300)
    await till.upload()
    assert await uses(office, code) == 1
    till.write(sale(redemptions=(use,), **two_lines()), event=event)
    till.write(void(event))
    till.close(lease, spent=1)
    assert (await till.upload(2)).cases == 0
    assert await uses(office, code) == 0
    limit = await office.limit(code)
    assert (limit["spent"], limit["exposure"]) == (0, 0)


async def test_the_pool_gets_the_unit_only_when_the_lease_is_closed(office: Office) -> None:
    code = await office.limited_code(5)
    one, two = await office.till("One"), await office.till("Two")
    lease = await one.lease(code, units=2)
    sold = sell(one, code, lease)
    await one.upload()
    before = await office.limit(code)
    two.write(void(sold))
    assert (await two.upload()).cases == 0
    assert await office.limit(code) == before
    assert await uses(office, code) == 0
    one.close(lease, spent=1)
    await one.upload(3)
    after = await office.limit(code)
    assert after["pool"] == before["pool"] + 2
    assert (after["spent"], after["exposure"]) == (0, 0)
    # A closed lease gives back at once.
    lease = await one.lease(code)
    sold = sell(one, code, lease)
    one.close(lease, spent=1)
    await one.upload(4)
    pool = (await office.limit(code))["pool"]
    two.write(void(sold))
    await two.upload(2)
    assert (await office.limit(code))["pool"] == pool + 1


async def test_a_sale_voided_at_two_tills_at_once_gives_its_unit_back_once(office: Office) -> None:
    code = await office.limited_code(5)
    one, two = await office.till("One"), await office.till("Two")
    lease = await one.lease(code, units=2)
    sold = sell(one, code, lease)
    await one.upload()
    use = await office.value("SELECT event FROM redemptions")
    two.write(void(sold))
    await two.upload()
    one.write(void(sold), restores=(Restore(lease, 1, use, here=True),))
    assert (await one.upload(3)).cases == 1
    assert await office.cases() == ["refund_exceeds"]
    assert (await office.limit(code))["spent"] == 0
    one.close(lease, spent=0)
    assert (await one.upload(4)).cases == 0
    limit = await office.limit(code)
    assert limit["pool"] + limit["outstanding"] == 5
    assert await office.value("SELECT count(*) FROM refunds") == 1
    assert await uses(office, code) == 0


async def test_two_tills_that_refund_one_sale_at_the_same_moment_never_exceed_it(office: Office) -> None:
    till, *others = [await office.till(f"Till {number}") for number in range(4)]
    sold = till.write(sale())
    await till.upload()
    for other in others:
        other.write(refund(sold, 500))
        await other.signed_in()
    acks = await asyncio.gather(*(other.upload() for other in others))
    assert sorted(ack.cases for ack in acks) == [0, 0, 1]
    assert await office.value("SELECT sum(amount_minor) FROM refunds") == 1000
    assert await office.cases() == ["refund_exceeds"]
    late = await office.till("Late")
    late.write(refund(sold, 250))
    late.write(refund(sold, 1))
    assert (await late.upload()).cases == 1
    assert await office.value("SELECT done FROM refund_totals") is True


async def test_partial_refunds_name_lines_and_bring_budget_and_points_back_in_proportion(
    office: Office,
) -> None:
    guest = await office.guest()
    campaign = await office.campaign(policy=Policy.LEASED, budget_minor=10_000, benefit=percent(2000))
    code = await office.code(campaign, max_uses=5)
    till = await office.till()
    lease = await till.lease(code)
    budget = await till.lease(campaign.id, kind=LimitKind.BUDGET, units=300)
    sold = sell(till, code, lease, spends=(Spend(budget, 300),), guest_id=guest, points_earned=10)
    till.close(lease, spent=1)
    till.close(budget, spent=300)
    await till.upload()
    till.write(refund(sold, 400, (1, 400)))
    assert (await till.upload(5)).cases == 0
    assert (await office.limit(campaign.id, LimitKind.BUDGET))["spent"] == 200
    assert await office.value("SELECT points FROM guests") == 6
    assert await uses(office, code) == 1
    till.write(refund(sold, 1, (1, 1)))
    assert (await till.upload(6)).cases == 1
    till.write(refund(sold, 800))
    assert (await till.upload(7)).cases == 0
    assert (await office.limit(campaign.id, LimitKind.BUDGET))["spent"] == 0
    assert (await office.limit(code))["spent"] == 0
    assert await uses(office, code) == 0
    assert tuple((await office.fetch("SELECT points, purchases FROM guests"))[0]) == (0, 0)


async def test_a_void_after_a_refund_would_give_back_too_much(office: Office) -> None:
    till = await office.till()
    sold = till.write(sale())
    till.write(refund(sold, 1))
    till.write(void(sold))
    till.write(refund(sold, 1249))
    till.write(void(sold))
    assert (await till.upload()).cases == 2
    assert await office.cases() == ["refund_exceeds"] * 2


async def test_two_tills_that_give_back_parts_without_knowing_of_each_other_are_both_booked(
    office: Office,
) -> None:
    seller, stranger = await office.till("Seller"), await office.till("Stranger")
    sold = seller.write(sale(**two_lines()))
    await seller.upload()
    stranger.write(refund(sold, 900))
    assert (await stranger.upload()).cases == 0
    paid = await office.value("SELECT refunded FROM refund_totals")
    assert sum(paid) == 900
    # Nobody at the stranger's has chosen the first line, which is what the seller's till takes it from.
    seller.write(refund(sold, 100, (0, 100), in_order=True))
    assert (await seller.upload(2)).cases == 0
    # Nor is it in the way of who names it.
    seller.write(refund(sold, 150, (0, 150)))
    assert (await seller.upload(3)).cases == 0
    totals = (await office.fetch("SELECT refunded, loose, done FROM refund_totals"))[0]
    assert (sum(totals["refunded"]), sum(totals["loose"]), totals["done"]) == (1150, 1000, False)
    assert totals["refunded"][0] - totals["loose"][0] == 150
    stranger.write(refund(sold, 51))
    assert (await stranger.upload(2)).cases == 1
    assert await office.cases() == ["refund_exceeds"]


async def test_a_reference_that_is_not_known_yet_waits_and_its_spending_is_safe(office: Office) -> None:
    one, two = await office.till("One"), await office.till("Two")
    sold = one.write(sale())
    two.write(void(sold))
    assert (await two.upload()).cases == 1
    row = (await office.fetch("SELECT applied, waits_for, quarantined FROM events"))[0]
    assert (row["applied"], row["waits_for"]) == (False, "reference")
    assert str(sold) in row["quarantined"]
    assert await office.value("SELECT count(*) FROM refunds") == 0


IMPOSSIBLE: dict[str, dict[str, Any]] = {
    "another currency": {"currency": "USD"},
    "a line that is not there": {"lines": (RefundedLine(line=7, amount_minor=100),)},
    "a line below the first": {"lines": (RefundedLine(line=-1, amount_minor=100),)},
    "a sum that does not fit": {"lines": (RefundedLine(line=0, amount_minor=99),)},
    "nothing": {"amount_minor": 0},
    "less than nothing": {"amount_minor": -100},
    "a line of less than nothing": {
        "lines": (RefundedLine(line=0, amount_minor=200), RefundedLine(line=0, amount_minor=-100))
    },
    "an amount beyond all numbers": {"amount_minor": 2**80},
}


@pytest.mark.parametrize("name", list(IMPOSSIBLE))
async def test_an_impossible_refund_is_set_aside(office: Office, name: str) -> None:
    till = await office.till()
    sold = till.write(sale())
    till.write(refund(sold, 100, **IMPOSSIBLE[name]))
    till.write(sale(receipt=2))
    ack = await till.upload()
    assert (ack.applied, ack.cases) == (3, 1)
    assert await office.value("SELECT count(*) FROM refunds") == 0
    assert await office.value("SELECT count(*) FROM sales") == 2


async def test_a_use_without_a_sale_can_be_voided_and_one_of_a_sale_cannot(office: Office) -> None:
    code = await office.limited_code(5)
    till = await office.till()
    lease = await till.lease(code, units=3)
    bare = till.redeem(code, lease=lease)
    sold = sell(till, code, lease)
    await till.upload()
    (of_sale,) = [
        row["event"] for row in await office.fetch("SELECT event FROM redemptions WHERE sale = $1", sold)
    ]
    till.write(void(bare, currency=None), restores=(Restore(lease, 1, bare, here=True),))
    till.write(void(of_sale))
    till.write(refund(bare, 1))
    assert (await till.upload(4)).cases == 2
    assert await uses(office, code) == 1
    assert (await office.limit(code))["spent"] == 1


async def test_a_promo_code_that_its_limit_had_deactivated_is_active_again(office: Office) -> None:
    campaign = await office.campaign(kind=Kind.PROMO, policy=Policy.LEASED)
    code = await office.code(campaign, max_uses=1)
    till = await office.till()
    lease = await till.lease(code)
    bare = till.redeem(code, lease=lease)
    await till.upload()
    assert await office.value("SELECT status FROM codes") == "expired"
    till.write(void(bare))
    await till.upload(2)
    row = (await office.fetch("SELECT status, uses, auto_deactivated_at, first_used_at FROM codes"))[0]
    assert tuple(row) == ("active", 0, None, None)
    published = await office.value("SELECT count(*) FROM outbox WHERE tab = 'code' AND subject = $1", code)
    assert published == 3


async def test_units_come_back_at_most_as_often_as_they_were_spent(office: Office) -> None:
    code = await office.limited_code(9)
    till = await office.till()
    lease = await till.lease(code, units=4)
    first = till.redeem(code, lease=lease)
    till.redeem(code, lease=lease)
    for units in (1, 1, 5):
        till.write({"what": "a later program's"}, restores=(Restore(lease, units, first, here=True),))
    till.write({"what": "other"}, restores=(Restore(uuid4(), 1, first), Restore(lease, 0, first)))
    await till.upload()
    limit = await office.limit(code)
    assert (limit["spent"], limit["exposure"]) == (1, 0)
    kinds = await office.cases()
    assert kinds.count("quarantined") == 4
    assert kinds.count("restore_impossible") == 4


async def test_an_unknown_kind_settles_what_it_gives_back(office: Office) -> None:
    code = await office.limited_code(9)
    till = await office.till()
    lease = await till.lease(code, units=4)
    first = till.redeem(code, lease=lease)
    till.write({"what": "new"}, restores=(Restore(lease, 1, first, here=True),), spends=(Spend(lease, 2),))
    await till.upload()
    assert (await office.limit(code))["spent"] == 2
    assert await office.cases() == ["quarantined"]
    assert await office.value("SELECT waits_for FROM events WHERE seq = 2") == "kind"


async def test_what_comes_back_to_a_lost_till_stays_burnt(office: Office) -> None:
    code = await office.limited_code(9)
    till = await office.till()
    lease = await till.lease(code, units=4)
    first = till.redeem(code, lease=lease)
    await till.upload()
    await office.execute("UPDATE leases SET state = 'burnt' WHERE id = $1", lease)
    await office.execute(
        "UPDATE limits SET burnt = burnt + 3, outstanding = outstanding - 3 WHERE subject = $1", code
    )
    pool = (await office.limit(code))["pool"]
    till.write(void(first, currency=None), restores=(Restore(lease, 1, first, here=True),))
    await till.upload(2)
    limit = await office.limit(code)
    assert (limit["pool"], limit["burnt"], limit["spent"]) == (pool, 4, 0)


async def test_the_same_batch_again_changes_nothing(office: Office) -> None:
    code, guest = await office.limited_code(5), await office.guest()
    till = await office.till()
    lease = await till.lease(code, units=2)
    sold = sell(till, code, lease, guest_id=guest, points_earned=7)
    till.write(refund(sold, 300))
    await till.upload()
    tables = (
        "limits",
        "leases",
        "refunds",
        "refund_totals",
        "restores",
        "points_lots",
        "points_entries",
        "guests",
    )
    before = [await office.fetch(f"SELECT * FROM {table}") for table in tables]
    await till.upload()
    assert [await office.fetch(f"SELECT * FROM {table}") for table in tables] == before


async def test_poison_beside_a_void_does_not_keep_it_from_being_booked(office: Office) -> None:
    code = await office.limited_code(5)
    till = await office.till()
    lease = await till.lease(code)
    sold = sell(till, code, lease)
    till.write(sale(), trusted_ms=2**62)
    till.write(void(sold))
    till.close(lease, spent=1)
    assert (await till.upload()).cases == 1
    assert (await office.limit(code))["spent"] == 0
    assert await uses(office, code) == 0


async def risk_lease(till: TillPen) -> UUID:
    """The risk allowance that a contact brings."""
    grants = [read_canonical(signed.body, Grant) for signed in (await till.contact()).leases]
    return next(grant.lease for grant in grants if grant.kind is LimitKind.RISK)


async def test_a_use_at_risk_that_is_voided_takes_its_exposure_back_and_the_risk_with_it(
    office: Office,
) -> None:
    campaign = await office.campaign(policy=Policy.ALLOW_WITH_RISK)
    code = await office.code(campaign, max_uses=1)
    holder, other = await office.till("Bar"), await office.till("Terrace")
    held = await holder.lease(code)
    risk = await risk_lease(other)
    use = other.redeem(code, spends=[Spend(risk, 1)], by="risk")
    # Another code was exceeded at risk too: its unit of the allowance stays spent.
    exceeded = await office.code(campaign, max_uses=1)
    await holder.lease(exceeded)
    other.redeem(exceeded, spends=[Spend(risk, 1)], by="risk")
    await other.upload()
    limit, allowance = await office.limit(code), await office.limit(campaign.id, LimitKind.RISK)
    assert (limit["spent"], limit["exposure"], allowance["spent"]) == (1, 1, 2)
    other.write(void(use, currency=None), restores=(Restore(risk, 1, use),))
    other.close(risk, spent=2)
    await other.upload(3)
    limit, allowance = await office.limit(code), await office.limit(campaign.id, LimitKind.RISK)
    assert (limit["pool"], limit["outstanding"], limit["spent"], limit["exposure"]) == (0, 1, 0, 0)
    assert (allowance["spent"], allowance["outstanding"], allowance["exposure"]) == (1, 0, 0)
    holder.close(held, spent=0)
    await holder.upload()
    assert (await office.limit(code))["pool"] == 1


async def test_a_use_at_risk_that_was_covered_after_all_gives_its_unit_back_and_no_risk(
    office: Office,
) -> None:
    campaign = await office.campaign(policy=Policy.ALLOW_WITH_RISK)
    code = await office.code(campaign, max_uses=3)
    till = await office.till("Far", restaurant=await office.another_restaurant())
    risk = await risk_lease(till)
    use = till.redeem(code, spends=[Spend(risk, 1)], by="risk")
    await till.upload()
    pool, allowance = (await office.limit(code))["pool"], await office.limit(campaign.id, LimitKind.RISK)
    till.write(void(use, currency=None))
    await till.upload(2)
    after = await office.limit(code)
    assert (after["pool"], after["spent"], after["exposure"]) == (pool + 1, 0, 0)
    assert await office.limit(campaign.id, LimitKind.RISK) == allowance
