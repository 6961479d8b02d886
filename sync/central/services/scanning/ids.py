"""How a voucher is named to the world: a UUID that holds its network and code, unreadable without the office's key.

Somebody who scans a poster has no token that would tell the network, and numbers in a row could be tried out. The
UUID is one block of AES over both numbers, so that nothing has to be looked up, and nothing can be guessed.
"""

from typing import NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from sync.central.secrets import Secrets
from sync.central.services.refusal import Refusal
from sync.protocol.problems import ProblemType

_NUMBER_BYTES = 7
_CHECK = b"\x00\x56"
_NUMBER_CHARS = 16


class VoucherKey(NamedTuple):
    """Which voucher of which network."""

    network: int
    code: int


def public_id(secrets: Secrets, network_id: int, code_id: int) -> UUID:
    """Return the UUID of a voucher, the same for ever."""
    block = network_id.to_bytes(_NUMBER_BYTES) + code_id.to_bytes(_NUMBER_BYTES) + _CHECK
    encryptor = _cipher(secrets).encryptor()
    return UUID(bytes=encryptor.update(block) + encryptor.finalize())


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
    decryptor = _cipher(secrets).decryptor()
    plain = decryptor.update(block) + decryptor.finalize()
    found = VoucherKey(
        int.from_bytes(plain[:_NUMBER_BYTES]), int.from_bytes(plain[_NUMBER_BYTES : 2 * _NUMBER_BYTES])
    )
    if plain[2 * _NUMBER_BYTES :] != _CHECK or network_id not in (None, found.network):
        raise unknown_voucher()
    return found


def unknown_voucher() -> Refusal:
    """Refuse what does not exist, or is nothing to this caller."""
    return Refusal(ProblemType.NOT_FOUND, "There is no such voucher.", "Scan it again, or check its number.")


def _cipher(secrets: Secrets) -> Cipher[modes.ECB]:
    # One block, never two alike: there is no pattern that the mode could show.
    return Cipher(algorithms.AES(secrets.public_id_key), modes.ECB())  # noqa: S305 - one block, see above
