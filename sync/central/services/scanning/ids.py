"""How a voucher is named to the world: a UUID that holds its network and code, unreadable without the office's key.

Somebody who scans a poster has no token that would tell the network, and numbers in a row could be tried out. The
UUID is one block of AES over both numbers, so that nothing has to be looked up, and nothing can be guessed.
"""

from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from sync.central.secrets import Secrets
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType

_NUMBER_BYTES = 7
_CHECK = b"\x00\x56"
_NUMBER_CHARS = 16
MAX_REMEMBERED = 4096
"""Vouchers whose two names are remembered: a poster is scanned a thousand times, and the cipher costs a fifth of a scan.
Of any UUID is remembered what it reads as, whether there is such a voucher or not."""


class VoucherKey(NamedTuple):
    """Which voucher of which network."""

    network: int
    code: int


def public_id(secrets: Secrets, network_id: int, code_id: int) -> UUID:
    """Return the UUID of a voucher, the same for ever."""
    return _sealed(secrets.public_id_key, network_id, code_id)


def read_id(secrets: Secrets, text: str, network_id: int | None) -> VoucherKey:
    """Read how a caller names a voucher: by its UUID, or, where the caller's network is known, by the code's number.

    Raises :class:`Refusal` ``not-found`` for anything else, and for another network's voucher.
    """
    if network_id is not None and text.isascii() and text.isdigit() and len(text) <= _NUMBER_CHARS:
        return VoucherKey(network_id, int(text))
    try:
        block = UUID(text).bytes
    except ValueError:
        raise unknown_voucher() from None
    found, ours = _opened(secrets.public_id_key, block)
    if not ours or network_id not in (None, found.network):
        raise unknown_voucher()
    return found


def unknown_voucher() -> Refusal:
    """Refuse what does not exist, or is nothing to this caller."""
    return Refusal(ProblemType.NOT_FOUND, "There is no such voucher.", "Scan it again, or check its number.")


@lru_cache(MAX_REMEMBERED)
def _sealed(key: bytes, network_id: int, code_id: int) -> UUID:
    encryptor = _cipher(key).encryptor()
    block = network_id.to_bytes(_NUMBER_BYTES) + code_id.to_bytes(_NUMBER_BYTES) + _CHECK
    return UUID(bytes=encryptor.update(block) + encryptor.finalize())


@lru_cache(MAX_REMEMBERED)
def _opened(key: bytes, block: bytes) -> tuple[VoucherKey, bool]:
    """Read a block; False with it where this office has not made it."""
    decryptor = _cipher(key).decryptor()
    plain = decryptor.update(block) + decryptor.finalize()
    numbers = plain[:_NUMBER_BYTES], plain[_NUMBER_BYTES : 2 * _NUMBER_BYTES]
    return VoucherKey(*map(int.from_bytes, numbers)), plain[2 * _NUMBER_BYTES :] == _CHECK


def _cipher(key: bytes) -> Cipher[modes.ECB]:
    # One block, never two alike: there is no pattern that the mode could show.
    return Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 - one block, see above
