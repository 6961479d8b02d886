"""Erasing one guest: their key is destroyed, and everything that was readable without it is taken out.

What was booked stays, under a number that leads to nobody: sales, points, the audit log and the journals add up and
verify as before, for they hold ciphertext only. The tills get tombstones. What a till recorded before the erasure and
hands in after it is known again by the phone's digest, and stays unreadable.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.secrets import Secrets
from sync.central.services.audit import record
from sync.central.services.editing.edit_code import CodeChange, edit_code
from sync.central.services.erased_phones import forget_erased_phones, lock_phone, remember_erased
from sync.central.services.feed_rows import CARD_COLUMNS, CODE_COLUMNS, card_row, code_row
from sync.central.services.outbox import publish_many
from sync.central.services.personal.family import Family, family_of
from sync.central.services.sessions import Owner, end_all
from sync.protocol.feed import Table
from sync.rules.code import CodeStatus, Kind
from sync.rules.normalise import fold

SETTLED = timedelta(minutes=5)
"""After this no snapshot is in the making that began before an erasure."""


class Ground(StrEnum):
    """Why somebody is erased (GDPR, article 17); no free text, which could say who it was."""

    ASKED = "asked"
    """The guest wants it."""
    CONSENT_WITHDRAWN = "consent_withdrawn"
    NO_LONGER_NEEDED = "no_longer_needed"
    UNLAWFUL = "unlawful"
    LEGAL_DUTY = "legal_duty"


class ErasedGuest(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is erased; ``already`` when they were before."""

    guest_id: int
    numbers: list[int]
    erased_at: datetime
    already: bool


async def erase_guest(
    connection: asyncpg.Connection,
    secrets: Secrets,
    network_id: int,
    guest_id: int,
    *,
    ground: Ground,
    actor: str,
    erased_before: datetime | None = None,
) -> ErasedGuest:
    """Erase a guest under all their numbers, in the caller's transaction, and tell the tills.

    ``erased_before`` is when they were erased first, for a database that was put back to a time before.
    Raises :class:`Refusal` ``not-found``. A second erasure changes nothing.
    """
    family = await _locked_family(connection, network_id, guest_id)
    # Limits and codes are locked before claims, these before guests, as everywhere.
    await _end_codes(connection, secrets, network_id, family)
    await connection.execute(
        "SELECT 1 FROM wallet_claims WHERE network_id = $1 AND guest_id = ANY ($2::bigint[]) FOR UPDATE",
        network_id,
        family.numbers,
    )
    rows = await connection.fetch(
        """SELECT id, phone_digest, email_digest, registered_by, erased_at FROM guests
        WHERE network_id = $1 AND id = ANY ($2::bigint[]) ORDER BY id FOR UPDATE""",
        network_id,
        family.numbers,
    )
    if all(row["erased_at"] is not None for row in rows):
        at = next(row["erased_at"] for row in rows if row["id"] == family.root)
        return ErasedGuest(guest_id=family.root, numbers=family.numbers, erased_at=at, already=True)
    at = erased_before or moment(clock_of(connection))
    phones = [row["phone_digest"] for row in rows if row["phone_digest"] is not None]
    await remember_erased(connection, secrets, network_id, family.root, phones, at)
    await _clear_addresses(
        connection, network_id, [row["email_digest"] for row in rows if row["email_digest"] is not None], at
    )
    await _delete(connection, network_id, family, phones, [row["registered_by"] for row in rows])
    await _clear(connection, network_id, family, at)
    for number in family.numbers:
        await end_all(connection, network_id, Owner(guest=number), why="erased")
    await _tell_tills(connection, network_id, family)
    await record(
        connection,
        network_id,
        actor=actor,
        action="guest.erase",
        subject=f"guest:{family.root}",
        detail={"ground": ground.value, "numbers": family.numbers}
        | ({} if erased_before is None else {"erased_before": erased_before.isoformat()}),
    )
    return ErasedGuest(guest_id=family.root, numbers=family.numbers, erased_at=at, already=False)


async def _locked_family(connection: asyncpg.Connection, network_id: int, guest_id: int) -> Family:
    """Find all numbers of a guest, once no registration under their phone is being taken any more."""
    family = await family_of(connection, network_id, guest_id)
    phones = await connection.fetch(
        """SELECT phone_digest FROM guests WHERE network_id = $1 AND id = ANY ($2::bigint[])
            AND phone_digest IS NOT NULL ORDER BY phone_digest""",
        network_id,
        family.numbers,
    )
    for row in phones:
        await lock_phone(connection, row["phone_digest"])
    return await family_of(connection, network_id, guest_id)


async def forget_erased(connection: asyncpg.Connection, network_id: int) -> None:
    """Forget snapshots that were in the making at an erasure, and phones that no till can still bring (housekeeping)."""
    now = moment(clock_of(connection))
    await forget_erased_phones(connection, network_id)
    await connection.execute(
        """DELETE FROM snapshots WHERE network_id = $1 AND created_at < (
            SELECT max(erased_at) + $3::interval FROM guests
            WHERE network_id = $1 AND erased_at IS NOT NULL AND erased_at < $2::timestamptz - $3::interval)""",
        network_id,
        now,
        SETTLED,
    )


async def _clear_addresses(
    connection: asyncpg.Connection, network_id: int, emails: list[bytes], at: datetime
) -> None:
    """Take an address out of what was sent to it; what waits is not sent any more."""
    await connection.execute(
        """UPDATE code_recipients SET email_cipher = '', email_digest = uuid_send(gen_random_uuid()),
            problem = NULL, updated_at = $3,
            status = CASE WHEN status IN ('waiting', 'sending') THEN 'cancelled' ELSE status END
        WHERE network_id = $1 AND email_digest = ANY ($2::bytea[])""",
        network_id,
        emails,
        at,
    )


async def _delete(
    connection: asyncpg.Connection,
    network_id: int,
    family: Family,
    phones: list[bytes],
    events: list[object],
) -> None:
    """Delete what is nobody's books: keys, waiting codes, remembered answers, notes about devices."""
    for statement, keys in (
        ("guest_keys WHERE network_id = $1 AND event = ANY ($2::uuid[])", events),
        ("phone_verifications WHERE network_id = $1 AND phone_digest = ANY ($2::bytea[])", phones),
        ("answered_requests WHERE network_id = $1 AND caller = ANY ($2::text[])", family.actors),
        ("attempt_notes WHERE network_id = $1 AND guest_id = ANY ($2::bigint[])", family.numbers),
    ):
        await connection.execute(f"DELETE FROM {statement}", network_id, keys)  # noqa: S608 - written above


async def _clear(connection: asyncpg.Connection, network_id: int, family: Family, at: datetime) -> None:
    """Destroy the guest's key and clear what was readable without it; the books stay."""
    await connection.execute(
        """UPDATE guests SET data_key = NULL, name_cipher = '', phone_cipher = NULL, phone_digest = NULL,
            phone_last4 = '', email_cipher = NULL, email_digest = NULL, children_cipher = NULL, consent = NULL,
            wallet = '{}', blocked = true, erased_at = COALESCE(erased_at, $3)
        WHERE network_id = $1 AND id = ANY ($2::bigint[])""",
        network_id,
        family.numbers,
        at,
    )
    for statement in (
        "guest_transactions SET note = '' WHERE note <> ''",
        "points_transactions SET note = '' WHERE note <> ''",
        """scans SET device = '{}', location = NULL, address = NULL, agent = NULL, metadata = '{}', personal = false
            WHERE personal""",
        "wallet_claims SET notification_preferences = '{}', metadata = '{}' WHERE true",
    ):
        await connection.execute(
            f"UPDATE {statement} AND network_id = $1 AND guest_id = ANY ($2::bigint[])",
            network_id,
            family.numbers,
        )
    await connection.execute(
        """UPDATE wallet_claims SET taken_out_at = $3
        WHERE network_id = $1 AND guest_id = ANY ($2::bigint[]) AND taken_out_at IS NULL""",
        network_id,
        family.numbers,
        at,
    )


async def _end_codes(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, family: Family
) -> None:
    """Archive the codes that were this guest's own, and take out their texts, which may say whose they were."""
    own = await connection.fetch(
        """SELECT id, kind, status FROM codes WHERE network_id = $1
            AND (holder_guest_id = ANY ($2::bigint[]) OR beneficiary_id = ANY ($2::bigint[]))
            AND code <> 'ERASED-' || id ORDER BY id""",
        network_id,
        family.numbers,
    )
    for code in own:
        if code["status"] != CodeStatus.ARCHIVED:
            change = CodeChange(status=CodeStatus.ARCHIVED)
            await edit_code(connection, secrets, network_id, code["id"], change, kind=Kind(code["kind"]))
    texts = [f"ERASED-{code['id']}" for code in own]
    records = await connection.fetch(
        f"""UPDATE codes SET code = t.said, folded = t.bare, name = '', description = ''
        FROM unnest($2::bigint[], $3::text[], $4::text[]) AS t (number, said, bare)
        WHERE network_id = $1 AND id = t.number RETURNING {CODE_COLUMNS}""",  # noqa: S608 - ours
        network_id,
        [code["id"] for code in own],
        texts,
        [fold(text) for text in texts],
    )
    key = secrets.digest_key(network_id)
    rows = [(row["id"], code_row(row, key)) for row in records]
    await _unsay(connection, network_id, Table.CODE, [code for code, _ in rows])
    await publish_many(connection, network_id, Table.CODE, rows)


async def _tell_tills(connection: asyncpg.Connection, network_id: int, family: Family) -> None:
    """Send tombstones of the guest and end their cards; what was on its way to the tills says nothing any more."""
    cards = await connection.fetch(
        f"""UPDATE cards SET active = false
        WHERE network_id = $1 AND guest_id = ANY ($2::bigint[]) AND active RETURNING {CARD_COLUMNS}""",  # noqa: S608 - ours
        network_id,
        family.numbers,
    )
    await publish_many(connection, network_id, Table.CARD, [(card["id"], card_row(card)) for card in cards])
    await _unsay(connection, network_id, Table.GUEST, family.numbers)
    await publish_many(connection, network_id, Table.GUEST, [(number, None) for number in family.numbers])
    # A snapshot holds every guest: tills that ask for one get one without this guest.
    await connection.execute("DELETE FROM snapshots WHERE network_id = $1", network_id)


async def _unsay(
    connection: asyncpg.Connection, network_id: int, table: Table, subjects: Sequence[int]
) -> None:
    """Let older rows of the feed say that there is nothing; whoever reads them gets the newest a little later anyway.

    What a till knew by them cannot be told any more, so that nothing is judged by them either.
    """
    await connection.execute(
        "UPDATE outbox SET row = NULL WHERE network_id = $1 AND tab = $2 AND subject = ANY ($3::bigint[])",
        network_id,
        table.value,
        subjects,
    )
