"""Receipts out of a till's own journal: what they say, and what their codes prove at that till."""

import base64
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from pos_app.receipts.content import Kind, Letterhead, Receipt
from pos_app.receipts.slip import Code, Logo, Text
from pos_app.receipts.typeset import WIDE, Printed, typeset
from pos_app.settings import Settings
from pos_app.usecases.counter import Counter
from pos_app.usecases.printing import letterhead_of, setup_of
from pos_app.usecases.receipt import receipt_of
from pos_app.usecases.source import Source
from pos_app.usecases.verified_words import verified_advice, verified_sentence
from pos_app.usecases.verify_receipt import Held, Signature
from sync.protocol.feed import LetterheadRow, TillSeen
from sync.protocol.keys import SigningKey
from sync.protocol.receipts import read_receipt, sign_receipt
from sync.rules.receipt_text import ReceiptKind
from sync.rules.sale import Guest, Line
from sync.rules.user_error import UserError
from tests.builders.desk import RESTAURANT, World, a_counter, lend_points, the_till
from tests.builders.rules import NOON, a_campaign, percent

LINES = (Line(amount_minor=560, item="ESPRESSO", quantity=2), Line(amount_minor=4440))
CARD = "CARD-ANNA"


A_LOGO = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)


def a_till(folder: Path, *, language: str = "en", **settings: Any) -> Counter:
    world = World()
    world.code("LUNCH", world.campaign(a_campaign(percent(1000), id=1, name="Lunch offer")))
    guest = world.guest(CARD, Guest(id=5, tier="GOLD", points=3420, as_of_ms=NOON), name="Anna Petrova")
    world.staff("Marta Klein", pin="2468")
    world.settings(**settings)
    counter = a_counter(folder, world, offline=True, language=language)
    lend_points(counter, world, guest, 500)
    counter.sign_in("2468")
    return counter


def gathered(counter: Counter, event: object) -> Receipt:
    return receipt_of(counter.receipts.desk, event)  # type: ignore[arg-type]  # tests hand over what a use case returned


def code_of(counter: Counter, event: object) -> str:
    slip = counter.receipts.slip(event, Letterhead())  # type: ignore[arg-type]  # the same
    (code,) = [line.text for line in typeset(slip, WIDE) if isinstance(line, Code)]
    return code


def test_a_sales_receipt_says_what_the_journal_holds(tmp_path: Path) -> None:
    counter = a_till(tmp_path)
    looks = [counter.look_up(text, Source.CAMERA, lines=LINES) for text in ("LUNCH", CARD)]
    sold = counter.sell(LINES, looks, points=20)
    receipt = gathered(counter, sold.event)
    assert receipt.kind is Kind.SALE
    assert (receipt.number, receipt.at_ms, receipt.cashier) == (sold.receipt, sold.at_ms, "Marta Klein")
    assert [(item.name, item.quantity, item.amount_minor) for item in receipt.items] == [
        ("Espresso", 2, 560),
        ("", 1, 4440),
    ]
    assert receipt.total_minor - receipt.discount_minor == receipt.paid_minor == sold.paid_minor
    assert [off.name for off in receipt.off] == ["Lunch offer", "Tier GOLD"]
    assert sum(off.amount_minor for off in receipt.off) == receipt.discount_minor
    assert receipt.points_minor == sold.points_paid_minor
    assert receipt.guest is not None
    assert (receipt.guest.name, receipt.guest.tier, receipt.guest.spent) == ("Anna P.", "GOLD", 20)
    assert (receipt.guest.balance, receipt.guest.as_of_ms) == (3420, NOON)


def test_tax_groups_are_printed_where_there_are_any_and_sum_to_what_was_paid(tmp_path: Path) -> None:
    counter = a_till(tmp_path)
    lines = (replace(LINES[0], tax_group="food"), replace(LINES[1], tax_group="drinks"))
    look = counter.look_up("LUNCH", Source.CAMERA, lines=lines)
    receipt = gathered(counter, counter.sell(lines, [look]).event)
    assert [tax.group for tax in receipt.taxes] == ["drinks", "food"]
    assert sum(tax.amount_minor for tax in receipt.taxes) == receipt.paid_minor
    assert gathered(counter, counter.sell(LINES, []).event).taxes == ()


def test_refunds_and_voids_have_receipts_that_name_the_original(tmp_path: Path) -> None:
    counter = a_till(tmp_path, language="ru")
    sold = counter.sell(LINES, [])
    refund = gathered(counter, counter.refund(sold.event, "returned", lines={0: 280}).event)
    assert (refund.kind, refund.paid_minor, refund.reason) == (Kind.REFUND, 280, "Возврат товара")
    assert [(item.name, item.amount_minor) for item in refund.items] == [("Espresso", 280)]
    assert refund.original is not None
    assert (refund.original.receipt, refund.original.at_ms) == (sold.receipt, sold.at_ms)
    other = counter.sell(LINES, [])
    void = gathered(counter, counter.void(other.event, "mistake").event)
    assert (void.kind, void.paid_minor) == (Kind.VOID, 5000)
    assert sum(item.amount_minor for item in void.items) == 5000


def test_a_report_prints_the_same_figures_as_the_screen(tmp_path: Path) -> None:
    counter = a_till(tmp_path)
    counter.shift.open(1000)
    counter.sell(LINES, [])
    slip = counter.receipts.report(counter.shift.report(), Letterhead())
    words = "\n".join(line.text for line in typeset(slip, WIDE) if isinstance(line, Printed))
    assert "X report 1" in words
    assert "60.00" in words.partition("Should be there")[2].partition("\n")[0]


def test_what_this_till_has_not_recorded_has_no_receipt_here(tmp_path: Path) -> None:
    counter = a_till(tmp_path)
    with pytest.raises(UserError) as raised:
        gathered(counter, uuid4())
    assert raised.value.reason == "receipt_gone"


def test_the_code_proves_till_cashier_time_event_and_amount(tmp_path: Path) -> None:
    counter = a_till(tmp_path)
    sold = counter.sell(LINES, [])
    text = code_of(counter, sold.event)
    verified = counter.receipts.verify(text)
    assert verified.proved
    assert (verified.signature, verified.held) == (Signature.GOOD, Held.HERE)
    assert (verified.till_name, verified.cashier) == ("Bar", "Marta Klein")
    proof = verified.proof
    assert (proof.event, proof.seq, proof.receipt, proof.at_ms) == (
        sold.event,
        sold.seq,
        sold.receipt,
        sold.at_ms,
    )
    assert (proof.kind, proof.paid_minor, proof.currency) == (ReceiptKind.SALE, 5000, "EUR")
    assert verified_sentence(verified, "en") == "The receipt is genuine."
    assert "Old Town, Bar · Marta Klein · 50.00\u00a0EUR" in verified_advice(verified, "Europe/Berlin", "en")


def test_an_altered_amount_is_found(tmp_path: Path) -> None:
    counter = a_till(tmp_path)
    text = code_of(counter, counter.sell(LINES, []).event)
    proof = read_receipt(text)
    assert proof is not None
    forged = sign_receipt(replace(proof, paid_minor=50_000), SigningKey(bytes([3]) * 32))
    verified = counter.receipts.verify(forged)
    assert not verified.proved
    assert verified.signature is Signature.ALTERED
    assert verified_sentence(verified, "ru").startswith("Чек изменён")
    assert verified_advice(verified, "Europe/Berlin", "ru").startswith("На нём написано: Чек 1")


def test_an_event_that_is_held_with_another_content_proves_nothing(tmp_path: Path) -> None:
    counter = a_till(tmp_path)
    proof = read_receipt(code_of(counter, counter.sell(LINES, []).event))
    assert proof is not None
    key = SigningKey(the_till(counter).secrets.signing_seed)
    verified = counter.receipts.verify(sign_receipt(replace(proof, hash=bytes(32)), key))
    assert (verified.signature, verified.held, verified.proved) == (Signature.GOOD, Held.DIFFERENT, False)
    assert "tell the office" in verified_sentence(verified, "en")


def test_other_networks_tills_and_lives_are_told_apart(tmp_path: Path) -> None:
    counter = a_till(tmp_path)
    proof = read_receipt(code_of(counter, counter.sell(LINES, []).event))
    assert proof is not None
    key = SigningKey(bytes([3]) * 32)
    others = {
        "network": replace(proof, network=99),
        "till": replace(proof, till=99),
        "life": replace(proof, incarnation=9, event=uuid4()),
    }
    said = {
        name: counter.receipts.verify(sign_receipt(other, key)).signature for name, other in others.items()
    }
    assert said == {
        "network": Signature.OTHER_NETWORK,
        "till": Signature.UNCHECKED,
        "life": Signature.UNKNOWN_TILL,
    }


def test_another_tills_receipt_is_checked_without_the_office_by_the_keys_that_it_has_told(
    tmp_path: Path,
) -> None:
    other = SigningKey(bytes([3]) * 32)
    told = {99: TillSeen(name="Terrace", restaurant=22, keys={4: other.public})}
    counter = a_till(tmp_path, tills=told, restaurants={22: "Garden"})
    proof = read_receipt(code_of(counter, counter.sell(LINES, []).event))
    assert proof is not None
    theirs = replace(proof, till=99, incarnation=4)
    good = counter.receipts.verify(sign_receipt(theirs, other))
    assert (good.signature, good.held, good.proved) == (Signature.GOOD, Held.UNASKED, True)
    assert (good.till_name, good.restaurant_name) == ("Terrace", "Garden")
    assert "Garden, Terrace" in verified_advice(good, "UTC", "en")
    thief = counter.receipts.verify(sign_receipt(theirs, SigningKey(bytes([4]) * 32)))
    assert (thief.signature, thief.proved) == (Signature.ALTERED, False)
    later = counter.receipts.verify(sign_receipt(replace(theirs, incarnation=5), other))
    assert later.signature is Signature.UNCHECKED


def test_the_offices_letterhead_is_printed_where_the_till_has_none_of_its_own(tmp_path: Path) -> None:
    row = LetterheadRow(
        name="Garden by Ada",
        address=("Marktgasse 1", "10178 Berlin"),
        tax_id="DE 123",
        thanks="Come again",
        logo="a1",
    )
    counter = a_till(tmp_path, letterheads={RESTAURANT: row}, logos={"a1": A_LOGO}, language="ru")
    sold = counter.sell(LINES, [])
    slip = counter.receipts.slip(sold.event, Letterhead())
    texts = [block.text for block in slip.blocks if isinstance(block, Text)]
    assert texts[1:5] == ["Garden by Ada", "Marktgasse 1", "10178 Berlin", "ИНН DE 123"]
    assert texts[-1] == "Come again"
    assert [block.picture for block in slip.blocks if isinstance(block, Logo)] == [A_LOGO]
    own = Letterhead(head=("Hall 7",), foot=("Bye",), logo=tmp_path / "own.png")
    slip = counter.receipts.slip(sold.event, own)
    texts = [block.text for block in slip.blocks if isinstance(block, Text)]
    assert (texts[1:3], texts[-1]) == (["Garden by Ada", "Hall 7"], "Bye")
    assert [block.picture for block in slip.blocks if isinstance(block, Logo)] == [tmp_path / "own.png"]


def test_a_text_that_is_no_receipt_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError) as raised:
        a_till(tmp_path).receipts.verify("LUNCH")
    assert raised.value.reason == "not_a_receipt"


def test_the_settings_make_the_setup(tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path,
        printer="tcp://10.0.0.5",
        printer_width=58,
        printer_letters="cp1251",
        receipt_head="Marktgasse 1| 10178 Berlin |",
        receipt_foot="Bye",
        print_auto=True,
    )
    setup = setup_of(settings)
    assert (str(setup.address), setup.paper.columns, setup.letters) == ("tcp://10.0.0.5:9100", 32, "cp1251")
    assert letterhead_of(settings) == Letterhead(head=("Marktgasse 1", "10178 Berlin"), foot=("Bye",))
    with pytest.raises(UserError) as raised:
        setup_of(replace(settings, printer="usb:0:0"))
    assert raised.value.reason == "bad_setting"
