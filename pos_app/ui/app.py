"""The till with its window."""

import gc
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
_COLLECT_MS = 10_000
"""At the latest Python looks for rubbish again: a till may wait for its enrolment or its first load for long."""
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
    screen = application.primaryScreen()
    fills = _fills(screen.availableGeometry().size())
    size = screen.size() if settings.fullscreen else screen.availableGeometry().size() if fills else _SIZE
    window = TillWindow(settings, House(settings, open_counter=open_counter, enrol=enrol), size)
    if settings.fullscreen:
        window.showFullScreen()
    elif fills:
        window.showMaximized()
    else:
        window.show()
    window.furnished.connect(collect_rubbish)
    QTimer.singleShot(_COLLECT_MS, collect_rubbish)
    links = OpenedLinks(window, link)
    if drive is not None:
        drive(window)
    window.begin()
    for number in (signal.SIGTERM, signal.SIGINT):
        # Python runs this between any two steps of ours, also in the middle of a painting: not there.
        signal.signal(number, lambda *_: QTimer.singleShot(0, window.close))
    awake = QTimer()
    awake.timeout.connect(lambda: None)
    awake.start(_SIGNAL_LOOK_MS)
    try:
        return application.exec()
    finally:
        # Not left to whoever takes the window apart: a socket in the temporary folder outlives a process.
        links.door.close()


def collect_rubbish() -> None:
    """Let Python look for dropped objects from now on, leaving out what the till consists of.

    It would look through all of that again and again, for a tenth of a second each time, on whichever thread is
    working: a finger on the screen would wait for it.
    """
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


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
