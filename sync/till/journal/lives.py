"""What the journal keeps of central's word on its lives: the epoch, how far each is held, what is damaged."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

import msgspec

from sync.protocol.contact import Life
from sync.protocol.event import SignedEvent, read_envelope, verifies
from sync.protocol.keys import VerifyKey
from sync.protocol.leases import SignedGrant
from sync.protocol.payloads import LeaseClosed
from sync.protocol.wire import WireError, read_canonical
from sync.till.journal import notes
from sync.till.journal.places import place, position
from sync.till.journal.pruning import anchor_of
from sync.till.sqlcipher import Connection

_EPOCH = "epoch"
_DAMAGED = "damaged:{}"


class Acked(NamedTuple):
    """The last event of an incarnation that central acknowledged (seq 0 before the first)."""

    seq: int
    hash: bytes


def epoch(connection: Connection) -> str:
    """Return the newest epoch that central named."""
    return str(notes.read(connection, _EPOCH) or "")


def keep_epoch(connection: Connection, name: str) -> None:
    """Keep the epoch that central named."""
    notes.write(connection, _EPOCH, name or None)


def acked(connection: Connection, incarnation: int) -> Acked:
    """Return how far central has acknowledged a life, with the hash that proves it."""
    row = connection.execute(
        "SELECT i.applied, e.hash FROM incarnations i LEFT JOIN events e ON e.position = (i.incarnation << 40) + i.applied"
        " WHERE i.incarnation = ?",
        (incarnation,),
    ).fetchone()
    if row is None or row[0] == 0:
        return Acked(0, b"")
    anchor = anchor_of(connection, incarnation)
    return Acked(row[0], row[1] or (anchor.hash if anchor.seq == row[0] else b""))


def keep_lives(connection: Connection, lives: Iterable[Life], *, known: dict[int, int]) -> None:
    """Keep central's marks of every life that is here.

    ``known`` is how far each was acknowledged when central was asked: a life of which it now holds less goes up
    again. What an upload was told meanwhile is newer than this answer.
    """
    for life in lives:
        connection.execute(
            "UPDATE incarnations SET safe = ? WHERE incarnation = ?", (life.safe, life.incarnation)
        )
        if life.incarnation in known and life.applied < known[life.incarnation]:
            connection.execute(
                "UPDATE incarnations SET applied = ? WHERE incarnation = ?", (life.applied, life.incarnation)
            )


def grants_to_list(connection: Connection) -> list[SignedGrant]:
    """Return what a restored central must hear of: every open lease, and all that unsettled events name.

    Where central lacks events that were pruned here, those may have named any lease that pruned events spent.
    """
    named = {
        UUID(bytes=lease)
        for (lease,) in connection.execute("SELECT lease FROM leases WHERE state = 'open'").fetchall()
    }
    for incarnation, applied in connection.execute(
        "SELECT incarnation, applied FROM incarnations ORDER BY incarnation"
    ).fetchall():
        named |= _leases_named(connection, incarnation, applied)
        if applied < anchor_of(connection, incarnation).seq:
            named |= _leases_pruned(connection, incarnation)
    grants = []
    for lease in sorted(named, key=str):
        row = connection.execute(
            "SELECT body, signature FROM leases WHERE lease = ?", (lease.bytes,)
        ).fetchone()
        if row is not None:
            grants.append(SignedGrant(row[0], row[1]))
    return grants


def _leases_pruned(connection: Connection, incarnation: int) -> set[UUID]:
    rows = connection.execute(
        "SELECT l.lease FROM pruned_spends p JOIN leases l USING (lease) WHERE l.incarnation = ?",
        (incarnation,),
    ).fetchall()
    return {UUID(bytes=lease) for (lease,) in rows}


def _leases_named(connection: Connection, incarnation: int, after: int) -> set[UUID]:
    named: set[UUID] = set()
    cursor = connection.execute(
        "SELECT body FROM events WHERE position > ? AND position < ?",
        (position(incarnation, after), position(incarnation + 1, 0)),
    )
    for (body,) in cursor:
        try:
            envelope = read_envelope(body)
        except WireError:
            continue  # a damaged event names nothing that can be read
        named.update(spend.lease for spend in envelope.spends)
        named.update(restore.lease for restore in envelope.restores)
        if envelope.kind == LeaseClosed.KIND:
            named.add(read_canonical(bytes(envelope.payload), LeaseClosed).lease)
    return named


def damaged_in(connection: Connection, incarnation: int) -> tuple[int, ...]:
    """Return the seqs of a life whose events were found damaged."""
    content = notes.read(connection, _DAMAGED.format(incarnation))
    return () if content is None else tuple(msgspec.json.decode(str(content), type=list[int]))


def find_damage(connection: Connection, incarnation: int, *, from_seq: int, count: int) -> list[int]:
    """Look at some events of a life, note those that are not what the till signed, and return their seqs.

    Call it inside a transaction; only what central could not read is looked at.
    """
    row = connection.execute(
        "SELECT public_key FROM incarnations WHERE incarnation = ?", (incarnation,)
    ).fetchone()
    if row is None:
        return []
    key = VerifyKey(row[0])
    rows = connection.execute(
        "SELECT position, body, signature FROM events WHERE position >= ? AND position < ?",
        (position(incarnation, from_seq), position(incarnation, from_seq + count)),
    ).fetchall()
    sound = {place(at)[1] for at, body, signature in rows if _is_sound(key, at, body, signature)}
    found = [seq for seq in range(from_seq, from_seq + count) if seq not in sound]
    every = sorted({*damaged_in(connection, incarnation), *found})
    if found:
        notes.write(connection, _DAMAGED.format(incarnation), msgspec.json.encode(every).decode())
    return found


def last_sound_seq(connection: Connection, incarnation: int) -> int:
    """Return the newest event of a life that the till certainly signed, 0 when there is none."""
    row = connection.execute(
        "SELECT public_key FROM incarnations WHERE incarnation = ?", (incarnation,)
    ).fetchone()
    if row is None:
        return 0
    key = VerifyKey(row[0])
    rows = connection.execute(
        "SELECT position, body, signature FROM events WHERE position > ? AND position < ? ORDER BY position DESC",
        (position(incarnation, 0), position(incarnation + 1, 0)),
    )
    return next((place(at)[1] for at, body, signature in rows if _is_sound(key, at, body, signature)), 0)


def _is_sound(key: VerifyKey, at: int, body: bytes, signature: bytes) -> bool:
    try:
        envelope = read_envelope(body)
    except WireError:
        return False
    stands = (envelope.incarnation, envelope.seq) == place(at)
    return stands and verifies(key, SignedEvent(body, signature))
