from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.rules.ledger.book import EMPTY, Account, Book, Shortfall, find, lot_named, spendable
from sync.rules.ledger.operations import MAX_POINTS, adjust, apply, booked, burn, earn, expire
from sync.rules.ledger.posting import LedgerError, contradictions, post
from sync.rules.ledger.refund import points_earned, points_to_take_back
from sync.rules.ledger.reversal import RESTORED_LIFE_MS, reverse, reversible
from sync.rules.user_error import UserError


def earned(
    points: int, name: str = "s1", *, book: Book = EMPTY, at_ms: int = 0, expires_at_ms: int | None = None
) -> Book:
    """Points earned and applied at once."""
    pending = earn(book, name, points, at_ms=at_ms, expires_at_ms=expires_at_ms)
    return apply(pending, f"{name}.applied", of=name, at_ms=at_ms)


def left(book: Book, name: str) -> int:
    lot = lot_named(book, name)
    assert lot is not None
    return lot.left


def test_points_are_pending_until_the_office_has_applied_them() -> None:
    book = earn(EMPTY, "s1", 100, at_ms=0)
    assert (book.balance, book.pending, spendable(book, 0)) == (0, 100, 0)
    with pytest.raises(UserError) as refused:
        burn(book, "b1", 1, at_ms=0)
    assert refused.value.reason == "not_enough_points"
    book = apply(book, "a1", of="s1", at_ms=5)
    assert (book.balance, book.pending, spendable(book, 0)) == (100, 0, 100)
    with pytest.raises(LedgerError, match="pending"):
        apply(book, "a2", of="s1", at_ms=6)
    with pytest.raises(LedgerError, match="pending"):
        apply(book, "a2", of="nothing", at_ms=6)


def test_what_expires_first_is_spent_first() -> None:
    book = earned(10, "stays")
    book = earned(10, "late", book=book, expires_at_ms=2_000)
    book = earned(10, "soon", book=book, at_ms=5, expires_at_ms=1_000)
    book = earned(10, "sooner", book=book, at_ms=4, expires_at_ms=1_000)
    book = burn(book, "b1", 25, at_ms=10)
    assert [left(book, name) for name in ("sooner", "soon", "late", "stays")] == [0, 0, 5, 10]
    assert book.balance == 15


def test_expired_points_cannot_be_spent_even_before_they_are_taken_out() -> None:
    book = earned(10, expires_at_ms=1_000)
    assert spendable(book, 999) == 10
    assert spendable(book, 1_000) == 0
    with pytest.raises(UserError, match="0 points"):
        burn(book, "b1", 1, at_ms=1_000)
    gone = expire(book, "x1", at_ms=1_000)
    assert gone.balance == 0
    assert expire(book, "x1", at_ms=999).balance == 10
    assert expire(gone, "x2", at_ms=9_999).balance == 0
    transaction = find(gone, "x1")
    assert transaction is not None
    assert [(entry.account, entry.points) for entry in transaction.entries] == [
        (Account.AVAILABLE, -10), (Account.EXPIRED, 10),
    ]  # fmt: skip


def test_pending_points_expire_only_once_they_are_applied() -> None:
    book = expire(earn(EMPTY, "s1", 10, at_ms=0, expires_at_ms=5), "x1", at_ms=9)
    assert book.pending == 10
    book = expire(apply(book, "a1", of="s1", at_ms=9), "x2", at_ms=9)
    assert book.balance == 0


def test_points_are_credited_and_debited_by_hand_and_never_below_zero() -> None:
    book = adjust(EMPTY, "m1", 50, at_ms=0, note="birthday")
    assert book.balance == 50
    book = adjust(book, "m2", -20, at_ms=1)
    assert book.balance == 30
    with pytest.raises(UserError):
        adjust(book, "m3", -31, at_ms=1)
    transaction = find(book, "m1")
    assert transaction is not None
    assert transaction.note == "birthday"


@pytest.mark.parametrize("points", [0, -1, MAX_POINTS + 1])
def test_nothing_and_too_much_cannot_be_booked(points: int) -> None:
    with pytest.raises(LedgerError):
        earn(EMPTY, "s1", points, at_ms=0)
    with pytest.raises(LedgerError):
        burn(earned(5), "b1", points, at_ms=0)
    if points >= 0:
        with pytest.raises(LedgerError):
            adjust(EMPTY, "m1", points, at_ms=0)


def test_a_repeated_operation_changes_nothing_and_another_of_its_name_is_a_bug() -> None:
    book = earned(100)
    spent = burn(book, "b1", 10, at_ms=0)
    assert burn(spent, "b1", 10, at_ms=99) is spent
    others: tuple[Callable[[], Book], ...] = (
        lambda: burn(spent, "b1", 11, at_ms=0), lambda: adjust(spent, "b1", 10, at_ms=0),
        lambda: earn(spent, "s1", 100, at_ms=0, expires_at_ms=1), lambda: expire(spent, "b1", at_ms=0),
        lambda: apply(spent, "s1", of="s1", at_ms=0), lambda: reverse(spent, "b1", of="b1", at_ms=0),
    )  # fmt: skip
    for other in others:
        with pytest.raises(LedgerError, match="other contents"):
            other()


def test_what_is_booked_says_when_why_and_for_what() -> None:
    book = earn(EMPTY, "s1", 100, at_ms=1, expires_at_ms=50, note="sale")
    book = apply(book, "a1", of="s1", at_ms=2)
    book = burn(book, "b1", 10, at_ms=3, note="mug")
    book = adjust(book, "m1", 5, at_ms=4, expires_at_ms=60, note="sorry")
    book = adjust(book, "m2", -5, at_ms=5, note="slip")
    book = reverse(book, "r1", of="b1", at_ms=6, note="mug was broken")
    book = expire(book, "x1", at_ms=7)
    assert [(one.operation, one.at_ms, one.note, one.of) for one in book.transactions] == [
        ("s1", 1, "sale", None), ("a1", 2, "", "s1"), ("b1", 3, "mug", None), ("m1", 4, "sorry", None),
        ("m2", 5, "slip", None), ("r1", 6, "mug was broken", "b1"), ("x1", 7, "", None),
    ]  # fmt: skip
    assert [(lot.id, lot.earned_at_ms, lot.expires_at_ms) for lot in book.lots] == [
        ("s1", 1, 50),
        ("m1", 4, 60),
    ]
    assert adjust(EMPTY, "m1", 5, at_ms=0).transactions[-1].note == ""
    assert [one.note for one in burn(earned(5), "b1", 5, at_ms=0).transactions] == ["", "", ""]
    for other in (
        lambda: adjust(book, "m1", 6, at_ms=4, expires_at_ms=60), lambda: adjust(book, "m1", 5, at_ms=4),
        lambda: expire(book, "x1", at_ms=8), lambda: reverse(book, "r1", of="b1", at_ms=6, points=10),
    ):  # fmt: skip
        _refused_as_another(other)


def _refused_as_another(work: Callable[[], Book]) -> None:
    with pytest.raises(LedgerError, match="other contents"):
        work()


def test_spent_points_come_back_to_their_lots_the_longest_lived_first() -> None:
    book = earned(10, "soon", expires_at_ms=1_000)
    book = earned(10, "late", book=book, expires_at_ms=2_000)
    book = earned(10, "stays", book=book)
    book = burn(book, "b1", 25, at_ms=0)
    book = reverse(book, "r1", of="b1", at_ms=1, points=8)
    assert [left(book, name) for name in ("soon", "late", "stays")] == [0, 3, 10]
    assert reversible(book, "b1") == -17
    book = reverse(book, "r2", of="b1", at_ms=1)
    assert [left(book, name) for name in ("soon", "late", "stays")] == [10, 10, 10]
    assert reversible(book, "b1") == 0
    with pytest.raises(LedgerError, match="0 are left"):
        reverse(book, "r3", of="b1", at_ms=1)
    assert contradictions(book) == []


def test_points_whose_lot_has_expired_meanwhile_come_back_with_a_life_of_their_own() -> None:
    book = earned(10, "old", expires_at_ms=1_000)
    book = reverse(burn(book, "b1", 4, at_ms=0), "r1", of="b1", at_ms=1_000)
    fresh = lot_named(book, "r1")
    assert fresh is not None
    assert (left(book, "old"), fresh.left, fresh.expires_at_ms) == (6, 4, 1_000 + RESTORED_LIFE_MS)
    assert spendable(book, 1_000) == 4
    assert contradictions(book) == []


def test_lots_that_expired_meanwhile_come_back_together_and_others_stay_as_they_are() -> None:
    book = earned(10, "older", expires_at_ms=900)
    book = earned(10, "old", book=book, expires_at_ms=1_000)
    book = burn(book, "b1", 11, at_ms=0)
    book = earned(7, "untouched", book=book, expires_at_ms=5_000)
    book = burn(book, "b2", 2, at_ms=0)
    book = reverse(book, "r0", of="b2", at_ms=1)
    back = reverse(book, "r1", of="b1", at_ms=1_000)
    fresh = lot_named(back, "r1")
    assert fresh is not None
    assert (fresh.left, fresh.pending, fresh.earned_at_ms) == (11, False, 1_000)
    assert (left(back, "older"), left(back, "old"), left(back, "untouched")) == (0, 9, 7)
    part = reverse(book, "r1", of="b1", at_ms=1, points=2)
    assert (left(part, "older"), left(part, "old")) == (1, 10)
    assert contradictions(back) == contradictions(part) == []


def test_a_single_point_can_be_taken_back() -> None:
    assert reverse(earned(10), "r1", of="s1", at_ms=0, points=1).balance == 9


def test_of_lots_that_expire_together_the_one_earned_last_is_filled_first() -> None:
    book = earned(10, "first", at_ms=1, expires_at_ms=900)
    book = burn(earned(10, "second", book=book, at_ms=2, expires_at_ms=900), "b1", 20, at_ms=3)
    book = reverse(book, "r1", of="b1", at_ms=4, points=10)
    assert (left(book, "first"), left(book, "second")) == (0, 10)


def test_earned_points_are_taken_back_from_their_own_lot_then_from_the_others() -> None:
    book = earned(100, "s1", expires_at_ms=500)
    book = earned(30, "s2", book=book)
    book = reverse(burn(book, "b1", 60, at_ms=0), "r1", of="s1", at_ms=0, points=50)
    assert (left(book, "s1"), left(book, "s2"), book.owed) == (0, 20, 0)
    assert reversible(book, "s1") == 50


def test_points_spent_already_are_owed_and_taken_from_the_next_ones() -> None:
    book = burn(earned(100), "b1", 100, at_ms=0)
    book = reverse(book, "r1", of="s1", at_ms=1)
    assert (book.balance, book.owed) == (0, 100)
    book = earned(30, "s2", book=book)
    assert (book.balance, book.owed) == (0, 70)
    assert book.pending == 0
    book = earned(100, "s3", book=book)
    assert (book.balance, book.owed) == (30, 0)
    book = reverse(book, "r2", of="s2", at_ms=2)
    assert (book.balance, book.owed) == (0, 0)
    assert contradictions(book) == []


def test_a_credit_and_a_cancelled_reward_pay_what_is_owed_first() -> None:
    book = reverse(burn(earned(100), "b1", 100, at_ms=0), "r1", of="s1", at_ms=1)
    assert adjust(book, "m1", 130, at_ms=2).balance == 30
    assert adjust(book, "m1", 130, at_ms=2).owed == 0
    back = reverse(book, "r2", of="b1", at_ms=2)
    assert (back.balance, back.owed) == (0, 0)
    part = reverse(book, "r2", of="b1", at_ms=2, points=40)
    assert (part.balance, part.owed) == (0, 60)


def test_a_network_may_forgive_instead() -> None:
    book = burn(earned(100), "b1", 90, at_ms=0)
    book = reverse(book, "r1", of="s1", at_ms=1, shortfall=Shortfall.FORGIVE)
    assert (book.balance, book.owed) == (0, 0)
    transaction = find(book, "r1")
    assert transaction is not None
    assert [(entry.account, entry.points) for entry in transaction.entries] == [
        (Account.AVAILABLE, -10), (Account.FORGIVEN, -90), (Account.EARNED, 100),
    ]  # fmt: skip


def test_pending_points_are_taken_back_before_they_were_ever_spendable() -> None:
    book = reverse(earn(EMPTY, "s1", 100, at_ms=0), "r1", of="s1", at_ms=1, points=40)
    assert (book.pending, book.owed) == (60, 0)
    assert contradictions(book) == []
    book = apply(reverse(book, "r2", of="s1", at_ms=1), "a1", of="s1", at_ms=2)
    assert (book.pending, book.balance) == (0, 0)
    with pytest.raises(LedgerError, match="pending"):
        apply(book, "a2", of="s1", at_ms=2)


def test_adjustments_are_reversed_either_way() -> None:
    book = adjust(EMPTY, "m1", 50, at_ms=0)
    book = adjust(book, "m2", -20, at_ms=0)
    assert (reversible(book, "m1"), reversible(book, "m2")) == (50, -20)
    assert reverse(book, "r1", of="m2", at_ms=1).balance == 50
    taken = reverse(book, "r1", of="m1", at_ms=1)
    assert (taken.balance, taken.owed) == (0, 20)


def test_only_what_is_booked_and_not_yet_reversed_can_be_reversed() -> None:
    book = expire(earned(10), "x1", at_ms=0)
    for of in ("nothing", "x1", "s1.applied"):
        with pytest.raises(LedgerError):
            reverse(book, "r1", of=of, at_ms=0)
    for points in (0, -1, 11):
        with pytest.raises(LedgerError, match="10 are left"):
            reverse(book, "r1", of="s1", at_ms=0, points=points)
    assert reversible(book, "x1") == 0


def test_a_transaction_that_does_not_balance_or_takes_too_much_is_refused() -> None:
    whole = booked(earned(5), "s1")
    lopsided = type(whole)(operation="z", kind=whole.kind, at_ms=0, entries=whole.entries[:1], request=())
    with pytest.raises(LedgerError, match="sum to zero"):
        post(earned(5), lopsided)
    over = type(whole)(
        operation="z", kind=whole.kind, at_ms=0, request=(),
        entries=tuple(type(entry)(account=entry.account, points=-2 * entry.points, lot=entry.lot) for entry in whole.entries),
    )  # fmt: skip
    with pytest.raises(LedgerError, match="more than there is"):
        post(earned(5), over)


def test_contradictions_are_found() -> None:
    book = earned(5)
    lot = book.lots[0]
    tampered = Book(
        lots=(type(lot)(id=lot.id, left=6, pending=False, earned_at_ms=0),), transactions=book.transactions
    )
    assert len(contradictions(tampered)) == 2
    assert contradictions(Book(lots=book.lots, transactions=book.transactions * 2))
    assert contradictions(Book(lots=book.lots, transactions=book.transactions, owed=1)) != []
    in_debt = reverse(burn(earned(9), "b1", 9, at_ms=0), "r1", of="s1", at_ms=0)
    assert contradictions(Book(lots=in_debt.lots, transactions=in_debt.transactions, owed=-9)) != []
    assert contradictions(in_debt) == []
    assert contradictions(Book(transactions=book.transactions[:1])) != []
    assert contradictions(EMPTY) == []


STEP = st.tuples(
    st.sampled_from(["earn", "apply", "burn", "expire", "adjust", "reverse", "replay"]),
    st.integers(-30, 60), st.integers(0, 40), st.none() | st.integers(1, 12), st.sampled_from(Shortfall),
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(STEP, max_size=25))
def test_a_book_adds_up_whatever_happens_in_whatever_order(steps: list[Any]) -> None:
    book = EMPTY
    done: list[Callable[[Book], Book]] = []
    for clock, (what, points, pick, life, shortfall) in enumerate(steps):
        operation, expires = f"op{clock}", None if life is None else clock + life
        names = [one.operation for one in book.transactions] or ["none"]
        of = names[pick % len(names)]
        calls: dict[str, Any] = {
            "earn": lambda b, o=operation, p=points, c=clock, e=expires: earn(
                b, o, p, at_ms=c, expires_at_ms=e
            ),
            "apply": lambda b, o=operation, f=of, c=clock: apply(b, o, of=f, at_ms=c),
            "burn": lambda b, o=operation, p=points, c=clock: burn(b, o, p, at_ms=c),
            "expire": lambda b, o=operation, c=clock: expire(b, o, at_ms=c),
            "adjust": lambda b, o=operation, p=points, c=clock, e=expires: adjust(
                b, o, p, at_ms=c, expires_at_ms=e
            ),
            "reverse": lambda b, o=operation, f=of, c=clock, p=points, s=shortfall: reverse(
                b, o, of=f, at_ms=c, points=p if p > 0 else None, shortfall=s
            ),
        }
        if what == "replay":
            if done:
                assert done[pick % len(done)](book) is book
            continue
        try:
            after = calls[what](book)
        except (LedgerError, UserError):
            continue
        done.append(calls[what])
        book = after
        assert contradictions(book) == []
        assert book.balance >= spendable(book, clock) >= 0
        assert book.owed >= 0
        assert all(entry.points for entry in book.transactions[-1].entries)
        assert not (book.owed and spendable(book, clock))
    for call in done:
        assert call(book) is book


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**6), max_size=8), st.integers(0, 10**6))
def test_refunds_take_back_exactly_the_earned_part_however_they_are_cut(
    points: int, parts: list[int], rest: int
) -> None:
    paid = sum(parts) + rest
    taken, before = 0, 0
    for part in parts:
        taken += points_to_take_back(
            earned=points, paid_minor=paid, refunded_before_minor=before, refund_minor=part
        )
        before += part
    at_once = points_to_take_back(
        earned=points, paid_minor=paid, refunded_before_minor=0, refund_minor=before
    )
    assert taken == at_once
    last = points_to_take_back(
        earned=points, paid_minor=paid, refunded_before_minor=before, refund_minor=rest
    )
    assert taken + last == (points if paid else 0)


def test_a_refund_is_rounded_up_and_never_beyond_what_was_paid() -> None:
    assert points_to_take_back(earned=10, paid_minor=1_000, refunded_before_minor=0, refund_minor=1) == 1
    assert points_to_take_back(earned=10, paid_minor=1_000, refunded_before_minor=1, refund_minor=99) == 0
    for wrong in ((10, 100, 0, 101), (10, 100, 60, 41), (-1, 100, 0, 1), (1, 100, -1, 1), (1, 100, 1, -1)):
        with pytest.raises(ValueError, match="never more"):
            points_to_take_back(
                earned=wrong[0], paid_minor=wrong[1], refunded_before_minor=wrong[2], refund_minor=wrong[3]
            )


@pytest.mark.parametrize(
    ("paid", "percent_bp", "exponent", "points"),
    [
        (12_199, 500, 2, 6),
        (12_199, 500, 0, 609),
        (1_999, 10_000, 2, 19),
        (-5, 500, 2, 0),
        (500, -5, 2, 0),
        (-5, 10_000, 0, 0),
        (10_000, -5, 0, 0),
    ],
)
def test_a_payment_earns_whole_points(paid: int, percent_bp: int, exponent: int, points: int) -> None:
    assert points_earned(paid, percent_bp, exponent) == points
