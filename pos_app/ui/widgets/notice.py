"""The line above every screen: what a person must act on, what just did not go, and how to be rid of it."""

from PySide6.QtCore import Signal

from pos_app.ui.theme.look import Look
from pos_app.ui.widgets.sign import Button
from pos_app.ui.widgets.strip import Strip
from pos_app.ui.widgets.text import show_if


class Notice(Strip):
    """``print_wanted`` and ``closed`` are its buttons; each shows only while it does something."""

    print_wanted = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__("ask", flat=True)
        # The window's own Ctrl+P does the same on every screen; a second shortcut would make both do nothing.
        self.print_button = Button("quiet", sign="receipt", side=18)
        self.print_button.clicked.connect(self.print_wanted)
        self.close_button = Button("icon", sign="close", side=18, key="Ctrl+D")
        self.close_button.clicked.connect(self.closed)
        for button in (self.print_button, self.close_button):
            self._row.addWidget(button)
            button.hide()
        self.speak()

    def offer(self, *, to_print: bool, to_close: bool) -> None:
        """Offer to print what was not printed, and to put the line away."""
        show_if(self.print_button, to_print)
        show_if(self.close_button, to_close)

    def speak(self) -> None:
        """Say everything in the language that is now installed."""
        self.print_button.caption(self.tr("Print…"), self.tr("Receipts that were not printed"))
        self.close_button.caption(self.tr("Put this line away"))

    def dress(self, look: Look) -> None:
        """Take on the size."""
        super().dress(look)
        # What does not go into one line shall not touch the edges with two.
        down = look.px(3 if look.compact else 4)
        self._row.setContentsMargins(look.px(12), down, look.px(8), down)
        self.setMinimumHeight(look.px(30 if look.compact else 40))
