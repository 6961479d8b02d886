"""The counter: scan, see what it gives, enter the amount, confirm. Green only after COMMIT."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from pos_app.scanner.read import Read
from pos_app.ui.till_window import TillWindow
from pos_app.ui.widgets.stage import Page
from pos_app.usecases.source import Source
from sync.protocol.payloads import Attempt, Redemption, Sale
from tests.builders.till_window import (
    CARD,
    LUNCH,
    REFERRAL,
    USED,
    VIP,
    VOUCHER,
    scan,
    sell,
    settle,
    wait_for,
)


def banner(window: TillWindow) -> tuple[str, str]:
    text = window.till.verdict.banner.text
    return text.tone, text.headline


def journal(window: TillWindow, kind: type) -> list[object]:
    assert window.flow.running is not None
    return [
        each.payload for each in window.flow.running.counter.recent(100) if isinstance(each.payload, kind)
    ]


def attempts(window: TillWindow) -> list[str]:
    assert window.flow.running is not None
    desk = window.flow.running.desk
    return [
        each.payload.reason
        for each in desk.files.call(lambda: desk.till.journal.recent(100))
        if isinstance(each.payload, Attempt)
    ]


def test_a_good_code_is_green_with_a_check_and_what_it_gives(till: TillWindow) -> None:
    scan(till, LUNCH)
    text = till.till.verdict.text
    assert text is not None
    assert (text.banner.tone, text.banner.sign, text.banner.subject) == ("accept", "accept", "Lunch −10 %")
    assert text.gives == "10 % off"
    assert till.till.basket.applied.rows[0].title.text() == "Lunch −10 %"


@pytest.mark.parametrize(("width", "height"), [(1024, 600), (1920, 1080)])
def test_the_answer_is_painted_before_its_words_and_where_it_then_stays(
    till: TillWindow, width: int, height: int
) -> None:
    till.resize(width, height)
    till.till.stage.show_page(Page.ITEMS)
    QApplication.processEvents()
    verdict = till.till.verdict
    assert verdict.isVisible() is (height > 600)
    seen: list[tuple[str, QRect, str]] = []

    def look() -> None:
        at = verdict.banner.mapTo(till, QPoint(0, 0))
        seen.append((verdict.banner.text.headline, QRect(at, verdict.banner.size()), verdict.message.text()))

    before = verdict.message.text()
    verdict.painted.connect(look)
    scan(till, LUNCH)
    headline, place, words = seen[0]
    assert (headline, words) == ("Accepted", before)
    assert verdict.message.text() != before
    assert place == QRect(verdict.banner.mapTo(till, QPoint(0, 0)), verdict.banner.size())


def test_a_used_code_is_red_and_says_when_where_and_what_to_do(till: TillWindow) -> None:
    scan(till, USED)
    text = till.till.verdict.text
    assert text is not None
    assert (text.banner.tone, text.banner.sign) == ("refuse", "refuse")
    assert "Harbour Café" in text.message
    assert "Sell without this code" in text.advice
    assert not till.desk_open.basket.look_ups


def test_an_unknown_code_tells_how_old_the_tills_knowledge_is(till: TillWindow) -> None:
    scan(till, "NO-SUCH-CODE")
    text = till.till.verdict.text
    assert text is not None
    assert text.banner.headline == "Unknown code"
    assert any("as of" in fact for _, fact in text.facts)


def test_a_balance_carries_the_instant_at_which_it_was_true(till: TillWindow) -> None:
    scan(till, CARD)
    text = till.till.verdict.text
    assert text is not None
    assert text.banner.subject == "Anna Petrova · …4321"
    assert till.till.guest.points.text() == "3420 points as of 2026-01-01 13:00"


def test_a_sale_is_done_only_when_it_stands_in_the_journal(till: TillWindow) -> None:
    scan(till, LUNCH, CARD, VOUCHER)
    till.enter_amount("48.60")
    settle(till)
    assert till.till.basket.figures[2].text() == "32.93\u00a0EUR"
    seen: list[list[object]] = []
    till.sale_done.connect(lambda _sold: seen.append(journal(till, Sale)))
    till.confirm()
    settle(till)
    assert banner(till) == ("accept", "Sale done")
    (sale,) = seen[0]
    assert isinstance(sale, Sale)
    assert (sale.total_minor, sale.discount_minor, sale.paid_minor) == (4860, 1567, 3293)
    assert len(journal(till, Redemption)) == 2
    assert till.desk_open.basket.empty
    assert till.till.basket.amount.text() == ""


def test_confirm_pressed_twice_sells_once(till: TillWindow) -> None:
    till.enter_amount("10")
    settle(till)
    till.desk_open.confirm()
    till.desk_open.confirm()
    settle(till)
    assert len(journal(till, Sale)) == 1


def test_what_a_bill_does_not_take_stays_out_of_the_sale(till: TillWindow) -> None:
    scan(till, LUNCH, VOUCHER)
    till.enter_amount("12.40")
    settle(till)
    row = till.till.basket.applied.rows[0]
    assert (row.title.text(), row.note.text(), row.value.text()) == (
        "Gift voucher 5 €",
        "Bill too small",
        "–",
    )
    assert "15.00" in row.accessibleDescription()
    till.confirm()
    settle(till)
    (sale,) = journal(till, Sale)
    assert isinstance(sale, Sale)
    assert (sale.paid_minor, len(sale.redemptions)) == (1116, 1)


def test_a_code_is_taken_off_by_its_own_button_wherever_it_is_listed(till: TillWindow) -> None:
    scan(till, LUNCH, VOUCHER)
    till.enter_amount("12.40")
    settle(till)
    QTest.mouseClick(till.till.basket.applied.rows[0].off, Qt.MouseButton.LeftButton)
    settle(till)
    assert [look.code.name for look in till.desk_open.basket.look_ups if look.code] == ["Lunch −10 %"]


def test_the_same_code_twice_counts_once(till: TillWindow) -> None:
    scan(till, LUNCH, LUNCH)
    assert banner(till) == ("ask", "Already on the bill")
    assert len(till.desk_open.basket.look_ups) == 1


def test_a_second_guests_card_replaces_the_first(till: TillWindow) -> None:
    scan(till, CARD)
    scan(till, LUNCH)
    till.desk_open.basket.texts.clear()
    scan(till, CARD)
    assert [look.guest is not None for look in till.desk_open.basket.look_ups] == [False, True]


def test_a_vips_sale_stands_first_and_is_marked_by_more_than_colour(till: TillWindow) -> None:
    sell(till, "120", [VIP])
    sell(till, "9.50")
    settle(till)
    first, second = till.till.recent.list.rows[:2]
    assert first.tag.isVisible()
    assert first.tag.text() == "VIP"
    assert first.value.text() == "96.00"
    assert not second.tag.isVisible()


@pytest.mark.parametrize(
    ("typed", "minor"), [("12.40", 1240), ("12,4", 1240), ("1 234,50", 123450), ("12.", 1200), ("7", 700)]
)
def test_amounts_are_understood_as_countries_write_them(till: TillWindow, typed: str, minor: int) -> None:
    till.enter_amount(typed)
    settle(till)
    assert till.desk_open.basket.amount_minor == minor
    assert till.till.basket.confirm_button.isEnabled()


@pytest.mark.parametrize("typed", ["", "0", "-5", "abc", "1,234", "12.345", "9" * 20])
def test_what_is_no_amount_cannot_be_confirmed(till: TillWindow, typed: str) -> None:
    till.enter_amount(typed)
    settle(till)
    assert not till.till.basket.confirm_button.isEnabled()
    assert till.till.basket.problem.isVisible() == (typed not in ("", "0"))
    till.desk_open.confirm()
    settle(till)
    assert journal(till, Sale) == []


def test_the_keypad_types_what_the_language_writes(till: TillWindow) -> None:
    till.switch_language("ru")
    for key in ("4", "2", ".", "5", "0", "back"):
        QTest.mouseClick(till.till.keypad.keys[key], Qt.MouseButton.LeftButton)
    assert till.till.basket.amount.text() == "42,5"
    assert till.desk_open.basket.amount_minor == 4250


def test_a_code_whose_bytes_are_no_text_is_refused_and_noted(till: TillWindow) -> None:
    till.desk_open.take(Read("", bytes(range(256)) * 12, ((0, 0), (1, 0), (1, 1), (0, 1))), Source.CAMERA)
    settle(till)
    assert banner(till) == ("refuse", "Unreadable")


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE codes; --", "A\x00B\x1bC\n", "\ud800", "x" * 4000, "😀" * 50]
)
def test_odd_codes_are_refused_and_harm_nothing(till: TillWindow, text: str) -> None:
    till.desk_open.look_up(text, Source.CAMERA)
    settle(till)
    assert till.till.verdict.banner.text.tone == "refuse"
    scan(till, LUNCH)
    assert banner(till)[0] == "accept"


def test_a_limited_code_without_a_lease_says_that_it_needs_the_office_or_a_guest(till: TillWindow) -> None:
    scan(till, REFERRAL)
    assert till.till.verdict.banner.text.tone == "refuse"
    assert till.till.verdict.advice.sentence.text()


def test_starting_over_forgets_amount_and_codes(till: TillWindow) -> None:
    scan(till, LUNCH, VOUCHER)
    till.enter_amount("30")
    settle(till)
    QTest.mouseClick(till.till.basket.empty, Qt.MouseButton.LeftButton)
    settle(till)
    assert till.desk_open.basket.empty
    assert banner(till) == ("quiet", "Ready to scan")


def test_a_whole_sale_by_keyboard_alone(till: TillWindow) -> None:
    till.activateWindow()
    wait_for(till.isActiveWindow)
    QTest.keyClick(till, Qt.Key.Key_F2)
    QTest.keyClicks(till.till.camera.code, LUNCH)
    QTest.keyClick(till.till.camera.code, Qt.Key.Key_Return)
    settle(till)
    QTest.keyClick(till, Qt.Key.Key_F5)
    QTest.keyClicks(till.till.basket.amount, "20")
    settle(till)
    QTest.keyClick(till, Qt.Key.Key_F9)
    settle(till)
    assert banner(till) == ("accept", "Sale done")
    QTest.keyClick(till, Qt.Key.Key_Escape)
    assert banner(till) == ("quiet", "Ready to scan")


def test_the_language_is_switched_in_the_middle_of_a_sale(till: TillWindow) -> None:
    scan(till, USED)
    till.switch_language("ru")
    settle(till)
    assert banner(till) == ("refuse", "Использован")
    assert till.till.basket.confirm_button.text().strip() == "Подтвердить"
    till.enter_amount("-1")
    assert till.till.basket.problem.sentence.text() == "Сумма не может быть отрицательной."
    till.switch_language("en")
    assert banner(till)[1] == "Used up"


def test_choices_are_kept_for_the_next_start(till: TillWindow, home: Path) -> None:
    from pos_app.settings import load_settings

    till.switch_language("ru")
    till.switch_theme("dark")
    settle(till)
    kept = load_settings({"home": home}, {})
    assert (kept.language, kept.theme) == ("ru", "dark")
