"""What the settings say of printing."""

from pos_app.receipts.content import Letterhead
from pos_app.receipts.setup import Setup, paper_of, read_address
from pos_app.settings import Settings
from sync.rules.user_error import UserError


def setup_of(settings: Settings) -> Setup:
    """Turn settings into the setup of a printer; ``UserError`` ``bad_setting`` for an address that cannot be."""
    try:
        address = read_address(settings.printer)
    except ValueError as error:
        raise UserError(
            "bad_setting",
            f"{settings.printer!r} is no way to a printer.",
            "Use none, file:PATH, tcp://HOST:9100, usb:VENDOR:PRODUCT or pdf:FOLDER.",
        ) from error
    return Setup(
        address=address,
        paper=paper_of(settings.printer_width),
        letters=settings.printer_letters,
        model=settings.printer_model,
        copies=settings.print_copies,
        auto=settings.print_auto,
        drawer=settings.print_drawer,
        letterhead=letterhead_of(settings),
    )


def letterhead_of(settings: Settings) -> Letterhead:
    """Take the restaurant's own lines apart."""
    return Letterhead(
        head=_lines(settings.receipt_head),
        foot=_lines(settings.receipt_foot),
        logo=settings.receipt_logo,
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.replace("|", "\n").splitlines() if line.strip())
