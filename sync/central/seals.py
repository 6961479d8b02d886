"""What seals single fields: AES-256-GCM under one key, or under the keys of a network, each by its name."""

import os
from collections.abc import Callable, Mapping
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync.central.secrets import SECRET_FILE
from sync.rules.user_error import UserError

NONCE_BYTES = 12
MAX_KEY_NUMBER = 2**16 - 1
_OLDEST = b"\x01"
_DERIVED = b"\x02"
_STORED = b"\x03"
_NUMBER_BYTES = 2


class KeyName(NamedTuple):
    """Which of a network's field keys: ``stored`` ones are random, the others derived from the master secret."""

    number: int
    stored: bool

    @property
    def header(self) -> bytes:
        """What every ciphertext of this key begins with: three bytes, one under the oldest."""
        if not self.stored and not self.number:
            return _OLDEST
        return (_STORED if self.stored else _DERIVED) + self.number.to_bytes(_NUMBER_BYTES)


OLDEST_KEY = KeyName(0, stored=False)
"""The one key that there was before they had numbers."""


def key_name_of(sealed: bytes) -> KeyName:
    """Return which of the network's keys sealed a field."""
    kind = sealed[:1]
    if kind not in (_DERIVED, _STORED):
        return OLDEST_KEY
    return KeyName(int.from_bytes(sealed[1 : 1 + _NUMBER_BYTES]), stored=kind == _STORED)


class KeySeal:
    """AES-256-GCM over single fields; ``field`` (such as ``guests.phone``) is bound to the ciphertext."""

    def __init__(self, key: bytes, header: bytes = _OLDEST) -> None:
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
    """The keys of a network, by name: seals under one of them, and opens what any of them sealed.

    A ciphertext begins with the name of its key, so that fields can be moved to a new key one by one while all
    are read.
    """

    def __init__(
        self, derived: Callable[[int], bytes], stored: Mapping[int, bytes], current: KeyName | None = None
    ) -> None:
        """Take what gives the 32-byte keys by their numbers; without ``current`` nothing can be sealed."""
        self._derived = derived
        self._stored = stored
        self._current = current
        self._seals: dict[KeyName, KeySeal] = {}

    @property
    def current(self) -> KeyName:
        """The key that seals; raises :class:`ValueError` where these keys were read only to open with them."""
        if self._current is None:
            msg = "these keys open fields; current_fields() reads those that seal"
            raise ValueError(msg)
        return self._current

    def seal(self, field: str, text: str) -> bytes:
        """Encrypt one text under the current key."""
        return self._under(self.current, field).seal(field, text)

    def open(self, field: str, sealed: bytes) -> str:
        """Decrypt; raises :class:`UserError` ``seal_broken``, or ``key_destroyed`` where its key is gone."""
        return self._under(key_name_of(sealed), field).open(field, sealed)

    def _under(self, name: KeyName, field: str) -> KeySeal:
        seal = self._seals.get(name)
        if seal is None:
            seal = self._seals[name] = KeySeal(self._key(name, field), name.header)
        return seal

    def _key(self, name: KeyName, field: str) -> bytes:
        if not name.stored:
            return self._derived(name.number)
        key = self._stored.get(name.number)
        if key is None:
            raise UserError(
                "key_destroyed",
                f"A sealed field ({field}) cannot be opened: its key {name.number} is not there any more.",
                "Keys are destroyed by `admin destroy-field-key`; only a backup from before has this one.",
            )
        return key
