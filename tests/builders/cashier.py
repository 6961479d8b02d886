"""Somebody who works at a till's window by keys, touches and scans alone, as at a counter."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from pos_app.ui.flow import Screen
from pos_app.ui.places.place import PlaceName
from pos_app.ui.places.rail import KEYS
from pos_app.ui.screens.guests_screen import GuestsScreen, Page
from pos_app.ui.screens.sales_screen import SalesScreen
from pos_app.ui.screens.shift_screen import ShiftScreen
from pos_app.ui.sheets.cash_sheet import CashSheet
from pos_app.ui.sheets.pin_sheet import PinSheet
from pos_app.ui.sheets.reason_sheet import ReasonSheet
from pos_app.ui.till_window import TillWindow
from pos_app.ui.widgets.pick_list import PickList
from pos_app.usecases.results import LookUp, Sold
from tests.builders.fingers import PERSON_MS, SCANNER_MS, Fingers
from tests.builders.till_window import settle, wait_for

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


class Cashier:
    """Hands at one window. ``sold`` and ``judged`` are what the till has said so far."""

    def __init__(self, window: TillWindow) -> None:
        self.window = window
        self.sold: list[Sold] = []
        self.judged: list[LookUp] = []
        window.sale_done.connect(self.sold.append)
        window.verdict_shown.connect(self.judged.append)
        window.activateWindow()
        wait_for(window.isActiveWindow, what="the window's focus")
        self._fingers = Fingers(window)

    # Hands.

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press one key, and wait until what it does is done."""
        self._fingers.press(key, held)
        settle(self.window)

    def type(self, text: str, into: Callable[[], str] | None = None) -> None:
        """Type where the focus is; ``into`` tells what the field holds, and is waited for."""
        self._fingers.send(text, gap_ms=PERSON_MS)
        if into is not None:
            wait_for(lambda: into() == text, what=f"{text!r} in its field")
            settle(self.window)

    def scan(self, text: str) -> LookUp:
        """Pull the trigger of a hand scanner that types; return what the till said."""
        before = len(self.judged)
        self._fingers.send(text, gap_ms=SCANNER_MS, enter=True)
        wait_for(lambda: len(self.judged) > before, what=f"the verdict on {text}")
        settle(self.window)
        return self.judged[-1]

    def touch(self, button: QWidget) -> None:
        """Touch something that can be seen, and wait until what it does is done."""
        assert button.isVisible(), f"{button.accessibleName()} cannot be seen"
        assert button.isEnabled(), f"{button.accessibleName()} cannot be touched"
        QTest.mouseClick(button, LEFT)
        settle(self.window)

    def choose(self, lines: PickList, number: int) -> None:
        """Touch a line of a list."""
        place = lines.visualRect(lines.model().index(number, 0))
        assert lines.viewport().rect().contains(place.center()), "the line cannot be seen"
        QTest.mouseClick(lines.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place.center())
        settle(self.window)

    def go(self, place: PlaceName) -> QWidget:
        """Go to a place by its key."""
        self.press(Qt.Key(ord(KEYS[place][-1])), CONTROL)
        assert self.window.places.now is self.window.places.place(place)
        return self.window.places.place(place).screen

    # Who stands there.

    def sign_in(self, pin: str) -> None:
        """Sign in on the keyboard."""
        assert self.window.screen_now is Screen.SIGN_IN
        self.type(pin)
        self.press(Qt.Key.Key_Return)
        wait_for(lambda: self.window.screen_now is Screen.TILL, what="the till screen")
        settle(self.window)

    def lock(self) -> None:
        """Leave the till for a moment."""
        self.press(Qt.Key.Key_L, CONTROL)
        wait_for(lambda: self.window.screen_now is Screen.SIGN_IN, what="the lock")
        settle(self.window)

    def show_badge(self, badge: str, name: str) -> None:
        """Take over from a colleague by badge."""
        self._fingers.send(badge, gap_ms=SCANNER_MS, enter=True)
        wait_for(lambda: name in self.window.bar.cashier.text(), what=f"{name} at the till")
        settle(self.window)

    # The sale.

    def type_code(self, text: str) -> LookUp:
        """Type a code by hand."""
        before = len(self.judged)
        self.press(Qt.Key.Key_F2)
        self.type(text, self.window.till.camera.code.text)
        self.press(Qt.Key.Key_Return)
        wait_for(lambda: len(self.judged) > before, what=f"the verdict on {text}")
        settle(self.window)
        return self.judged[-1]

    def type_amount(self, amount: str) -> None:
        """Type what is due."""
        self.press(Qt.Key.Key_F5)
        self.type(amount, self.window.till.basket.amount.text)

    def touch_amount(self, amount: str) -> None:
        """Touch what is due on the screen's keys."""
        self.press(Qt.Key.Key_F5)
        for figure in amount:
            QTest.mouseClick(self.window.till.keypad.keys[figure], LEFT)
        assert self.window.till.basket.amount.text() == amount
        settle(self.window)

    def touch_item(self, name: str) -> None:
        """Touch an item of the catalogue."""
        self.press(Qt.Key.Key_F7)
        tiles = self.window.till.items.tiles
        self.touch(next(tile for tile in tiles if tile.accessibleName().startswith(name)))

    def confirm(self) -> Sold:
        """Confirm; return what was recorded."""
        before = len(self.sold)
        self.press(Qt.Key.Key_F9)
        assert len(self.sold) == before + 1, self.window.till.verdict.message.text()
        return self.sold[-1]

    # Sheets.

    def answer_pin(self, pin: str) -> None:
        """Enter a second person's PIN."""
        sheet = self.window.sheets.up
        assert isinstance(sheet, PinSheet)
        self.type(pin)
        self.press(Qt.Key.Key_Return)
        wait_for(lambda: self.window.sheets.up is not sheet, what="an accepted PIN")
        settle(self.window)

    def answer_why(self) -> None:
        """Give the first reason."""
        assert isinstance(self.window.sheets.up, ReasonSheet)
        self.press(Qt.Key.Key_1)
        self.press(Qt.Key.Key_Return)
        assert self.window.sheets.up is None

    def count_cash(self, amount: str) -> None:
        """Say how much money there is."""
        sheet = self.window.sheets.up
        assert isinstance(sheet, CashSheet)
        self.type(amount, sheet.fields[0].text)
        self.press(Qt.Key.Key_Return)

    # Places.

    def sales_screen(self) -> SalesScreen:
        """Go to the sales."""
        screen = self.go(PlaceName.SALES)
        assert isinstance(screen, SalesScreen)
        return screen

    def shift_screen(self) -> ShiftScreen:
        """Go to the shift."""
        screen = self.go(PlaceName.SHIFT)
        assert isinstance(screen, ShiftScreen)
        return screen

    def register_guest(self, name: str, phone: str) -> None:
        """Register a newcomer who agrees, and take them to the sale."""
        screen = self.go(PlaceName.GUESTS)
        assert isinstance(screen, GuestsScreen)
        self.press(Qt.Key.Key_F3)
        form = screen.form
        self.type(name, form.fields["name"].edit.text)
        self.press(Qt.Key.Key_Return)
        self.type(phone, form.fields["phone"].edit.text)
        box = next(iter(form.consents.values()))
        box.setFocus()
        self.press(Qt.Key.Key_Space)
        wait_for(box.isChecked, what="the consent")
        self.press(Qt.Key.Key_F9)
        wait_for(lambda: screen.page is Page.GUEST, what="the registered guest")
        self.press(Qt.Key.Key_F9)
        assert self.window.places.now is self.window.places.place(PlaceName.SELL)
