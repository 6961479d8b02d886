"""What stands on a receipt, in both languages and at both widths."""

import re

import pytest

from pos_app.receipts.content import GuestPart, Item, Kind, Letterhead, Original
from pos_app.receipts.layout import receipt_slip, report_slip, trial_slip
from pos_app.receipts.slip import Code, Slip
from pos_app.receipts.typeset import NARROW, PAPERS, WIDE, Paper, Printed, typeset
from pos_app.receipts.words import points
from tests.builders.receipts import PROOF, a_receipt


def lines_of(slip: Slip, paper: Paper = WIDE) -> list[str]:
    return [
        re.sub(" {2,}", " | ", line.text.strip().replace("\u00a0", " "))
        for line in typeset(slip, paper)
        if isinstance(line, Printed)
    ]


def test_a_sales_receipt_says_who_sold_what_when_and_for_how_much() -> None:
    receipt = a_receipt(letterhead=Letterhead(head=("Marktgasse 1",), foot=("See you soon",)))
    lines = lines_of(receipt_slip(receipt, "en"))
    for expected in (
        "Trattoria",
        "Old Town",
        "Marktgasse 1",
        "VIP – first in the queue",
        "Receipt 17 | 2026-01-01 13:00",
        "Till | Bar",
        "Cashier | Marta Klein",
        "2 × Espresso | 5.60",
        "Amount | 1,234.40",
        "Total | 1,240.00",
        "Discount | −5.00",
        "Lunch offer | −4.00",
        "Tier GOLD | −1.00",
        "To pay | 1,235.00 EUR",
        "with points | 5.00",
        "in money | 1,230.00",
        "Tax group food | 1,230.00",
        "Points spent | 500",
        "Points earned | 21",
        "Balance as of 2026-01-01 13:00 | 3420 points",
        "See you soon",
    ):
        assert expected in lines


def test_amounts_dates_and_plurals_follow_the_language() -> None:
    lines = lines_of(receipt_slip(a_receipt(guest=GuestPart(balance=3421, as_of_ms=a_receipt().at_ms)), "ru"))
    assert "Чек № 17 | 01.01.2026 13:00" in lines
    assert "К оплате | 1 235,00 EUR" in lines
    assert "Баланс на 01.01.2026 13:00 | 3421 балл" in lines
    assert [points(count, "ru") for count in (1, 3, 11, 25)] == [
        "1 балл",
        "3 балла",
        "11 баллов",
        "25 баллов",
    ]
    assert points(1, "en") == "1 point"


def test_a_reprint_says_that_it_is_a_copy_and_a_first_print_does_not() -> None:
    assert not any("COPY" in line for line in lines_of(receipt_slip(a_receipt(), "en")))
    assert "COPY 3" in lines_of(receipt_slip(a_receipt(copy=3), "en"))


def test_a_refund_names_the_sale_it_gives_back_and_with_what() -> None:
    refund = a_receipt(
        kind=Kind.REFUND,
        number=18,
        items=(Item(name="Espresso", amount_minor=280),),
        off=(),
        paid_minor=280,
        points_minor=100,
        guest=GuestPart(back=100, taken=3),
        vip=False,
        reason="Goods returned",
        original=Original(receipt=17, at_ms=a_receipt().at_ms, event="e"),
    )
    lines = lines_of(receipt_slip(refund, "en"))
    for expected in (
        "Refund 18 | 2026-01-01 13:00",
        "Of receipt 17 | of 2026-01-01 13:00",
        "Reason | Goods returned",
        "Given back | 2.80 EUR",
        "with points | 1.00",
        "in money | 1.80",
        "Points returned | 100",
        "Points taken back | 3",
    ):
        assert expected in lines
    assert "Thank you!" not in lines


def test_a_void_of_another_tills_sale_names_its_event() -> None:
    void = a_receipt(kind=Kind.VOID, original=Original(event="0198-abc"))
    assert "Of the sale 0198-abc" in lines_of(receipt_slip(void, "en"))


def test_a_receipt_that_cannot_be_signed_names_its_event_in_place_of_the_code() -> None:
    slip = receipt_slip(a_receipt(proof="", event="0198-abc"), "en")
    assert not any(isinstance(line, Code) for line in typeset(slip, WIDE))
    assert "Event 0198-abc" in lines_of(slip)
    signed = typeset(receipt_slip(a_receipt(), "en"), WIDE)
    assert [line.text for line in signed if isinstance(line, Code)] == [PROOF]


@pytest.mark.parametrize("paper", PAPERS.values(), ids=str)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_line_is_wider_than_the_paper_and_no_word_is_lost(paper: Paper, language: str) -> None:
    long = "Überlanger Gerichtname mit Trüffeln und allem was dazugehört sowie Nachspeise"
    slip = receipt_slip(
        a_receipt(
            items=(Item(name=long, amount_minor=99_999_999_999), Item(name="x" * 120, amount_minor=1)),
            cashier="Maximiliane von Habenichts-Obendrein zu Untersberg",
            restaurant_name="Zum goldenen Hirschen an der alten Brücke im Tal",
        ),
        language,
    )
    printed = [line for line in typeset(slip, paper) if isinstance(line, Printed)]
    assert all(len(line.text) <= (paper.columns // 2 if line.large else paper.columns) for line in printed)
    together = " ".join(line.text for line in printed)
    assert all(word in together for word in long.split())
    assert "".join(line.text for line in printed).count("x") >= 120


def test_a_report_keeps_its_sections_parts_and_alarms() -> None:
    sections = (
        ("Drawer", (("Should be there", "42.00 EUR", False, False), ("Difference", "−1.00 EUR", True, True))),
    )
    slip = report_slip("Z report 3", sections, network_name="N", restaurant_name="R", letterhead=Letterhead())
    printed = [line for line in typeset(slip, NARROW) if isinstance(line, Printed)]
    texts = [line.text for line in printed]
    assert "Z report 3".center(16).rstrip() in texts
    assert any(text.startswith("  Difference") and text.endswith("−1.00 EUR") for text in texts)
    assert next(line for line in printed if "Difference" in line.text).bold


def test_the_trial_fills_the_whole_width() -> None:
    slip = trial_slip(width_mm=58, columns=32, code="X", letterhead=Letterhead(), language="ru")
    assert "12345678901234567890123456789012" in lines_of(slip, NARROW)
