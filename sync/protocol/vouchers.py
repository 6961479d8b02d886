"""Vouchers that prove themselves (E7): signed by the office, checked by any till without a network."""

from collections.abc import Mapping

from sync.protocol.keys import Purpose, SigningKey, VerifyKey
from sync.rules.reasons import Reason
from sync.rules.voucher_text import (
    SignedVoucher,
    read_voucher_body,
    split_voucher_text,
    voucher_body,
    write_voucher_text,
)


def sign_voucher(voucher: SignedVoucher, key: SigningKey) -> str:
    """Write the text of a voucher. Raises ``ValueError`` for numbers that cannot stand in one."""
    body = voucher_body(voucher)
    return write_voucher_text(body, key.sign(Purpose.VOUCHER, body))


def check_voucher(text: str, network: int, keys: Mapping[int, VerifyKey]) -> SignedVoucher | Reason | None:
    """Read a text: a genuine voucher of this network, the reason why not, or None for no voucher at all.

    ``keys`` are the office's public keys by number; a withdrawn key is simply missing. Reasons are
    ``other_network``, ``forged_code``, ``archived`` where the key was withdrawn, and ``not_loaded`` where it
    is newer than any known here (numbers only rise). A genuine voucher is judged further like any other code.
    """
    parts = split_voucher_text(text)
    voucher = None if parts is None else read_voucher_body(parts[0])
    if parts is None or voucher is None:
        return None
    if voucher.network != network:
        return Reason.OTHER_NETWORK
    key = keys.get(voucher.key)
    if key is None:
        return Reason.NOT_LOADED if voucher.key > max(keys, default=0) else Reason.ARCHIVED
    if not key.verifies(Purpose.VOUCHER, *parts):
        return Reason.FORGED_CODE
    return voucher
