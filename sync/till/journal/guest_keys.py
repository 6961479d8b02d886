"""The sealed keys of what this till recorded of guests (:mod:`sync.protocol.guest_data`), beside the events.

A key waits until central's feed has brought the guest; then it is only kept, because a central that was put back
asks for the event once more. It goes when its event is pruned, or when the guest is erased.

The feed tells of an erasure once. A till that got a whole replica instead, or the keys of another machine, may have
missed that; so it asks the office of every guest whose key it has, once each, in the order of their events.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from sync.protocol.guest_data import guest_id_of
from sync.protocol.payloads import GuestRegistered
from sync.protocol.upload import MAX_BATCH_EVENTS
from sync.till.journal import notes
from sync.till.journal.places import position
from sync.till.sqlcipher import Connection

MAX_WAITING = MAX_BATCH_EVENTS
"""Guests whom the office has not heard of; far more than register while a line is down for days."""

_WAITING, _KEPT = "guest.waiting:", "guest.kept:"
_ASKED, _EVERYBODY = "guest.asked", b""
"""Up to which event the office was asked; without a note it is to be asked of everybody."""
ALL = f"SELECT name, content FROM meta WHERE name GLOB '{_WAITING}*' OR name GLOB '{_KEPT}*' ORDER BY name"  # noqa: S608 - our own names


class WaitingGuest(NamedTuple):
    """A registration of which the feed has not told yet. ``body`` is None for one that was never committed."""

    event: UUID
    sealed_key: bytes
    body: bytes | None


def keep(connection: Connection, event: UUID, sealed_key: bytes) -> None:
    """Keep a key; it must be durable before its event is."""
    notes.write(connection, _WAITING + event.hex, sealed_key)


def forget(connection: Connection, event: UUID) -> None:
    """Remove a key: its event was never recorded, or the guest is erased."""
    for kind in (_WAITING, _KEPT):
        notes.write(connection, kind + event.hex, None)


def forget_guests(connection: Connection, guests: frozenset[int]) -> None:
    """Remove the keys of guests whom the office has erased: what they said here stays unreadable for good."""
    for (name,) in connection.execute(
        "SELECT name FROM meta WHERE name GLOB ? OR name GLOB ?", (f"{_WAITING}*", f"{_KEPT}*")
    ).fetchall():
        if guest_id_of(UUID(hex=name.partition(":")[2])) in guests:
            notes.write(connection, name, None)


def ask_again(connection: Connection) -> None:
    """Note that guests may have been erased of whom the feed will not tell."""
    notes.write(connection, _ASKED, None)


def asked_of_all(connection: Connection) -> bool:
    """Whether the office was asked of everybody since it had to be."""
    return notes.read(connection, _ASKED) == _EVERYBODY


def to_ask(connection: Connection, limit: int) -> tuple[UUID, ...]:
    """Return the registrations of which the office is to be asked next, none once it was asked of all."""
    if asked_of_all(connection):
        return ()
    asked = notes.read(connection, _ASKED)
    events = sorted(UUID(hex=name.partition(":")[2]) for name, _ in connection.execute(ALL))
    return tuple(event for event in events if not isinstance(asked, bytes) or event.bytes > asked)[:limit]


def heard(connection: Connection, asked: Sequence[UUID], limit: int) -> None:
    """Note that the office has answered about what :func:`to_ask` returned with this limit."""
    notes.write(connection, _ASKED, asked[-1].bytes if len(asked) == limit else _EVERYBODY)


def known(connection: Connection, event: UUID) -> None:
    """Note that the feed has brought the guest."""
    connection.execute(
        "UPDATE OR REPLACE meta SET name = ? WHERE name = ?", (_KEPT + event.hex, _WAITING + event.hex)
    )


def waiting(connection: Connection) -> list[WaitingGuest]:
    """Return who waits, the newest first."""
    rows = connection.execute(
        f"SELECT substr(m.name, {len(_WAITING) + 1}), m.content, e.body FROM meta m"  # noqa: S608 - our own names
        f" LEFT JOIN events e ON e.event = unhex(substr(m.name, {len(_WAITING) + 1}))"
        " WHERE m.name >= ? AND m.name < ? ORDER BY m.name DESC",
        (_WAITING, _after(_WAITING)),
    ).fetchall()
    return [WaitingGuest(UUID(hex=name), key, body) for name, key, body in rows]


def keys_for(connection: Connection, incarnation: int, *, first: int, last: int) -> dict[UUID, bytes]:
    """Return the keys that go up with a batch: those of its events, and those of all who wait."""
    keys = {each.event: each.sealed_key for each in waiting(connection)[:MAX_WAITING]}
    for (event,) in connection.execute(
        "SELECT event FROM events WHERE position BETWEEN ? AND ? AND kind = ?",
        (position(incarnation, first), position(incarnation, last), GuestRegistered.KIND),
    ).fetchall():
        key = notes.read(connection, _KEPT + UUID(bytes=event).hex)
        if isinstance(key, bytes):
            keys[UUID(bytes=event)] = key
    return keys


def all_keys(rows: Iterable[tuple[str, bytes]]) -> tuple[tuple[bytes, bytes], ...]:
    """Return every key by its event, for the file or machine that goes on in this one's place; rows of ``ALL``."""
    return tuple((bytes.fromhex(name.partition(":")[2]), content) for name, content in rows)


def take_in(connection: Connection, keys: tuple[tuple[bytes, bytes], ...]) -> None:
    """Take over the keys of an earlier machine; what the feed has brought is noticed again."""
    for event, sealed_key in keys:
        keep(connection, UUID(bytes=event), sealed_key)
    if keys:
        ask_again(connection)


def forget_pruned(connection: Connection) -> None:
    """Remove the keys of events that are not here any more."""
    connection.execute(
        f"DELETE FROM meta WHERE name >= ? AND name < ? AND NOT EXISTS ("  # noqa: S608 - our own names
        f"SELECT 1 FROM events WHERE event = unhex(substr(name, {len(_KEPT) + 1})))",
        (_KEPT, _after(_KEPT)),
    )


def _after(prefix: str) -> str:
    """Return the first text behind all that begin so."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)
