"""How a till prints: which printer, which paper, which letters, and what the restaurant's own lines are."""

from enum import StrEnum

from msgspec import Struct

from pos_app.receipts.content import Letterhead
from pos_app.receipts.typeset import PAPERS, WIDE, Paper

TCP_PORT = 9100
"""Where receipt printers listen unless told otherwise."""


_PLAIN = Letterhead()


class Way(StrEnum):
    """How bytes reach the printer; PDF makes a file a receipt instead."""

    NONE = "none"
    FILE = "file"
    TCP = "tcp"
    USB = "usb"
    PDF = "pdf"


class Address(Struct, frozen=True, kw_only=True):
    """Where to print. ``place`` is a path, a host, or nothing; ``port`` of TCP; ``vendor`` and ``product`` of USB."""

    way: Way
    place: str = ""
    port: int = TCP_PORT
    vendor: int = 0
    product: int = 0

    def __str__(self) -> str:
        """Write it as the settings do."""
        match self.way:
            case Way.TCP:
                host = f"[{self.place}]" if ":" in self.place else self.place
                return f"tcp://{host}:{self.port}"
            case Way.USB:
                return f"usb:{self.vendor:04x}:{self.product:04x}"
            case Way.FILE | Way.PDF:
                return f"{self.way}:{self.place}"
            case _:
                return str(self.way)


def read_address(text: str) -> Address:
    """Read ``none``, ``file:PATH``, ``tcp://host:9100``, ``usb:VID:PID`` (hexadecimal) or ``pdf:FOLDER``.

    Raises ``ValueError`` for anything else.
    """
    way, _, place = text.strip().partition(":")
    match way.lower():
        case Way.NONE if not place:
            return Address(way=Way.NONE)
        case (Way.FILE | Way.PDF) as kind if place:
            return Address(way=Way(kind), place=place)
        case Way.TCP:
            return _tcp(place.removeprefix("//").rstrip("/"))
        case Way.USB:
            vendor, _, product = place.partition(":")
            return Address(way=Way.USB, vendor=_usb_number(vendor), product=_usb_number(product))
        case _:
            msg = f"no way to a printer: {text!r}"
            raise ValueError(msg)


def _tcp(place: str) -> Address:
    if place.startswith("["):
        host, _, port = place[1:].partition("]")
        port = port.removeprefix(":")
    else:
        host, _, port = place.partition(":")
    number = int(port or TCP_PORT)
    if not host or not 0 < number < 1 << 16:
        msg = f"no host and port: {place!r}"
        raise ValueError(msg)
    return Address(way=Way.TCP, place=host, port=number)


def _usb_number(text: str) -> int:
    number = int(text, 16)
    if not 0 < number < 1 << 16:
        msg = f"no number of a USB device: {text!r}"
        raise ValueError(msg)
    return number


_NOWHERE = Address(way=Way.NONE)


class Setup(Struct, frozen=True, kw_only=True):
    """How to print. ``letters`` is a code page of the printer, or ``image``: every line drawn as a picture.

    ``model`` is a profile of python-escpos, which knows what number the printer gives to each code page.
    ``drawer`` opens the cash drawer after a receipt of a sale.
    """

    address: Address = _NOWHERE
    paper: Paper = WIDE
    letters: str = "cp866"
    model: str = "default"
    copies: int = 1
    auto: bool = False
    drawer: bool = False
    letterhead: Letterhead = _PLAIN

    @property
    def wanted(self) -> bool:
        """Whether there is a printer at all."""
        return self.address.way is not Way.NONE


def paper_of(width_mm: int) -> Paper:
    """Return the roll of a width."""
    return PAPERS[width_mm]
