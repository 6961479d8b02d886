"""What the keys do: every action of the till screen has one."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow

from pos_app.ui.counter_desk import CounterDesk
from pos_app.ui.intake import Intake
from pos_app.ui.receipt_desk import ReceiptDesk
from pos_app.ui.screens.till_screen import TillScreen
from pos_app.ui.widgets.stage import Page


class Keyed(QMainWindow):
    """The window that the keys act on, as far as they need it."""

    till: TillScreen
    intake: Intake
    desk: CounterDesk | None
    receipts: ReceiptDesk


def install_keys(window: Keyed) -> None:
    """Give the window and its till screen their keys."""

    def escape() -> None:
        if window.desk is not None:
            window.desk.clear_card()
        window.till.basket.amount.setFocus()

    def amount() -> None:
        window.till.stage.show_page(Page.AMOUNT)
        window.till.basket.amount.setFocus()

    def toggle_full_screen() -> None:
        window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)

    on_till: tuple[tuple[str, Callable[[], object]], ...] = (
        ("F2", window.till.camera.focus_code),
        ("F4", window.till.camera.picker.showPopup),
        ("F5", amount),
        ("Esc", escape),
        ("Ctrl+Shift+V", window.intake.paste),
    )
    for key, what in on_till:
        shortcut = QShortcut(QKeySequence(key), window.till)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(what)
    QShortcut(QKeySequence("Ctrl+P"), window).activated.connect(window.receipts.print_waiting)
    QShortcut(QKeySequence("F11"), window).activated.connect(toggle_full_screen)
