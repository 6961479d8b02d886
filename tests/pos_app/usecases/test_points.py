"""Points at the till: paying a part of the bill with them, and giving or taking them by hand."""

from pathlib import Path
from typing import Any

import pytest

from pos_app.usecases.counter import Counter
from pos_app.usecases.source import Source
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import PointsAdjusted, Sale
from sync.rules.points_rules import PointsRules, RoleLimit
from sync.rules.rewards import Reward
from sync.rules.sale import Guest, Line
from sync.rules.user_error import UserError
from tests.builders.desk import RESTAURANT, World, a_counter, give, lend_points, the_till, written
from tests.builders.rules import a_campaign, a_guest, percent

LINES = (Line(amount_minor=2000),)
RULES = PointsRules(
    second_person_above=20,
    role_limits=(RoleLimit(role="shift_manager", points=100), RoleLimit(role="cashier", points=5)),
)


def a_shop(
    folder: Path, *, rules: PointsRules = RULES, guest: Guest | None = None, **how: Any
) -> tuple[Counter, World]:
    world = World()
    world.settings(points=rules)
    world.guest("CARD", guest or a_guest(points=50))
    world.staff("Cora", pin="1111", role="cashier")
    world.staff("Max", pin="2222", role="shift_manager")
    world.staff("Mia", pin="3333", role="shift_manager")
    return a_counter(folder, world, **how), world


def pay(counter: Counter, points: int, *texts: str) -> Any:
    looks = [counter.look_up(text, Source.CAMERA, lines=LINES) for text in texts]
    return counter.sell(LINES, looks, points=points)


def refused(work: Any, *arguments: Any, **named: Any) -> str:
    with pytest.raises(UserError) as caught:
        work(*arguments, **named)
    assert caught.value.sentence
    return caught.value.reason


def test_points_pay_a_part_of_the_bill_from_a_lease_and_the_rest_is_money(tmp_path: Path) -> None:
    counter, world = a_shop(tmp_path)
    world.pools[LimitKind.POINTS, 5, 0] = 50
    look = counter.look_up("CARD", Source.CAMERA, lines=LINES)
    priced = counter.price(LINES, [look])
    offer = counter.points_offer(priced)
    assert offer.amount_minor == priced.paid_minor // 100 * 100
    sold = counter.sell(LINES, [look], points=7)
    assert (sold.points_spent, sold.points_paid_minor) == (7, 700)
    sale = written(counter)[-1]
    assert isinstance(sale, Sale)
    assert (sale.points_spent, sale.points_paid_minor, sale.guest_id) == (7, 700, 5)
    assert world.asked[-1] == (LimitKind.POINTS, 5, 0, 7, False)
    assert world.pools[LimitKind.POINTS, 5, 0] == 43


def test_leased_points_pay_without_the_office_and_no_others(tmp_path: Path) -> None:
    counter, world = a_shop(tmp_path, offline=True)
    lend_points(counter, world, a_guest(), 5)
    assert pay(counter, 3, "CARD").points_spent == 3
    before = len(written(counter))
    assert refused(pay, counter, 3, "CARD") == "needs_office"
    assert len(written(counter)) == before
    assert pay(counter, 2, "CARD").points_spent == 2
    assert the_till(counter).journal.verify().ok


def test_points_that_were_spent_elsewhere_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    counter, world = a_shop(tmp_path)
    world.refuse = ("not_enough_points", {"needed": "5", "balance": "1"})
    assert refused(pay, counter, 5, "CARD") == "not_enough_points"
    assert not any(isinstance(one, Sale) for one in written(counter))


def test_points_pay_only_what_they_can(tmp_path: Path) -> None:
    counter, _ = a_shop(tmp_path, guest=a_guest(points=9))
    assert refused(pay, counter, 10, "CARD") == "too_many_points"
    assert refused(pay, counter, 1) == "points_need_guest"
    assert pay(counter, 0, "CARD").points_spent == 0


@pytest.mark.parametrize(
    ("rules", "points"),
    [
        (PointsRules(point_value_minor=0), 0),
        (PointsRules(most_bp=1000), 1),
        (PointsRules(point_value_minor=10), 50),
    ],
)
def test_the_network_says_what_a_point_pays_and_how_much_of_a_bill(
    tmp_path: Path, rules: PointsRules, points: int
) -> None:
    counter, _ = a_shop(tmp_path, rules=rules)
    priced = counter.price(LINES, [counter.look_up("CARD", Source.CAMERA, lines=LINES)])
    assert counter.points_offer(priced).points == points


def credit_allowance(counter: Counter, world: World, units: int) -> None:
    stored = the_till(counter).journal.store_grants([world.grant(LimitKind.CREDIT, RESTAURANT, units=units)])
    assert not stored.refused


def test_a_credit_by_hand_stands_in_the_journal_with_who_and_why(tmp_path: Path) -> None:
    counter, world = a_shop(tmp_path, offline=True)
    credit_allowance(counter, world, 30)
    counter.sign_in("2222")
    done = counter.credit_points(5, 20, "apology", "cold soup")
    assert (done.points, done.approved_by) == (20, None)
    payload = written(counter)[-1]
    assert payload == PointsAdjusted(guest_id=5, points=20, reason="apology", note="cold soup")
    held = the_till(counter).journal.held(LimitKind.CREDIT, RESTAURANT)
    assert held is not None
    assert held.left == 10
    (recent,) = counter.recent_credits(10)
    assert (recent.staff, recent.committed.event) == (2, done.event)
    assert refused(counter.credit_points, 5, 11, "apology", "cold soup") == "needs_office"


def test_above_the_limit_a_second_person_must_agree(tmp_path: Path) -> None:
    counter, world = a_shop(tmp_path, offline=True)
    credit_allowance(counter, world, 500)
    counter.sign_in("2222")
    credit = counter.credit_points
    assert refused(credit, 5, 21, "apology", "fire") == "second_person"
    assert refused(credit, 5, 21, "apology", "fire", second_pin="2222") == "same_person"
    assert refused(credit, 5, 21, "apology", "fire", second_pin="0000") == "wrong_pin"
    assert refused(credit, 5, 21, "apology", "fire", second_pin="1111") == "over_role_limit"
    assert refused(credit, 5, 101, "apology", "fire", second_pin="3333") == "over_role_limit"
    assert credit(5, 100, "apology", "fire", second_pin="3333").approved_by == 3


def test_each_role_has_its_own_limit(tmp_path: Path) -> None:
    counter, world = a_shop(tmp_path, offline=True)
    credit_allowance(counter, world, 500)
    assert refused(counter.credit_points, 5, 1, "apology", "x") == "sign_in_first"
    counter.sign_in("1111")
    assert refused(counter.credit_points, 5, 6, "apology", "x") == "over_role_limit"
    assert counter.credit_points(5, 5, "apology", "x").points == 5


@pytest.mark.parametrize(
    ("guest", "points", "reason", "note", "said"),
    [
        (5, 0, "apology", "x", "no_points"),
        (5, 1, " ", "x", "reason_missing"),
        (5, 1, "apology", " ", "reason_missing"),
        (77, 1, "apology", "x", "guest_unknown"),
    ],
)
def test_a_credit_needs_points_a_guest_a_reason_and_a_note(
    tmp_path: Path, guest: int, points: int, reason: str, note: str, said: str
) -> None:
    counter, world = a_shop(tmp_path, offline=True)
    credit_allowance(counter, world, 5)
    counter.sign_in("2222")
    assert refused(counter.credit_points, guest, points, reason, note) == said
    assert not any(isinstance(one, PointsAdjusted) for one in written(counter))


def test_a_debit_takes_leased_points_of_the_guest_and_stops_there(tmp_path: Path) -> None:
    counter, world = a_shop(tmp_path, offline=True)
    lend_points(counter, world, a_guest(), 5)
    counter.sign_in("2222")
    assert counter.credit_points(5, -4, "correction", "typed twice").points == -4
    assert refused(counter.credit_points, 5, -2, "correction", "typed twice") == "needs_office"
    assert the_till(counter).journal.verify().ok


def a_catalogue_shop(folder: Path) -> tuple[Counter, World]:
    world = World()
    rewards = (
        Reward(id=1, name="Espresso for free", points=20, item="ESPRESSO"),
        Reward(id=2, name="For gold", points=5, tiers=("GOLD",)),
        Reward(id=3, name="Over", points=5, ends_on="2020-01-01"),
    )
    world.settings(points=RULES, rewards=rewards)
    world.guest("CARD", a_guest(points=50, tier="BRONZE"))
    counter = a_counter(folder, world)
    world.pools[LimitKind.POINTS, 5, 0] = 50
    return counter, world


def test_a_reward_is_a_line_without_money_and_takes_its_points_from_a_lease(tmp_path: Path) -> None:
    counter, _ = a_catalogue_shop(tmp_path)
    card = counter.look_up("CARD", Source.CAMERA, lines=LINES)
    sold = counter.sell(LINES, [card], points=4, rewards=[1])
    sale = written(counter)[-1]
    assert isinstance(sale, Sale)
    assert (sold.points_spent, sold.points_paid_minor) == (24, 400)
    assert [(line.amount_minor, line.item, line.reward, line.points) for line in sale.lines] == [
        (2000, None, None, 0),
        (0, "ESPRESSO", 1, 20),
    ]
    assert sale.reward_points == 20


def test_a_reward_alone_uses_no_code_for_nothing(tmp_path: Path) -> None:
    counter, world = a_catalogue_shop(tmp_path)
    campaign = world.campaign(a_campaign(percent(1000), id=9))
    world.code("TEN", campaign)
    give(the_till(counter), world)
    looks = [counter.look_up(text, Source.CAMERA) for text in ("CARD", "TEN")]
    sold = counter.sell((), looks, rewards=[1])
    assert (sold.total_minor, sold.redemptions, sold.points_spent) == (0, (), 20)


def test_what_may_not_be_taken_as_a_reward_is_refused_and_nothing_is_sold(tmp_path: Path) -> None:
    counter, _ = a_catalogue_shop(tmp_path)
    card = counter.look_up("CARD", Source.CAMERA, lines=LINES)
    assert refused(counter.sell, LINES, [card], rewards=[2]) == "wrong_tier"
    assert refused(counter.sell, LINES, [card], rewards=[3]) == "ended"
    assert refused(counter.sell, LINES, [card], rewards=[77]) == "reward_unknown"
    assert refused(counter.sell, LINES, [card], rewards=[1, 1, 1]) == "rewards_too_dear"
    assert refused(counter.sell, LINES, [card], rewards=[1, 1], points=11) == "too_many_points"
    assert refused(counter.sell, LINES, [], rewards=[1]) == "needs_guest"
    assert refused(counter.sell, (), [card]) == "empty_sale"
    assert not [payload for payload in written(counter) if isinstance(payload, Sale)]


def test_a_void_gives_a_rewards_points_back_and_a_part_does_not(tmp_path: Path) -> None:
    counter, _ = a_catalogue_shop(tmp_path)
    card = counter.look_up("CARD", Source.CAMERA, lines=LINES)
    paid = counter.sell(LINES, [card], points=4, rewards=[1]).paid_minor
    sold = counter.latest_sales(1)[0].committed.event
    part = counter.refund(sold, "returned", amount_minor=paid - 400 + 200)
    assert part.points_back == 2
    rest = counter.refund(sold, "returned", amount_minor=200)
    assert rest.points_back == 22
    alone = counter.sell((), [card], rewards=[1])
    undone = counter.void(alone.event, "undo")
    assert (undone.amount_minor, undone.points_back) == (0, 20)


def test_a_quote_says_what_else_could_be_done(tmp_path: Path) -> None:
    counter, _ = a_catalogue_shop(tmp_path)
    card = counter.look_up("CARD", Source.CAMERA, lines=LINES)
    first = counter.quote(LINES, [card])
    assert (first.paying.points, first.most.points, first.money_minor) == (0, 19, 1900)
    assert [(offer.reward.id, offer.verdict.reason) for offer in first.rewards] == [
        (1, "ok"),
        (2, "wrong_tier"),
        (3, "ended"),
    ]
    most = counter.quote(LINES, [card], points=1_000)
    assert (most.paying.points, most.money_minor) == (19, 0)
    beside = counter.quote(
        (Line(amount_minor=100_00),), [card], points=1_000, rewards=[first.rewards[0].reward] * 2
    )
    assert beside.paying.points == 10
