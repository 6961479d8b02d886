"""The bill: items and amounts together, points, rewards, wallet, the better choice of codes, and undoing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from pos_app.ui.basket import MAX_LINES, MAX_QUANTITY, Basket
from pos_app.ui.till_window import SMALLEST, TillWindow
from pos_app.ui.widgets.stage import Page
from pos_app.ui.words.speech import Speech
from pos_app.usecases.source import Source
from sync.protocol.feed import Product
from sync.protocol.payloads import Redemption, Sale, Void
from tests.builders.rich_world import PRODUCTS, a_rich_home
from tests.builders.till_window import (
    CARD,
    LUNCH,
    USED,
    VIP,
    VOUCHER,
    scan,
    settle,
    signed_in,
    wait_for,
)
from tests.pos_app.ui.conftest import Open
from tests.pos_app.ui.test_accessibility import looked_at

Opening = Callable[[Callable[..., TillWindow]], Open]


@pytest.fixture
def shop(opening: Opening, tmp_path: Path) -> TillWindow:
    """A till with a catalogue and rewards, holding 120 of Anna's points."""
    window = opening(signed_in)(a_rich_home(tmp_path / "shop"))
    settle(window)
    return window


def touch(window: TillWindow, name: str, times: int = 1) -> None:
    tile = next(tile for tile in window.till.items.tiles if tile.accessibleName().startswith(name))
    for _ in range(times):
        QTest.mouseClick(tile, Qt.MouseButton.LeftButton)
    settle(window)


def figures(window: TillWindow) -> tuple[str, str, str]:
    total, off, paid = (figure.text().replace("\u00a0EUR", "") for figure in window.till.basket.figures)
    return total, off, paid


def sales(window: TillWindow) -> list[Sale]:
    assert window.flow.running is not None
    latest = window.flow.running.counter.latest_sales(50)
    return [each.payload for each in latest if isinstance(each.payload, Sale)]


def confirm(window: TillWindow) -> Sale:
    QTest.mouseClick(window.till.basket.confirm_button, Qt.MouseButton.LeftButton)
    settle(window)
    return sales(window)[0]


def test_three_touches_sell_an_item_to_whoever_shows_a_code(shop: TillWindow) -> None:
    shop.take_scan(LUNCH, Source.WEDGE)
    settle(shop)
    touch(shop, "Espresso")
    sale = confirm(shop)
    assert (sale.total_minor, sale.paid_minor) == (280, 252)
    assert [(line.item, line.category, line.quantity) for line in sale.lines] == [("ESPRESSO", "Coffee", 1)]


def test_items_and_an_amount_stand_on_one_bill_and_keep_their_tax_groups(shop: TillWindow) -> None:
    touch(shop, "Latte", times=2)
    touch(shop, "Tomato")
    shop.enter_amount("3.50")
    settle(shop)
    assert figures(shop) == ("18.80", "–", "18.80")
    row = shop.till.basket.applied.lines[0]
    assert (row.title.text(), row.note.text(), row.value.text()) == ("Latte macchiato", "2 × 4.20", "8.40")
    sale = confirm(shop)
    assert [(line.item, line.quantity, line.amount_minor, line.tax_group) for line in sale.lines] == [
        ("LATTE", 2, 840, "standard"),
        ("SOUP", 1, 690, "reduced"),
        (None, 1, 350, "standard"),
    ]


def test_fewer_and_more_change_the_pieces_and_the_last_one_takes_the_line_off(shop: TillWindow) -> None:
    touch(shop, "Espresso")
    row = shop.till.basket.applied.lines[0]
    for _ in range(2):
        QTest.mouseClick(row.more_button, Qt.MouseButton.LeftButton)
    settle(shop)
    assert figures(shop)[0] == "8.40"
    for _ in range(3):
        QTest.mouseClick(row.less_button, Qt.MouseButton.LeftButton)
    settle(shop)
    assert shop.desk_open.basket.empty
    assert not shop.till.basket.confirm_button.isEnabled()


def test_so_many_times_is_typed_before_an_item_or_an_amount(shop: TillWindow) -> None:
    shop.enter_amount("3×")
    touch(shop, "Espresso")
    assert [line.quantity for line in shop.desk_open.basket.bill] == [3]
    shop.enter_amount("2*4,50+")
    settle(shop)
    assert shop.till.basket.amount.text() == ""
    assert figures(shop)[0] == "17.40"
    sale = confirm(shop)
    assert [(line.amount_minor, line.quantity) for line in sale.lines] == [(840, 3), (900, 2)]


def test_the_catalogue_is_searched_by_the_beginnings_of_words_and_by_category(shop: TillWindow) -> None:
    def shown() -> list[str]:
        return [tile.accessibleName().split(",")[0] for tile in shop.till.items.tiles if tile.isVisible()]

    assert len(shown()) == 3
    shop.till.items.search.setText("mac la")
    assert shown() == ["Latte macchiato"]
    QTest.keyClick(shop.till.items.search, Qt.Key.Key_Return)
    settle(shop)
    assert [line.product for line in shop.desk_open.basket.bill] == [PRODUCTS[1]]
    shop.till.items.search.setText("pizza")
    assert shown() == []
    assert "Nothing in the catalogue" in shop.till.items.nothing.text()
    shop.till.items.search.clear()
    shop.till.items.category.setCurrentIndex(2)
    assert shown() == ["Tomato soup"]


def test_points_pay_a_part_as_many_as_are_typed_or_as_many_as_can_be(shop: TillWindow) -> None:
    scan(shop, CARD)
    shop.enter_amount("20")
    settle(shop)
    panel = shop.till.guest
    panel.how_many.setText("7")
    QTest.mouseClick(panel.pay_button, Qt.MouseButton.LeftButton)
    settle(shop)
    assert figures(shop)[2] == "10.00"
    QTest.mouseClick(panel.pay_button, Qt.MouseButton.LeftButton)
    settle(shop)
    assert figures(shop)[2] == "17.00"
    QTest.mouseClick(panel.pay_button, Qt.MouseButton.LeftButton)
    settle(shop)
    assert figures(shop)[2] == "0.00"
    sale = confirm(shop)
    assert (sale.paid_minor, sale.points_spent, sale.points_paid_minor) == (1700, 17, 1700)
    assert sale.money_minor == 0
    assert shop.till.verdict.gives.text() == "Paid 0.00\u00a0EUR"
    assert shop.till.recent.list.rows[0].value.text() == "0.00"


def test_a_reward_is_taken_for_points_alone_and_its_sale_costs_nothing(shop: TillWindow) -> None:
    scan(shop, CARD)
    settle(shop)
    rows = shop.till.guest.choices.rows
    free = next(row for row in rows if row.title.text() == "Espresso for free")
    dear = next(row for row in rows if row.title.text() == "Chef's table")
    assert not dear.button.isEnabled()
    QTest.mouseClick(free.button, Qt.MouseButton.LeftButton)
    settle(shop)
    sale = confirm(shop)
    assert (sale.total_minor, sale.paid_minor, sale.points_spent, sale.reward_points) == (0, 0, 50, 50)
    assert [(line.item, line.reward, line.points) for line in sale.lines] == [("ESPRESSO", 1, 50)]


def test_points_that_went_for_a_reward_pay_no_bill_as_well(shop: TillWindow) -> None:
    scan(shop, CARD)
    shop.enter_amount("150")
    settle(shop)
    assert shop.till.guest.how_many.placeholderText() == "120"
    free = next(row for row in shop.till.guest.choices.rows if row.title.text() == "Espresso for free")
    QTest.mouseClick(free.button, Qt.MouseButton.LeftButton)
    settle(shop)
    assert shop.till.guest.how_many.placeholderText() == "70"


def test_taking_the_guest_off_takes_points_and_rewards_with_them(shop: TillWindow) -> None:
    scan(shop, CARD)
    shop.enter_amount("20")
    settle(shop)
    shop.till.guest.pay_button.click()
    settle(shop)
    shop.desk_open.bill.take_off(0)
    settle(shop)
    assert figures(shop)[2] == "20.00"
    assert not shop.till.stage.guest_tab.isEnabled()
    assert confirm(shop).points_spent == 0


def test_a_voucher_of_the_wallet_is_offered_only_where_it_would_apply_and_goes_on_by_one_touch(
    shop: TillWindow,
) -> None:
    scan(shop, CARD)
    shop.enter_amount("4")
    settle(shop)
    titles = [row.title.text() for row in shop.till.guest.choices.rows if not row.isHidden()]
    assert "BIRTHDAY-ANNA" not in titles
    shop.enter_amount("40")
    settle(shop)
    row = shop.till.guest.choices.rows[0]
    assert row.title.text() == "BIRTHDAY-ANNA"
    QTest.mouseClick(row.button, Qt.MouseButton.LeftButton)
    settle(shop)
    assert figures(shop)[2] == "17.00"
    assert "BIRTHDAY-ANNA" not in [
        row.title.text() for row in shop.till.guest.choices.rows if not row.isHidden()
    ]
    assert len(confirm(shop).redemptions) == 1


def test_a_better_choice_of_codes_is_offered_and_taken_by_a_key(shop: TillWindow) -> None:
    scan(shop, "ONE-OFF", "NINE-OFF")
    shop.enter_amount("30")
    settle(shop)
    assert figures(shop)[2] == "29.00"
    assert "8.00" in shop.till.basket.offer.sentence.text()
    assert "NINE-OFF" in shop.till.basket.take_better.text()
    shop.activateWindow()
    wait_for(shop.isActiveWindow)
    QTest.keyClick(shop, Qt.Key.Key_F10)
    settle(shop)
    assert figures(shop)[2] == "21.00"
    assert not shop.till.basket.offer.isVisible()
    assert len(confirm(shop).redemptions) == 1


def test_a_sale_is_undone_from_its_card_after_one_more_question(shop: TillWindow) -> None:
    shop.enter_amount("37.57")
    settle(shop)
    confirm(shop)
    card = shop.till.verdict
    assert "40.00: 2.43 back" in card.message.text()
    QTest.mouseClick(card.buttons[0], Qt.MouseButton.LeftButton)
    assert card.banner.text.headline == "Undo this sale?"
    assert shop.flow.running is not None
    voids = [each for each in shop.flow.running.counter.latest_sales(10) if isinstance(each.payload, Void)]
    assert voids == []
    QTest.mouseClick(card.buttons[0], Qt.MouseButton.LeftButton)
    settle(shop)
    assert (card.banner.text.headline, card.gives.text()) == ("Sale undone", "Give back 37.57\u00a0EUR")
    assert shop.till.recent.list.rows[0].note.text() == "Undone"


def test_a_sale_can_be_kept_when_the_question_comes(shop: TillWindow) -> None:
    shop.enter_amount("5")
    settle(shop)
    confirm(shop)
    shop.till.verdict.buttons[0].click()
    shop.till.verdict.buttons[1].click()
    settle(shop)
    assert shop.till.verdict.banner.text.headline == "The sale stands"
    assert shop.till.recent.list.rows[0].note.text() != "Undone"


def test_a_vips_order_goes_first_until_it_is_undone(shop: TillWindow) -> None:
    scan(shop, VIP)
    shop.enter_amount("120")
    settle(shop)
    confirm(shop)
    undo = shop.till.verdict.buttons[0]
    undo.click()
    undo.click()
    settle(shop)
    shop.enter_amount("9")
    settle(shop)
    confirm(shop)
    titles = [row.title.text() for row in shop.till.recent.list.rows[:2]]
    assert titles == ["No. 3", "No. 1"]


def test_a_new_sale_comes_on_top_and_the_others_keep_their_rows(shop: TillWindow) -> None:
    def row_of(number: int) -> object:
        return next(row for row in shop.till.recent.list.rows if row.title.text() == f"No. {number}")

    for amount in ("5", "6", "7"):
        shop.enter_amount(amount)
        settle(shop)
        confirm(shop)
    kept = [row_of(number) for number in (1, 2, 3)]
    shop.enter_amount("8")
    settle(shop)
    confirm(shop)
    rows = shop.till.recent.list.rows
    assert [(row.title.text(), row.value.text()) for row in rows] == [
        ("No. 4", "8.00"),
        ("No. 3", "7.00"),
        ("No. 2", "6.00"),
        ("No. 1", "5.00"),
    ]
    assert [row_of(number) for number in (1, 2, 3)] == kept
    wait_for(
        lambda: [row.y() for row in rows] == sorted(row.y() for row in rows), what="the rows in their places"
    )


def test_a_code_shown_while_a_sale_is_recorded_stands_on_the_next_bill(shop: TillWindow) -> None:
    shop.enter_amount("10")
    settle(shop)
    shop.desk_open.confirm()
    shop.take_scan(LUNCH, Source.WEDGE)
    shop.enter_amount("99")
    settle(shop)
    assert [sale.paid_minor for sale in sales(shop)] == [1000]
    assert [look.code.name for look in shop.desk_open.basket.look_ups if look.code] == ["Lunch −10 %"]
    assert shop.till.basket.amount.text() == ""


def test_a_sale_waits_for_the_code_that_is_being_judged(shop: TillWindow) -> None:
    shop.enter_amount("10")
    settle(shop)
    shop.take_scan(LUNCH, Source.WEDGE)
    shop.desk_open.confirm()
    assert not shop.till.basket.confirm_button.isEnabled()
    settle(shop)
    assert sales(shop) == []
    assert confirm(shop).paid_minor == 900


def test_two_scans_at_once_and_typing_in_between_lose_nothing(shop: TillWindow) -> None:
    shop.take_scan(LUNCH, Source.WEDGE)
    QTest.keyClicks(shop.till.basket.amount, "48")
    shop.take_scan(VOUCHER, Source.SERIAL)
    QTest.keyClicks(shop.till.basket.amount, ".60")
    settle(shop)
    assert shop.desk_open.basket.amount_minor == 4860
    assert {look.source for look in shop.desk_open.basket.look_ups} == {Source.WEDGE, Source.SERIAL}


@pytest.mark.parametrize(
    "typed", ["0×5", "5×-1", "×", "999999999×999999999", "1 2 3", "12.50++", "1e9", "٣٤٫٥"]
)
def test_odd_amounts_make_no_sale_that_nobody_meant(shop: TillWindow, typed: str) -> None:
    shop.enter_amount(typed)
    settle(shop)
    if shop.till.basket.confirm_button.isEnabled():
        assert shop.desk_open.basket.total_minor in (500, 1250)
    else:
        assert sales(shop) == []


def test_a_bill_never_grows_beyond_what_a_till_rings_up(shop: TillWindow) -> None:
    bill = shop.desk_open.bill
    bill.choose(PRODUCTS[0])
    bill.count(0, MAX_QUANTITY + 1)
    assert [line.quantity for line in shop.desk_open.basket.bill] == [1]
    assert "cannot take more" in shop.till.basket.problem.sentence.text()
    for number in range(MAX_LINES + 1):
        bill.choose(Product(item=f"P{number}", name=f"P{number}", price_minor=900_000_000))
    assert len(shop.desk_open.basket.bill) == MAX_LINES
    bill.count(1, MAX_QUANTITY)
    settle(shop)
    assert "too large" in shop.till.basket.problem.sentence.text()
    assert not shop.till.basket.confirm_button.isEnabled()


def test_typing_fast_asks_for_one_price_at_a_time_and_ends_with_the_right_one(shop: TillWindow) -> None:
    scan(shop, LUNCH)
    for end in range(1, 7):
        shop.enter_amount("1234.50"[:end])
    shop.enter_amount("1234.50")
    settle(shop)
    assert figures(shop) == ("1,234.50", "−123.45", "1,111.05")


def test_a_small_screen_shows_one_thing_at_a_time_and_keeps_the_focus(shop: TillWindow) -> None:
    shop.resize(*SMALLEST)
    QApplication.processEvents()
    stage = shop.till.stage
    stage.home()
    assert shop.till.items.isVisible()
    assert not shop.till.verdict.isVisible()
    scan(shop, CARD)
    assert shop.till.verdict.isVisible()
    assert not shop.till.items.isVisible()
    for page in (Page.AMOUNT, Page.ITEMS, Page.CODE):
        QTest.mouseClick(stage.tabs[page], Qt.MouseButton.LeftButton)
        assert stage.page is page
        assert QApplication.focusWidget() is not None
    QTest.mouseClick(stage.guest_tab, Qt.MouseButton.LeftButton)
    assert shop.till.guest.isVisible()
    assert QApplication.focusWidget() is not None


def test_the_next_sale_puts_the_last_one_away(shop: TillWindow) -> None:
    shop.enter_amount("5")
    settle(shop)
    confirm(shop)
    assert shop.till.verdict.banner.text.headline == "Sale done"
    touch(shop, "Espresso")
    assert shop.till.verdict.banner.text.headline == "Ready to scan"


def test_redemptions_of_a_sale_are_recorded_with_it(shop: TillWindow) -> None:
    scan(shop, LUNCH, VOUCHER)
    touch(shop, "Tomato", times=3)
    sale = confirm(shop)
    assert shop.flow.running is not None
    recent = shop.flow.running.counter.recent(20)
    uses = {each.committed.event for each in recent if isinstance(each.payload, Redemption)}
    assert set(sale.redemptions) == uses


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_state_of_a_bill_has_names_and_a_fingers_size_on_the_smallest_screen(
    shop: TillWindow, language: str
) -> None:
    shop.switch_language(language)
    scan(shop, "ONE-OFF", "NINE-OFF", CARD)
    touch(shop, "Espresso")
    shop.enter_amount("30")
    settle(shop)
    for page in (Page.CODE, Page.AMOUNT, Page.ITEMS, Page.GUEST):
        shop.till.stage.show_page(page)
        looked_at(shop)
    confirm(shop)
    looked_at(shop)
    shop.till.verdict.buttons[0].click()
    looked_at(shop)


@pytest.mark.parametrize(("zoom", "columns"), [(100, 3), (125, 2), (200, 1)])
def test_the_screen_lies_in_as_many_columns_as_there_is_room_for(
    opening: Opening, tmp_path: Path, zoom: int, columns: int
) -> None:
    window = opening(signed_in)(a_rich_home(tmp_path / "shop"), zoom=zoom)
    window.resize(*SMALLEST)
    QApplication.processEvents()
    screen = window.till
    places = {screen.camera.x(), screen.stage.x(), screen.basket.x()}
    assert len(places) == columns


def test_a_judged_code_shows_the_bill_once_and_once_more_when_it_is_priced(
    till: TillWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    bill, shown = till.desk_open.bill, 0
    show_sale = till.till.basket.show_sale

    def counting(basket: Basket, speech: Speech, *, ready: bool) -> None:
        nonlocal shown
        shown += 1
        show_sale(basket, speech, ready=ready)

    till.enter_amount("40")
    settle(till)
    monkeypatch.setattr(till.till.basket, "show_sale", counting)
    scan(till, LUNCH)
    assert bill.basket.priced is not None
    assert shown == 2
    assert till.till.basket.confirm_button.isEnabled()
    scan(till, USED)
    assert shown == 2
    assert till.till.basket.confirm_button.isEnabled()


def test_no_sale_is_confirmed_while_a_code_is_being_looked_up(till: TillWindow) -> None:
    till.enter_amount("40")
    settle(till)
    assert till.till.basket.confirm_button.isEnabled()
    till.take_scan(LUNCH, Source.WEDGE)
    assert not till.till.basket.confirm_button.isEnabled()
    settle(till)
    assert till.till.basket.confirm_button.isEnabled()
