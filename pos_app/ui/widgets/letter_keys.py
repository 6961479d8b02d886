"""Keys of letters for a finger: two alphabets, accents, signs, and what every keyboard has."""

from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from pos_app.ui.theme.look import TOUCH, Look
from pos_app.ui.widgets.letters import FIGURES, MOST, ROWS, Page, capital
from pos_app.ui.widgets.sign import Button
from pos_app.ui.widgets.text import show_if

_ROOMY = 60
"""How high a key is where there is room, in pixels of the design."""
_SHARE = 0.45
"""The keys take no more of the window's height than this, as long as a finger hits them."""
_LETTER, _GAP, _EDGE = 0.46, 4, 6
_ROW_COUNT = 5
_DEEP = {"shift": 3, "signs": 3, "switch": 3, "accents": 2, "space": 10, "enter": 3, "done": 4}
"""How wide the keys that are no letters are, beside each other."""


class Shift(StrEnum):
    """Whether letters are capitals: none, the next one, or all."""

    OFF = "off"
    ONCE = "once"
    LOCKED = "locked"


_NEXT = {Shift.OFF: Shift.ONCE, Shift.ONCE: Shift.LOCKED, Shift.LOCKED: Shift.OFF}


class LetterKeys(QWidget):
    """``typed`` carries a sign; ``back``, ``enter`` and ``done`` are what those keys stand for.

    No key takes the focus: it stays in the field that is typed into.
    """

    typed = Signal(str)
    back = Signal()
    enter = Signal()
    done = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "keys")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.page, self.shift = Page.LATIN, Shift.OFF
        self._alphabet = Page.LATIN
        self._signs: dict[Button, str] = {}
        self.figures = [self._sign_key() for _ in FIGURES]
        self.letters = [[self._sign_key() for _ in range(MOST)] for _ in ROWS[Page.LATIN]]
        self.special = {
            "back": self._key("backspace"),
            "shift": self._key("shift"),
            "signs": self._key(),
            "switch": self._key("globe"),
            "accents": self._key(),
            "space": self._key(),
            "enter": self._key("enter"),
            "done": self._key("down", role="letter_done"),
        }
        self._lay_out()
        self._connect()
        self.speak()

    def begin(self, page: Page) -> None:
        """Begin to type with this page."""
        self.shift = Shift.OFF
        self._alphabet = page if page in (Page.LATIN, Page.CYRILLIC) else self._alphabet
        self._turn_to(page)

    def want_capital(self, *, wanted: bool) -> None:
        """Write the next letter as a capital, or not; what a person locked stays."""
        if self.shift is not Shift.LOCKED:
            self._set_shift(Shift.ONCE if wanted else Shift.OFF)

    def fit(self, look: Look, height: int) -> None:
        """Take on look and height for a window ``height`` pixels high."""
        margin, gap = look.px(_EDGE) if not look.compact else _EDGE, _GAP
        around = 2 * margin + (_ROW_COUNT - 1) * gap
        key = max(TOUCH, min(look.px(_ROOMY), int((height * _SHARE - around) / _ROW_COUNT)))
        self._column.setContentsMargins(margin, margin, margin, margin)
        self.setFixedHeight(_ROW_COUNT * key + around)
        sheet = f"QPushButton {{ font-size: {round(key * _LETTER)}px; }}"
        if sheet != self.styleSheet():
            # Qt styles every key anew for each sheet that is set, the same one too: a frame's time for nothing.
            self.setStyleSheet(sheet)
        for button in self.special.values():
            button.setIconSize(look.size(_LETTER * key / look.scale))

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        words = {
            "back": self.tr("Delete the last sign"),
            "shift": self.tr("Capital letters"),
            "signs": self.tr("Signs"),
            "switch": self.tr("Other alphabet"),
            "accents": self.tr("Letters with accents"),
            "space": self.tr("Space"),
            "enter": self.tr("Enter"),
            "done": self.tr("Put the keys away"),
        }
        for name, button in self.special.items():
            button.setAccessibleName(words[name])
        self.special["done"].setText(" " + self.tr("Done"))
        self.setAccessibleName(self.tr("Keys of letters"))
        self._show()

    def _turn_to(self, page: Page) -> None:
        self.page = page
        self._show()

    def _set_shift(self, shift: Shift) -> None:
        if shift is not self.shift:
            self.shift = shift
            self._show()

    def _press(self, key: Button) -> None:
        self.typed.emit(self._signs[key])
        if self.shift is Shift.ONCE:
            self._set_shift(Shift.OFF)

    def _show(self) -> None:
        """Write on the keys what they stand for now."""
        for key, figure in zip(self.figures, FIGURES, strict=True):
            self._write(key, figure)
        for keys, signs in zip(self.letters, ROWS[self.page], strict=True):
            for number, key in enumerate(keys):
                show_if(key, number < len(signs))
                if number < len(signs):
                    sign = signs[number]
                    self._write(key, sign if self.shift is Shift.OFF else capital(sign))
        cyrillic = self._alphabet is Page.CYRILLIC
        self.special["signs"].setText("АБВ" if cyrillic else "ABC")
        if self.page is not Page.SIGNS:
            self.special["signs"].setText("#+=")
        self.special["switch"].setText(" ABC" if cyrillic else " АБВ")
        self.special["accents"].setText("abc" if self.page is Page.ACCENTS else "äéß")
        self.special["space"].setText("Русский" if cyrillic else "English")
        shift = self.special["shift"]
        shift.setChecked(self.shift is not Shift.OFF and self.page is not Page.SIGNS)
        shift.setText("⇪" if self.shift is Shift.LOCKED else "")
        shift.setEnabled(self.page is not Page.SIGNS)

    def _write(self, key: Button, sign: str) -> None:
        self._signs[key] = sign
        # An ampersand alone would be taken for the mark of a key, and not be painted.
        key.setText("&&" if sign == "&" else sign)
        key.setAccessibleName(sign)

    def _switch(self) -> None:
        self._alphabet = Page.LATIN if self._alphabet is Page.CYRILLIC else Page.CYRILLIC
        self._turn_to(self._alphabet)

    def _key(self, sign: str = "", *, role: str = "letter") -> Button:
        key = Button(role, sign=sign, colour="on_accent" if role == "letter_done" else "text")
        key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        key.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        return key

    def _sign_key(self) -> Button:
        key = self._key()
        key.clicked.connect(lambda: self._press(key))
        return key

    def _lay_out(self) -> None:
        special = self.special
        special["shift"].setCheckable(True)
        special["back"].setAutoRepeat(True)
        upper, middle, lower = self.letters
        last = [special[name] for name in ("signs", "switch", "accents", "space", "enter", "done")]
        widths = {special[name]: width for name, width in _DEEP.items()}
        self._column = QVBoxLayout(self)
        self._column.setSpacing(_GAP)
        for keys in ([*self.figures, special["back"]], upper, middle, [special["shift"], *lower], last):
            row = QHBoxLayout()
            row.setSpacing(_GAP)
            for key in keys:
                row.addWidget(key, widths.get(key, 2))
            self._column.addLayout(row, 1)

    def _connect(self) -> None:
        special = self.special
        special["back"].clicked.connect(self.back)
        special["shift"].clicked.connect(lambda: self._set_shift(_NEXT[self.shift]))
        special["signs"].clicked.connect(
            lambda: self._turn_to(self._alphabet if self.page is Page.SIGNS else Page.SIGNS)
        )
        special["switch"].clicked.connect(self._switch)
        special["accents"].clicked.connect(
            lambda: self._turn_to(self._alphabet if self.page is Page.ACCENTS else Page.ACCENTS)
        )
        special["space"].clicked.connect(lambda: self.typed.emit(" "))
        special["enter"].clicked.connect(self.enter)
        special["done"].clicked.connect(self.done)
