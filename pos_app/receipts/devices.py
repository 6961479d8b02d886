"""The ways to a printer: network, USB, a file or device node. Each says in one sentence what does not go."""

import errno
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from pos_app.receipts.escpos_library import escpos_printer
from pos_app.receipts.setup import Address, Way
from pos_app.receipts.status import LATER, QUESTIONS, is_answer, question, trouble
from sync.rules.user_error import UserError

CONNECT_S = 3.0
SEND_S = 15.0
"""How long a printer may take the bytes: a slow one has a small buffer and fills it at the speed of its paper."""
ANSWER_S = 1.0
"""How long a printer may take to say how it is; those that never answer are believed to be well."""
MAX_ANSWER_BYTES = 64


class Device(Protocol):
    """Something that takes a receipt's bytes."""

    def send(self, content: bytes) -> None:
        """Hand the bytes over; raises ``UserError`` when the receipt did not (wholly) come out."""
        ...

    def ask(self) -> None:
        """Raise ``UserError`` when the printer cannot be reached or says that it cannot print."""
        ...


def device_of(address: Address) -> Device:
    """Return the way to a printer."""
    match address.way:
        case Way.TCP:
            return NetworkDevice(address.place, address.port)
        case Way.USB:
            return UsbDevice(address.vendor, address.product)
        case Way.FILE:
            return FileDevice(Path(address.place))
        case _:
            msg = f"{address.way} takes no bytes"
            raise ValueError(msg)


class NetworkDevice:
    """A printer on the network. Once it has not answered a question it is asked no more."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._mute = False

    def send(self, content: bytes) -> None:
        """Ask how the printer is, print, and ask again: the paper may have ended within."""
        with self._line() as printer:
            self._check(printer)
            printer.device.settimeout(SEND_S)
            printer._raw(content)  # noqa: SLF001 - the library's own way to send what is made already
            self._check(printer)

    def ask(self) -> None:
        """Ask how the printer is."""
        with self._line() as printer:
            self._check(printer)

    @contextmanager
    def _line(self) -> Iterator[Any]:
        try:
            # Opened here: the library would leave a socket behind that found nobody, and knows no IPv6.
            line = socket.create_connection((self._host, self._port), timeout=CONNECT_S)
        except OSError as error:
            raise UserError(
                "printer_unreachable",
                f"The receipt printer at {self._host} does not answer.",
                f"Is it switched on and connected? {LATER}",
            ) from error
        printer = escpos_printer().Network(self._host, port=self._port)
        printer.device = line
        try:
            yield printer
        except OSError as error:
            raise UserError(
                "printer_lost",
                "The receipt printer broke the connection off.",
                f"Look whether it is on and has paper. {LATER}",
            ) from error
        finally:
            printer.close()

    def _check(self, printer: Any) -> None:  # noqa: ANN401 - python-escpos is not typed
        answers: dict[int, int] = {}
        for number in QUESTIONS:
            answer = None if self._mute else self._answer(printer, number)
            if answer is None:
                self._mute = True
                break
            answers[number] = answer
        wrong = trouble(answers)
        if wrong is not None:
            raise wrong

    def _answer(self, printer: Any, number: int) -> int | None:  # noqa: ANN401 - the same
        printer._raw(question(number))  # noqa: SLF001 - the same
        until = time.monotonic() + ANSWER_S
        read = 0
        while (left := until - time.monotonic()) > 0 and read < MAX_ANSWER_BYTES:
            printer.device.settimeout(left)
            try:
                came: bytes = printer._read()  # noqa: SLF001 - the same
            except TimeoutError:
                return None
            if not came:
                raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
            read += len(came)
            answers = [byte for byte in came if is_answer(byte)]
            if answers:
                return answers[-1]
        return None


class UsbDevice:
    """A printer on USB, by its vendor's and product's number."""

    def __init__(self, vendor: int, product: int) -> None:
        self._vendor, self._product = vendor, product

    def send(self, content: bytes) -> None:
        """Print."""
        with self._line() as printer:
            printer._raw(content)  # noqa: SLF001 - the library's own way to send what is made already

    def ask(self) -> None:
        """See whether the printer is there."""
        with self._line():
            pass

    @contextmanager
    def _line(self) -> Iterator[Any]:
        library = escpos_printer()
        import usb.core

        printer = library.Usb(self._vendor, self._product, timeout=int(SEND_S * 1000))
        try:
            printer.open()
            yield printer
        except usb.core.NoBackendError as error:
            raise UserError(
                "printer_usb",
                "This computer lacks the library by which USB printers are reached.",
                f"Install the system package libusb-1.0-0. {LATER}",
            ) from error
        except (library.usb.DeviceNotFoundError, usb.core.USBError) as error:
            raise UserError(
                "printer_unreachable",
                f"There is no USB printer {self._vendor:04x}:{self._product:04x}, or it does not answer.",
                f"Is it switched on and connected, and may this user use it? {LATER}",
            ) from error
        finally:
            printer.close()


class FileDevice:
    """A device node such as ``/dev/usb/lp0``, or a plain file to which receipts are added."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, content: bytes) -> None:
        """Print."""
        with self._open() as file:
            at = 0
            while at < len(content):
                at += os.write(file, content[at:])

    def ask(self) -> None:
        """See whether it can be written."""
        with self._open():
            pass

    @contextmanager
    def _open(self) -> Iterator[int]:
        file = None
        try:
            # A node whose printer is off may not hold the thread for ever.
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0)
            file = os.open(self._path, flags | getattr(os, "O_BINARY", 0), 0o600)
            yield file
        except OSError as error:
            if error.errno == errno.ENOSPC and not self._path.is_file():
                # The kernel's printer driver says so when the roll has ended.
                raise UserError(
                    "printer_paper", "The receipt printer is out of paper.", f"Put a new roll in. {LATER}"
                ) from error
            raise UserError(
                "printer_unreachable",
                f"The receipt printer {self._path} cannot be written ({error.strerror}).",
                f"Is it switched on and connected? {LATER}",
            ) from error
        finally:
            if file is not None:
                os.close(file)
