"""What stands in the window: the bar, the notice below it, and one screen at a time."""

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from pos_app.ui.flow import Screen
from pos_app.ui.screens.enrol_screen import EnrolScreen
from pos_app.ui.screens.message_screen import MessageScreen
from pos_app.ui.screens.sign_in_screen import SignInScreen
from pos_app.ui.screens.till_screen import TillScreen
from pos_app.ui.widgets.camera_view import CameraView
from pos_app.ui.widgets.strip import Strip
from pos_app.ui.widgets.top_bar import TopBar


class Frame(QWidget):
    """Holds the screens; which one is up is the flow's part."""

    def __init__(self, central: str) -> None:
        super().__init__()
        self.setProperty("role", "ground")
        self.bar, self.notice = TopBar(), Strip("ask")
        self.enrol, self.sign_in = EnrolScreen(central), SignInScreen()
        self.till, self.message = TillScreen(), MessageScreen()
        self._stack = QStackedWidget()
        for screen in (self.message, self.enrol, self.sign_in, self.till):
            self._stack.addWidget(screen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.notice)
        column.addWidget(self._stack, 1)

    def bring_up(self, screen: Screen) -> None:
        """Show a screen and put the focus where its work begins."""
        match screen:
            case Screen.ENROL:
                self._stack.setCurrentWidget(self.enrol)
                self.enrol.address.setFocus()
            case Screen.SIGN_IN:
                self._stack.setCurrentWidget(self.sign_in)
                self.sign_in.setFocus()
            case Screen.TILL:
                self._stack.setCurrentWidget(self.till)
                self.till.basket.amount.setFocus()
            case _:
                self._stack.setCurrentWidget(self.message)

    def camera_view(self, screen: Screen) -> CameraView | None:
        """Return where a screen shows the camera's picture, if it does."""
        return {
            Screen.ENROL: self.enrol.view,
            Screen.SIGN_IN: self.sign_in.view,
            Screen.TILL: self.till.camera.view,
        }.get(screen)
