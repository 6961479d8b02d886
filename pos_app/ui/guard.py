"""Locking the till and closing its window, without losing the sale that is being made."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from pos_app.ui.flow import Flow, Screen
from pos_app.ui.idle_lock import IdleLock
from pos_app.ui.places.places import Places
from pos_app.ui.screens.sign_in_screen import SignInScreen
from pos_app.ui.sheets.confirm_sheet import ConfirmSheet
from pos_app.ui.sheets.host import Sheets


class Guard(QObject):
    """Stands before the till: locks it, says what waits behind the lock, asks before a sale is forgotten.

    ``has_open_sale`` tells whether a sale is being made; ``forget_sale`` gives back what it held.
    """

    def __init__(
        self,
        flow: Flow,
        places: Places,
        sheets: Sheets,
        sign_in: SignInScreen,
        *,
        has_open_sale: Callable[[], bool],
        forget_sale: Callable[[], None],
    ) -> None:
        super().__init__(flow)
        self._flow, self._places, self._sheets, self._sign_in = flow, places, sheets, sign_in
        self._has_open_sale, self._forget_sale = has_open_sale, forget_sale
        self._may_close = False
        self.idle = IdleLock(self)
        self.idle.idle.connect(lambda: self.lock("idle"))

    def lock(self, why: str = "signed_out") -> None:
        """Ask who is there; the open sale waits for whoever it is."""
        if self._flow.screen is Screen.TILL:
            self._sheets.close_all()
            if self._places.now is not None:
                self._places.now.leave()
            self._flow.sign_out(why)

    def came_up(self, screen: Screen) -> None:
        """Take note of the screen that is up now."""
        self.idle.guard(on=screen is Screen.TILL)
        self.speak()

    def speak(self) -> None:
        """Say what waits behind the lock, in the language that is now installed."""
        waits = self._has_open_sale()
        self._sign_in.show_waiting(
            self.tr("A sale is open.") if waits else "",
            self.tr("It is kept for whoever signs in.") if waits else "",
        )

    def may_close(self, *, asked_by_person: bool) -> bool:
        """Whether the window may close now; a person is asked first if a sale would be forgotten.

        Nobody is asked when the system ends the program: it would not wait for an answer.
        """
        if self._may_close or not asked_by_person or not self._has_open_sale():
            return True
        if self._sheets.up is None:
            self._ask_to_close()
        return False

    def _ask_to_close(self) -> None:
        sheet = ConfirmSheet(
            self.tr("Close the till?"),
            self.tr("A sale is open and has not been recorded. Closing forgets it; its codes stay unused."),
            self.tr("Forget the sale and close"),
            stay=self.tr("Stay"),
            danger=True,
        )
        sheet.confirmed.connect(self._close)
        self._sheets.open(sheet)

    def _close(self) -> None:
        self._may_close = True
        self._forget_sale()
        self._sheets.window().close()
