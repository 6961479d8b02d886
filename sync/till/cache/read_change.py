"""Reading a change's row into what the replica stores of it."""

from typing import NamedTuple

import msgspec

from sync.protocol.campaign_row import read_campaign_row
from sync.protocol.feed import CardRow, Change, GuestRow, SettingsRow, StaffRow, Table
from sync.protocol.wire import unpack
from sync.till.cache.guest_search import search_text


class Stored(NamedTuple):
    """The bytes of a row, the digests that it answers to, and what a guest is searched by (``name``)."""

    row: bytes
    digests: tuple[bytes, ...] = ()
    name: str | None = None
    phone_digest: bytes | None = None


_PLAIN: dict[Table, type[msgspec.Struct]] = {
    Table.STAFF: StaffRow,
    Table.SETTINGS: SettingsRow,
}


def read_change(table: Table, row: bytes) -> Stored:
    """Read a row (of a code: see :mod:`sync.till.cache.codes`) as central sent it; raises ``WireError`` for one that this program does not understand."""
    if table is Table.CARD:
        return Stored(row, (unpack(row, CardRow).digest,))
    if table is Table.CAMPAIGN:
        # A newer campaign stays as it came: this program reads what every version has, the next one all.
        read_campaign_row(row)
        return Stored(row)
    if table is Table.GUEST:
        guest = unpack(row, GuestRow)
        if guest.merged_into is not None:
            # Somebody else's second registration: found under this number, searched for under the other's name.
            return Stored(row)
        return Stored(row, name=search_text(guest), phone_digest=guest.phone_digest)
    unpack(row, _PLAIN[table])
    return Stored(row)


def digests_of(change: Change, stored: bytes) -> tuple[bytes, ...]:
    """Return the digests that a row in the replica answers to."""
    if change.table is Table.CARD:
        return (unpack(stored, CardRow).digest,)
    return ()
