"""The states of a bill: items, points and rewards, the better choice, several codes, undoing, a power cut."""

from collections.abc import Callable
from pathlib import Path

from pos_app.scanner.read import Read
from pos_app.ui.till_window import TillWindow
from pos_app.ui.widgets.stage import Page
from pos_app.usecases.source import Source
from tests.builders.rich_world import a_rich_home
from tests.builders.till_window import CARD, LUNCH, VOUCHER, scan, settle, signed_in, wait_for

Take = Callable[[TillWindow, str], None]
Open = Callable[..., TillWindow]


def bill(take: Take, open_window: Open, folder: Path) -> None:
    """Walk through them."""
    home = a_rich_home(folder)
    window = open_window(home, signed_in)
    window.till.stage.home()
    take(window, "items")
    for number in (0, 2, 0):
        window.till.items.tiles[number].click()
    scan(window, LUNCH, CARD)
    take(window, "guest-with-wallet")
    window.till.guest.pay_button.click()
    next(row for row in window.till.guest.choices.rows if row.button.isEnabled()).button.click()
    settle(window)
    window.till.stage.guest_tab.click()
    take(window, "guest-card")
    window.till.stage.show_page(Page.AMOUNT)
    window.enter_amount("3×4.50")
    settle(window)
    take(window, "items-and-amount")
    window.confirm()
    settle(window)
    take(window, "sold-with-points")
    window.till.verdict.buttons[0].click()
    take(window, "undo-asked")
    window.till.verdict.buttons[0].click()
    settle(window)
    take(window, "undone")
    scan(window, "ONE-OFF", "NINE-OFF")
    window.enter_amount("30")
    settle(window)
    take(window, "better-choice")
    corners = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    several = [Read(text, text.encode(), corners) for text in (LUNCH, VOUCHER)]
    window.code_offer.offer(several, Source.GALLERY)
    wait_for(lambda: window.sheets.up is not None, what="the offer")
    take(window, "several-codes")
    window.sheets.close_all()
    window.desk_open.keeper.keep()
    settle(window)
    window.desk_open.keeper.look()
    settle(window)
    take(window, "not-finished")
    window.desk_open.start_over()
    settle(window)
    window.close()
