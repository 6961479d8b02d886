"""The rail at the left: one large button for each place, and help."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from pos_app.ui.places.place import PlaceName
from pos_app.ui.theme.icons import renderer
from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.finger_area import FingerArea
from pos_app.ui.widgets.sign import Button
from pos_app.ui.widgets.text import show_if

WIDTH, WIDTH_COMPACT = 104, 60
"""Of the whole rail, in pixels of the design: with words, and with icons alone."""
MAX_COUNT_SHOWN = 99

_SIGNS = {
    PlaceName.SELL: "till",
    PlaceName.GUESTS: "guests",
    PlaceName.SALES: "receipt",
    PlaceName.SHIFT: "chart",
    PlaceName.CASES: "inbox",
    PlaceName.SETTINGS: "gear",
}
KEYS = {name: f"Ctrl+{number}" for number, name in enumerate(PlaceName, start=1)}
"""Ctrl and a figure: a hand scanner never types that."""


class RailButton(Button):
    """An icon over a word; where there is no room, the icon alone. A count stands on it as a badge."""

    def __init__(self, sign: str, key: str) -> None:
        super().__init__("place", key=key)
        self._rail_sign = sign
        self._word = ""
        self._count = 0
        self._wants = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def word(self) -> str:
        """What the place is called."""
        return self._word

    def name(self, word: str, explanation: str = "") -> None:
        """Say which place it is."""
        self._word = word
        said = explanation or word
        if self._count:
            said = f"{said}: {self._count}"
        self.setAccessibleName(f"{said}. {self._wants}" if self._wants else said)
        self.setToolTip(f"{self._wants or explanation or word} ({self.key})")
        self.update()

    def show_count(self, count: int) -> None:
        """Carry a figure; 0 for none."""
        self._count = count
        self.name(self._word)

    def show_wants(self, sentence: str) -> None:
        """Carry a mark that something is to be done there; an empty sentence for nothing."""
        self._wants = sentence
        self.name(self._word)

    def dress(self, look: Look) -> None:
        """Take on size and colours."""
        self._look = look
        self.setFixedHeight(look.px(54 if look.compact else 72))
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for a square."""
        return QSize(self.height(), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the button, then icon, word and count."""
        super().paintEvent(event)
        look, tokens = self._look, self._look.tokens
        ink = tokens.accent_text if self.isChecked() else tokens.muted
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = look.px(26)
        top = (self.height() - side) / 2 if look.compact else look.px(11)
        place = QRectF((self.width() - side) / 2, top, side, side)
        renderer(self._rail_sign, ink).render(painter, place)
        if not look.compact:
            painter.setPen(QColor(ink))
            weight = QFont.Weight.Bold if self.isChecked() else QFont.Weight.DemiBold
            painter.setFont(look.font(13, weight))
            below = QRect(0, round(place.bottom()) + look.px(3), self.width(), look.px(24))
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._word)
        if self._count:
            many = self._count > MAX_COUNT_SHOWN
            text = f"{MAX_COUNT_SHOWN}+" if many else str(self._count)
            self._paint_badge(painter, place, text, tokens.refuse, tokens.on_refuse)
        elif self._wants:
            self._paint_badge(painter, place, "!", tokens.ask, tokens.on_ask)

    def _paint_badge(self, painter: QPainter, place: QRectF, text: str, ground: str, on_ground: str) -> None:
        look = self._look
        painter.setFont(look.font(12, QFont.Weight.Bold))
        height = look.px(18)
        width = max(height, painter.fontMetrics().horizontalAdvance(text) + look.px(8))
        left = min(place.right() - look.px(7), self.width() - width - look.px(2))
        badge = QRectF(left, place.top() - look.px(6), width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(badge, height / 2, height / 2)
        painter.setPen(QColor(on_ground))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)


class Rail(FingerArea):
    """Emits ``wanted`` with the name of a place, or ``help_wanted``. At a large size it scrolls."""

    wanted = Signal(str)
    help_wanted = Signal()

    def __init__(self) -> None:
        inside = QWidget()
        super().__init__(inside)
        self.setProperty("role", "rail")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.buttons: dict[PlaceName, RailButton] = {}
        self._shift_open = True
        self._group = QButtonGroup(self)
        self._column = QVBoxLayout(inside)
        for name in PlaceName:
            self._add(name)
        self._column.addStretch(1)
        self.help = RailButton("help", "F1")
        self.help.clicked.connect(self.help_wanted)
        self._column.addWidget(self.help)
        self.speak()

    def show_place(self, name: PlaceName) -> None:
        """Offer a place."""
        show_if(self.buttons[name], shown=True)

    def show_shift(self, *, is_open: bool) -> None:
        """Mark that no shift is open, without standing in anybody's way."""
        self._shift_open = is_open
        self.speak()

    def show_now(self, name: PlaceName) -> None:
        """Mark the place that is up."""
        self.buttons[name].setChecked(True)
        self.ensureWidgetVisible(self.buttons[name])

    def dress(self, look: Look) -> None:
        """Take on the size."""
        self.setFixedWidth(look.px(WIDTH_COMPACT if look.compact else WIDTH))
        margin = look.px(5)
        self._column.setContentsMargins(margin, margin + look.px(2), margin, margin)
        self._column.setSpacing(look.px(4))

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        words = {
            PlaceName.SELL: self.tr("Sell"),
            PlaceName.GUESTS: self.tr("Guests"),
            PlaceName.SALES: self.tr("Sales"),
            PlaceName.SHIFT: self.tr("Shift"),
            PlaceName.CASES: self.tr("Cases"),
            PlaceName.SETTINGS: self.tr("Settings"),
        }
        for name, button in self.buttons.items():
            button.name(words[name])
        no_shift = self.tr("No shift is open.")
        self.buttons[PlaceName.SHIFT].show_wants("" if self._shift_open else no_shift)
        self.help.name(self.tr("Help"), self.tr("Help: every key"))

    def _add(self, name: PlaceName) -> None:
        button = RailButton(_SIGNS[name], KEYS[name])
        button.setCheckable(True)
        button.clicked.connect(lambda: self.wanted.emit(name.value))
        button.hide()
        self._group.addButton(button)
        self._column.addWidget(button)
        self.buttons[name] = button
