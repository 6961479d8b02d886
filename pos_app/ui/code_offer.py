"""What happens when several codes are seen at once, in a picture or before the camera."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from pos_app.scanner.read import Read
from pos_app.ui.counter_thread import CounterThread
from pos_app.ui.sheets.codes_sheet import MAX_OFFERED, CodesSheet
from pos_app.ui.sheets.host import Sheets
from pos_app.usecases.counter import Counter
from pos_app.usecases.results import Redeemed
from pos_app.usecases.source import Source

MAX_SHOWN_CHARS = 28


class CodeOffer(QObject):
    """Says of each code what it is, without using it, and lets a person choose.

    ``chosen`` carries a ``Read`` and its ``Source``; ``failed`` a ``UserError``.
    """

    chosen = Signal(object, object)
    failed = Signal(object)

    def __init__(self, thread: CounterThread, sheets: Sheets, parent: QObject) -> None:
        super().__init__(parent)
        self._thread, self._sheets = thread, sheets
        self._counter: Counter | None = None

    def meet(self, counter: Counter) -> None:
        """Take the counter that judges them."""
        self._counter = counter

    def offer(self, reads: Sequence[Read], source: Source) -> None:
        """Offer codes; while another question is up they are left alone, and can be shown again."""
        counter, wanted = self._counter, list(reads)[:MAX_OFFERED]
        if counter is None or self._sheets.up is not None:
            return

        def look() -> list[Redeemed | None]:
            return [
                counter.redeem(read.text, source, check_only=True) if read.readable else None
                for read in wanted
            ]

        self._thread.submit(look, lambda seen: self._ask(wanted, seen, source), self.failed.emit)

    def _ask(self, reads: list[Read], seen: list[Redeemed | None], source: Source) -> None:
        if self._sheets.up is not None:
            return
        sheet = CodesSheet([self._words(read, said) for read, said in zip(reads, seen, strict=True)])
        sheet.chosen.connect(lambda number: self.chosen.emit(reads[number], source))
        sheet.everything.connect(lambda: self._choose_all(reads, source))
        self._sheets.open(sheet)

    def _choose_all(self, reads: list[Read], source: Source) -> None:
        for read in reads:
            self.chosen.emit(read, source)

    def _words(self, read: Read, said: Redeemed | None) -> tuple[str, str]:
        text = " ".join(read.text.split()).replace("&", "&&") or self.tr("unreadable")
        if len(text) > MAX_SHOWN_CHARS:
            half = MAX_SHOWN_CHARS // 2
            text = f"{text[:half]}…{text[-half + 1 :]}"
        if said is None:
            return text, ""
        return text, " · ".join(part for part in (said.headline, said.gives) if part)
