"""A hand scanner on a serial port (or a USB one that behaves like one): lines in, texts of codes out."""

import threading
from collections.abc import Callable
from pathlib import Path

import serial
from msgspec import Struct

from pos_app.scanner.state import SourceState, StateNews
from sync.rules.user_error import UserError

BAUD = 9600
"""The rate at which scanners leave the factory; USB ones ignore it."""
MAX_LINE_BYTES = 8_000
"""A line longer than this is no code: it is dropped up to its end."""

_READ_S = 0.05
"""How long a read waits for a byte; a code whose end is missing counts as whole after this much silence."""
_RETRY_S = (0.5, 1.0, 2.0, 4.0)
_STOP_S = 3.0
_ENDS = b"\r\n\t"


class Lines:
    """Cuts what arrives into codes, wherever the driver cut it into pieces."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._bytes = bytearray()
        self._too_long = False

    def feed(self, piece: bytes) -> list[str]:
        """Take what arrived; return the codes that it completes."""
        texts = []
        for value in piece:
            if value in _ENDS:
                texts += self.end()
            elif len(self._bytes) < MAX_LINE_BYTES:
                self._bytes.append(value)
            else:
                self._too_long = True
        return texts

    def end(self) -> list[str]:
        """Take the end of a code, or a silence that is as good as one."""
        content, too_long = bytes(self._bytes), self._too_long
        self._bytes.clear()
        self._too_long = False
        text = "" if too_long else _text(content).strip()
        return [text] if text else []


def _text(content: bytes) -> str:
    """Decode a code. Bytes that are no UTF-8 keep their values: such a code is then simply unknown."""
    try:
        decoded = content.decode("utf-8")
    except UnicodeDecodeError:
        decoded = content.decode("latin-1")
    return "".join(sign for sign in decoded if sign.isprintable())


class SerialPort(Struct, frozen=True):
    """A port as the settings name it: ``/dev/ttyACM0``, ``COM3`` or a URL that pyserial knows."""

    name: str
    baud: int = BAUD


def scanner_lost(port: SerialPort) -> UserError:
    """Say that a port cannot be read."""
    return UserError(
        "scanner_lost",
        f"The scanner on {Path(port.name).name} does not answer.",
        "Check its cable; it is found again by itself.",
    )


class SerialLoop:
    """Listens to one port until stopped; a scanner that is unplugged is waited for.

    Both callbacks run on the loop's own thread and must return quickly. ``on_text`` is one call per code;
    ``on_state`` tells each change of state once: LIVE, and LOST while the port cannot be read.
    """

    def __init__(
        self, port: SerialPort, *, on_text: Callable[[str], None], on_state: Callable[[StateNews], None]
    ) -> None:
        """Listen to nothing until :meth:`start`."""
        self.port = port
        self._on_text, self._on_state = on_text, on_state
        self._state: SourceState | None = None
        self._attempts = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"serial port {port.name}", daemon=True)

    def start(self) -> None:
        """Begin to listen; once."""
        self._thread.start()

    def stop(self, timeout_s: float = _STOP_S) -> bool:
        """End the loop and wait at most ``timeout_s`` seconds; False when it is not over by then."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen()
            except (serial.SerialException, OSError, ValueError):
                lost = scanner_lost(self.port)
                self._tell(SourceState.LOST, lost.sentence, lost.advice)
                self._stop.wait(_RETRY_S[min(self._attempts, len(_RETRY_S) - 1)])
                self._attempts += 1

    def _listen(self) -> None:
        lines = Lines()
        with serial.serial_for_url(self.port.name, baudrate=self.port.baud, timeout=_READ_S) as device:
            self._attempts = 0
            self._tell(SourceState.LIVE, f"The scanner on {Path(self.port.name).name} is ready.")
            while not self._stop.is_set():
                piece = device.read(max(1, device.in_waiting))
                for text in lines.feed(piece) if piece else lines.end():
                    self._on_text(text)

    def _tell(self, state: SourceState, sentence: str, advice: str = "") -> None:
        if state is not self._state:
            self._state = state
            self._on_state(StateNews(state, self.port.name, sentence, advice))
