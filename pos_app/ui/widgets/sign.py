"""Icons as widgets, and buttons that carry one."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QPushButton, QWidget

from pos_app.ui.theme.icons import icon, pixmap
from pos_app.ui.theme.look import Look


class Sign(QWidget):
    """One icon, in a colour of the theme, that text beside it explains."""

    def __init__(self, name: str, colour: str = "muted", side: float = 22) -> None:
        super().__init__()
        self._name, self._colour, self._side = name, colour, side
        self._look = Look()
        self.dress(self._look)

    def show_icon(self, name: str, colour: str | None = None) -> None:
        """Show another icon, or the same in another colour (the name of a token)."""
        if (name, colour or self._colour) != (self._name, self._colour):
            self._name, self._colour = name, colour or self._colour
            self.update()

    def dress(self, look: Look) -> None:
        """Take on size and colours."""
        self._look = look
        self.setFixedSize(look.size(self._side))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the icon as large as the widget."""
        ink = getattr(self._look.tokens, self._colour)
        # Drawn once for all places where it stands: a drawing takes a tenth of a millisecond, a copy a hundredth.
        QPainter(self).drawPixmap(0, 0, pixmap(self._name, ink, self.width(), self.devicePixelRatioF()))


class Button(QPushButton):
    """A button with an icon, a key and an accessible name.

    ``role`` is its dress: empty for an ordinary one, ``primary``, ``quiet``, ``icon``, ``key``.
    """

    def __init__(
        self, role: str = "", *, sign: str = "", colour: str = "text", side: float = 22, key: str = ""
    ) -> None:
        super().__init__()
        self.setProperty("role", role)
        self._sign, self._colour, self._side = sign, colour, side
        self._look = Look()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self.key = key
        if key:
            # A button's own shortcut would press it only after a tenth of a second of animation.
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(self.click)

    def caption(self, text: str, explanation: str = "") -> None:
        """Say what the button does: as its text, or for an ``icon`` button as its name and tool tip."""
        if self.property("role") != "icon":
            # The space keeps the icon from touching the text; Qt offers no length for it.
            self.setText(f" {text}" if self._sign and text else text)
        hint = f"{explanation or text} ({self.key})" if self.key else explanation
        self.setToolTip(hint or (text if self.property("role") == "icon" else ""))
        self.setAccessibleName(explanation or text)

    def show_icon(self, sign: str, colour: str | None = None) -> None:
        """Carry another icon."""
        self._sign, self._colour = sign, colour or self._colour
        self.dress(self._look)

    def dress(self, look: Look) -> None:
        """Take on size and colours."""
        self._look = look
        if not self._sign:
            return
        tokens = look.tokens
        ink = getattr(tokens, self._colour)
        side = look.px(self._side)
        self.setIcon(icon(self._sign, ink, tokens.disabled, side, self.devicePixelRatioF()))
        self.setIconSize(look.size(self._side))
