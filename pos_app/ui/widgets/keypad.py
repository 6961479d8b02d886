"""Keys for a finger: figures for an amount or for a PIN."""

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.sign import Button

AMOUNT_ROWS = (
    ("7", "8", "9", "back"),
    ("4", "5", "6", "×"),
    ("1", "2", "3", "add"),
    ("0", "00", ".", "C"),
)
PIN_ROWS = (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), ("clear", "0", "back"))
"""A till's calculator counts upwards, a PIN pad like a telephone downwards."""


_ROOMY = 10


class Keypad(QWidget):
    """Keys in rows. Touching one emits what it stands for; ``.`` is shown as the language's decimal sign."""

    pressed = Signal(str)
    back = Signal()
    clear = Signal()
    add = Signal()

    def __init__(self, rows: tuple[tuple[str, ...], ...], *, least: float = 48) -> None:
        super().__init__()
        self._least = least
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.keys: dict[str, Button] = {}
        for row, names in enumerate(rows):
            for column, name in enumerate(names):
                self._grid.addWidget(self._make(name), row, column)
        self.speak()

    def _make(self, name: str) -> Button:
        signs = {"back": "backspace", "clear": "close", "add": "plus"}
        key = Button("key", sign=signs.get(name, ""), side=24)
        # Figures are typed on a keyboard anyway; keys that took the focus would steal it from the field.
        key.setFocusPolicy(self.focusPolicy())
        key.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        if name == "back":
            key.setAutoRepeat(True)
            key.clicked.connect(self.back)
        elif name in ("clear", "C"):
            key.clicked.connect(self.clear)
        elif name == "add":
            key.clicked.connect(self.add)
        else:
            key.clicked.connect(lambda: self.pressed.emit(key.text()))
        self.keys[name] = key
        return key

    def dress(self, look: Look) -> None:
        """Take on the size; keys never become smaller than a finger."""
        self._grid.setSpacing(look.px(6))
        for key in self.keys.values():
            key.setMinimumHeight(look.px(self._least if look.compact else self._least + _ROOMY))

    def speak(self) -> None:
        """Write figures and the decimal sign as the language does."""
        for name, key in self.keys.items():
            if name == "back":
                key.setAccessibleName(self.tr("Delete the last figure"))
            elif name == "clear":
                key.setAccessibleName(self.tr("Delete all figures"))
            elif name == "C":
                key.setText(name)
                key.setAccessibleName(self.tr("Delete all figures"))
            elif name == "add":
                key.setAccessibleName(self.tr("Put this amount on the bill and type the next"))
            elif name == "×":
                key.setText(name)
                key.setAccessibleName(self.tr("Times: so many of the next amount or item"))
            elif name == ".":
                key.setText(QLocale().decimalPoint())
                key.setAccessibleName(self.tr("Decimal sign"))
            else:
                key.setText(name)
                key.setAccessibleName(name)
