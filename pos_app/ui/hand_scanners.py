"""Hand scanners: one that types like a keyboard, heard from any screen without focus, and one on a serial port."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QWindow

from pos_app.scanner.serial_port import SerialLoop, SerialPort
from pos_app.scanner.state import SourceState, StateNews
from pos_app.scanner.wedge import Heard, Stroke, Wedge, WedgeForm, on_latin_keys
from pos_app.settings import Settings
from pos_app.usecases.source import Source

_REST_MS = 50
"""After this long without a key, held ones are a scan without an end, or typed: nobody notices the delay."""

_ENTER = {Qt.Key.Key_Return: "\r", Qt.Key.Key_Enter: "\r", Qt.Key.Key_Tab: "\t"}
_SILENT = frozenset({Qt.Key.Key_Shift, Qt.Key.Key_CapsLock, Qt.Key.Key_AltGr, Qt.Key.Key_NumLock})
"""Keys that a scanner presses between others, and that type nothing."""
_PARTERS = frozenset("\x04\x1c\x1d\x1e")
"""Control signs with which scanners part the pieces of one code."""
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


@dataclass(slots=True)
class _HeldBack:
    """A key that went down and was not handed on yet; ``up`` is how it was let go, once it was."""

    down: QKeyEvent
    up: QKeyEvent | None = None


class HandScanners(QObject):
    """Listens to every key that comes to the window, and to the serial port of the settings.

    ``scanned`` carries the text of a code and its ``Source``; ``changed`` tells that :attr:`trouble` did. ``rest`` is the
    clock that ends a scan without an end.
    """

    scanned = Signal(str, object)
    changed = Signal()
    _from_port = Signal(object)

    def __init__(self, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self.trouble: tuple[str, ...] = ()
        self._wedge: Wedge[QKeyEvent] = Wedge(
            WedgeForm(prefix=settings.scanner_prefix, suffix=settings.scanner_suffix)
        )
        self._handing_on = False
        self._held: list[_HeldBack] = []
        self._window: QWindow | None = None
        self.rest = QTimer(self)
        self.rest.setSingleShot(True)
        self.rest.setInterval(_REST_MS)
        # Keys that wait behind a busy moment are heard before the pause is taken for one.
        self.rest.timeout.connect(lambda: QTimer.singleShot(0, self, self._paused))
        self._from_port.connect(self._take_from_port, Qt.ConnectionType.QueuedConnection)
        self._chosen = _scanner_of(settings)
        self._port = self._loop_of(settings)

    def start(self, window: QWindow) -> None:
        """Begin to listen. Keys come to the window first, whichever of its widgets has the focus."""
        self._window = window
        window.installEventFilter(self)
        if self._port is not None:
            self._port.start()

    def use(self, settings: Settings) -> None:
        """Listen as other settings say from now on."""
        if _scanner_of(settings) == self._chosen:
            return
        self._chosen = _scanner_of(settings)
        self._wedge = Wedge(WedgeForm(prefix=settings.scanner_prefix, suffix=settings.scanner_suffix))
        if self._port is not None:
            self._port.stop()
        self.trouble = ()
        self.changed.emit()
        self._port = self._loop_of(settings)
        if self._port is not None and self._window is not None:
            self._port.start()

    def _loop_of(self, settings: Settings) -> SerialLoop | None:
        if not settings.serial:
            return None
        port = SerialPort(settings.serial, settings.serial_baud)
        return SerialLoop(port, on_text=self._from_port.emit, on_state=self._from_port.emit)

    def stop(self) -> None:
        """Listen no more; keys that are held back are not handed on."""
        if self._window is not None:
            self._window.removeEventFilter(self)
            self._window = None
        self.rest.stop()
        if self._port is not None:
            self._port.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear each key on its way to the window, before any field has it."""
        if self._handing_on or watched is not self._window or not isinstance(event, QKeyEvent):
            return False
        if event.type() is QEvent.Type.KeyRelease:
            return self._let_go(event)
        if event.type() is not QEvent.Type.KeyPress or Qt.Key(event.key()) in _SILENT:
            return False
        down = event.clone()
        heard = self._wedge.press(Stroke(_text_of(event), self.time_of(event), down, event.isAutoRepeat()))
        self._answer(heard)
        if heard.take and self._wedge.holding:
            self._held.append(_HeldBack(down))
        return heard.take

    def _let_go(self, event: QKeyEvent) -> bool:
        """Keep how a key was let go behind how it went down: a button that never hears both is not pressed."""
        for held in reversed(self._held):
            if held.down.key() == event.key() and held.up is None:
                held.up = event.clone()
                return True
        return False

    def time_of(self, event: QKeyEvent) -> float:
        """Return when a key went down, in milliseconds by the windowing system's clock."""
        return float(event.timestamp())

    @Slot()
    def _paused(self) -> None:
        if not self.rest.isActive():
            self._answer(self._wedge.rest())

    def _answer(self, heard: Heard[QKeyEvent]) -> None:
        for typed in heard.typed:
            self._hand_on(typed)
        if heard.scan is not None:
            self.scanned.emit(on_latin_keys(heard.scan), Source.WEDGE)
        if self._wedge.holding:
            self.rest.start()
        else:
            self.rest.stop()
            self._held.clear()

    def _hand_on(self, typed: QKeyEvent) -> None:
        if self._window is None:
            return
        held = next((held for held in self._held if held.down is typed), None)
        self._handing_on = True
        try:
            QCoreApplication.sendEvent(self._window, typed)
            if held is not None and held.up is not None:
                QCoreApplication.sendEvent(self._window, held.up)
        finally:
            self._handing_on = False
        if held is not None:
            self._held.remove(held)

    @Slot(object)
    def _take_from_port(self, what: str | StateNews) -> None:
        if isinstance(what, str):
            self.scanned.emit(what, Source.SERIAL)
            return
        lost = what.state is SourceState.LOST
        self.trouble = (f"{what.sentence} {what.advice}".strip(),) if lost else ()
        self.changed.emit()


def _scanner_of(settings: Settings) -> tuple[object, ...]:
    return settings.serial, settings.serial_baud, settings.scanner_prefix, settings.scanner_suffix


def _text_of(event: QKeyEvent) -> str:
    """Return what a key types; "" for one that is a command."""
    key, text = Qt.Key(event.key()), event.text()
    if key in _ENTER or text in _PARTERS:
        return _ENTER.get(key, text)
    held = event.modifiers() & _COMMANDS
    # Control and Alt together are how some systems report AltGr, with which signs such as @ are typed.
    return "" if held not in (Qt.KeyboardModifier.NoModifier, _COMMANDS) or not text.isprintable() else text
