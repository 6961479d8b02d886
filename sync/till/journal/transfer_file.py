"""The file in which a journal travels: what stands in it, how it is signed, written and checked."""

import hashlib
from pathlib import Path
from typing import NamedTuple

import msgspec
import zstandard

from sync.protocol.keys import Purpose, SigningKey, VerifyKey
from sync.protocol.wire import WireError, pack, unpack
from sync.rules.user_error import UserError
from sync.till.home import write_owner_only
from sync.till.identity import Identity

MAGIC = b"countersign journal 1\n"
MAX_FILE_BYTES = 512 * 1024 * 1024
MAX_CONTENT_BYTES = 2 * 1024 * 1024 * 1024


class Event(NamedTuple):
    """One event as it was signed; without bytes where it could not be read."""

    seq: int
    hash: bytes
    body: bytes
    signature: bytes


class Life(msgspec.Struct, frozen=True, array_like=True):
    """One incarnation: its key, how far central held it, and every event from the anchor on, in their order."""

    incarnation: int
    public_key: bytes
    opened_ms: int
    applied: int
    safe: int | None
    anchor_seq: int
    anchor_hash: bytes
    damaged: tuple[int, ...]
    events: tuple[Event, ...]


class Lease(NamedTuple):
    """One lease, column by column."""

    lease: bytes
    incarnation: int
    kind: str
    subject: int
    guest: int
    units: int
    spent: int
    state: str
    granted_ms: int
    expires_ms: int | None
    sale_bound: int
    operation: bytes | None
    body: bytes
    signature: bytes


LEASE_COLUMNS = ", ".join(Lease._fields)


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """A whole journal; ``pruned`` is what events below the anchors took from each lease.

    ``guest_keys`` are the sealed keys, by event, of what the events say of guests.
    """

    network: int
    till: int
    next_receipt: int
    lives: tuple[Life, ...]
    leases: tuple[Lease, ...]
    pruned: tuple[tuple[bytes, int], ...]
    guest_keys: tuple[tuple[bytes, bytes], ...] = ()


class _Signed(msgspec.Struct, frozen=True, array_like=True):
    content: bytes
    signature: bytes


def write_file(path: Path, content: Content, key: SigningKey) -> int:
    """Sign and write a journal's file; return how many events it holds. An existing file is never replaced."""
    body = pack(content)
    signature = key.sign(Purpose.JOURNAL_FILE, hashlib.sha256(body).digest())
    if path.exists():
        raise UserError("export_exists", f"There is a file {path} already.", "Choose another name.")
    try:
        write_owner_only(path, MAGIC + zstandard.compress(pack(_Signed(body, signature))))
    except OSError as error:
        raise UserError(
            "export_failed", f"The file {path} cannot be written: {error.strerror}.", "Choose another place."
        ) from error
    return sum(len(life.events) for life in content.lives)


def read_file(path: Path, identity: Identity) -> Content:
    """Read and check a file that was exported by this till in an earlier life; raises ``UserError``."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise _not_ours(path, "it is larger than any journal")
        raw = path.read_bytes()
    except OSError as error:
        raise UserError(
            "import_unreadable", f"The file {path} cannot be read: {error.strerror}.", "Check its name."
        ) from error
    if not raw.startswith(MAGIC):
        raise _not_ours(path, "it does not begin like one")
    try:
        unpacked = zstandard.ZstdDecompressor().decompress(
            raw[len(MAGIC) :], max_output_size=MAX_CONTENT_BYTES
        )
        signed = unpack(unpacked, _Signed)
        content = unpack(signed.content, Content)
    except (zstandard.ZstdError, WireError) as error:
        raise _not_ours(path, "it is damaged") from error
    if not content.lives:
        raise _not_ours(path, "it holds nothing")
    key = VerifyKey(content.lives[-1].public_key)
    if not key.verifies(Purpose.JOURNAL_FILE, hashlib.sha256(signed.content).digest(), signed.signature):
        raise _not_ours(path, "its signature is not that of the till that recorded it")
    if (content.network, content.till) != (identity.network, identity.till):
        raise UserError(
            "import_other_till",
            "This file is the journal of another till.",
            "Enrol this machine by a code for that very till, then import its journal.",
        )
    return content


def _not_ours(path: Path, why: str) -> UserError:
    return UserError(
        "import_not_journal",
        f"The file {path.name} is not a till's journal: {why}. Nothing was imported.",
        "Export the journal once more on the old machine.",
    )
