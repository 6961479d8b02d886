"""The till with its window."""

import signal
import sys
import threading
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from pos_app.settings import Settings
from pos_app.ui.house import Enrol, House, OpenCounter
from pos_app.ui.opened_links import OpenedLinks
from pos_app.ui.theme.icons import pixmap
from pos_app.ui.theme.tokens import LIGHT
from pos_app.ui.till_window import SMALLEST, TillWindow

_SIGNAL_LOOK_MS = 200
"""How often Python gets to see a signal while Qt sleeps."""
_ICON_SIDE = 128
_SIZE = QSize(1280, 800)
"""How large the window comes up, where the screen has room for it; a smaller screen is filled."""


def run_window(
    settings: Settings,
    *,
    open_counter: OpenCounter,
    enrol: Enrol,
    drive: Callable[[TillWindow], None] | None = None,
    link: str | None = None,
) -> int:
    """Show the till until its window is closed; return the exit status. ``link`` was opened to start it.

    ``drive`` is called once the window is shown, before the till is opened: a guided tour connects to the
    window's signals there.
    """
    application = make_application()
    window = TillWindow(settings, House(settings, open_counter=open_counter, enrol=enrol))
    if settings.fullscreen:
        window.showFullScreen()
    else:
        window.resize(_SIZE)
        if _fills(application.primaryScreen().availableGeometry().size()):
            window.showMaximized()
        else:
            window.show()
    OpenedLinks(window, link)
    if drive is not None:
        drive(window)
    window.begin()
    for number in (signal.SIGTERM, signal.SIGINT):
        # Python runs this between any two steps of ours, also in the middle of a painting: not there.
        signal.signal(number, lambda *_: QTimer.singleShot(0, window.close))
    awake = QTimer()
    awake.timeout.connect(lambda: None)
    awake.start(_SIGNAL_LOOK_MS)
    return application.exec()


def _fills(room: QSize) -> bool:
    """Whether the window should fill this screen: smaller than the window, yet large enough for a till.

    A screen that is too small for any till is none that a person looks at (Qt's off-screen one is 800 × 800).
    """
    holds_smallest = room.width() >= SMALLEST[0] and room.height() >= SMALLEST[1]
    return holds_smallest and (room.width() < _SIZE.width() or room.height() < _SIZE.height())


def make_application() -> QApplication:
    """Return the application, made as this program wants it."""
    present = QApplication.instance()
    application = present if isinstance(present, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("Countersign")
    application.setStyle("Fusion")
    application.setWindowIcon(QIcon(pixmap("brand", LIGHT.accent, _ICON_SIDE)))
    sys.excepthook = _bug
    return application


def _bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Log a bug once, with its trace, and go on: one wrong slot must not take the till away from a cashier."""
    import logging

    logging.getLogger("pos_app.ui").critical(
        "a bug on %s", threading.current_thread().name, exc_info=(kind, error, trace)
    )
