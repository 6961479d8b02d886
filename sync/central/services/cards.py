"""Cards: the text of a guest's QR, and six digits for minutes (``sync.rules.card_text``, ``sync.rules.digits``)."""

import hashlib
import re
from collections.abc import Sequence

import asyncpg

from sync.central.clock import clock_of
from sync.central.secrets import Secrets
from sync.central.services.feed_rows import CARD_COLUMNS, card_row
from sync.central.services.network_keys import card_keys
from sync.central.services.outbox import publish_many
from sync.protocol.digest import DIGEST_BYTES, Subject, keyed_digest
from sync.protocol.feed import Table
from sync.rules.card_text import write_card
from sync.rules.digits import MAX_DRAWS, IssuedDigits, issue_digits
from sync.rules.user_error import UserError

_HEX = re.compile(f"[0-9a-f]{{{2 * DIGEST_BYTES}}}")


async def make_card(connection: asyncpg.Connection, network_id: int, secrets: Secrets, guest_id: int) -> str:
    """Give a guest a card under the current key; return its text, which is shown now and never again."""
    card_id: int = await connection.fetchval("SELECT nextval(pg_get_serial_sequence('cards', 'id'))")
    text = write_card(await card_keys(connection, secrets, network_id), card_id)
    await connection.execute(
        "INSERT INTO cards (network_id, id, guest_id, digest) VALUES ($1, $2, $3, $4)",
        network_id,
        card_id,
        guest_id,
        keyed_digest(secrets.digest_key(network_id), Subject.CARD, text),
    )
    await _publish(connection, network_id, [card_id])
    return text


async def adopt_card(
    connection: asyncpg.Connection, network_id: int, guest_id: int, card_id: int, digest: str
) -> bool:
    """Give a guest a card that was printed before; False where it is somebody else's, or no card of this office."""
    printed = await connection.fetchval(
        "SELECT $1::bigint BETWEEN 1 AND last_value FROM pg_sequences WHERE format('%I.%I', schemaname, sequencename) ="
        " pg_get_serial_sequence('cards', 'id')",
        card_id,
    )
    content = bytes.fromhex(digest) if _HEX.fullmatch(digest) else b""
    if not printed or not content:
        return False
    owner = await connection.fetchval(
        """INSERT INTO cards (network_id, id, guest_id, digest) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING RETURNING guest_id""",
        network_id,
        card_id,
        guest_id,
        content,
    )
    if owner is None:
        return False
    await _publish(connection, network_id, [card_id])
    return True


async def give_digits(
    connection: asyncpg.Connection, network_id: int, secrets: Secrets, guest_id: int
) -> IssuedDigits:
    """Give a guest six digits that are good for some minutes, and tell the tills; older ones of the guest end.

    Raises :class:`UserError` ``unknown_guest`` or ``digits_exhausted``.
    """
    # One at a time for a network: two guests must not be given the same digits.
    await connection.execute("SELECT 1 FROM networks WHERE id = $1 FOR NO KEY UPDATE", network_id)
    known = await connection.fetchval(
        "SELECT 1 FROM guests WHERE network_id = $1 AND id = $2", network_id, guest_id
    )
    if known is None:
        raise UserError("unknown_guest", f"This network has no guest {guest_id}.", "Check the number.")
    clock = clock_of(connection)
    now_ms, key = clock.now_ms(), secrets.digest_key(network_id)
    live = await connection.fetchval(
        """SELECT count(*) FROM cards
        WHERE network_id = $1 AND digits AND expires_at > to_timestamp($2 / 1000.0)""",
        network_id,
        now_ms,
    )
    taken: set[str] = set()
    for _ in range(MAX_DRAWS):
        issued = issue_digits(
            network=network_id,
            guest_id=guest_id,
            now_ms=now_ms,
            live=live,
            is_live=taken.__contains__,
            draw=clock.random,
        )
        changed = await _hand_over(connection, issued, keyed_digest(key, Subject.DIGITS, issued.digits))
        if changed:
            await _publish(connection, network_id, changed)
            return issued
        taken.add(issued.digits)
    msg = f"{MAX_DRAWS} draws brought only digits that are taken"
    raise RuntimeError(msg)


async def _hand_over(connection: asyncpg.Connection, issued: IssuedDigits, digest: bytes) -> list[int]:
    """File digits under the guest's one row for them; return the rows that changed, none where they are taken."""
    other = await connection.fetchrow(
        """SELECT id, guest_id, expires_at > to_timestamp($3 / 1000.0) AS live FROM cards
        WHERE network_id = $1 AND digest = $2""",
        issued.network,
        digest,
        issued.issued_at_ms,
    )
    changed = []
    if other is not None and other["guest_id"] != issued.guest_id:
        if other["live"]:
            return []
        # Somebody else's digits of long ago give way: what stands in their place answers to nothing.
        dead = hashlib.sha256(f"ended digits of card {other['id']}".encode()).digest()[:DIGEST_BYTES]
        await connection.execute(
            "UPDATE cards SET digest = $3, active = false WHERE network_id = $1 AND id = $2",
            issued.network,
            other["id"],
            dead,
        )
        changed.append(other["id"])
    own = await connection.fetchval(
        """UPDATE cards SET digest = $3, active = true, issued_at = to_timestamp($4 / 1000.0),
            expires_at = to_timestamp($5 / 1000.0)
        WHERE network_id = $1 AND guest_id = $2 AND digits RETURNING id""",
        issued.network,
        issued.guest_id,
        digest,
        issued.issued_at_ms,
        issued.expires_at_ms,
    )
    if own is None:
        own = await connection.fetchval(
            """INSERT INTO cards (network_id, guest_id, digest, digits, issued_at, expires_at)
            VALUES ($1, $2, $3, true, to_timestamp($4 / 1000.0), to_timestamp($5 / 1000.0)) RETURNING id""",
            issued.network,
            issued.guest_id,
            digest,
            issued.issued_at_ms,
            issued.expires_at_ms,
        )
    return [*changed, own]


async def _publish(connection: asyncpg.Connection, network_id: int, card_ids: Sequence[int]) -> None:
    cards = await connection.fetch(
        f"SELECT {CARD_COLUMNS} FROM cards WHERE network_id = $1 AND id = ANY ($2::bigint[])",  # noqa: S608 - columns are ours
        network_id,
        list(card_ids),
    )
    await publish_many(connection, network_id, Table.CARD, [(card["id"], card_row(card)) for card in cards])
