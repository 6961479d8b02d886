"""The walk through receipts: shown, proved, unprinted; the printer set up."""

from collections.abc import Callable
from pathlib import Path

from pos_app.receipts.content import Letterhead
from pos_app.receipts.slip import Code
from pos_app.ui.places.place import PlaceName
from pos_app.ui.till_window import TillWindow
from pos_app.usecases.source import Source
from tests.builders.till_window import CARD, LUNCH, a_home, sell, settle, signed_in, wait_for

Take = Callable[[TillWindow, str], None]


def receipts(take: Take, make: Callable[..., TillWindow], folder: Path) -> None:
    """Take pictures of every sheet and of what a receipt proves."""
    window = make(a_home(folder), signed_in)
    window.choices.choose(
        printer=f"file:{folder}/lp0", print_auto=True, receipt_head="Marktgasse 1|10178 Berlin"
    )
    sell(window, "40.00", [LUNCH, CARD])
    _printed(window)
    window.till.verdict.chosen.emit("receipt")
    settle(window)
    take(window, "receipt")
    window.sheets.close_all()
    sold = window.around.counter.latest_sales(1)[0].committed
    slip = window.around.counter.receipts.slip(sold.event, Letterhead())
    (code,) = [block.text for block in slip.blocks if isinstance(block, Code)]
    for name, text in (
        ("receipt-genuine", code),
        ("receipt-altered", code[:-10] + ("A" if code[-10] != "A" else "E") + code[-9:]),
    ):
        window.take_scan(text, Source.CAMERA)
        settle(window)
        take(window, name)
    window.printer_setup.ask()
    take(window, "printer")
    window.sheets.close_all()
    # The kernel says of a roll that has ended what it says of this.
    window.choices.choose(printer="file:/dev/full")
    window.places.go(PlaceName.SELL)
    sell(window, "8.20")
    _printed(window)
    take(window, "printer-out-of-paper")
    window.choices.choose(printer=f"file:{folder}/gone/lp0")
    window.places.go(PlaceName.SELL)
    sell(window, "12.50")
    _printed(window)
    take(window, "printer-gone")
    window.receipts.print_waiting()
    take(window, "receipts-unprinted")
    window.sheets.close_all()
    window.close()


def _printed(window: TillWindow) -> None:
    settle(window)
    wait_for(lambda: window.receipts.idle, what="an idle printer")
    settle(window)
