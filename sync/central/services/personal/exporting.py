"""Everything that the office holds of one guest, opened, for the guest to read (GDPR, articles 15 and 20)."""

from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.seals import FieldSeal
from sync.central.secrets import Secrets
from sync.central.services.feed_rows import GUEST_NAME_FIELD
from sync.central.services.field_keys import known_fields
from sync.central.services.guest_publishing import (
    GUEST_CHILDREN_FIELD,
    GUEST_EMAIL_FIELD,
    GUEST_PHONE_FIELD,
)
from sync.central.services.guest_seal import seal_of
from sync.central.services.mail.sealed import EMAIL_FIELD
from sync.central.services.people.phone_codes import PENDING_FIELD
from sync.central.services.personal.family import Family
from sync.central.services.personal.holdings import HOLDINGS, By, Holding
from sync.protocol.event import read_envelope
from sync.protocol.guest_data import open_guest, open_guest_key
from sync.protocol.payloads import GuestRegistered, payload_of
from sync.protocol.wire import WireError, read_canonical
from sync.rules.user_error import UserError

MAX_ROWS = 100_000
"""Rows of one table: a guest who buys every hour for ten years has fewer."""


class GuestExport(msgspec.Struct, frozen=True, kw_only=True):
    """What is held of one guest.

    ``numbers`` are all numbers that ever were theirs; ``said`` is what they said of themselves, each time they
    did; ``held`` the rows of every table that names them, by its name. Texts that are held sealed are opened in
    ``said``; digests, which say nothing to anybody, are left out.
    """

    guest_id: int
    numbers: list[int]
    exported_at: datetime
    erased_at: datetime | None
    said: list[dict[str, Any]]
    held: dict[str, list[dict[str, Any]]]


async def export_guest(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, family: Family
) -> GuestExport:
    """Gather everything in the caller's transaction, which should be one repeatable read; the caller audits.

    Raises :class:`UserError` ``export_too_large``.
    """
    guests = await connection.fetch(
        "SELECT * FROM guests WHERE network_id = $1 AND id = ANY ($2::bigint[]) ORDER BY id",
        network_id,
        family.numbers,
    )
    keys: dict[By, list[Any]] = {
        By.NUMBERS: family.numbers,
        By.ACTORS: family.actors,
        By.PHONES: [row["phone_digest"] for row in guests if row["phone_digest"] is not None],
        By.EMAILS: [row["email_digest"] for row in guests if row["email_digest"] is not None],
        By.EVENTS: [row["registered_by"] for row in guests if row["registered_by"] is not None],
    }
    held: dict[str, list[dict[str, Any]]] = {}
    fields = await known_fields(connection, secrets, network_id)
    said = [_profile(row, fields) for row in guests if row["erased_at"] is None]
    for holding in HOLDINGS:
        rows = await _rows(connection, network_id, holding, keys[holding.by])
        said += _opened(holding.table, rows, fields)
        known = held.setdefault(holding.table, [])
        # A table may name a guest in two ways, and one row in both.
        known += [row for row in map(_plain, rows) if row not in known]
    said += await _said_at_tills(connection, secrets, network_id, keys[By.EVENTS])
    root = next(row for row in guests if row["id"] == family.root)
    return GuestExport(
        guest_id=family.root,
        numbers=family.numbers,
        exported_at=moment(clock_of(connection)),
        erased_at=root["erased_at"],
        said=said,
        held=held,
    )


async def _rows(
    connection: asyncpg.Connection, network_id: int, holding: Holding, keys: list[Any]
) -> list[asyncpg.Record]:
    if not keys:
        return []
    rows: list[asyncpg.Record] = await connection.fetch(
        f"SELECT * FROM {holding.table} WHERE network_id = $1 AND {holding.where} LIMIT $3",  # noqa: S608 - ours
        network_id,
        keys,
        MAX_ROWS + 1,
    )
    if len(rows) > MAX_ROWS:
        raise UserError(
            "export_too_large",
            f"More than {MAX_ROWS} rows of {holding.table} name this guest.",
            "No person leaves that many: look whether a shop's own account is kept as a guest.",
        )
    return rows


def _plain(row: asyncpg.Record) -> dict[str, Any]:
    """Return a row without what only programs read: ciphertexts, digests, hashes and packed rows."""
    return {
        name: value
        for name, value in row.items()
        if not isinstance(value, bytes | memoryview) and name != "network_id"
    }


def _profile(row: asyncpg.Record, fields: FieldSeal) -> dict[str, Any]:
    seal = seal_of(row, fields)

    def opened(column: str, field: str) -> str | None:
        return None if row[column] is None else seal.open(field, row[column])

    children = opened("children_cipher", GUEST_CHILDREN_FIELD)
    return {
        "where": f"guests {row['id']}",
        "name": opened("name_cipher", GUEST_NAME_FIELD),
        "phone": opened("phone_cipher", GUEST_PHONE_FIELD),
        "email": opened("email_cipher", GUEST_EMAIL_FIELD),
        "children": [] if children is None else read_canonical(children.encode(), list[Any]),
    }


def _opened(table: str, rows: list[asyncpg.Record], fields: FieldSeal) -> list[dict[str, Any]]:
    """Return what is held sealed in these rows."""
    if table == "code_recipients":
        emails = (fields.open(EMAIL_FIELD, row["email_cipher"]) for row in rows)
        return [{"where": "code_recipients", "email": email} for email in dict.fromkeys(emails)]
    if table == "phone_verifications":
        return [
            {"where": f"phone_verifications {row['id']}"}
            | msgspec.json.decode(fields.open(PENDING_FIELD, row["sealed"]), type=dict[str, Any])
            for row in rows
        ]
    return []


async def _said_at_tills(
    connection: asyncpg.Connection, secrets: Secrets, network_id: int, events: list[Any]
) -> list[dict[str, Any]]:
    """Open what the guest said when a till registered them, which its journal holds."""
    rows = await connection.fetch(
        """SELECT e.event, e.body, k.sealed FROM events e
        JOIN guest_keys k ON k.network_id = $1 AND k.event = e.event
        WHERE e.network_id = $1 AND e.event = ANY ($2::uuid[]) ORDER BY e.event""",
        network_id,
        events,
    )
    said = []
    for row in rows:
        key = open_guest_key(secrets.digest_key(network_id), row["event"], row["sealed"])
        try:
            payload = payload_of(read_envelope(row["body"]))
        except WireError:
            continue
        if key is None or not isinstance(payload, GuestRegistered):
            continue
        data = open_guest(key, row["event"], payload.sealed)
        if data is not None:
            said.append({"where": f"events {row['event']}", **msgspec.to_builtins(data)})
    return said
