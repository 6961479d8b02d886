"""What every place stands on: the till, the counter's thread, words, sheets, and ways to other places."""

from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from pos_app.ui.counter_thread import CounterThread
from pos_app.ui.places.place import PlaceName
from pos_app.ui.receipt_desk import ReceiptDesk
from pos_app.ui.sheets.host import Sheets
from pos_app.ui.tongue import Tongue
from pos_app.usecases.counter import Counter
from pos_app.usecases.results import LookUp
from pos_app.usecases.running import Running
from pos_app.usecases.source import Source
from sync.rules.user_error import UserError

T = TypeVar("T")


class News(QObject):
    """What places tell each other.

    ``recorded``: something was committed (a sale, a void, a credit …): who shows totals reads them anew.
    ``sale_wanted``: a text by which the place of sales finds a sale, and comes up with it.
    ``trouble``: what works no more (a printer, say), its sentence and what to do; said above every screen until
    the same name comes with an empty sentence.
    ``standing``: the ``Standing`` with the office; ``condition``: the ``Condition`` of the till itself. ``settings``: the network's ``SettingsRow`` was read anew.
    """

    recorded = Signal()
    sale_wanted = Signal(str)
    trouble = Signal(str, str, str)
    standing = Signal(object)
    condition = Signal(object)
    settings = Signal(object)


class Surroundings(Struct, frozen=True, kw_only=True):
    """Made once the till is open, and handed to every place.

    ``go`` brings a place up; ``take_code`` hands a code to the open sale, as if it had been scanned there,
    ``take_look`` what was looked up elsewhere (under a name of its own), such as a guest without a card;
    ``receipts`` shows and prints them; ``fail`` says an error above every screen, and stops selling where the error asks for that.
    """

    running: Running
    thread: CounterThread
    tongue: Tongue
    sheets: Sheets
    receipts: ReceiptDesk
    news: News
    go: Callable[[PlaceName], None]
    take_code: Callable[[str, Source], None]
    take_look: Callable[[str, LookUp], None]
    fail: Callable[[UserError], None]

    @property
    def counter(self) -> Counter:
        """What a person can do here. Blocking: only inside the work that is submitted."""
        return self.running.counter

    def submit(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[UserError], None] | None = None,
    ) -> bool:
        """Have ``work`` done on the counter's thread, then ``done`` or ``failed`` called on the window's.

        Without ``failed`` the error is said above the screen. False when too much waits already; that is said.
        """
        taken = self.thread.submit(work, done, failed or self.fail)
        if not taken:
            busy = UserError("till_busy", "The till is busy and did nothing.", "Try again in a moment.")
            (failed or self.fail)(busy)
        return taken
