"""A till's real process, worked at until a named step, in which its plug is pulled: ``python -m tests.builders.plug``.

The process is the product's own (``run_window``); only the hands are ours. It ends by SIGKILL, from inside at the
step, or from outside by whoever watches it (``Step.PRINTING``).
"""

import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.builders.patience import LONG_S
from tests.builders.till_process import ROOT, environment

if TYPE_CHECKING:
    from pos_app.ui.till_window import TillWindow

MANAGER = "9999"
"""The PIN with which the steps of a shift are done; the home must know it."""
NEWCOMER = "Nina Nowak"
AMOUNT = "48.60"
ESPRESSO: dict[str, Any] = {"item": "ESPRESSO", "name": "Espresso", "price_minor": 280}
"""What is sold: an amount and a product of the usual catalogue."""


class Step(StrEnum):
    """Where the plug is pulled."""

    BEFORE_CONFIRM = "before_confirm"
    WRITING = "writing"
    """The sale's events go into the file, in a transaction that is not committed."""
    COMMITTING = "committing"
    """Everything is written; COMMIT is next."""
    RECORDED = "recorded"
    """The sale is committed, and nothing of that is painted."""
    PRINTING = "printing"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    CLOSING = "closing"
    """A manager closes the shift; its Z report is written, and COMMIT is next."""
    CLOSED = "closed"
    """The same, committed, and nothing of that is painted."""
    REGISTERING = "registering"
    """A guest's registration is written, and COMMIT is next."""
    REGISTERED = "registered"


def start(home: Path, step: Step, *, printer: str = "none") -> subprocess.Popen[bytes]:
    """Start the process; it works at the till by itself."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.builders.plug", str(home), step.value, printer],
        cwd=ROOT,
        env={**environment(), "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def pulled(home: Path, step: Step) -> None:
    """Work at the till until the step, and wait for the power to be gone."""
    process = start(home, step)
    errors = ended(process, home)
    assert process.returncode == -signal.SIGKILL, errors.decode()


def ended(process: subprocess.Popen[bytes], home: Path) -> bytes:
    """Wait until the process is gone, and return what it said of errors.

    The socket that it leaves is taken away: no till of this folder comes any more to take it over.
    """
    from PySide6.QtNetwork import QLocalServer

    from pos_app.ui.link_door import door_name

    _, errors = process.communicate(timeout=LONG_S)
    QLocalServer.removeServer(door_name(home))
    return errors


_WRITES = "INSERT INTO events"


def _pull() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _pull_at(window: "TillWindow", statement: str) -> None:
    """Pull the plug when the journal, with a new event in its transaction, is about to do a statement that begins so."""
    assert window.flow.running is not None
    desk = window.flow.running.desk
    written: list[str] = []

    def look(text: str) -> None:
        if text.lstrip().startswith(_WRITES):
            written.append(text)
        if written and text.lstrip().startswith(statement):
            _pull()

    desk.files.call(lambda: desk.till.journal._connection.set_trace_callback(look))


def _sell(window: "TillWindow") -> None:
    from sync.protocol.feed import Product
    from tests.builders.till_window import CARD, LUNCH, scan, settle

    scan(window, LUNCH, CARD)
    window.desk_open.bill.choose(Product(**ESPRESSO))
    window.enter_amount(AMOUNT)
    settle(window)
    window.desk_open.keeper.keep()
    settle(window)


def _refund(window: "TillWindow") -> None:
    """Give 1.23 of the newest sale back."""
    from pos_app.ui.places.place import PlaceName
    from pos_app.ui.screens.sales_screen import SalesScreen
    from pos_app.ui.sheets.reason_sheet import ReasonSheet
    from pos_app.ui.sheets.refund_sheet import RefundSheet
    from tests.builders.till_window import settle

    window.places.go(PlaceName.SALES)
    settle(window)
    screen = window.places.place(PlaceName.SALES).screen
    assert isinstance(screen, SalesScreen)
    screen.list.picked.emit(0)
    settle(window)
    screen.refund.click()
    sheet = window.sheets.up
    assert isinstance(sheet, RefundSheet)
    sheet.amount.setText("1.23")
    sheet.go_on.click()
    why = window.sheets.up
    assert isinstance(why, ReasonSheet)
    why.choices[1].click()
    why.go_on.click()
    settle(window)


def _close_shift(window: "TillWindow") -> None:
    """Close the shift that is open, and count too much."""
    from pos_app.ui.places.place import PlaceName
    from pos_app.ui.screens.shift_screen import ShiftScreen
    from pos_app.ui.sheets.cash_sheet import CashSheet
    from tests.builders.till_window import settle

    window.places.go(PlaceName.SHIFT)
    settle(window)
    screen = window.places.place(PlaceName.SHIFT).screen
    assert isinstance(screen, ShiftScreen)
    screen.act.click()
    sheet = window.sheets.up
    assert isinstance(sheet, CashSheet)
    sheet.fields[0].setText("100.50")
    sheet.go_on.click()
    settle(window)


def _register(window: "TillWindow") -> None:
    """Register a newcomer who agrees."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from pos_app.ui.places.place import PlaceName
    from pos_app.ui.screens.guests_screen import GuestsScreen
    from tests.builders.till_window import settle

    window.places.go(PlaceName.GUESTS)
    settle(window)
    screen = window.places.place(PlaceName.GUESTS).screen
    assert isinstance(screen, GuestsScreen)
    QTest.keyClick(window, Qt.Key.Key_F3)
    settle(window)
    screen.form.fields["name"].edit.setText(NEWCOMER)
    for box in screen.form.consents.values():
        box.setChecked(True)
    QTest.keyClick(window, Qt.Key.Key_F9)
    settle(window)


def _work(window: "TillWindow", step: Step) -> None:
    try:
        _do(window, step)
    except Exception:  # noqa: BLE001 - nobody sees this process: its end must say what was wrong
        traceback.print_exc()
        os._exit(1)


_ELSEWHERE: dict[Step, tuple[bool, Callable[["TillWindow"], None]]] = {
    Step.CLOSING: (False, _close_shift),
    Step.CLOSED: (True, _close_shift),
    Step.REGISTERING: (False, _register),
    Step.REGISTERED: (True, _register),
}
"""What is done beside a sale, and whether the plug is pulled once it is committed or right before."""


def _do(window: "TillWindow", step: Step) -> None:
    from pos_app.ui.flow import Screen
    from tests.builders.till_window import PIN, settle, wait_for

    wait_for(lambda: window.screen_now is Screen.SIGN_IN, what="the sign-in screen")
    window.flow.sign_in(MANAGER if step in (Step.CLOSING, Step.CLOSED) else PIN)
    wait_for(lambda: window.screen_now is Screen.TILL, what="the till screen")
    settle(window)
    if step in _ELSEWHERE:
        committed, what = _ELSEWHERE[step]
        if committed:
            window.news.recorded.connect(_pull)
        else:
            _pull_at(window, "COMMIT")
        what(window)
        wait_for(lambda: False, what="the end of the power")
    _sell(window)
    match step:
        case Step.BEFORE_CONFIRM:
            _pull()
        case Step.WRITING:
            _pull_at(window, _WRITES)
        case Step.COMMITTING:
            _pull_at(window, "COMMIT")
        case Step.RECORDED:
            window.desk_open.bill.sold.connect(lambda _sold: _pull())
        case _:
            pass
    window.confirm()
    settle(window)
    match step:
        case Step.REFUNDING:
            _pull_at(window, "COMMIT")
            _refund(window)
        case Step.REFUNDED:
            window.news.recorded.connect(_pull)
            _refund(window)
        case _:
            wait_for(lambda: False, what="the end of the power")


def main() -> int:
    """Run the product's window with these hands."""
    from PySide6.QtCore import QTimer

    from pos_app.bootstrap import enrol_till, open_counter
    from pos_app.settings import load_settings
    from pos_app.ui.app import run_window

    home, step, printer = sys.argv[1:]
    settings = load_settings(
        {"home": Path(home), "offline": True, "printer": printer, "print_auto": printer != "none"}
    )
    return run_window(
        settings,
        open_counter=open_counter,
        enrol=enrol_till,
        drive=lambda window: QTimer.singleShot(0, window, lambda: _work(window, Step(step))),
    )


if __name__ == "__main__":
    sys.exit(main())
