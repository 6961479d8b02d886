"""The cards of a guest, as the office lists them: without their texts, the newest first."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg
import msgspec

MAX_CARDS = 200
"""Cards of one guest that are listed."""

# A guest's cards are found by the guest: without the OFFSET a plan may walk through everybody's, the newest first.
_READ = """
    SELECT g.id AS guest, c.id, c.active, c.digits, c.issued_at, c.expires_at
    FROM unnest($2::bigint[]) AS a (guest)
    JOIN guests g ON g.network_id = $1 AND g.id = a.guest AND g.merged_into IS NULL AND g.erased_at IS NULL
    LEFT JOIN LATERAL (
        SELECT held.* FROM (
            SELECT id, active, digits, issued_at, expires_at FROM cards
            WHERE network_id = $1 AND guest_id = g.id OFFSET 0
        ) AS held ORDER BY held.id DESC LIMIT $3
    ) AS c ON true
"""


class CardView(msgspec.Struct, frozen=True, kw_only=True):
    """A card without its text, which is shown once when it is made."""

    id: int
    active: bool
    digits: bool
    issued_at: datetime | None
    expires_at: datetime | None


async def list_cards(connection: asyncpg.Connection, network_id: int, guest_id: int) -> list[CardView]:
    """Return the cards of a guest who is there, the newest first."""
    return (await cards_of(connection, network_id, [guest_id])).get(guest_id, [])


async def cards_of(
    connection: asyncpg.Connection, network_id: int, guests: Sequence[int]
) -> dict[int, list[CardView]]:
    """Return the cards of guests together, the newest first; left out is who is not there under this number."""
    rows = await connection.fetch(_READ, network_id, guests, MAX_CARDS)
    found: dict[int, list[CardView]] = {}
    for guest, number, active, digits, issued_at, expires_at in rows:
        listed = found.setdefault(guest, [])
        if number is not None:
            view = CardView(
                id=number, active=active, digits=digits, issued_at=issued_at, expires_at=expires_at
            )
            listed.append(view)
    return found
