"""The counter: camera and latest sales at the left, what was scanned and the keys in the middle, the bill at the right."""

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QScrollArea, QWidget

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.basket_panel import BasketPanel
from pos_app.ui.widgets.camera_panel import CameraPanel
from pos_app.ui.widgets.recent_sales import RecentSales
from pos_app.ui.widgets.stage import Stage

_SIDE_WIDTH, _SIDE_WIDTH_COMPACT = 300, 228
_SALE_WIDTH, _SALE_WIDTH_COMPACT = 390, 322
_STAGE_WIDTH, _STAGE_HEIGHT = 340, 520
_ANY_WIDTH = 16_777_215
"""Qt's own word for a width without a limit."""


class TillScreen(QWidget):
    """Puts the parts in their places; what they mean to each other is the counter desk's part."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.camera = CameraPanel()
        self.recent = RecentSales()
        self.stage = Stage()
        self.verdict, self.guest = self.stage.verdict, self.stage.verdict.guest
        self.keypad, self.items = self.stage.keypad, self.stage.items
        self.basket = BasketPanel()
        self._look = Look()
        ways = QBoxLayout.Direction
        self._side = QBoxLayout(ways.TopToBottom)
        self._side.addWidget(self.camera, 3)
        self._side.addWidget(self.recent, 2)
        self._work = QBoxLayout(ways.LeftToRight)
        self._work.addWidget(self.stage, 1)
        self._work.addWidget(self.basket)
        self._row = QBoxLayout(ways.LeftToRight, self)
        self._row.addLayout(self._side)
        self._row.addLayout(self._work, 1)
        self.setTabOrder(self.camera.picture, self.basket.amount)

    def dress(self, look: Look) -> None:
        """Take on the size."""
        self._look = look
        gap = look.px(8 if look.compact else 12)
        self._row.setContentsMargins(gap, gap, gap, gap)
        for layout in (self._row, self._work, self._side):
            layout.setSpacing(gap)
        self.stage.setMinimumWidth(look.px(_STAGE_WIDTH))
        self._lay()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the parts below each other where there is no room for them side by side, as at twice the size."""
        super().resizeEvent(event)
        self._lay()

    def bring_verdict(self) -> None:
        """Scroll to the verdict where the screen is larger than its room: its banner always, all of it if it fits."""
        self._scroll_to_verdict()
        # What was put on the bill with it takes its room only in the next breath.
        QTimer.singleShot(0, self, self._scroll_to_verdict)

    def _scroll_to_verdict(self) -> None:
        around = self.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        if around is None or not self.verdict.isVisible():
            return
        card, banner = self.verdict, self.verdict.banner
        for place in (card.mapTo(self, card.rect().bottomLeft()), banner.mapTo(self, QPoint(0, 0))):
            around.ensureVisible(0, place.y(), 0, self._row.spacing())

    def _lay(self) -> None:
        """Three columns where there is room; else the camera goes below, and then the bill above the rest."""
        look, around = self._look, self.parentWidget()
        room = around.width() if around is not None else self.width()
        side = look.px(_SIDE_WIDTH_COMPACT if look.compact else _SIDE_WIDTH)
        sale = look.px(_SALE_WIDTH_COMPACT if look.compact else _SALE_WIDTH)
        gap = self._row.spacing()
        for_work = sale + look.px(_STAGE_WIDTH) + 3 * gap
        wide, narrow = room >= for_work + side + gap, room < for_work
        ways = QBoxLayout.Direction
        self._row.setDirection(ways.LeftToRight if wide else ways.BottomToTop)
        self._work.setDirection(ways.BottomToTop if narrow else ways.LeftToRight)
        self.stage.setMinimumHeight(0 if wide else look.px(_STAGE_HEIGHT))
        self.basket.unfold(whole=narrow)
        self.verdict.unfold(whole=not wide)
        for widget, width, free in (
            (self.camera, side, not wide),
            (self.recent, side, not wide),
            (self.basket, sale, narrow),
        ):
            widget.setMinimumWidth(0 if free else width)
            widget.setMaximumWidth(_ANY_WIDTH if free else width)
