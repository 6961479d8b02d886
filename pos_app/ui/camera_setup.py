"""The assistant that helps to set a camera up: what the camera shows is measured, what is chosen is kept."""

from PySide6.QtCore import QObject

from pos_app.scanner.meter import Meter
from pos_app.scanner.sources import CameraSource
from pos_app.scanner.state import SourceState, StateNews
from pos_app.ui.camera_bridge import Measured
from pos_app.ui.cameras import Cameras
from pos_app.ui.choices import Choices
from pos_app.ui.sheets.camera_sheet import CameraSheet
from pos_app.ui.sheets.host import Sheets


class CameraSetup(QObject):
    """Opens the sheet, and lends it the camera's picture until it is closed."""

    def __init__(self, cameras: Cameras, choices: Choices, sheets: Sheets) -> None:
        super().__init__(cameras)
        self._cameras, self._choices, self._sheets = cameras, choices, sheets
        self._meter = Meter()
        self._size = (0, 0)
        self._sheet: CameraSheet | None = None
        cameras.bridge.measured.connect(self._feed)
        cameras.bridge.news.connect(self._tell)
        choices.changed.connect(lambda _name: self._show())

    def open(self) -> CameraSheet:
        """Bring the sheet up."""
        sheet = self._sheet = CameraSheet(self._cameras.sources)
        sheet.chosen.connect(lambda name, value: self._choices.choose(**{name: value}))
        sheet.source_chosen.connect(self._choose_source)
        sheet.finished.connect(self._close)
        self._meter.forget()
        self._show()
        self._cameras.lend(sheet.view)
        self._sheets.open(sheet)
        return sheet

    def _show(self) -> None:
        if self._sheet is None:
            return
        now = self._choices.now
        values = {name: getattr(now, name) for name in self._sheet.rows}
        self._sheet.show_values(values, managed=now.managed)
        self._sheet.show_source(self._cameras.source)
        self._sheet.show_abilities(self._cameras.abilities)

    def _choose_source(self, source: CameraSource) -> None:
        self._meter.forget()
        self._cameras.choose(source)
        self._show()

    def _tell(self, news: StateNews) -> None:
        if news.state is not SourceState.LIVE:
            self._meter.forget()
        if self._sheet is not None:
            self._sheet.show_reading(self._meter.reading(), self._size)
            self._sheet.show_abilities(news.abilities)

    def _feed(self, measured: Measured) -> None:
        self._meter.feed(measured.quality, measured.at_ms)
        self._size = measured.size
        if self._sheet is not None:
            self._sheet.show_reading(self._meter.reading(), self._size)

    def _close(self) -> None:
        self._sheet = None
        self._cameras.lend(None)
