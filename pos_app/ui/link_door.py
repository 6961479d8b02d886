"""Links that the operating system opens: handed to the till that is running, by a socket of this user alone."""

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from sync.rules.link_text import MAX_LINK_CHARS

MAX_BYTES = 4 * MAX_LINK_CHARS
"""A link in UTF-8; whoever sends more is cut off."""
MAX_CALLERS = 4
WAIT_MS = 2_000
"""How long a caller may take to say its link, and how long a caller waits for the till."""


class LinkDoor(QObject):
    """``opened`` carries the text of a link that was opened somewhere on this machine."""

    opened = Signal(str)

    def __init__(self, home: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._name = door_name(home)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.setMaxPendingConnections(MAX_CALLERS)
        self._server.newConnection.connect(self._let_in)
        self._heard: dict[QLocalSocket, bytes] = {}

    def open(self) -> bool:
        """Listen from now on; whether that is possible (a till works without)."""
        # A till that was killed leaves its socket behind; one that lives holds its files' lock, and we are not here.
        QLocalServer.removeServer(self._name)
        return self._server.listen(self._name)

    def close(self) -> None:
        """Listen no more."""
        self._server.close()
        for caller in list(self._heard):
            self._let_go(caller)

    def _let_in(self) -> None:
        while (caller := self._server.nextPendingConnection()) is not None:
            if len(self._heard) >= MAX_CALLERS:
                caller.abort()
                caller.deleteLater()
                continue
            self._heard[caller] = b""
            caller.readyRead.connect(lambda caller=caller: self._hear(caller))
            caller.disconnected.connect(lambda caller=caller: self._end(caller))
            QTimer.singleShot(WAIT_MS, caller, lambda caller=caller: self._let_go(caller))
            self._hear(caller)

    def _hear(self, caller: QLocalSocket) -> None:
        if caller in self._heard:
            self._heard[caller] += bytes(caller.readAll().data())
            if len(self._heard[caller]) > MAX_BYTES:
                self._let_go(caller)

    def _end(self, caller: QLocalSocket) -> None:
        """Take what a caller has said; bytes that are no text are nobody's link."""
        self._hear(caller)
        said = self._heard.get(caller, b"")
        self._let_go(caller)
        try:
            text = said.decode().strip()
        except UnicodeDecodeError:
            return
        if text:
            self.opened.emit(text)

    def _let_go(self, caller: QLocalSocket) -> None:
        if self._heard.pop(caller, None) is not None:
            caller.abort()
            caller.deleteLater()


def door_name(home: Path) -> str:
    """Name the socket of the till in a folder: one for each folder, short enough for every system."""
    return f"countersign-{hashlib.sha256(str(home.absolute()).encode()).hexdigest()[:24]}"


def hand_over(home: Path, link: str) -> bool:
    """Give a link to the till of that folder; False when none is running there."""
    socket = QLocalSocket()
    socket.connectToServer(door_name(home))
    if not socket.waitForConnected(WAIT_MS):
        return False
    socket.write(link.encode("utf-8", "surrogateescape")[:MAX_BYTES])
    said = socket.waitForBytesWritten(WAIT_MS)
    socket.disconnectFromServer()
    if socket.state() is not QLocalSocket.LocalSocketState.UnconnectedState:
        socket.waitForDisconnected(WAIT_MS)
    return said
