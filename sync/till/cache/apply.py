"""Laying changes over the replica: absolute, versioned rows, so that any order and repetition ends the same."""

from collections.abc import Iterable

import msgspec

from sync.protocol.feed import CampaignRow, CardRow, Change, CodeRow, GuestRow, SettingsRow, StaffRow, Table
from sync.protocol.wire import WireError, unpack
from sync.till.cache.schema import ROW_TABLES
from sync.till.cache.stored_code import pack_code, unpack_code
from sync.till.sqlcipher import Connection

_ROW_TYPES: dict[Table, type[msgspec.Struct]] = {
    Table.CAMPAIGN: CampaignRow,
    Table.CARD: CardRow,
    Table.GUEST: GuestRow,
    Table.STAFF: StaffRow,
    Table.SETTINGS: SettingsRow,
}

COUNTED = {Table.CODE: "codes", Table.GUEST: "guests"}
"""Tables whose living rows are counted as they come: counting a million at every glance would be slow."""


def apply_changes(connection: Connection, changes: Iterable[Change]) -> int:
    """Apply changes inside the caller's transaction; return how many were newer than what was there.

    A row that this program cannot read takes the place of the older one all the same (an outdated rule must
    not go on deciding) and is kept for a newer program to read.
    """
    applied = 0
    counts = dict.fromkeys(COUNTED, 0)
    for change in changes:
        name = ROW_TABLES[change.table]
        held = connection.execute(
            f"SELECT version, row FROM {name} WHERE id = ?",  # noqa: S608  # a name of our own table
            (change.id,),
        ).fetchone()
        if held is not None and held[0] >= change.version:
            continue
        before = None if held is None else held[1]
        if held is not None and before is None:
            connection.execute(
                "DELETE FROM unreadable WHERE tab = ? AND id = ?", (change.table.value, change.id)
            )
        lives = _store(connection, change, before)
        if change.table in counts:
            counts[change.table] += lives - (before is not None)
        applied += 1
    _count(connection, counts)
    return applied


def retry_unreadable(connection: Connection) -> None:
    """Try again, with this program, the rows that another one could not read."""
    for tab, row_id, version, row in connection.execute(
        "SELECT tab, id, version, row FROM unreadable"
    ).fetchall():
        connection.execute("DELETE FROM unreadable WHERE tab = ? AND id = ?", (tab, row_id))
        connection.execute(
            f"DELETE FROM {ROW_TABLES[Table(tab)]} WHERE id = ? AND version = ? AND row IS NULL",  # noqa: S608  # ours
            (row_id, version),
        )
        apply_changes(connection, [Change(Table(tab), row_id, version, row)])


def _store(connection: Connection, change: Change, before: bytes | None) -> bool:
    """Put one row in the place of the one before; return whether a living, readable row stands there now."""
    if before is not None:
        _forget_digests(connection, change, before)
    row = change.row
    if row is not None:
        try:
            _store_row(connection, change, row)
        except WireError:
            connection.execute(
                "INSERT OR REPLACE INTO unreadable (tab, id, version, row) VALUES (?, ?, ?, ?)",
                (change.table.value, change.id, change.version, row),
            )
            row = None
    if row is None:
        _put(connection, change, None)
    return row is not None


def _store_row(connection: Connection, change: Change, row: bytes) -> None:
    if change.table is Table.CODE:
        code = unpack(row, CodeRow)
        _put(connection, change, pack_code(code))
        connection.executemany(
            "INSERT OR IGNORE INTO code_digests (digest, code) VALUES (?, ?)",
            [(digest, change.id) for digest in code.digests],
        )
        return
    read = unpack(row, _ROW_TYPES[change.table])
    if isinstance(read, GuestRow):
        connection.execute(
            "INSERT OR REPLACE INTO guests (id, version, row, name, phone_digest) VALUES (?, ?, ?, ?, ?)",
            (change.id, change.version, row, read.name, read.phone_digest),
        )
        return
    _put(connection, change, row)
    if isinstance(read, CardRow):
        connection.execute(
            "INSERT OR IGNORE INTO card_digests (digest, card) VALUES (?, ?)", (read.digest, change.id)
        )


def _forget_digests(connection: Connection, change: Change, before: bytes) -> None:
    if change.table is Table.CODE:
        connection.executemany(
            "DELETE FROM code_digests WHERE digest = ? AND code = ?",
            [(digest, change.id) for digest in unpack_code(before).digests],
        )
    elif change.table is Table.CARD:
        connection.execute(
            "DELETE FROM card_digests WHERE digest = ? AND card = ?",
            (unpack(before, CardRow).digest, change.id),
        )


def _put(connection: Connection, change: Change, row: bytes | None) -> None:
    connection.execute(
        f"INSERT OR REPLACE INTO {ROW_TABLES[change.table]} (id, version, row) VALUES (?, ?, ?)",  # noqa: S608  # ours
        (change.id, change.version, row),
    )


def _count(connection: Connection, counts: dict[Table, int]) -> None:
    for table, change in counts.items():
        if change:
            connection.execute(
                "INSERT INTO meta (name, content) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET content = CAST(content + excluded.content AS TEXT)",
                (COUNTED[table], str(change)),
            )
