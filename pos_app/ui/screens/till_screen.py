"""The counter: camera and latest sales at the left, what was scanned and the keys in the middle, the bill at the right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.basket_panel import BasketPanel
from pos_app.ui.widgets.camera_panel import CameraPanel
from pos_app.ui.widgets.recent_sales import RecentSales
from pos_app.ui.widgets.stage import Stage

_SIDE_WIDTH, _SIDE_WIDTH_COMPACT = 300, 228
_SALE_WIDTH, _SALE_WIDTH_COMPACT = 390, 322


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
        self._side = QVBoxLayout()
        self._side.addWidget(self.camera, 3)
        self._side.addWidget(self.recent, 2)
        self._row = QHBoxLayout(self)
        self._row.addLayout(self._side)
        self._row.addWidget(self.stage, 1)
        self._row.addWidget(self.basket)
        self.setTabOrder(self.camera.picture, self.basket.amount)

    def dress(self, look: Look) -> None:
        """Take on the size."""
        gap = look.px(8 if look.compact else 12)
        self._row.setContentsMargins(gap, gap, gap, gap)
        self._row.setSpacing(gap)
        self._side.setSpacing(gap)
        side = look.px(_SIDE_WIDTH_COMPACT if look.compact else _SIDE_WIDTH)
        self.camera.setFixedWidth(side)
        self.recent.setFixedWidth(side)
        self.basket.setFixedWidth(look.px(_SALE_WIDTH_COMPACT if look.compact else _SALE_WIDTH))
