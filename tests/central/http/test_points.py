"""Points at central: earned, spent through leases, taken back, given by hand and expired; never below zero."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from sync.central.services.points import expire_points
from sync.protocol.event import Restore, Spend
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import PointsAdjusted, Refund, SaleLine, Void
from tests.builders.office import NOW_MS, Office, TillPen, redemption, sale
from tests.builders.points_book import check_points, check_refunds

pytestmark = pytest.mark.anyio

DAY_MS = 24 * 3600 * 1000


@pytest.fixture(autouse=True)
async def _books_agree(office: Office) -> AsyncIterator[None]:
    yield
    await check_points(office)
    await check_refunds(office)


async def balance(office: Office, guest: int) -> tuple[int, int]:
    row = (await office.fetch("SELECT points, points_owed FROM guests WHERE id = $1", guest))[0]
    return row["points"], row["points_owed"]


async def lend(till: TillPen, guest: int, units: int) -> UUID:
    return await till.lease(guest, kind=LimitKind.POINTS, units=units)


def undone(original: UUID, **fields: Any) -> Void:
    return Void(**{"receipt": 3, "original": original, "reason": "mistake", "currency": "EUR", **fields})


def paid_with(guest: int, points: int, **fields: Any) -> Any:
    """A sale of 12.50, of which points pay a part at one unit of the currency each."""
    return sale(guest_id=guest, points_spent=points, points_paid_minor=points * 100, **fields)


async def test_points_can_be_spent_once_the_office_has_applied_the_sale(office: Office) -> None:
    guest = await office.guest()
    till = await office.till()
    refused = await till.ask(guest, kind=LimitKind.POINTS, units=1)
    assert refused.grant is None
    till.write(sale(guest_id=guest, points_earned=12))
    await till.upload()
    assert await balance(office, guest) == (12, 0)
    lease = await lend(till, guest, 10)
    till.write(paid_with(guest, 10), spends=(Spend(lease, 10),))
    assert (await till.upload(2)).cases == 0
    assert await balance(office, guest) == (2, 0)
    assert await office.limit(guest, LimitKind.POINTS) == {
        "total": 12, "pool": 2, "outstanding": 0, "spent": 10, "burnt": 0, "exposure": 0,
    }  # fmt: skip


async def test_two_tills_never_spend_the_same_points(office: Office) -> None:
    guest = await office.guest(points=10)
    one, two = await office.till("One"), await office.till("Two")
    await lend(one, guest, 7)
    assert (await two.ask(guest, kind=LimitKind.POINTS, units=7)).grant is None
    await lend(two, guest, 3)


async def test_a_void_gives_spent_points_back_and_takes_earned_ones(office: Office) -> None:
    guest = await office.guest(points=10)
    till = await office.till()
    lease = await lend(till, guest, 8)
    sold = till.write(paid_with(guest, 8, points_earned=2), spends=(Spend(lease, 8),))
    await till.upload()
    assert await balance(office, guest) == (4, 0)
    till.write(undone(sold), restores=(Restore(lease, 8, sold, here=True),))
    assert (await till.upload(2)).cases == 0
    assert await balance(office, guest) == (10, 0)
    assert (await office.limit(guest, LimitKind.POINTS))["outstanding"] == 8
    assert tuple((await office.fetch("SELECT points_back, points_taken FROM refunds"))[0]) == (8, 2)
    till.close(lease, spent=0)
    await till.upload(3)
    assert (await office.limit(guest, LimitKind.POINTS))["pool"] == 10


async def test_a_partial_refund_gives_money_back_before_points(office: Office) -> None:
    guest = await office.guest(points=10)
    till = await office.till()
    lease = await lend(till, guest, 5)
    sold = till.write(paid_with(guest, 5), spends=(Spend(lease, 5),))
    till.close(lease, spent=5)
    steps = ((750, 0), (150, 1), (349, 4), (1, 5))
    for amount, _ in steps:
        till.write(Refund(receipt=4, original=sold, reason="returned", currency="EUR", amount_minor=amount))
    await till.upload(1, 2)
    for seq, (_, back) in enumerate(steps, start=3):
        assert (await till.upload(seq, seq)).cases == 0
        assert await balance(office, guest) == (5 + back, 0)


async def test_points_that_were_spent_are_owed_when_their_sale_is_undone(office: Office) -> None:
    guest = await office.guest()
    till = await office.till()
    sold = till.write(sale(guest_id=guest, points_earned=10))
    await till.upload()
    lease = await lend(till, guest, 10)
    till.write(paid_with(guest, 6), spends=(Spend(lease, 6),))
    till.write(undone(sold))
    assert (await till.upload(2)).cases == 0
    assert await balance(office, guest) == (4, 10)
    till.close(lease, spent=6)
    till.write(sale(guest_id=guest, points_earned=12))
    await till.upload(4)
    assert await balance(office, guest) == (6, 0)


async def test_a_network_may_forgive_points_that_cannot_be_taken_back(office: Office) -> None:
    await office.execute("UPDATE networks SET points_rules = $1", {"shortfall": "forgive"})
    guest = await office.guest()
    till = await office.till()
    sold = till.write(sale(guest_id=guest, points_earned=10))
    await till.upload()
    lease = await lend(till, guest, 10)
    till.write(paid_with(guest, 10), spends=(Spend(lease, 10),))
    till.write(undone(sold))
    await till.upload(2)
    assert await balance(office, guest) == (0, 0)


async def test_a_lease_spent_twice_is_exposure_with_a_case_and_never_a_balance_below_zero(
    office: Office,
) -> None:
    guest = await office.guest(points=10)
    till = await office.till()
    lease = await lend(till, guest, 10)
    twin = till.copy()
    till.write(paid_with(guest, 10), spends=(Spend(lease, 10),))
    copied = twin.write(paid_with(guest, 8), spends=(Spend(lease, 8),))
    await till.upload()
    await twin.upload()
    assert sorted(await office.cases()) == ["fork", "over_spent"]
    limit = await office.limit(guest, LimitKind.POINTS)
    assert (limit["spent"], limit["exposure"]) == (18, 8)
    assert await balance(office, guest) == (0, 0)
    twin.write(undone(copied))
    till.close(lease, spent=10)
    await twin.upload(2)
    await till.upload(2)
    limit = await office.limit(guest, LimitKind.POINTS)
    assert (limit["spent"], limit["exposure"], limit["pool"]) == (10, 0, 0)
    assert await balance(office, guest) == (0, 0)


async def test_reissued_points_of_a_lost_till_leave_the_balance_right_when_its_journal_comes(
    office: Office,
) -> None:
    guest = await office.guest(points=10)
    till = await office.till()
    lease = await lend(till, guest, 10)
    await office.execute("UPDATE leases SET state = 'reissued' WHERE id = $1", lease)
    await office.execute(
        """UPDATE limits SET burnt = 10, outstanding = 0, pool = 10, exposure = 10
        WHERE kind = 'points' AND subject = $1""",
        guest,
    )
    other = await office.till("Other")
    again = await lend(other, guest, 7)
    other.write(paid_with(guest, 7), spends=(Spend(again, 7),))
    await other.upload()
    assert await balance(office, guest) == (3, 0)
    till.write(paid_with(guest, 4), spends=(Spend(lease, 4),))
    till.close(lease, spent=4)
    await till.upload()
    assert await balance(office, guest) == (0, 0)
    limit = await office.limit(guest, LimitKind.POINTS)
    assert (limit["total"], limit["spent"], limit["outstanding"], limit["burnt"]) == (10, 11, 0, 0)
    till.write(sale(guest_id=guest, points_earned=5))
    await till.upload(3)
    assert await balance(office, guest) == (4, 0)


async def test_spent_points_of_an_unknown_kind_are_spent_all_the_same(office: Office) -> None:
    guest = await office.guest(points=10)
    till = await office.till()
    lease = await lend(till, guest, 10)
    till.write({"what": "new"}, spends=(Spend(lease, 4),))
    await till.upload()
    assert await balance(office, guest) == (6, 0)
    assert await office.cases() == ["quarantined"]


async def test_a_use_without_a_sale_earns_its_points_and_its_void_takes_them(office: Office) -> None:
    guest = await office.guest()
    code = await office.code(await office.campaign())
    till = await office.till()
    event = till.write(redemption(code, guest_id=guest, points=25))
    await till.upload()
    assert await balance(office, guest) == (25, 0)
    till.write(undone(event, currency=None))
    await till.upload(2)
    assert await balance(office, guest) == (0, 0)


def adjusted(guest: int, points: int, **fields: Any) -> PointsAdjusted:
    return PointsAdjusted(**{"guest_id": guest, "points": points, "reason": "apology", **fields})


async def person(office: Office, role: str = "shift_manager") -> int:
    made: int = await office.value(
        "INSERT INTO staff (network_id, name, role) VALUES ($1, 'Kim', $2) RETURNING id", office.network, role
    )
    return made


@pytest.mark.parametrize(
    ("points", "first", "second", "reason"),
    [
        (1_001, "shift_manager", "office", "over_role_limit"),
        (-1, "cashier", None, "over_role_limit"),
        (5, None, None, "over_role_limit"),
        (101, "shift_manager", None, "second_person"),
        (101, "office", "cashier", "over_role_limit"),
        (101, "office", "the same", "same_person"),
        (101, "office", "stranger", "over_role_limit"),
        (100, "shift_manager", None, None),
        (1_000, "shift_manager", "office", None),
    ],
)
async def test_who_credited_by_hand_without_being_allowed_to_is_a_case_and_the_points_stand(
    office: Office, points: int, first: str | None, second: str | None, reason: str | None
) -> None:
    guest = await office.guest(points=10)
    till = await office.till()
    staff = None if first is None else await person(office, first)
    others = {None: None, "the same": staff, "stranger": 987_654_321}
    agreed = others[second] if second in others else await person(office, second or "")
    if points > 0:
        lease = await till.lease(office.restaurant, kind=LimitKind.CREDIT, units=points)
    else:
        lease = await lend(till, guest, -points)
    spends = (Spend(lease, abs(points)),)
    till.write(adjusted(guest, points, approved_by=agreed), spends=spends, staff=staff)
    await till.upload()
    found = await office.fetch("SELECT kind, detail ->> 'reason' AS reason FROM cases")
    assert [tuple(row) for row in found] == ([] if reason is None else [("credit_not_allowed", reason)])
    assert await balance(office, guest) == (10 + points, 0)


async def test_points_given_by_hand_come_from_the_restaurants_allowance(office: Office) -> None:
    guest = await office.guest()
    till = await office.till()
    lease = await till.lease(office.restaurant, kind=LimitKind.CREDIT, units=50)
    first, second = await person(office), await person(office)
    till.write(
        adjusted(guest, 40, note="cold soup", approved_by=second), spends=(Spend(lease, 40),), staff=first
    )
    assert (await till.upload()).cases == 0
    assert await balance(office, guest) == (40, 0)
    row = (await office.fetch("SELECT kind, staff_id, approved_by, note FROM points_transactions"))[0]
    assert tuple(row) == ("adjust", first, second, "apology: cold soup")
    assert (await office.limit(office.restaurant, LimitKind.CREDIT))["spent"] == 40


async def test_points_given_without_an_allowance_are_exposure_with_a_case(office: Office) -> None:
    guest = await office.guest()
    till = await office.till()
    await till.lease(office.restaurant, kind=LimitKind.CREDIT, units=1)
    till.write(adjusted(guest, 40), staff=await person(office))
    assert (await till.upload()).cases == 1
    assert await office.cases() == ["no_lease"]
    assert (await office.limit(office.restaurant, LimitKind.CREDIT))["exposure"] == 40
    assert await balance(office, guest) == (40, 0)


async def test_a_debit_by_hand_spends_leased_points(office: Office) -> None:
    guest = await office.guest(points=10)
    till = await office.till()
    lease = await lend(till, guest, 10)
    manager = await person(office)
    till.write(adjusted(guest, -4), spends=(Spend(lease, 4),), staff=manager)
    assert (await till.upload()).cases == 0
    assert await balance(office, guest) == (6, 0)
    assert await office.value("SELECT kind FROM points_transactions WHERE operation <> 'opening'") == "adjust"
    till.close(lease, spent=4)
    till.write(adjusted(guest, -4), staff=manager)
    till.write(adjusted(guest, -4), staff=manager)
    assert (await till.upload(2)).cases == 2
    assert await office.cases() == ["no_lease"] * 2
    assert await balance(office, guest) == (0, 0)
    till.write(sale(guest_id=guest, points_earned=5))
    await till.upload(5)
    assert await balance(office, guest) == (3, 0)


@pytest.mark.parametrize("points", [0, 2**70, -(2**70)])
async def test_points_by_hand_that_cannot_be_are_set_aside(office: Office, points: int) -> None:
    guest = await office.guest(points=1)
    till = await office.till()
    till.write(adjusted(guest, points))
    assert (await till.upload()).cases == 1
    assert await balance(office, guest) == (1, 0)


async def test_a_credit_for_a_guest_who_is_not_known_yet_waits(office: Office) -> None:
    till = await office.till()
    till.write(adjusted(123_456, 5))
    await till.upload()
    assert await office.value("SELECT waits_for FROM events") == "reference"


async def test_points_expire_first_in_first_out_and_leased_ones_when_they_come_back(office: Office) -> None:
    await office.execute("UPDATE networks SET points_rules = $1", {"life_days": 30})
    guest = await office.guest()
    till = await office.till()
    till.write(sale(guest_id=guest, points_earned=10), trusted_ms=NOW_MS)
    await till.upload()
    now_ms = office.database.clock.now_ms()
    till.write(sale(guest_id=guest, points_earned=5), trusted_ms=now_ms)
    await till.upload(2)
    # The office's clock stands at today: the first lot is long expired, and a lease gets none of it.
    assert (await till.ask(guest, kind=LimitKind.POINTS, units=6)).grant is None
    lease = await lend(till, guest, 5)
    await office.execute("UPDATE points_lots SET expires_at = to_timestamp(1)")
    assert await expire_points(office.database, office.secrets, office.network) == 0
    till.write(paid_with(guest, 2), spends=(Spend(lease, 2),), trusted_ms=now_ms)
    till.close(lease, spent=2)
    await till.upload(3)
    assert await balance(office, guest) == (3, 0)
    assert await expire_points(office.database, office.secrets, office.network) == 1
    assert await balance(office, guest) == (0, 0)
    assert await expire_points(office.database, office.secrets, office.network) == 0
    published = await office.value("SELECT count(*) FROM outbox WHERE tab = 'guest' AND subject = $1", guest)
    assert published >= 4


async def test_five_hundred_sales_of_few_guests_are_booked_in_one_piece(office: Office) -> None:
    guests = [await office.guest(f"Guest {number}") for number in range(5)]
    till = await office.till()
    for number in range(500):
        till.write(sale(guest_id=guests[number % 5], points_earned=2))
    assert (await till.upload()).cases == 0
    assert [await balance(office, guest) for guest in guests] == [(200, 0)] * 5
    assert await office.value("SELECT sum(purchases) FROM guests") == 500


REWARD = SaleLine(amount_minor=0, item="ESPRESSO", reward=1, points=20)


async def test_the_points_of_a_reward_come_back_with_the_last_of_its_sale(office: Office) -> None:
    guest = await office.guest(points=30)
    till = await office.till()
    lease = await lend(till, guest, 25)
    sold = till.write(
        sale(
            guest_id=guest,
            points_spent=25,
            points_paid_minor=500,
            lines=(SaleLine(amount_minor=1250), REWARD),
        ),
        spends=(Spend(lease, 25),),
    )
    till.close(lease, spent=25)
    steps = ((750, 0), (150, 1), (349, 4), (1, 25))
    for amount, _ in steps:
        till.write(Refund(receipt=4, original=sold, reason="returned", currency="EUR", amount_minor=amount))
    await till.upload(1, 2)
    assert await balance(office, guest) == (5, 0)
    for seq, (_, back) in enumerate(steps, start=3):
        assert (await till.upload(seq, seq)).cases == 0
        assert await balance(office, guest) == (5 + back, 0)


async def test_a_reward_alone_is_a_sale_of_nothing_and_a_void_brings_its_points_back(office: Office) -> None:
    guest = await office.guest(points=30)
    till = await office.till()
    lease = await lend(till, guest, 20)
    sold = till.write(
        sale(guest_id=guest, total_minor=0, discount_minor=0, paid_minor=0, points_spent=20, lines=(REWARD,)),
        spends=(Spend(lease, 20),),
    )
    assert (await till.upload()).cases == 0
    assert await balance(office, guest) == (10, 0)
    till.write(undone(sold), restores=(Restore(lease, 20, sold, here=True),))
    assert (await till.upload(2)).cases == 0
    assert await balance(office, guest) == (30, 0)
