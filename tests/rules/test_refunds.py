from hypothesis import given
from hypothesis import strategies as st

from sync.rules.ledger.book import EMPTY, Kind, Shortfall, lot_named
from sync.rules.ledger.operations import adjust, earn, expire, spend_leased
from sync.rules.ledger.posting import contradictions
from sync.rules.ledger.reversal import reverse
from sync.rules.points_rules import PointsRules, RoleLimit
from sync.rules.refunds import (
    Placed,
    budget_back,
    left_by_line,
    money_back,
    paid_by_line,
    place,
    points_back,
    spread,
)

cents = st.integers(0, 100_000)


def test_what_is_left_of_each_line_is_what_it_paid_less_what_came_back() -> None:
    assert left_by_line((1000, 500, 0), ()) == (1000, 500, 0)
    assert left_by_line((1000, 500, 0), (300, 500)) == (700, 0, 0)
    assert left_by_line((1000,), (1200,)) == (0,)


def test_lines_never_pay_more_than_the_sale() -> None:
    assert paid_by_line((1000, 500), 1500) == (1000, 500)
    assert paid_by_line((1000, 500), 9000) == (1000, 500)
    assert paid_by_line((1000, -300, 500), 1200) == (1000, 0, 200)
    assert paid_by_line((-300,), -300) == (0,)
    assert paid_by_line((), 5) == ()


def test_an_amount_is_taken_from_the_lines_in_their_order() -> None:
    assert spread(1200, (1000, 500)) == (1000, 200)
    assert spread(0, (1000, 500)) == (0, 0)
    assert spread(1600, (1000, 500)) == (1000, 600)
    assert spread(5, ()) == ()


def test_an_amount_without_lines_makes_room_for_what_is_named() -> None:
    first = place(900, (0, 0, 0), left=(700, 300, 600), loose=())
    assert first == Placed((700, 200, 0), (700, 200, 0))
    assert place(70, (70, 0, 0), left=(0, 100, 600), loose=first.loose) == Placed((0, 70, 0), (630, 270, 0))


def test_of_a_line_that_somebody_named_no_more_is_placed_than_it_paid() -> None:
    assert place(400, (0, 400), left=(700, 400), loose=(0, 0)) == Placed((0, 400), (0, 0))
    assert place(1, (0, 1), left=(700, 0), loose=(0, 0)) is None
    assert place(1, (0, 1), left=(700, 0), loose=(5, 0)) is None
    assert place(701, (0, 0), left=(700, 0), loose=(0, 0)) is None


@given(st.lists(st.integers(0, 50), min_size=1, max_size=4), st.data())
def test_whatever_the_order_all_is_placed_that_fits_the_sale_and_its_named_lines(
    paid: list[int], data: st.DataObject
) -> None:
    refunded, loose, named = [0] * len(paid), (0,) * len(paid), [0] * len(paid)
    for _ in range(data.draw(st.integers(1, 6))):
        asked = data.draw(st.tuples(*(st.integers(0, 30) for _ in paid)))
        amount = sum(asked) or data.draw(st.integers(1, 60))
        placed = place(amount, asked, left=left_by_line(paid, refunded), loose=loose)
        then = [known + part for known, part in zip(named, asked, strict=True)]
        fits = sum(refunded) + amount <= sum(paid) and all(
            part <= most for part, most in zip(then, paid, strict=True)
        )
        assert (placed is not None) == fits
        if placed is None:
            continue
        named, loose = then, placed.loose
        refunded = [known + part for known, part in zip(refunded, placed.lines, strict=True)]
        assert sum(placed.lines) == amount
        assert all(0 <= part <= most for part, most in zip(refunded, paid, strict=True))
        assert [total - free for total, free in zip(refunded, loose, strict=True)] == named


@given(cents, st.integers(1, 100_000), st.lists(st.integers(1, 20_000), max_size=8))
def test_many_small_refunds_bring_back_as_much_of_a_budget_as_one(
    units: int, paid: int, parts: list[int]
) -> None:
    back, refunded = 0, 0
    for part in [*parts, paid]:
        refunded = min(paid, refunded + part)
        now = budget_back(units, paid_minor=paid, refunded_minor=refunded)
        assert back <= now <= units
        back = now
    assert back == units


@given(st.integers(1, 300), st.integers(1, 200), cents, st.lists(st.integers(1, 20_000), max_size=8))
def test_money_goes_back_before_points_and_never_below_nothing(
    points: int, value: int, money: int, parts: list[int]
) -> None:
    paid = points * value + money
    refunded, money_before, back = 0, 0, 0
    for part in [*parts, paid]:
        refunded = min(paid, refunded + part)
        now = points_back(points, points_paid_minor=points * value, paid_minor=paid, refunded_minor=refunded)
        in_money = money_back(points_paid_minor=points * value, paid_minor=paid, refunded_minor=refunded)
        assert now >= back
        assert in_money >= money_before
        assert in_money + now * value <= refunded
        assert now == 0 or in_money == money
        back, money_before = now, in_money
    assert (back, money_before) == (points, money)


def test_the_office_books_an_earning_at_once_and_what_is_owed_comes_off() -> None:
    book = earn(EMPTY, "s1", 10, at_ms=1, pending=False)
    assert (book.balance, book.pending) == (10, 0)
    book = spend_leased(book, "b1", 10, at_ms=2)
    book = reverse(book, "r1", of="s1", at_ms=3)
    assert (book.balance, book.owed) == (0, 10)
    book = earn(book, "s2", 25, at_ms=4, pending=False)
    assert (book.balance, book.owed) == (15, 0)
    assert contradictions(book) == []


def test_leased_points_can_be_spent_after_they_expired_and_expire_when_they_come_back() -> None:
    book = earn(EMPTY, "s1", 10, at_ms=0, expires_at_ms=100, pending=False)
    book = expire(book, "x1", at_ms=100, most=4)
    assert book.balance == 6
    book = spend_leased(book, "b1", 5, at_ms=150, note="late")
    assert book.balance == 1
    book = expire(book, "x2", at_ms=200)
    assert book.balance == 0
    assert contradictions(book) == []


def test_a_debit_by_hand_of_leased_points_is_an_adjustment() -> None:
    book = adjust(EMPTY, "a1", 10, at_ms=0)
    book = spend_leased(book, "a2", 3, at_ms=1, kind=Kind.ADJUST)
    assert book.balance == 7
    assert book.transactions[-1].kind is Kind.ADJUST
    assert spend_leased(book, "a2", 3, at_ms=1, kind=Kind.ADJUST) is book
    back = reverse(book, "r", of="a2", at_ms=2)
    assert back.balance == 10


def test_points_that_a_lease_has_set_aside_are_not_taken_back_from_the_lots() -> None:
    book = earn(EMPTY, "s1", 10, at_ms=0, pending=False)
    owing = reverse(book, "r", of="s1", at_ms=1, within=4)
    assert (owing.balance, owing.owed) == (6, 6)
    forgiven = reverse(book, "r", of="s1", at_ms=1, within=0, shortfall=Shortfall.FORGIVE)
    assert (forgiven.balance, forgiven.owed) == (10, 0)
    assert contradictions(owing) == contradictions(forgiven) == []
    lot = lot_named(forgiven, "s1")
    assert lot is not None
    assert lot.left == 10


def test_a_point_is_worth_one_unit_of_the_currency_unless_the_network_says_otherwise() -> None:
    assert PointsRules().value_minor("EUR") == 100
    assert PointsRules().value_minor("JPY") == 1
    assert PointsRules(point_value_minor=0).value_minor("EUR") == 0
    assert PointsRules(point_value_minor=5).value_minor("EUR") == 5


def test_points_live_as_long_as_the_network_says() -> None:
    assert PointsRules().expires_at_ms(1_000) is None
    assert PointsRules(life_days=2).expires_at_ms(1_000) == 1_000 + 2 * 86_400_000


def test_a_role_without_a_limit_credits_nothing() -> None:
    rules = PointsRules(role_limits=(RoleLimit(role="owner", points=5),))
    assert rules.most_by_hand("owner") == 5
    assert rules.most_by_hand("cashier") == 0
    assert PointsRules().most_by_hand("shift_manager") > PointsRules().most_by_hand("cashier")


def test_points_that_come_back_into_a_lease_pay_no_debt() -> None:
    book = earn(EMPTY, "s1", 10, at_ms=0, pending=False)
    book = spend_leased(book, "b1", 10, at_ms=1)
    book = reverse(book, "r1", of="s1", at_ms=2)
    back = reverse(book, "r2", of="b1", at_ms=3, within=0)
    assert (back.balance, back.owed) == (10, 10)
    assert reverse(book, "r2", of="b1", at_ms=3).balance == 0
    more = adjust(back, "a", 5, at_ms=4, repay=False)
    assert (more.balance, more.owed) == (15, 10)
    assert contradictions(more) == []


def test_the_network_bears_what_a_reissued_lease_spends_beyond_the_balance_and_has_it_back() -> None:
    book = earn(EMPTY, "s1", 4, at_ms=0, pending=False)
    book = spend_leased(book, "b1", 10, at_ms=1)
    assert book.balance == 0
    back = reverse(book, "r", of="b1", at_ms=2)
    assert (back.balance, back.owed) == (4, 0)
    assert contradictions(back) == []
