"""The bar above every screen: which till this is, who stands at it, how it stands with the office."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_app.ui.language import LANGUAGES
from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.sign import Button, Sign
from pos_app.ui.widgets.sync_badge import SyncBadge
from pos_app.ui.widgets.text import OneLine, show_if

_NARROW = 720
"""Below this width, in pixels of the design, the bar leaves out what is not about this moment."""


class TopBar(QWidget):
    """Emits what is wanted: another language, another theme, the lock, the standing in full."""

    language_wanted = Signal()
    theme_wanted = Signal()
    sign_out_wanted = Signal()
    standing_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "bar")
        self._brand = Sign("brand", "accent", 34)
        self.till = OneLine("strong")
        self.place = OneLine("small")
        self.badge = SyncBadge()
        self.cashier = Button("quiet", sign="user", colour="muted", key="Ctrl+L")
        self.language = Button("quiet", sign="globe", colour="muted", key="Ctrl+G")
        self.theme = Button("icon", sign="moon", colour="muted", key="Ctrl+T")
        self._dark = False
        self._cashier_name = ""
        self._next_language = "ru"
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self.till)
        names.addWidget(self.place)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._brand)
        self._row.addLayout(names, 1)
        for button in (self.badge, self.cashier, self.language, self.theme):
            self._row.addWidget(button)
        self.badge.clicked.connect(self.standing_wanted)
        self.cashier.clicked.connect(self.sign_out_wanted)
        self.language.clicked.connect(self.language_wanted)
        self.theme.clicked.connect(self.theme_wanted)
        self.cashier.hide()
        self.badge.hide()
        self.speak()

    def show_till(self, till: str, restaurant: str) -> None:
        """Name the till and where it stands."""
        self.till.setText(till)
        self.place.setText(restaurant)
        self.badge.show()

    def show_cashier(self, name: str) -> None:
        """Name who is signed in; an empty name means nobody."""
        show_if(self.cashier, bool(name))
        self._cashier_name = name
        if name:
            self.cashier.caption(name, self.tr("{name} is signed in. Lock the till").format(name=name))

    def show_choices(self, *, language: str, dark: bool) -> None:
        """Offer the other language and the other theme."""
        self._dark = dark
        names = list(LANGUAGES)
        self._next_language = names[(names.index(language) + 1) % len(names)]
        self.theme.show_icon("sun" if dark else "moon")
        self.speak()

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        self.language.caption(self._next_language.upper(), LANGUAGES[self._next_language])
        self.theme.caption("", self.tr("Light colours") if self._dark else self.tr("Dark colours"))
        if not self.badge.isVisibleTo(self):
            self.till.setText("Countersign")
            self.place.setText(self.tr("This till is not enrolled yet"))
        self.show_cashier(self._cashier_name)

    def dress(self, look: Look) -> None:
        """Take on the size."""
        self._row.setContentsMargins(look.px(14), look.px(4), look.px(8), look.px(5))
        self._row.setSpacing(look.px(8))
        # At a large size there is room for what must be seen; the others are in Settings and have keys there.
        narrow = self.window().width() / look.scale < _NARROW
        for button in (self.language, self.theme):
            show_if(button, not narrow)
        self.setFixedHeight(look.px(54 if look.compact else 60))
