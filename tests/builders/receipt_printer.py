"""A receipt printer of our own: it reads ESC/POS off a real socket, keeps what it would have on paper, and can fail."""

import socket
import threading
from dataclasses import dataclass, field
from typing import Self

from PIL import Image

from tests.builders.patience import LONG_S

ESC, GS, DLE = 0x1B, 0x1D, 0x10
CODE_PAGES = {0: "cp437", 2: "cp850", 17: "cp866", 18: "cp852", 19: "cp858", 16: "cp1252", 46: "cp1251"}
_PAUSE_S = 0.05


@dataclass
class Sheet:
    """What came out: ``lines`` of text, ``large`` ones again, QR texts, pictures, cuts and kicks of the drawer."""

    lines: list[str] = field(default_factory=list)
    large: list[str] = field(default_factory=list)
    bold: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    pictures: list[Image.Image] = field(default_factory=list)
    cuts: int = 0
    kicks: int = 0
    questions: list[int] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def whole_picture(self) -> Image.Image:
        """Put the strips together as the paper shows them."""
        sheet = Image.new(
            "L", (max(each.width for each in self.pictures), sum(each.height for each in self.pictures))
        )
        top = 0
        for each in self.pictures:
            sheet.paste(each, (0, top))
            top += each.height
        return sheet


def read_paper(content: bytes) -> Sheet:
    """Read commands; an unknown one fails the test, for no printer would know what to do with it either."""
    return _Reader(content).read()


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._in, self._at = content, 0
        self._sheet = Sheet()
        self._page = "cp437"
        self._line: list[str] = []
        self._double = self._bold = False
        self._code = b""

    def read(self) -> Sheet:
        while self._at < len(self._in):
            byte = self._take(1)[0]
            if byte == ESC:
                self._escape()
            elif byte == GS:
                self._group()
            elif byte == DLE:
                assert self._take(1) == b"\x04"
                self._sheet.questions.append(self._take(1)[0])
            elif byte == 0x0A:
                self._end_line()
            else:
                assert byte >= 0x20, hex(byte)
                self._line.append(bytes((byte,)).decode(self._page))
        return self._sheet

    def _take(self, count: int) -> bytes:
        taken = self._in[self._at : self._at + count]
        assert len(taken) == count, "the commands end too early"
        self._at += count
        return taken

    def _escape(self) -> None:
        command = self._take(1)
        match command:
            case b"@":
                self._page, self._double, self._bold = "cp437", False, False
            case b"t":
                self._page = CODE_PAGES[self._take(1)[0]]
            case b"E":
                self._bold = bool(self._take(1)[0] & 1)
            case b"!":
                mode = self._take(1)[0]
                self._double = bool(mode & 0x20)
            case b"d":
                self._take(1)
            case b"p":
                # The library writes the pulse as figures: pin, on, off.
                self._take(3)
                self._sheet.kicks += 1
            case b"a" | b"-" | b"M":
                self._take(1)
            case _:
                raise AssertionError(command)

    def _group(self) -> None:
        command = self._take(1)
        match command:
            case b"!":
                self._double = bool(self._take(1)[0] & 0x70)
            case b"V":
                self._take(1)
                self._sheet.cuts += 1
            case b"(":
                assert self._take(1) == b"k"
                self._code_command(self._take(int.from_bytes(self._take(2), "little")))
            case b"v":
                self._picture()
            case b"b" | b"B":
                self._take(1)
            case _:
                raise AssertionError(command)

    def _code_command(self, data: bytes) -> None:
        assert data[:1] == b"1"
        if data[1] == 80:
            self._code = data[3:]
        elif data[1] == 81:
            self._sheet.codes.append(self._code.decode())

    def _picture(self) -> None:
        assert self._take(1) == b"0"
        self._take(1)
        wide, high = int.from_bytes(self._take(2), "little"), int.from_bytes(self._take(2), "little")
        raw = self._take(wide * high)
        picture = Image.frombytes("1", (wide * 8, high), bytes(255 - byte for byte in raw))
        self._sheet.pictures.append(picture.convert("L"))

    def _end_line(self) -> None:
        text = "".join(self._line)
        self._line = []
        self._sheet.lines.append(text)
        if self._double:
            self._sheet.large.append(text)
        if self._bold:
            self._sheet.bold.append(text)


class SmallPrinter:
    """Listens like a network printer. ``status`` are its four answers; ``paper_bytes`` is where its paper ends.

    ``mute`` answers nothing; ``breaks_off_after`` closes the connection after so many bytes.
    """

    def __init__(
        self, *, mute: bool = False, paper_bytes: int | None = None, breaks_off_after: int | None = None
    ) -> None:
        self.status = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}
        self.mute, self.paper_bytes, self.breaks_off_after = mute, paper_bytes, breaks_off_after
        self.received: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(_PAUSE_S)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="small-printer", daemon=True)
        self.finished = threading.Semaphore(0)

    @property
    def port(self) -> int:
        port: int = self._socket.getsockname()[1]
        return port

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    @property
    def sheets(self) -> list[Sheet]:
        """What came out, connection by connection, of those that brought more than questions."""
        sheets = [read_paper(each) for each in self.received]
        return [sheet for sheet in sheets if sheet.cuts]

    def wait(self) -> None:
        """Wait until a connection has ended."""
        assert self.finished.acquire(timeout=LONG_S)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join(LONG_S)
        self._socket.close()

    def _serve(self) -> None:
        while not self._ending.is_set():
            try:
                line, _ = self._socket.accept()
            except TimeoutError:
                continue
            with line:
                line.settimeout(_PAUSE_S)
                self.received.append(self._listen(line))
            self.finished.release()

    def _listen(self, line: socket.socket) -> bytes:
        heard, answered = b"", 0
        while not self._ending.is_set():
            try:
                came = line.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                break
            if not came:
                break
            heard += came
            if self.breaks_off_after is not None and len(heard) > self.breaks_off_after:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
                break
            if self.paper_bytes is not None and len(heard) > self.paper_bytes:
                self.status[4] = 0x72
            # The till waits for each answer, so that an open question is the last thing heard; what came before it may
            # have come with it.
            if not self.mute and len(questions := _questions(heard)) > answered:
                answered = len(questions)
                line.sendall(bytes((self.status[questions[-1]],)))
        return heard


def _questions(heard: bytes) -> list[int]:
    """Return what the till has asked, when a question is the last thing that it said."""
    if heard[-3:-1] != bytes((DLE, 0x04)):
        return []
    try:
        return read_paper(heard).questions
    except AssertionError:
        # Figures within a picture or a code that has not come to its end may look like a question.
        return []
