"""QR codes of receipts: as rows of modules, for whoever draws them."""

import qrcode
from qrcode.constants import ERROR_CORRECT_L

QUIET = 4
"""Modules of white around a code, without which readers do not find it."""
_LARGEST_MODULE = 6


def modules(text: str) -> list[list[bool]]:
    """Return the rows of a code, black modules True, with the white around them."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_L, border=QUIET)
    code.add_data(text)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def module_dots(count: int, dots: int) -> int:
    """Return how many dots a module takes, for ``count`` modules a side on a paper of so many dots."""
    return max(1, min(_LARGEST_MODULE, dots // count))
