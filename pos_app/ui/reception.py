"""Where a code goes that came in: to the sheet that is up, the place that asks for it, the sale, or the lock."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from pos_app.scanner.read import Read
from pos_app.ui.cameras import Cameras
from pos_app.ui.code_offer import CodeOffer
from pos_app.ui.flow import Flow, Screen
from pos_app.ui.hand_scanners import HandScanners
from pos_app.ui.intake import Intake
from pos_app.ui.places.places import Places
from pos_app.ui.sheets.host import Sheets
from pos_app.usecases.source import Source


class Reception(QObject):
    """Takes codes from every scanner. ``stir`` is told of each: somebody is there."""

    def __init__(
        self, flow: Flow, sheets: Sheets, places: Places, offer: CodeOffer, stir: Callable[[], None]
    ) -> None:
        super().__init__(flow)
        self._flow, self._sheets, self._places, self._offer = flow, sheets, places, offer
        self._stir = stir
        offer.chosen.connect(self.take_read)
        sheets.code_kept.connect(self.take)

    def listen(self, cameras: Cameras, intake: Intake, hand_scanners: HandScanners) -> None:
        """Take from now on what the cameras see, what is pasted, opened or dropped, and what is scanned by hand."""
        cameras.read.connect(self.take_read)
        intake.read.connect(self.take_read)
        for eye in (cameras, intake):
            eye.several.connect(self.take_several)
        intake.text.connect(self.take)
        hand_scanners.scanned.connect(self.take)

    def take(self, text: str, source: Source) -> None:
        """Take a code, whichever screen is up and wherever the focus is; a sheet answers or keeps it."""
        self._stir()
        if self._flow.screen is not Screen.TILL:
            self._flow.take_code(text)
        elif not self._sheets.take_code(text, source):
            self._places.take_code(text, source)

    def take_read(self, read: Read, source: Source = Source.CAMERA) -> None:
        """Take what a camera or a picture showed."""
        if read.readable:
            self.take(read.text, source)
        elif self._flow.screen is Screen.TILL and self._sheets.up is None:
            self._places.take_read(read, source)

    def take_several(self, reads: list[Read], source: Source) -> None:
        """Let a person choose; before anybody is signed in only a badge is looked for, and each is tried."""
        if self._flow.screen is Screen.TILL:
            self._offer.offer(reads, source)
            return
        for read in reads:
            self.take_read(read, source)

    def take_for_sale(self, text: str, source: Source) -> None:
        """Take a code for the sale that is being made, and bring it up."""
        self._places.home()
        self._places.take_code(text, source)
