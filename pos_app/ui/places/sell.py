"""Sell: the till screen as a place. Every code that nobody else asked for is taken here."""

from collections.abc import Callable

from pos_app.scanner.read import Read
from pos_app.ui.counter_desk import CounterDesk
from pos_app.ui.places.place import Place, PlaceName
from pos_app.ui.screens.till_screen import TillScreen
from pos_app.ui.widgets.camera_view import CameraView
from pos_app.usecases.source import Source
from sync.protocol.receipts import read_receipt


class SellPlace(Place):
    """Hands what is scanned to the counter's desk."""

    name = PlaceName.SELL

    def __init__(self, screen: TillScreen, desk: CounterDesk, bring_back: Callable[[str], None]) -> None:
        super().__init__(screen)
        self._bring_back = bring_back
        self._till, self._desk = screen, desk

    @property
    def camera_view(self) -> CameraView:
        """The preview beside the sale."""
        return self._till.camera.view

    def enter(self) -> None:
        """Begin with the amount."""
        self._till.basket.amount.setFocus()

    def take_code(self, text: str, source: Source) -> bool:
        """Judge a code for the sale; a receipt is brought back, or to be proved, which is for the sales."""
        if read_receipt(text) is not None:
            self._bring_back(text)
            return True
        self._desk.look_up(text, source)
        return True

    def take_read(self, read: Read, source: Source) -> bool:
        """Judge a read; an unreadable one is refused and noted."""
        if read.readable:
            return self.take_code(read.text, source)
        self._desk.take(read, source)
        return True

    def speak(self) -> None:
        """Say the sale again."""
        self._desk.speak()
