"""Undo, void and refund at the till: what comes back, how often, and what is refused."""

from pathlib import Path
from uuid import uuid4

import pytest

from pos_app.usecases.counter import Counter
from pos_app.usecases.results import Sold
from pos_app.usecases.source import Source
from sync.protocol.event import Restore, read_envelope
from sync.protocol.leases import LimitKind
from sync.protocol.payloads import Refund, RefundedLine, Void
from sync.protocol.receipts import sign_receipt
from sync.rules.code import Code
from sync.rules.receipt_text import ReceiptKind, ReceiptProof
from sync.rules.sale import Line
from sync.rules.user_error import UserError
from tests.builders.desk import World, a_counter, lend, lend_points, the_till, written
from tests.builders.rules import a_campaign, a_guest, percent

LINES = (Line(amount_minor=1000, item="soup"), Line(amount_minor=500, item="tea"))


def a_shop(folder: Path, **fields: object) -> tuple[Counter, World, Code]:
    """A till with one limited code, three units of it leased ahead, and two colleagues."""
    world = World()
    world.settings()
    world.guest("CARD", a_guest(points=50))
    world.staff("Ben", pin="1111")
    world.staff("Cleo", pin="2222")
    code = world.code("LUNCH", world.campaign(a_campaign(percent(2000), **fields)), max_uses=9)
    counter = a_counter(folder, world, offline=True)
    lend(counter, world, code, 3)
    counter.sign_in("1111")
    return counter, world, code


def sold_with(counter: Counter, *texts: str, points: int = 0) -> Sold:
    return counter.sell(
        LINES, [counter.look_up(text, Source.CAMERA, lines=LINES) for text in texts], points=points
    )


def left(counter: Counter, code: Code) -> int:
    held = the_till(counter).journal.held(LimitKind.USES, code.id)
    return 0 if held is None else held.left


def newest_restores(counter: Counter) -> tuple[Restore, ...]:
    batch = the_till(counter).journal.unsettled()
    assert batch is not None
    return read_envelope(batch.events[-1].body).restores


def refused(work: object, *arguments: object, **named: object) -> str:
    with pytest.raises(UserError) as caught:
        work(*arguments, **named)  # type: ignore[operator]
    return caught.value.reason


def test_undo_voids_the_last_sale_and_its_use_can_be_used_again(tmp_path: Path) -> None:
    counter, _, code = a_shop(tmp_path)
    sold = sold_with(counter, "LUNCH")
    assert left(counter, code) == 2
    undone = counter.undo_last()
    assert left(counter, code) == 3
    assert (undone.original, undone.amount_minor, undone.currency) == (sold.event, 1200, "EUR")
    assert undone.receipt == sold.receipt + 1
    void = written(counter)[-1]
    assert isinstance(void, Void)
    assert (void.original, void.reason, void.amount_minor) == (sold.event, "undo", 1200)
    (restore,) = newest_restores(counter)
    assert (restore.units, restore.of, restore.here) == (1, sold.redemptions[0], True)
    assert refused(counter.undo_last) == "nothing_to_undo"
    assert the_till(counter).journal.verify().ok


def test_undo_goes_back_action_by_action_and_takes_uses_without_a_sale_too(tmp_path: Path) -> None:
    counter, _, code = a_shop(tmp_path)
    bare = counter.redeem("LUNCH", Source.CAMERA)
    sold = sold_with(counter, "LUNCH")
    assert counter.undo_last().original == sold.event
    undone = counter.undo_last()
    assert (undone.original, undone.amount_minor, undone.currency) == (bare.event, 0, None)
    assert left(counter, code) == 3


def test_a_sale_is_voided_once_whatever_came_before(tmp_path: Path) -> None:
    counter, _, _ = a_shop(tmp_path)
    sold, other = sold_with(counter, "LUNCH"), sold_with(counter)
    counter.void(sold.event, "mistake", "wrong table")
    assert refused(counter.void, sold.event, "mistake") == "already_undone"
    assert refused(counter.refund, sold.event, "returned", amount_minor=1) == "already_undone"
    counter.refund(other.event, "returned", amount_minor=1)
    assert refused(counter.void, other.event, "mistake") == "partly_refunded"
    assert refused(counter.void, sold.redemptions[0], "mistake") == "part_of_a_sale"


def test_refunds_in_parts_give_back_each_line_once_and_the_use_with_the_last(tmp_path: Path) -> None:
    counter, _, code = a_shop(tmp_path)
    sold = sold_with(counter, "LUNCH")
    assert counter.refundable(sold.event) == (800, 400)
    first = counter.refund(sold.event, "returned", lines={1: 300})
    assert (first.amount_minor, left(counter, code)) == (300, 2)
    assert counter.refundable(sold.event) == (800, 100)
    assert refused(counter.refund, sold.event, "returned", lines={1: 101}) == "refund_exceeds"
    assert refused(counter.refund, sold.event, "returned", lines={7: 1}) == "refund_exceeds"
    assert refused(counter.refund, sold.event, "returned", amount_minor=901) == "refund_exceeds"
    second = counter.refund(sold.event, "returned", amount_minor=850)
    payload = written(counter)[-1]
    assert isinstance(payload, Refund)
    assert payload.lines == (RefundedLine(line=0, amount_minor=800), RefundedLine(line=1, amount_minor=50))
    # Nobody has chosen these lines: central may take it from others, if other tills have given back of them.
    assert [one.in_order for one in written(counter) if isinstance(one, Refund)] == [False, True]
    assert left(counter, code) == 2
    counter.refund(sold.event, "returned", amount_minor=50)
    assert left(counter, code) == 3
    assert counter.refundable(sold.event) == (0, 0)
    assert refused(counter.refund, sold.event, "returned", amount_minor=1) == "refund_exceeds"
    assert second.amount_minor == 850
    assert the_till(counter).journal.verify().ok


@pytest.mark.parametrize(
    "amount", [{"amount_minor": 0}, {"lines": {0: -5}}, {"lines": {}}, {"amount_minor": -1}]
)
def test_nothing_and_less_cannot_be_refunded(tmp_path: Path, amount: dict[str, object]) -> None:
    counter, _, _ = a_shop(tmp_path)
    sold = sold_with(counter)
    before = len(written(counter))
    assert refused(counter.refund, sold.event, "returned", **amount) == "nothing_to_refund"
    assert len(written(counter)) == before


def test_a_use_without_a_sale_is_refunded_only_as_a_whole(tmp_path: Path) -> None:
    counter, _, _ = a_shop(tmp_path)
    bare = counter.redeem("LUNCH", Source.CAMERA)
    assert bare.event is not None
    assert refused(counter.refund, bare.event, "returned", amount_minor=1) == "only_whole"
    assert counter.refundable(bare.event) == ()


def test_another_tills_sale_needs_a_second_person_and_the_office_does_the_sums(tmp_path: Path) -> None:
    counter, _, _ = a_shop(tmp_path)
    elsewhere = uuid4()
    assert refused(counter.void, elsewhere, "mistake") == "not_this_tills"
    assert refused(counter.refund, elsewhere, "returned", amount_minor=5, second_pin="1111") == "same_person"
    assert refused(counter.refund, elsewhere, "returned", amount_minor=5, second_pin="9999") == "wrong_pin"
    undone = counter.refund(elsewhere, "returned", amount_minor=500, second_pin="2222")
    assert (undone.original, undone.amount_minor) == (elsewhere, 500)
    payload = written(counter)[-1]
    assert isinstance(payload, Refund)
    assert (payload.approved_by, payload.lines) == (2, ())
    assert newest_restores(counter) == ()
    counter.void(elsewhere, "mistake", second_pin="2222")
    assert isinstance(written(counter)[-1], Void)


def test_budget_comes_back_in_proportion_and_points_after_money(tmp_path: Path) -> None:
    counter, world, _ = a_shop(tmp_path, budget_minor=10_000)
    journal = the_till(counter).journal
    journal.store_grants([world.grant(LimitKind.BUDGET, 7, units=300)])
    guest = a_guest(points=50)
    lend_points(counter, world, guest, 4)
    sold = sold_with(counter, "LUNCH", "CARD", points=4)
    assert (sold.points_spent, sold.points_paid_minor) == (4, 400)
    paid = sold.paid_minor
    assert journal.held(LimitKind.BUDGET, 7) is None
    counter.refund(sold.event, "returned", amount_minor=paid // 2)
    budget = journal.held(LimitKind.BUDGET, 7)
    assert budget is not None
    assert budget.left == 300 * (paid // 2) // paid
    assert journal.held(LimitKind.POINTS, 5) is None
    rest = counter.refund(sold.event, "returned", amount_minor=paid - paid // 2 - 1)
    assert rest.points_back == 3
    counter.refund(sold.event, "returned", amount_minor=1)
    points, budget = journal.held(LimitKind.POINTS, 5), journal.held(LimitKind.BUDGET, 7)
    assert points is not None
    assert budget is not None
    assert (points.left, budget.left) == (4, 300)
    assert journal.verify().ok


def test_a_void_survives_the_end_of_the_program(tmp_path: Path) -> None:
    counter, world, code = a_shop(tmp_path)
    sold = sold_with(counter, "LUNCH")
    counter.void(sold.event, "mistake")
    the_till(counter).close()
    again = a_counter(tmp_path, world, offline=True, load=False)
    assert left(again, code) == 3
    assert refused(again.void, sold.event, "mistake") == "already_undone"


def test_own_sales_are_found_without_the_office_by_id_number_or_what_undid_them(tmp_path: Path) -> None:
    counter, _, _ = a_shop(tmp_path)
    sold = [sold_with(counter) for _ in range(5)]
    voided = counter.void(sold[1].event, "mistake")
    refunded = counter.refund(sold[3].event, "returned", amount_minor=700)
    use = counter.redeem("LUNCH", Source.CAMERA)
    assert use.event is not None
    for each in sold:
        for text in (
            str(each.event),
            each.event.hex.upper(),
            f"Receipt {each.receipt}",
            f" {each.receipt}\n",
        ):
            (found,) = counter.find_sale(text)
            assert (found.event, found.own, found.at_ms) == (each.event, True, each.at_ms)
            assert found.sale is not None
            assert found.sale.receipt == each.receipt
    (first,) = counter.find_sale(str(sold[0].receipt))
    assert (first.left_minor, first.untouched, first.done) == (1500, True, False)
    (second,) = counter.find_sale(str(voided.receipt))
    assert (second.event, second.left_minor, second.done) == (sold[1].event, 0, True)
    (fourth,) = counter.find_sale(str(refunded.event))
    assert (fourth.event, fourth.left, fourth.untouched) == (sold[3].event, (300, 500), False)
    (bare,) = counter.find_sale(str(use.event))
    assert (bare.event, bare.sale, bare.untouched) == (use.event, None, True)


def test_a_receipts_code_names_its_sale(tmp_path: Path) -> None:
    counter, _, _ = a_shop(tmp_path)
    sold = sold_with(counter, "LUNCH")
    proof = ReceiptProof(
        kind=ReceiptKind.SALE,
        network=1,
        till=11,
        incarnation=1,
        seq=sold.seq,
        event=sold.event,
        hash=bytes(32),
        receipt=sold.receipt,
        at_ms=sold.at_ms,
        currency="EUR",
        paid_minor=sold.paid_minor,
    )
    (found,) = counter.find_sale(sign_receipt(proof, the_till(counter).signing_key))
    assert found.event == sold.event
    (by_use,) = counter.find_sale(str(sold.redemptions[0]))
    assert by_use.event == sold.event


@pytest.mark.parametrize("text", ["", "CAMPAIGN", "12.50", "1" * 16, "\N{ARABIC-INDIC DIGIT FIVE}"])
def test_what_names_no_sale_is_said_to(tmp_path: Path, text: str) -> None:
    counter, _, _ = a_shop(tmp_path)
    assert refused(counter.find_sale, text) == "not_a_receipt"


def test_another_tills_sale_cannot_be_found_while_the_office_is_out_of_reach(tmp_path: Path) -> None:
    counter, _, _ = a_shop(tmp_path)
    assert refused(counter.find_sale, str(uuid4())) == "sale_out_of_reach"
    assert refused(counter.find_sale, "77") == "sale_out_of_reach"
