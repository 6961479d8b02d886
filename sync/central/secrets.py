"""Central's secrets: one master secret, and every other key derived from it by HKDF-SHA256.

Only the keys of personal data are random, so that a single one can be destroyed; they are stored wrapped under a key
that is derived here (:mod:`sync.central.services.field_keys`).

The master secret is 32 bytes in ``DATA/secret.key`` (readable by its owner alone, made on first use) or,
where several centrals serve one database, in the environment as ``COUNTERSIGN_SECRET`` (64 hex digits).
Losing it makes sealed personal data unreadable and every till's digests useless: it belongs in the backup.
"""

import os
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.protocol.keys import SigningKey
from sync.rules.user_error import UserError

SECRET_VARIABLE = "COUNTERSIGN_SECRET"  # noqa: S105 - the name of a variable, not a secret
SECRET_FILE = "secret.key"  # noqa: S105 - the name of a file, not a secret
MASTER_BYTES = 32
KEY_BYTES = 32
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

    def wrapping_key(self, network_id: int) -> bytes:
        """Return the key under which the random keys of a network's fields are stored (``field_keys.wrapped``).

        The keyed digests that find a person by phone or e-mail have none of those: :meth:`digest_key` is a key for
        itself, because every till holds it, looks people up by it while it is offline, and has written digests into
        journals that nobody rewrites.
        """
        return self._derive(f"wrap:{network_id}")

    def derived_field_key(self, network_id: int, number: int) -> bytes:
        """Return a field key of the time when they were derived like all others; ``number`` 0 is the oldest."""
        return self._derive(f"field:{network_id}:{number}" if number else f"field:{network_id}")

    def erasure_key(self, network_id: int) -> bytes:
        """Return the key of the digests by which erased guests are known again; it never leaves central."""
        return self._derive(f"erasure:{network_id}")

    def _derive(self, purpose: str) -> bytes:
        hkdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=_HKDF_SALT, info=purpose.encode())
        return hkdf.derive(self._master)


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
