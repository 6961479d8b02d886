"""Saving what can be read of a journal that is too damaged to be opened; the damaged file itself is never touched.

Everything is read from a copy, piece by piece around what cannot be read. Only events that this till certainly
signed are saved as such; every other place is stated in the file, so that central takes the line as one with
damaged events (DESIGN 5) and nothing behind them waits.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from sync.protocol.event import GENESIS, SignedEvent, event_hash, read_envelope, verifies
from sync.protocol.keys import SigningKey, VerifyKey
from sync.protocol.wire import WireError
from sync.rules.user_error import UserError
from sync.till.journal import guest_keys
from sync.till.journal.damage import journal_unusable
from sync.till.journal.lost_commits import mended
from sync.till.journal.places import MAX_SEQ, place, position
from sync.till.journal.schema import MIGRATIONS
from sync.till.journal.transfer_file import LEASE_COLUMNS, Content, Event, Lease, Life, write_file
from sync.till.sqlcipher import (
    FAILURES,
    JOURNAL,
    Connection,
    Trouble,
    connect,
    side_files,
    trouble,
)

AT_ONCE = 512
"""Events that are read in one piece while nothing is amiss."""
MAX_UNSEEN = 4 * AT_ONCE
"""Where the end of a life cannot be read, so many places in a row without any event are taken for its end."""
MAX_LIVES = 16
"""Lives that are looked for where the table of lives cannot be read."""
_BLOCK_BYTES = JOURNAL.page_bytes
_WITH_ANCHORS = 4

_LIVES = "SELECT incarnation, public_key, opened_ms, applied, safe FROM incarnations ORDER BY incarnation"
_ANCHOR = "SELECT position, hash FROM anchors WHERE incarnation = ?"
_LAST = "SELECT max(position) FROM events WHERE position > ? AND position < ?"
_LAST_BY_ID = "SELECT max(position) FROM events INDEXED BY sqlite_autoindex_events_1 WHERE position > ? AND position < ?"
"""The same by the index over event ids, which lies in other pages."""
_EVENTS = (
    "SELECT position, hash, body, signature FROM events WHERE position BETWEEN ? AND ? ORDER BY position"
)
_LEASES = f"SELECT {LEASE_COLUMNS} FROM leases"  # noqa: S608 - our columns


class Salvaged(NamedTuple):
    """How many events were saved, and of each life the seqs that could not be read, as in ``3-5, 9``."""

    events: int
    unreadable: Mapping[int, str]


class _Life(NamedTuple):
    incarnation: int
    public_key: bytes
    opened_ms: int
    applied: int
    safe: int | None


def salvage(
    journal: Path, key: bytes, to: Path, *, network: int, till: int, signing_key: SigningKey
) -> Salvaged:
    """Save what can be read of a journal into a signed file beside which it is copied first.

    Raises ``UserError``: ``journal_unusable``, ``journal_newer``, ``export_failed``, ``export_exists``, and
    ``nothing_readable`` when not even the first page of it can be read.
    """
    if to.exists():
        raise UserError("export_exists", f"There is a file {to} already.", "Choose another name.")
    with _copied(journal, to) as folder:
        reader = _Reader(Path(folder) / journal.name, key)
        try:
            content = _gather(reader, network, till, signing_key)
        finally:
            reader.close()
    write_file(to, content, signing_key)
    return Salvaged(
        events=sum(len(life.events) - len(life.damaged) for life in content.lives),
        unreadable={life.incarnation: _ranges(life.damaged) for life in content.lives if life.damaged},
    )


class _Reader:
    """Reads a damaged database: what cannot be read is None, and the next question gets a fresh connection.

    After one page that does not fit its seal SQLCipher gives out nothing more on that connection.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key
        self._connection: Connection | None = None
        version = self.ask("PRAGMA user_version")
        if version is None:
            raise _nothing_readable()
        if version[0][0] > len(MIGRATIONS):
            raise UserError(
                "journal_newer",
                f"The till's journal {path.name} was written by a newer version of this program.",
                "Start that version again, or update this one. Nothing was changed.",
            )
        self.version: int = version[0][0]

    def ask(self, question: str, values: Sequence[object] = ()) -> list[Any] | None:
        """Return all rows, or None when something that the question needs cannot be read."""
        try:
            if self._connection is None:
                self._connection = connect(self._path, self._key, JOURNAL, read_only=True)
            rows: list[Any] = self._connection.execute(question, values).fetchall()
        except FAILURES as error:
            self.close()
            if trouble(error) not in (Trouble.DAMAGED, Trouble.DISK):
                raise
            return None
        return rows

    def close(self) -> None:
        """Close what is open."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _gather(reader: _Reader, network: int, till: int, signing_key: SigningKey) -> Content:
    lives = [_read_life(reader, life) for life in _lives(reader, signing_key)]
    lives = [life for life in lives if life.events]
    if not lives:
        raise _nothing_readable()
    receipt = reader.ask("SELECT content FROM meta WHERE name = 'next_receipt'")
    pruned = reader.ask("SELECT lease, units FROM pruned_spends") if reader.version >= _WITH_ANCHORS else None
    return Content(
        network=network,
        till=till,
        next_receipt=receipt[0][0] if receipt else 1,
        lives=tuple(lives),
        leases=tuple(_read_leases(reader, lives)),
        pruned=tuple(map(tuple, pruned or ())),
        guest_keys=guest_keys.all_keys(reader.ask(guest_keys.ALL) or []),
    )


def _lives(reader: _Reader, signing_key: SigningKey) -> list[_Life]:
    rows = reader.ask(_LIVES)
    if rows is not None:
        return [_Life(*row) for row in rows]
    # Unread, nothing is known of what central holds: all goes up again, and central passes over what it has.
    return [_Life(life, signing_key.public, 0, 0, None) for life in range(1, MAX_LIVES + 1)]


def _read_life(reader: _Reader, life: _Life) -> Life:
    found = reader.ask(_ANCHOR, (life.incarnation,)) if reader.version >= _WITH_ANCHORS else []
    anchor_seq, anchor_hash = (place(found[0][0])[1], found[0][1]) if found else (0, GENESIS)
    last, rows = _read_events(reader, life.incarnation, anchor_seq)
    key = VerifyKey(life.public_key)
    events: list[Event] = []
    damaged: list[int] = []
    following = b""
    # What central has acknowledged was there, whatever can be read of it.
    for seq in range(max(last, life.applied), anchor_seq, -1):
        digest, body, signature = rows.get(seq, (b"", b"", b""))
        previous = _named_before(key, life.incarnation, seq, body, signature)
        if previous is None:
            damaged.append(seq)
        # What cannot be read is known by the hash that the event behind it names.
        known = event_hash(body) if previous is not None else following or digest or GENESIS
        events.append(Event(seq, known, body, signature))
        following = previous or b""
    return Life(
        life.incarnation,
        life.public_key,
        life.opened_ms,
        life.applied,
        life.safe,
        anchor_seq,
        anchor_hash,
        tuple(damaged[::-1]),
        tuple(events[::-1]),
    )


def _read_events(
    reader: _Reader, incarnation: int, after: int
) -> tuple[int, dict[int, tuple[bytes, bytes, bytes]]]:
    """Return the last seq that there is, and what can be read of the events behind ``after``."""
    life = (position(incarnation, 0), position(incarnation + 1, 0))
    newest = reader.ask(_LAST, life) or reader.ask(_LAST_BY_ID, life)
    end = MAX_SEQ if newest is None else after if newest[0][0] is None else place(newest[0][0])[1]
    rows: dict[int, tuple[bytes, bytes, bytes]] = {}
    last, first = after, after + 1
    while first <= end and (newest is not None or first <= last + MAX_UNSEEN):
        upto = min(first + AT_ONCE - 1, end)
        for at, digest, body, signature in _rows_between(
            reader, position(incarnation, first), position(incarnation, upto)
        ):
            last = place(at)[1]
            rows[last] = (digest, body, signature)
        first = upto + 1
    return (last if newest is None else end), rows


def _rows_between(reader: _Reader, first: int, last: int) -> Iterator[tuple[int, bytes, bytes, bytes]]:
    """Yield every event that can be read, halving each stretch that cannot be read as a whole."""
    stretches = [(first, last)]
    while stretches:
        first, last = stretches.pop()
        rows = reader.ask(_EVENTS, (first, last))
        if rows is not None:
            yield from rows
        elif first < last:
            middle = (first + last) // 2
            stretches += [(middle + 1, last), (first, middle)]


def _named_before(key: VerifyKey, incarnation: int, seq: int, body: bytes, signature: bytes) -> bytes | None:
    """Return the hash that a sound event names as the one before it; None for one that is not sound."""
    try:
        envelope = read_envelope(body)
        previous = bytes.fromhex(envelope.previous)
    except (WireError, ValueError):
        return None
    stands = (envelope.incarnation, envelope.seq) == (incarnation, seq)
    return previous if stands and verifies(key, SignedEvent(body, signature)) else None


def _read_leases(reader: _Reader, lives: Sequence[Life]) -> list[Lease]:
    rows = reader.ask(f"{_LEASES} ORDER BY lease")
    if rows is not None:
        return [Lease(*row) for row in rows]
    named: set[UUID] = set()
    for life in lives:
        for event in life.events:
            if event.seq not in life.damaged:
                envelope = read_envelope(event.body)
                named.update(spend.lease for spend in envelope.spends)
                named.update(restore.lease for restore in envelope.restores)
    each_alone = [
        reader.ask(f"{_LEASES} WHERE lease = ?", (lease.bytes,)) for lease in sorted(named, key=str)
    ]
    return [Lease(*row) for found in each_alone for row in found or ()]


def _copied(journal: Path, to: Path) -> "tempfile.TemporaryDirectory[str]":
    """Copy a journal and its WAL into a folder of their own, which only this user may enter."""
    try:
        folder = tempfile.TemporaryDirectory(prefix=".salvage-", dir=to.parent)
    except OSError as error:
        raise UserError(
            "export_failed", f"The file {to} cannot be written: {error.strerror}.", "Choose another place."
        ) from error
    copy, (wal, _) = Path(folder.name) / journal.name, side_files(journal)
    try:
        _copy_blocks(journal, copy)
        if wal.exists():
            _copy_blocks(wal, side_files(copy)[0])
            side_files(copy)[0].write_bytes(mended(side_files(copy)[0].read_bytes(), JOURNAL.page_bytes))
    except OSError as error:
        folder.cleanup()
        raise journal_unusable(journal, error) from error
    return folder


def _copy_blocks(source: Path, target: Path) -> None:
    """Copy what the disk gives back; a block that it refuses is left empty."""
    with source.open("rb", buffering=0) as reading, target.open("wb") as writing:
        for start in range(0, source.stat().st_size, _BLOCK_BYTES):
            try:
                reading.seek(start)
                block = reading.read(_BLOCK_BYTES)
            except OSError:
                block = bytes(_BLOCK_BYTES)
            writing.seek(start)
            writing.write(block)


def _ranges(seqs: Sequence[int]) -> str:
    """Write ascending numbers as people do: ``3-5, 9``."""
    runs: list[list[int]] = []
    for seq in seqs:
        if runs and seq == runs[-1][1] + 1:
            runs[-1][1] = seq
        else:
            runs.append([seq, seq])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def _nothing_readable() -> UserError:
    return UserError(
        "nothing_readable",
        "Nothing of this till's journal can be read any more.",
        "Keep the whole folder for a specialist; sales that had reached the office are safe there.",
    )
