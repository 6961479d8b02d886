"""A journal in one signed file: taken from a till that is given up, read in by the machine that replaces it.

The file holds every life with its events as they were signed, and the leases they spent. It is signed as a whole
by the till that wrote it, each event by the till that recorded it; central checks those once more. Reading a file
in adds what is missing and never changes or shortens what is there.
"""

import hashlib
from pathlib import Path
from typing import NamedTuple

from sync.protocol.event import SignedEvent, event_hash, read_envelope
from sync.protocol.keys import SigningKey
from sync.protocol.wire import WireError
from sync.rules.user_error import UserError
from sync.till.identity import Identity
from sync.till.journal import guest_keys, lives, notes, settling
from sync.till.journal.places import place, position
from sync.till.journal.pruning import anchor_of
from sync.till.journal.transfer_file import LEASE_COLUMNS, Content, Event, Lease, Life, write_file
from sync.till.journal.transfer_gap import differs, last_held, reach_anchor, require_counted, require_joined
from sync.till.journal.undo_book import note_imported
from sync.till.journal.use_book import file_imported
from sync.till.sqlcipher import Connection


class Taken(NamedTuple):
    """What a file held: all its events, those that were new here, and those that the office still lacks.

    ``unreadable`` of them were damaged where they were recorded: their places go up, so that nothing waits for them.
    """

    events: int
    new: int
    unsettled: int
    unreadable: int


def export_to(connection: Connection, path: Path, identity: Identity, key: SigningKey) -> int:
    """Write the whole journal into a file; return how many events it holds. An existing file is never replaced."""
    content = Content(
        network=identity.network,
        till=identity.till,
        next_receipt=int(notes.read(connection, "next_receipt") or 1),
        lives=tuple(_read_lives(connection)),
        leases=tuple(
            Lease(*row)
            for row in connection.execute(f"SELECT {LEASE_COLUMNS} FROM leases ORDER BY lease").fetchall()  # noqa: S608 - our columns
        ),
        pruned=tuple(connection.execute("SELECT lease, units FROM pruned_spends").fetchall()),
        guest_keys=guest_keys.all_keys(connection.execute(guest_keys.ALL).fetchall()),
    )
    return write_file(path, content, key)


def take_in(connection: Connection, content: Content, identity: Identity) -> Taken:
    """Add what a file holds, in the caller's transaction; raises ``UserError`` and leaves the rest to a rollback."""
    new = 0
    for life in content.lives:
        if life.incarnation >= identity.incarnation:
            raise UserError(
                "import_not_older",
                "This file was written by this machine's own life or a later one; nothing was imported.",
                "A journal is imported on the machine that was enrolled after it, in the old one's place.",
            )
        before = settling.last_seq(connection, life.incarnation)
        anchor = anchor_of(connection, life.incarnation).seq
        new += _take_life(connection, life)
        own = [lease for lease in content.leases if lease.incarnation == life.incarnation]
        _take_leases(connection, own, newer=settling.last_seq(connection, life.incarnation) > before)
        if anchor_of(connection, life.incarnation).seq > anchor:
            # Events that are here say themselves what they took; only of those that are not the sum counts.
            _take_pruned(connection, content, {lease.lease for lease in own})
    guest_keys.take_in(connection, content.guest_keys)
    connection.execute(
        "UPDATE meta SET content = max(content, ?) WHERE name = 'next_receipt'", (content.next_receipt,)
    )
    return Taken(
        events=sum(len(life.events) for life in content.lives),
        new=new,
        unsettled=sum(event.seq > life.applied for life in content.lives for event in life.events),
        unreadable=sum(len(life.damaged) for life in content.lives),
    )


def _take_leases(connection: Connection, leases: list[Lease], *, newer: bool) -> None:
    """Take in the leases of one life; those of a ``newer`` state of it replace what an older file had said."""
    connection.executemany(
        f"INSERT INTO leases ({LEASE_COLUMNS}) VALUES ({', '.join('?' * len(Lease._fields))})"  # noqa: S608 - our columns
        " ON CONFLICT (lease) DO "
        + (
            "UPDATE SET spent = excluded.spent, state = excluded.state WHERE state = 'open'"
            if newer
            else "NOTHING"
        ),
        leases,
    )


def _take_pruned(connection: Connection, content: Content, leases: set[bytes]) -> None:
    # What a file says of all that lies below its anchor holds more than what an earlier one had said of a part.
    connection.executemany(
        "INSERT OR REPLACE INTO pruned_spends (lease, units) VALUES (?, ?)",
        [(lease, units) for lease, units in content.pruned if lease in leases],
    )


def _read_lives(connection: Connection) -> list[Life]:
    found = []
    for incarnation, public_key, opened_ms, applied, safe in connection.execute(
        "SELECT incarnation, public_key, opened_ms, applied, safe FROM incarnations ORDER BY incarnation"
    ).fetchall():
        anchor = anchor_of(connection, incarnation)
        events = connection.execute(
            "SELECT position, hash, body, signature FROM events WHERE position > ? AND position < ?"
            " ORDER BY position",
            (position(incarnation, 0), position(incarnation + 1, 0)),
        )
        found.append(
            Life(
                incarnation,
                public_key,
                opened_ms,
                applied,
                safe,
                anchor.seq,
                anchor.hash,
                lives.damaged_in(connection, incarnation),
                tuple(Event(place(at)[1], digest, body, signature) for at, digest, body, signature in events),
            )
        )
    return found


def _take_life(connection: Connection, life: Life) -> int:
    held = dict(
        connection.execute(
            "SELECT position, hash FROM events WHERE position > ? AND position < ?",
            (position(life.incarnation, 0), position(life.incarnation + 1, 0)),
        ).fetchall()
    )
    applied, safe = connection.execute(
        "SELECT applied, safe FROM incarnations WHERE incarnation = ?", (life.incarnation,)
    ).fetchone() or (0, 0)
    connection.execute(
        "INSERT INTO incarnations (incarnation, public_key, opened_ms, applied, safe) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (incarnation) DO UPDATE SET applied = max(applied, excluded.applied)",
        (
            life.incarnation,
            life.public_key,
            life.opened_ms,
            life.applied,
            life.anchor_seq if life.safe is None and life.anchor_seq else life.safe,
        ),
    )
    gone = reach_anchor(connection, life, held=last_held(held), safe=min(applied, safe or 0))
    anchored = anchor_of(connection, life.incarnation).seq
    new = [event for event in life.events if event.seq > anchored and not _is_held(held, life, event)]
    if new:
        require_joined(connection, life.incarnation, new[0])
    connection.executemany(
        "INSERT INTO events (position, event, kind, at_ms, hash, body, signature) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [_row(life.incarnation, event) for event in new],
    )
    for event in new:
        note_imported(connection, position(life.incarnation, event.seq), event.body)
    file_imported(connection, [event.body for event in new])
    if gone:
        require_counted(connection, life)
    # Whatever the file says of damage, each event is looked at again here.
    first = life.events[0].seq if life.events else 1
    lives.find_damage(connection, life.incarnation, from_seq=first, count=len(life.events))
    return len(new)


def _is_held(held: dict[int, bytes], life: Life, event: Event) -> bool:
    known = held.get(position(life.incarnation, event.seq))
    if known is not None and known != event.hash:
        raise differs(event.seq)
    return known is not None


def _row(incarnation: int, event: Event) -> tuple[int, bytes, str, int, bytes, bytes, bytes]:
    at = position(incarnation, event.seq)
    try:
        envelope = read_envelope(event.body)
    except WireError:
        stand_in = hashlib.sha256(at.to_bytes(8, "big") + event.body).digest()[:16]
        return at, stand_in, "damaged", 0, event.hash, event.body, event.signature
    digest = event_hash(SignedEvent(event.body, event.signature).body)
    return at, envelope.event.bytes, envelope.kind, envelope.trusted_ms, digest, event.body, event.signature
