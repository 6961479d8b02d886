"""Central's secrets: one master secret, and every other key derived from it by HKDF-SHA256.

The master secret is 32 bytes in ``DATA/secret.key`` (readable by its owner alone, made on first use) or,
where several centrals serve one database, in the environment as ``COUNTERSIGN_SECRET`` (64 hex digits).
Losing it makes sealed personal data unreadable and every till's digests useless: it belongs in the backup.
"""

import os
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.protocol.keys import SigningKey
from sync.rules.user_error import UserError

SECRET_VARIABLE = "COUNTERSIGN_SECRET"  # noqa: S105 - the name of a variable, not a secret
SECRET_FILE = "secret.key"  # noqa: S105 - the name of a file, not a secret
MASTER_BYTES = 32
KEY_BYTES = 32
NONCE_BYTES = 12
MAX_KEY_NUMBER = 2**16 - 1
_SEAL_VERSION = b"\x01"
_NUMBERED_VERSION = b"\x02"
_NUMBER_BYTES = 2
_HKDF_SALT = b"countersign/central/1"


class Secrets:
    """Every key that central needs. Equal master secrets give equal keys."""

    def __init__(self, master: bytes) -> None:
        """Take the 32-byte master secret."""
        if len(master) != MASTER_BYTES:
            msg = f"a master secret has {MASTER_BYTES} bytes, not {len(master)}"
            raise ValueError(msg)
        self._master = master
        self.jwt_key: bytes = self._derive("jwt")
        self.login_key: bytes = self._derive("login")
        self.link_key: bytes = self._derive("link")
        self.public_id_key: bytes = self._derive("public-id")
        self.signing_key: SigningKey = SigningKey(self._derive("central-ed25519"))

    def digest_key(self, network_id: int) -> bytes:
        """Return the key of a network's digests; its tills hold it too."""
        return self._derive(f"digest:{network_id}")

    def card_key(self, network_id: int, version: int) -> bytes:
        """Return the key by which a network's cards are made; a new ``version`` rotates it."""
        return self._derive(f"card:{network_id}:{version}")

    def voucher_key(self, network_id: int, number: int) -> SigningKey:
        """Return the key by which a network's vouchers are signed; a new ``number`` rotates it."""
        return SigningKey(self._derive(f"voucher:{network_id}:{number}"))

    def fields(self, network_id: int, current: int = 0) -> "FieldSeal":
        """Return what opens the personal data of a network, whichever of its keys sealed it.

        It seals under the key ``current``, which :func:`sync.central.services.field_keys.current_fields` knows.
        The keyed digests that find a person by phone or e-mail do not follow: :meth:`digest_key` is a key for itself,
        because every till holds it, looks people up by it while it is offline, and has written digests into journals
        that nobody rewrites.
        """
        return FieldSeal(lambda number: self._field_key(network_id, number), current)

    def erasure_key(self, network_id: int) -> bytes:
        """Return the key of the digests by which erased guests are known again; it never leaves central."""
        return self._derive(f"erasure:{network_id}")

    def _field_key(self, network_id: int, number: int) -> bytes:
        # Number 0 is the one key that there was before they had numbers.
        return self._derive(f"field:{network_id}:{number}" if number else f"field:{network_id}")

    def _derive(self, purpose: str) -> bytes:
        hkdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=_HKDF_SALT, info=purpose.encode())
        return hkdf.derive(self._master)


class KeySeal:
    """AES-256-GCM over single fields; ``field`` (such as ``guests.phone``) is bound to the ciphertext."""

    def __init__(self, key: bytes, header: bytes = _SEAL_VERSION) -> None:
        """Take a 32-byte key; ``header`` begins every ciphertext and is bound to it too."""
        self._cipher = AESGCM(key)
        self._header = header

    def seal(self, field: str, text: str) -> bytes:
        """Encrypt one text; the same text gives another ciphertext each time."""
        nonce = os.urandom(NONCE_BYTES)
        return (
            self._header + nonce + self._cipher.encrypt(nonce, text.encode(), self._header + field.encode())
        )

    def open(self, field: str, sealed: bytes) -> str:
        """Decrypt; raises :class:`UserError` ``seal_broken`` when the key is not the one that sealed it."""
        header, rest = sealed[: len(self._header)], sealed[len(self._header) :]
        nonce, body = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, body, header + field.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise UserError(
                "seal_broken",
                f"A sealed field ({field}) cannot be opened with this installation's secret.",
                f"Put back the {SECRET_FILE} that belongs to this database.",
            ) from error


class FieldSeal:
    """The keys of a network, by number: seals under one of them, and opens what any of them sealed.

    A ciphertext begins with the number of its key, so that fields can be moved to a new key one by one while all
    are read. Those of key 0 have no number.
    """

    def __init__(self, key_of: Callable[[int], bytes], current: int) -> None:
        """``key_of`` gives the 32-byte key of a number; ``current`` is the number that seals."""
        self._key_of = key_of
        self._seals: dict[int, KeySeal] = {}
        self.current = current

    @property
    def prefix(self) -> bytes:
        """What every ciphertext of the current key begins with: three bytes, one under key 0."""
        return _header(self.current)

    def seal(self, field: str, text: str) -> bytes:
        """Encrypt one text under the current key."""
        return self._under(self.current).seal(field, text)

    def open(self, field: str, sealed: bytes) -> str:
        """Decrypt; raises :class:`UserError` ``seal_broken`` when no key of this secret has sealed it."""
        return self._under(key_number_of(sealed)).open(field, sealed)

    def _under(self, number: int) -> KeySeal:
        seal = self._seals.get(number)
        if seal is None:
            seal = self._seals[number] = KeySeal(self._key_of(number), _header(number))
        return seal


def key_number_of(sealed: bytes) -> int:
    """Return the number of the network's key that sealed a field."""
    if sealed[:1] != _NUMBERED_VERSION:
        return 0
    return int.from_bytes(sealed[1 : 1 + _NUMBER_BYTES])


def _header(number: int) -> bytes:
    return _NUMBERED_VERSION + number.to_bytes(_NUMBER_BYTES) if number else _SEAL_VERSION


def load_secrets(data: Path | None) -> Secrets:
    """Take the master secret from the environment, else from ``data``, where it is made when absent.

    Raises :class:`UserError` ``secret_unreadable`` or ``secret_missing``.
    """
    given = os.environ.get(SECRET_VARIABLE)
    if given:
        return Secrets(_from_hex(given.strip(), f"The environment variable {SECRET_VARIABLE}"))
    if data is None:
        raise UserError(
            "secret_missing",
            "There is neither a data folder nor a secret.",
            f"Name a folder with --data, or set {SECRET_VARIABLE} to 64 hex digits.",
        )
    path = data / SECRET_FILE
    try:
        return Secrets(_read_or_make(path))
    except OSError as error:
        raise UserError(
            "secret_unreadable",
            f"The secret {path} cannot be read or made: {error.strerror}.",
            "Give this folder to the user that runs central, or name another with --data.",
        ) from error


def _read_or_make(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        _make(path)
    return _from_hex(path.read_text(encoding="ascii", errors="replace").strip(), f"The file {path}")


def _make(path: Path) -> None:
    """Write a new secret whole or not at all; of two makers at once the first wins."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(os.urandom(MASTER_BYTES).hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _from_hex(text: str, where: str) -> bytes:
    try:
        master = bytes.fromhex(text)
    except ValueError:
        master = b""
    if len(master) != MASTER_BYTES:
        raise UserError(
            "secret_unreadable",
            f"{where} does not hold a secret of {MASTER_BYTES * 2} hex digits.",
            "Put back the one that belongs to this database; without it sealed data stays unreadable.",
        )
    return master
