"""Writes set lines as the commands that receipt printers understand (ESC/POS).

A line whose letters the printer's code page lacks is printed as a picture of itself: nobody gets a receipt with
question marks. The receipt's QR code is drawn by the printer where it can, else sent as a picture.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pos_app.receipts.escpos_library import escpos_printer
from pos_app.receipts.letters import IMAGE, has_letters, plain
from pos_app.receipts.picture import picture_of
from pos_app.receipts.qr import module_dots, modules
from pos_app.receipts.setup import Setup
from pos_app.receipts.slip import Code, Logo
from pos_app.receipts.typeset import Line, Paper, Printed

if TYPE_CHECKING:
    from PIL import Image

STRIP_DOTS = 256
"""A picture goes to the printer in strips of this height: small printers hold no more."""
_DRAWER_PIN = 2


def escpos_bytes(lines: Sequence[Line], setup: Setup, *, open_drawer: bool = False) -> bytes:
    """Write one receipt, with its cut. Raises ``ValueError`` for an unknown model, or letters that it lacks."""
    out = _printer(setup.model)
    out.hw("INIT")
    if open_drawer and setup.drawer:
        out.cashdraw(_DRAWER_PIN)
    if setup.letters != IMAGE:
        try:
            out.charcode(setup.letters.upper())
        except (KeyError, ValueError) as error:
            msg = f"{setup.model} has no code page {setup.letters}"
            raise ValueError(msg) from error
    if setup.letters == IMAGE:
        _put_picture(out, picture_of(lines, setup.paper))
    else:
        for line in lines:
            _put(out, line, setup)
    out.cut()
    return bytes(out.output)


def models() -> tuple[str, ...]:
    """Return the printers that python-escpos knows by name."""
    escpos_printer()
    from escpos.capabilities import CAPABILITIES

    return tuple(CAPABILITIES["profiles"])


def _printer(model: str) -> Any:  # noqa: ANN401 - python-escpos is not typed
    if model not in models():
        msg = f"no printer model: {model!r}"
        raise ValueError(msg)
    return escpos_printer().Dummy(profile=model)


def _put(out: Any, line: Line, setup: Setup) -> None:  # noqa: ANN401 - the same
    match line:
        case Printed():
            text = plain(line.text)
            if not has_letters(setup.letters, text):
                _put_picture(out, picture_of([line], setup.paper))
                return
            out.set(
                bold=line.bold,
                double_width=line.large,
                double_height=line.large,
                normal_textsize=not line.large,
            )
            out.text(f"{text}\n")
        case Logo():
            _put_picture(out, picture_of([line], setup.paper))
        case Code():
            _put_code(out, line, setup.paper)


def _put_code(out: Any, line: Code, paper: Paper) -> None:  # noqa: ANN401 - the same
    if out.profile.supports("qrCode"):
        count = len(modules(line.text))
        out.set(align="center")
        out.qr(line.text, native=True, size=module_dots(count, paper.dots))
        out.ln()
        out.set(align="left")
        return
    _put_picture(out, picture_of([line], paper))


def _put_picture(out: Any, picture: "Image.Image") -> None:  # noqa: ANN401 - the same
    out.image(picture, impl="bitImageRaster", fragment_height=STRIP_DOTS, center=False)
