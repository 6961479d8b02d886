"""What can be measured of how it looks: nothing cut off, nothing over another, no key too small, no bar in a bar."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget

from pos_app.ui.places.place import PlaceName
from pos_app.ui.screens.sales_screen import SalesScreen
from pos_app.ui.till_window import TillWindow
from pos_app.ui.widgets.finger_area import FingerArea
from pos_app.ui.widgets.stage import Page
from pos_app.usecases.condition import Condition
from sync.rules.user_error import UserError
from tests.builders.rich_world import a_rich_home
from tests.builders.till_window import CARD, LUNCH, VOUCHER, scan, sell, settle, signed_in
from tests.pos_app.ui.conftest import Open
from tests.screens.faults import faults

Opening = Callable[[Callable[..., TillWindow]], Open]
AWAY = UserError("unreachable", "The central office cannot be reached.", "Try again in a moment.")


@pytest.fixture(params=[("en", 1024, 600), ("ru", 1024, 600), ("ru", 1280, 800), ("en", 3840, 2160)])
def shop(request: pytest.FixtureRequest, opening: Opening, tmp_path: Path) -> TillWindow:
    language, width, height = request.param
    window = opening(signed_in)(a_rich_home(tmp_path / "shop"), language=language)
    window.resize(width, height)
    settle(window)
    return window


def seen(window: TillWindow) -> list[str]:
    for _ in range(3):
        QApplication.processEvents()
    return faults(window)


def bars(widget: QWidget) -> int:
    """Count the bars that scroll up and down in a widget."""
    areas = widget.findChildren(QScrollArea)
    return sum(area.isVisible() and area.verticalScrollBar().isVisible() for area in areas)


def test_a_guest_with_a_full_wallet_on_every_page_and_below_every_line(shop: TillWindow) -> None:
    shop.till.items.tiles[0].click()
    scan(shop, LUNCH, CARD)
    for page in (Page.CODE, Page.GUEST, Page.AMOUNT, Page.ITEMS):
        shop.till.stage.show_page(page)
        assert seen(shop) == []
        assert bars(shop.till.verdict) <= 1
    shop.conditions.changed.emit(Condition(clock_in_doubt=True))
    assert seen(shop) == []
    shop.around.fail(AWAY)
    assert seen(shop) == []


def test_what_can_be_asked_about_a_sale(shop: TillWindow) -> None:
    sell(shop, "40", [LUNCH, CARD])
    assert seen(shop) == []
    shop.show_help()
    assert seen(shop) == []
    shop.sheets.close_all()
    shop.till.verdict.chosen.emit("receipt")
    settle(shop)
    assert shop.sheets.up is not None
    assert seen(shop) == []
    shop.sheets.close_all()
    shop.places.go(PlaceName.SALES)
    settle(shop)
    screen = shop.places.place(PlaceName.SALES).screen
    assert isinstance(screen, SalesScreen)
    screen.list.picked.emit(0)
    settle(shop)
    assert seen(shop) == []
    screen.refund.click()
    assert seen(shop) == []


@pytest.mark.parametrize(("width", "height"), [(1024, 600), (1280, 800), (1920, 1080)])
def test_twice_the_size_scrolls_one_way_and_one_thing(
    opening: Opening, tmp_path: Path, width: int, height: int
) -> None:
    window = opening(signed_in)(a_rich_home(tmp_path / "shop"), language="ru", zoom=200)
    window.resize(width, height)
    scan(window, LUNCH, CARD)
    window.enter_amount("30")
    settle(window)
    for place in (PlaceName.SELL, PlaceName.SETTINGS):
        window.places.go(place)
        settle(window)
        found = seen(window)
        assert [fault for fault in found if "bar" not in fault or "BillList" in fault] == []
        sideways = [area.horizontalScrollBar() for area in window.findChildren(QScrollArea)]
        assert not any(bar.isVisible() for bar in sideways)


@pytest.mark.parametrize(("width", "height"), [(1024, 600), (1920, 1080)])
def test_at_twice_the_size_the_page_scrolls_and_not_the_verdict_within_it(
    opening: Opening, tmp_path: Path, width: int, height: int
) -> None:
    window = opening(signed_in)(a_rich_home(tmp_path / "shop"), language="ru", zoom=200)
    window.resize(width, height)
    card = window.till.verdict
    (area,) = card.findChildren(FingerArea)
    for code in (CARD, VOUCHER, "NO-SUCH-CODE", CARD):
        scan(window, code)
        assert [fault for fault in seen(window) if "VerdictCard" in fault or "FingerArea" in fault] == []
        assert area.verticalScrollBar().maximum() == 0
        for words in card.findChildren(QLabel):
            assert not words.isVisible() or words.height() >= words.heightForWidth(words.width())
        room = window.places.room(PlaceName.SELL)
        top = card.banner.mapTo(room.viewport(), QPoint(0, 0)).y()
        assert 0 <= top < room.viewport().height() - card.banner.height() // 2


def test_half_a_card_counts_what_the_guest_may_have_and_a_touch_lists_it(
    opening: Opening, tmp_path: Path
) -> None:
    window = opening(signed_in)(a_rich_home(tmp_path / "shop"))
    window.resize(1280, 800)
    window.till.items.tiles[0].click()
    scan(window, CARD)
    guest = window.till.guest
    assert guest.more.accessibleName() == "Vouchers and rewards: 2"
    assert not guest.choices.isVisible()
    QTest.mouseClick(guest.more, Qt.MouseButton.LeftButton)
    assert window.till.stage.page is Page.GUEST
    assert [row.isVisible() for row in guest.choices.rows] == [True, True]
    assert not guest.more.isVisible()


def test_a_picture_taken_at_once_shows_new_rows_in_their_places(till: TillWindow, tmp_path: Path) -> None:
    rows = till.till.recent.list.show_rows(3)
    for number, row in enumerate(rows):
        row.say(f"No. {number}", "12:00", "9.50")
    till.grab_to(tmp_path / "at-once.png")
    width = till.till.recent.list.viewport().width()
    assert [row.width() for row in rows] == [width] * 3
    tops = [row.y() for row in rows]
    assert tops == sorted(set(tops))
    assert all(row.isVisible() for row in rows)
