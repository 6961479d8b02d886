"""Codes in the replica: a shape that many share, what is a code's own, and the digests that it answers to."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from sync.protocol.code_columns import (
    CodesPart,
    DigestsPart,
    Own,
    code_ids,
    digest_lines,
    own_of,
    readable,
    shape_of,
)
from sync.protocol.feed import Change, CodeRow, Table
from sync.protocol.wire import WireError, unpack
from sync.till.cache.unreadable import no_longer_aside, put_aside
from sync.till.sqlcipher import Connection

UNREADABLE_CODES = "unreadable_codes"
"""The name in ``meta`` of how many codes of a snapshot have a shape that this program does not know."""


_FIND_HELD = "SELECT id, version, shape FROM codes WHERE id IN (SELECT value FROM json_each(?))"

_Row = tuple[int, int | None, Own, int]
"""Version, shape, what is its own, id."""


class Shapes:
    """The shapes in a replica, by their bytes."""

    def __init__(self, connection: Connection) -> None:
        """Remember nothing yet."""
        self._connection = connection
        self._known: dict[bytes, int] = {}

    def place(self, shape: bytes) -> int:
        """Return a shape's number; a new one is written down."""
        place = self._known.get(shape)
        if place is None:
            self._connection.execute("INSERT OR IGNORE INTO code_shapes (shape) VALUES (?)", (shape,))
            (place,) = self._connection.execute(
                "SELECT id FROM code_shapes WHERE shape = ?", (shape,)
            ).fetchone()
            self._known[shape] = place
        return int(place)


class _Held(NamedTuple):
    """What stands in a code's place: its version, and its shape's number (None for a tombstone)."""

    version: int
    shape: int | None


class Codes:
    """Changes of codes on their way into the replica, within the caller's transaction; :meth:`close` writes them.

    What stands there is read at once for all, and all are written at once: page by page of the file, not twice
    for each code.
    """

    def __init__(self, connection: Connection, changes: Iterable[Change]) -> None:
        """Begin; ``changes`` are those that will be laid (others among them are passed over)."""
        self._connection = connection
        self._shapes = Shapes(connection)
        self._moved: dict[int, tuple[bytes, ...]] = {}
        self._inserts: list[_Row] = []
        self._updates: list[_Row] = []
        self._digests: set[tuple[bytes, int]] = set()
        ids = sorted({change.id for change in changes if change.table is Table.CODE})
        self._held: dict[int, _Held] = {
            code: _Held(version, shape)
            for code, version, shape in connection.execute(_FIND_HELD, (json.dumps(ids),)).fetchall()
        }
        (self._any_aside,) = connection.execute("SELECT EXISTS (SELECT 1 FROM unreadable)").fetchone()
        self.replaced = False
        """Whether there was a row, or a tombstone, in the place of the newest change that was laid."""

    def lay(self, change: Change) -> int | None:
        """Lay one change over what is there; return how many codes more there are, None for an older one."""
        held = self._held.get(change.id)
        if held is not None and held.version >= change.version:
            return None
        self.replaced = held is not None
        if self.replaced and self._any_aside:
            no_longer_aside(self._connection, change)
        row = self._read(change)
        shape, own = (
            (None, None) if row is None else (self._shapes.place(shape_of(row.code)), own_of(row.code))
        )
        self._held[change.id] = _Held(change.version, shape)
        (self._inserts if held is None else self._updates).append((change.version, shape, own, change.id))
        if row is not None:
            self._file(change.id, row, held)
        return (row is not None) - (held is not None and held.shape is not None)

    def close(self) -> None:
        """Write everything. A code whose text was changed is no longer found by the old one, all in one sweep."""
        self._connection.executemany(
            "INSERT INTO codes (version, shape, own, id) VALUES (?, ?, ?, ?)", self._inserts
        )
        self._connection.executemany(
            "UPDATE codes SET version = ?, shape = ?, own = ? WHERE id = ?", self._updates
        )
        if self._moved:
            self._connection.execute(
                "DELETE FROM code_digests WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(self._moved)),),
            )
        new = [each for each in self._digests if each[1] not in self._moved]
        new += [(digest, code) for code, digests in self._moved.items() for digest in digests]
        self._connection.executemany(
            "INSERT OR IGNORE INTO code_digests (digest, id) VALUES (?, ?)", sorted(new)
        )

    def _read(self, change: Change) -> CodeRow | None:
        if change.row is None:
            return None
        try:
            return unpack(change.row, CodeRow)
        except WireError:
            put_aside(self._connection, change)
            self._any_aside = 1
            return None

    def _file(self, code_id: int, row: CodeRow, held: _Held | None) -> None:
        """Let a code be found. A tombstone's digest stays: it leads to nothing, and removing it costs a sweep."""
        if held is None:
            self._digests.update((digest, code_id) for digest in row.digests)
        elif code_id in self._moved or not (_has_text(held, row) or self._stands(code_id, row.digests)):
            self._moved[code_id] = row.digests

    def _stands(self, code_id: int, digests: tuple[bytes, ...]) -> bool:
        return all(
            (digest, code_id) in self._digests
            or self._connection.execute(
                "SELECT 1 FROM code_digests WHERE digest = ? AND id = ?", (digest, code_id)
            ).fetchone()
            is not None
            for digest in digests
        )


def _has_text(held: _Held, row: CodeRow) -> bool:
    """Whether what stands there is no older than the text, so that its digests need not be looked for.

    They lie scattered over the largest table: finding one costs as much as writing the row. In the place of a
    tombstone there may never have been any.
    """
    return held.shape is not None and row.text_version is not None and held.version >= row.text_version


def load_codes(connection: Connection, part: CodesPart) -> int:
    """Append a snapshot's codes; return how many this program can read. Raises ``WireError``."""
    ids = code_ids(part)
    shapes = Shapes(connection)
    places = [shapes.place(shape) for shape in part.shapes]
    connection.executemany(
        "INSERT INTO codes (id, version, shape, own) VALUES (?, ?, ?, ?)",
        zip(ids, part.versions, map(places.__getitem__, part.shape), part.own, strict=True),
    )
    strange = {place for place, shape in enumerate(part.shapes) if not readable(shape)}
    unknown = sum(place in strange for place in part.shape) if strange else 0
    if unknown:
        note_unreadable(connection, unknown)
    return len(part.shape) - unknown


def load_digests(connection: Connection, part: DigestsPart) -> None:
    """Append a snapshot's digests; raises ``WireError``."""
    connection.executemany("INSERT INTO code_digests (digest, id) VALUES (?, ?)", digest_lines(part))


def note_unreadable(connection: Connection, more: int) -> None:
    """Add to the number of codes that this program cannot read."""
    connection.execute(
        "INSERT INTO meta (name, content) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET content = CAST(content + excluded.content AS TEXT)",
        (UNREADABLE_CODES, str(more)),
    )


def read_codes_again(connection: Connection) -> None:
    """Count anew, with this program, the codes that another one could not read."""
    if connection.execute("SELECT 1 FROM meta WHERE name = ?", (UNREADABLE_CODES,)).fetchone() is None:
        return
    strange = [
        place
        for place, shape in connection.execute("SELECT id, shape FROM code_shapes").fetchall()
        if not readable(shape)
    ]
    (left,) = connection.execute(
        "SELECT count(*) FROM codes WHERE shape IN (SELECT value FROM json_each(?))", (json.dumps(strange),)
    ).fetchone()
    connection.execute(
        "UPDATE meta SET content = CAST(content + (SELECT m.content FROM meta m WHERE m.name = ?) - ? AS TEXT)"
        " WHERE name = 'codes'",
        (UNREADABLE_CODES, left),
    )
    connection.execute("DELETE FROM meta WHERE name = ?", (UNREADABLE_CODES,))
    if left:
        note_unreadable(connection, left)
