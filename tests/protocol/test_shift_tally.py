"""Adding up a shift: every payload counts once, and a report always fits into one event."""

from typing import Any
from uuid import uuid4

from sync.protocol.event import MAX_EVENT_BYTES
from sync.protocol.payloads import (
    Attempt,
    Override,
    PointsAdjusted,
    Redemption,
    Refund,
    Sale,
    SaleLine,
    SessionOpened,
    ShiftClosed,
    Void,
)
from sync.protocol.shift_figures import Figures
from sync.protocol.shift_tally import MAX_REASONS, MAX_STAFF, OTHER_REASONS, Tally
from sync.protocol.wire import canonical, read_canonical


def a_sale(**fields: Any) -> Sale:
    usual: dict[str, Any] = {"receipt": 1, "total_minor": 1000, "discount_minor": 100, "paid_minor": 900}
    lines = (SaleLine(amount_minor=1000, discount_minor=100),)
    return Sale(**(usual | fields), currency="EUR", lines=lines)


def an_attempt(reason: str) -> Attempt:
    return Attempt(outcome="refuse", reason=reason, source="TYPED", digest="00")


def test_each_kind_counts_where_it_belongs() -> None:
    tally = Tally()
    use: dict[str, Any] = {
        "code_id": 1,
        "campaign_id": 1,
        "code_kind": "VIP",
        "rules_version": 1,
        "outcome": "accept",
    }
    use |= {"reason": "ok", "by": "cache", "source": "TYPED"}
    for payload in (
        SessionOpened(method="pin"),
        a_sale(points_spent=2, points_paid_minor=200, points_earned=7),
        Redemption(**use, sale=uuid4()),
        Redemption(**use, points=5),
        an_attempt("used_up"),
        Void(receipt=2, original=uuid4(), reason="x", amount_minor=300, points_back=1, points_back_minor=100),
        Refund(receipt=3, original=uuid4(), reason="x", currency="EUR", amount_minor=50, points_taken=2),
        PointsAdjusted(guest_id=1, points=40, reason="x"),
        PointsAdjusted(guest_id=1, points=-15, reason="x"),
        Override(asked="x", allowed=False, reason="x", approved_by=1, digest="", source="TYPED"),
        None,
    ):
        tally.add(4, payload)
    figures = tally.figures()
    assert figures.events == 11
    assert figures.whole == Figures(
        sales=1,
        sales_minor=1000,
        discount_minor=100,
        paid_minor=900,
        points_paid_minor=200,
        points_spent=2,
        points_earned=12,
        redemptions=2,
        uses=1,
        attempts=1,
        voids=1,
        refunds=1,
        back_minor=350,
        points_back_minor=100,
        points_back=1,
        points_taken=2,
        credits=1,
        credited=40,
        debits=1,
        debited=15,
        overrides=1,
    )
    assert figures.whole.money_minor == (900 - 200) - (350 - 100)
    assert (figures.first_receipt, figures.last_receipt) == (1, 3)
    assert [(each.staff, each.figures) for each in figures.by_staff] == [(4, figures.whole)]


def test_the_largest_report_fits_into_one_event_and_loses_no_cent() -> None:
    tally = Tally()
    for staff in range(1, 3 * MAX_STAFF):
        tally.add(staff, a_sale(receipt=staff, total_minor=10**12, paid_minor=10**12, points_earned=10**9))
        for reason in range(3):
            tally.add(staff, an_attempt(f"a_reason_with_a_long_name_{staff}_{reason}"))
    figures = tally.figures()
    assert sum(each.figures.paid_minor for each in figures.by_staff) == figures.whole.paid_minor
    assert sum(figures.refused.values()) == figures.whole.attempts
    assert len(figures.refused) == MAX_REASONS + 1
    assert OTHER_REASONS in figures.refused
    closed = ShiftClosed(
        shift=uuid4(),
        number=1,
        currency="EUR",
        float_minor=0,
        expected_minor=0,
        counted_minor=0,
        figures=figures,
        opened_ms=1,
        note="Ж" * 500,
    )
    body = canonical(closed)
    assert len(body) < MAX_EVENT_BYTES // 2
    assert read_canonical(body, ShiftClosed) == closed
