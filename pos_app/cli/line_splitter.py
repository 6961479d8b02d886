"""Bytes from a pipe or a serial line, cut into lines of bounded length."""

from collections.abc import Iterator
from dataclasses import dataclass

MAX_LINE_BYTES = 16 * 1024
"""Far above any code (a QR symbol holds at most 7,089 characters); what is longer is answered, not kept."""


_RETURN, _LINE_FEED = b"\r\n"


@dataclass(frozen=True, slots=True)
class InputLine:
    """One line without its end. ``too_long`` lines hold their first ``MAX_LINE_BYTES`` bytes only."""

    content: bytes
    too_long: bool = False

    def text(self) -> str:
        """Decode for a look-up: any bytes become some text, and different bytes different texts."""
        return self.content.decode("utf-8", "surrogateescape")

    def shown(self) -> str:
        """Decode for a person and for strict JSON readers: broken bytes are spelt out."""
        return self.content.decode("utf-8", "backslashreplace")


class LineSplitter:
    """Cuts at LF, CR or CR LF: scanners end their lines in all three ways."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._rest = bytearray()
        self._overflow = False
        self._after_return = False

    def feed(self, chunk: bytes) -> Iterator[InputLine]:
        """Take the next bytes and yield every line that they complete."""
        if not chunk:
            return
        start = 1 if self._after_return and chunk[0] == _LINE_FEED else 0
        self._after_return = False
        while start < len(chunk):
            ends = [found for found in (chunk.find(b"\n", start), chunk.find(b"\r", start)) if found >= 0]
            if not ends:
                self._keep(chunk[start:])
                return
            end = min(ends)
            self._keep(chunk[start:end])
            yield self._line()
            start = end + 1
            if chunk[end] == _RETURN:
                if start == len(chunk):
                    self._after_return = True
                elif chunk[start] == _LINE_FEED:
                    start += 1

    def end(self) -> Iterator[InputLine]:
        """Yield the last line when it had no end."""
        if self._rest or self._overflow:
            yield self._line()

    def _keep(self, piece: bytes) -> None:
        room = MAX_LINE_BYTES - len(self._rest)
        self._rest += piece[:room]
        self._overflow = self._overflow or len(piece) > room

    def _line(self) -> InputLine:
        line = InputLine(bytes(self._rest), too_long=self._overflow)
        self._rest.clear()
        self._overflow = False
        return line
