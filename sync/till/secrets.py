"""The till's secrets: in the operating system's keyring, else in an owner-only file with a visible warning.

Without an OS keyring whoever takes the disk takes the key with it, so "a stolen till is not a list of
vouchers" is then not claimed, and the screen says so.
"""

import binascii
import json
import logging
import os
import stat
from dataclasses import dataclass, replace

from sync.rules.user_error import UserError
from sync.till.clock import Randomness, SystemRandomness
from sync.till.home import OWNER_FILE, TillHome, make_owner_only, write_owner_only
from sync.till.keyrings import Keyring, KeyringFailed, os_keyring

SECRET_BYTES = 32
SERVICE = "countersign"
FORMAT = 1

FILE_WARNING = (
    "This computer has no keyring for passwords: the till's key lies in a file that only its owner can read. "
    "Whoever takes the disk can open the till's data."
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TillSecrets:
    """``file_key`` opens the databases, ``signing_seed`` is the till's Ed25519 key (32 bytes each).

    ``digest_key`` is the network's, None before enrolment.
    """

    file_key: bytes
    signing_seed: bytes
    digest_key: bytes | None = None

    def __repr__(self) -> str:
        """Say nothing: secrets must not reach a log by way of a printed object."""
        return "TillSecrets(…)"


class SecretStore:
    """Loads and keeps the secrets of one home.

    ``warning`` is the sentence to show while a file holds them. Which of the two holds them is decided
    once, when they are made: the file ``secret/keyring-name`` exists exactly when the keyring does.
    """

    def __init__(
        self, home: TillHome, randomness: Randomness | None = None, *, keyring: Keyring | None = None
    ) -> None:
        """Prepare; nothing is read yet. ``keyring`` overrides the search for a real one."""
        self.warning: str | None = None
        self._home = home
        self._randomness = randomness or SystemRandomness()
        self._keyring = keyring
        self._file = home.secret_folder / "till.key"
        self._name_file = home.secret_folder / "keyring-name"

    def load_or_make(self) -> TillSecrets:
        """Return the secrets; made at first use, never made anew while a journal exists.

        Raises ``UserError`` when the secrets of an existing till cannot be reached.
        """
        self._home.make()
        if self._name_file.exists():
            return self._from_keyring()
        if self._file.exists():
            return self._from_file()
        if self._home.journal_file.exists():
            raise UserError(
                "key_missing",
                f"The key of this till's journal is gone from {self._home.secret_folder}.",
                "Put the folder back from where it was moved; the journal is kept as it is. "
                "If the key is lost, enrol a new till in another folder and tell the office.",
            )
        return self._make()

    def save_digest_key(self, digest_key: bytes) -> TillSecrets:
        """Keep the network's digest key beside the others; return all of them."""
        secrets = replace(self.load_or_make(), digest_key=digest_key)
        if self._name_file.exists():
            self._into_keyring(self._required_keyring(), self._name_file.read_text("ascii").strip(), secrets)
        else:
            self._into_file(secrets)
        return secrets

    def _make(self) -> TillSecrets:
        secrets = TillSecrets(
            file_key=self._randomness.take(SECRET_BYTES), signing_seed=self._randomness.take(SECRET_BYTES)
        )
        keyring = self._keyring or os_keyring()
        if keyring is not None:
            name = self._randomness.take(8).hex()
            try:
                self._into_keyring(keyring, name, secrets)
            except KeyringFailed as error:
                log.info("the keyring did not take the till's key: %s", error)
            else:
                write_owner_only(self._name_file, name.encode("ascii"))
                return secrets
        self._into_file(secrets)
        self.warning = FILE_WARNING
        return secrets

    def _from_keyring(self) -> TillSecrets:
        name = self._name_file.read_text("ascii").strip()
        try:
            text = self._required_keyring().get(SERVICE, name)
        except KeyringFailed as error:
            raise self._keyring_unreachable() from error
        if text is None:
            raise UserError(
                "key_missing",
                "The keyring of this computer does not hold this till's key.",
                "Sign in as the user who set the till up; the journal is kept as it is.",
            )
        return _read(text, "the keyring")

    def _from_file(self) -> TillSecrets:
        self.warning = FILE_WARNING
        mode = self._file.stat().st_mode
        if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
            self._file.chmod(OWNER_FILE)
            self.warning = f"{FILE_WARNING} Others could read that file until now; this has been closed."
        return _read(self._file.read_text("utf-8", "replace"), str(self._file))

    def _into_file(self, secrets: TillSecrets) -> None:
        make_owner_only(self._home.secret_folder)
        write_owner_only(self._file, _text(secrets).encode("ascii"))

    def _into_keyring(self, keyring: Keyring, name: str, secrets: TillSecrets) -> None:
        keyring.set(SERVICE, name, _text(secrets))
        if keyring.get(SERVICE, name) != _text(secrets):
            message = "it gave back something else than it was given"
            raise KeyringFailed(message)

    def _required_keyring(self) -> Keyring:
        keyring = self._keyring or os_keyring()
        if keyring is None:
            raise self._keyring_unreachable()
        return keyring

    @staticmethod
    def _keyring_unreachable() -> UserError:
        return UserError(
            "keyring_unreachable",
            "The keyring that holds this till's key does not answer.",
            "Unlock the keyring (sign in on the desktop) and start the till again.",
        )


def _text(secrets: TillSecrets) -> str:
    digest_key = None if secrets.digest_key is None else secrets.digest_key.hex()
    return json.dumps(
        {
            "format": FORMAT,
            "file_key": secrets.file_key.hex(),
            "signing_seed": secrets.signing_seed.hex(),
            "digest_key": digest_key,
        }
    )


def _read(text: str, where: str) -> TillSecrets:
    try:
        fields = json.loads(text)
        digest_key = fields["digest_key"]
        secrets = TillSecrets(
            file_key=binascii.unhexlify(fields["file_key"]),
            signing_seed=binascii.unhexlify(fields["signing_seed"]),
            digest_key=None if digest_key is None else binascii.unhexlify(digest_key),
        )
        whole = len(secrets.file_key) == len(secrets.signing_seed) == SECRET_BYTES
    except (ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise UserError(
            "key_damaged",
            f"The till's key in {where} is damaged.",
            "Put it back from a backup; the journal is kept as it is. "
            "If the key is lost, enrol a new till in another folder and tell the office.",
        )
    return secrets
