"""What stands in the window: the bar, the notice below it, one screen at a time, and sheets over them.

Once somebody is signed in, the screen is a place of the rail (:mod:`pos_app.ui.places`).
"""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from pos_app.ui.flow import Screen
from pos_app.ui.places.places import Places
from pos_app.ui.places.rail import Rail
from pos_app.ui.screens.enrol_screen import EnrolScreen
from pos_app.ui.screens.message_screen import MessageScreen
from pos_app.ui.screens.sign_in_screen import SignInScreen
from pos_app.ui.screens.till_screen import TillScreen
from pos_app.ui.sheets.host import Sheets
from pos_app.ui.widgets.camera_view import CameraView
from pos_app.ui.widgets.notice import Notice
from pos_app.ui.widgets.scroll_room import ScrollRoom
from pos_app.ui.widgets.text import show_if
from pos_app.ui.widgets.top_bar import TopBar
from pos_app.ui.widgets.touched_field import TypingRoom


class Frame(TypingRoom):
    """Holds the screens; which one is up is the flow's part, and which place the rail's.

    ``resized`` tells that it has another size.
    """

    resized = Signal()

    def __init__(self, central: str) -> None:
        super().__init__()
        self.setProperty("role", "ground")
        self.bar, self.notice = TopBar(), Notice()
        self.enrol, self.sign_in = EnrolScreen(central), SignInScreen()
        self.till, self.message = TillScreen(), MessageScreen()
        self.rail, stack = Rail(), QStackedWidget()
        self.places = Places(self.rail, stack)
        self._signed_in = QWidget()
        beside = QHBoxLayout(self._signed_in)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        beside.addWidget(self.rail)
        beside.addWidget(stack, 1)
        self._stack = QStackedWidget()
        self._rooms = {screen: ScrollRoom(screen) for screen in (self.message, self.enrol, self.sign_in)}
        for widget in (*self._rooms.values(), self._signed_in):
            self._stack.addWidget(widget)
        # Until the till is open nobody shows the till screen; it must not float as a window of its own.
        self.till.setParent(self._signed_in)
        self.till.hide()
        behind = QWidget()
        column = QVBoxLayout(behind)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.notice)
        column.addWidget(self._stack, 1)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(0)
        self._whole.addWidget(behind, 1)
        self._keys: QWidget | None = None
        self.sheets = Sheets(self, behind)

    def bring_up(self, screen: Screen) -> None:
        """Show a screen and put the focus where its work begins."""
        match screen:
            case Screen.ENROL:
                self._stack.setCurrentWidget(self._rooms[self.enrol])
                self.enrol.address.setFocus()
            case Screen.SIGN_IN:
                self._stack.setCurrentWidget(self._rooms[self.sign_in])
                self.sign_in.setFocus()
            case Screen.TILL:
                self._stack.setCurrentWidget(self._signed_in)
                self.places.home()
            case _:
                self._stack.setCurrentWidget(self._rooms[self.message])

    def camera_view(self, screen: Screen) -> CameraView | None:
        """Return where a screen shows the camera's picture, if it does."""
        match screen:
            case Screen.ENROL:
                return self.enrol.view
            case Screen.SIGN_IN:
                return self.sign_in.view
            case Screen.TILL:
                return self.places.camera_view
            case _:
                return None

    def hold_keys(self, keys: QWidget) -> None:
        """Take keys that nobody has asked for yet, hidden."""
        if self._keys is None:
            self._whole.addWidget(keys)
            self._keys = keys

    def show_keys(self, keys: QWidget | None, *, hide_bar: bool) -> None:
        """Let keys to type with stand below everything, sheets too; None takes them away.

        ``hide_bar`` gives the bar's room to the field that is typed into, where there is little.
        """
        if keys is not None:
            self.hold_keys(keys)
        if self._keys is not None:
            show_if(self._keys, keys is not None)
        show_if(self.bar, not hide_bar)
        self.settle()

    def settle(self) -> None:
        """Give everything its place now, and not with the next breath."""
        self._whole.activate()
        self.sheets.cover()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the sheets over everything."""
        super().resizeEvent(event)
        self.sheets.cover()
        self.resized.emit()
