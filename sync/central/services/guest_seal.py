"""The key of one guest, under which their personal data is sealed: destroying it erases them.

It stands in the guest's row, itself sealed under the network's field key: a rotation of that key seals one key anew
for each guest, and their fields stay as they are.
"""

import os
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

import asyncpg

from sync.central.seals import FieldSeal, KeySeal
from sync.central.secrets import KEY_BYTES, Secrets
from sync.central.services.field_keys import current_fields

DATA_KEY_FIELD = "guests.data_key"


class Seal(Protocol):
    """What seals and opens fields."""

    def seal(self, field: str, text: str) -> bytes:
        """Encrypt one text."""
        ...

    def open(self, field: str, sealed: bytes) -> str:
        """Decrypt one text."""
        ...


class NewKey(NamedTuple):
    """A guest's key as it is stored, and what seals under it."""

    stored: bytes
    seal: KeySeal


def new_guest_key(fields: FieldSeal) -> NewKey:
    """Make a key for one guest; it is stored nowhere but in the guest's row."""
    key = os.urandom(KEY_BYTES)
    return NewKey(fields.seal(DATA_KEY_FIELD, key.hex()), KeySeal(key))


def seal_of(record: Mapping[str, Any] | asyncpg.Record, fields: FieldSeal) -> Seal:
    """Return what the fields of a guest are sealed with; the row (or ``record``) has the column ``data_key``.

    Guests from before there were keys of their own are sealed under the network's, until a rotation comes by.
    """
    stored: bytes | None = record["data_key"]
    if stored is None:
        return fields
    return KeySeal(bytes.fromhex(fields.open(DATA_KEY_FIELD, stored)))


def resealed_key(stored: bytes, fields: FieldSeal) -> bytes:
    """Seal a guest's key anew under the network's current key; what it seals stays as it is."""
    return fields.seal(DATA_KEY_FIELD, fields.open(DATA_KEY_FIELD, stored))


async def locked_seal(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, guest_id: int
) -> Seal:
    """Return what new fields of a guest who is there are sealed with; the row stays locked till the transaction ends.

    A rotation that gave the guest a key meanwhile would leave what is written after it unreadable.
    """
    row = await connection.fetchrow(
        "SELECT data_key FROM guests WHERE network_id = $1 AND id = $2 FOR NO KEY UPDATE",
        network_id,
        guest_id,
    )
    return seal_of(row, await current_fields(connection, secrets, network_id))
