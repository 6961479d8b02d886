"""Prints slips as a setup says: set, turned into bytes or a PDF, and handed over."""

import re
from datetime import UTC, datetime
from pathlib import Path

from pos_app.receipts.devices import Device, device_of
from pos_app.receipts.escpos_bytes import escpos_bytes
from pos_app.receipts.pdf import receipt_pdf
from pos_app.receipts.setup import Setup, Way
from pos_app.receipts.slip import Slip
from pos_app.receipts.status import LATER
from pos_app.receipts.typeset import typeset
from sync.rules.user_error import UserError

_STRANGE = re.compile(r"[^\w-]+")
MAX_NAME_CHARS = 80


class Press:
    """One printer as it is set up; blocking, for a thread of its own."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        bytes_wanted = setup.wanted and setup.address.way is not Way.PDF
        self._device: Device | None = device_of(setup.address) if bytes_wanted else None

    def print_slip(self, slip: Slip, *, copies: int = 1, open_drawer: bool = False) -> None:
        """Print a slip; raises ``UserError``, whose reason begins with ``printer_``, when it did not come out."""
        setup = self.setup
        lines = typeset(slip, setup.paper)
        if self._device is not None:
            try:
                content = escpos_bytes(lines, setup, open_drawer=open_drawer)
            except ValueError as error:
                raise UserError(
                    "printer_model",
                    f"The printer model {setup.model} has no code page {setup.letters}.",
                    "Choose another model or other letters in the settings; image always goes.",
                ) from error
            self._device.send(content * copies)
        elif setup.address.way is Way.PDF:
            save_pdf(Path(setup.address.place), slip.title, receipt_pdf(lines, setup.paper, slip.title))

    def ask(self) -> None:
        """Raise ``UserError`` when the printer cannot print now."""
        if self._device is not None:
            self._device.ask()
        elif self.setup.address.way is Way.PDF:
            _make(Path(self.setup.address.place))


def save_pdf(folder: Path, title: str, content: bytes) -> Path:
    """Write a PDF under a name that no other has; return where it is. Raises ``UserError`` ``printer_folder``."""
    _make(folder)
    word = _STRANGE.sub("-", title).strip("-")[:MAX_NAME_CHARS]
    path = folder / f"{word}-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.pdf"
    try:
        path.write_bytes(content)
    except OSError as error:
        raise _no_folder(folder, error) from error
    return path


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _no_folder(folder, error) from error


def _no_folder(folder: Path, error: OSError) -> UserError:
    return UserError(
        "printer_folder",
        f"The receipt could not be saved in {folder} ({error.strerror}).",
        f"Free some space or choose another folder. {LATER}",
    )
