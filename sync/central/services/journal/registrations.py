"""Guests whom tills register: made as soon as the event is here, before anything that names them is booked.

What the guest said stands in the event under a key of its own, which came beside it. A guest whom the network has
already under the same phone number stays one guest: the new number leads to the one who was there, and whatever
any till has recorded, or still records, under it counts as that one's (DESIGN 7.8).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from sync.central.clock import clock_of, moment
from sync.central.schema.words import WaitsFor
from sync.central.services.cards import adopt_card, make_card
from sync.central.services.cases import CaseKind
from sync.central.services.erased_phones import erased_since, lock_phone, number_erased_since
from sync.central.services.feed_rows import GUEST_NAME_FIELD
from sync.central.services.field_keys import current_fields, known_fields
from sync.central.services.guest_limits import merge_guest_limits, open_listed_limits
from sync.central.services.guest_publishing import (
    GUEST_CHILDREN_FIELD,
    GUEST_EMAIL_FIELD,
    GUEST_PHONE_FIELD,
    publish_guest,
)
from sync.central.services.guest_seal import new_guest_key, seal_of
from sync.central.services.journal.item import Item, Scene
from sync.central.services.journal.merged import read_merged
from sync.central.services.names import fit_name
from sync.protocol.digest import Subject, keyed_digest
from sync.protocol.guest_data import MAX_CHILDREN, GuestData, guest_id_of, open_guest, open_guest_key
from sync.protocol.payloads import GuestRegistered
from sync.protocol.upload import MAX_GUEST_KEYS
from sync.protocol.wire import canonical
from sync.rules.guest_name import nearly_same_name
from sync.rules.phone import LAST_DIGITS, fit_phone
from sync.rules.user_error import UserError

SEALED_KEY_BYTES = 48
_MAX_EMAIL_CHARS = 254
_MAX_CONSENTS = 20


async def keep_guest_keys(
    connection: asyncpg.Connection, network_id: int, guest_keys: Mapping[UUID, bytes]
) -> None:
    """Keep the keys that came with a batch, in the caller's transaction. The first word about an event stands.

    The key of somebody who was erased is not taken again: a till that sends its journal once more has it still.
    """
    fit = [
        (event, sealed)
        for event, sealed in list(guest_keys.items())[:MAX_GUEST_KEYS]
        if len(sealed) == SEALED_KEY_BYTES
    ]
    if fit:
        await connection.execute(
            """INSERT INTO guest_keys (network_id, event, sealed)
            SELECT $1, k.event, k.sealed FROM unnest($2::uuid[], $3::bytea[]) AS k (event, sealed)
            WHERE NOT EXISTS (SELECT FROM guests g
                WHERE g.network_id = $1 AND g.registered_by = k.event AND g.erased_at IS NOT NULL)
            ON CONFLICT DO NOTHING""",
            network_id,
            [event for event, _ in fit],
            [sealed for _, sealed in fit],
        )


class Registered(NamedTuple):
    """Who turned out to be whom; ``arrived`` are the numbers that are there since now, and who they are."""

    merged: dict[int, int]
    arrived: dict[int, int]


async def register(connection: asyncpg.Connection, scene: Scene, items: Sequence[Item]) -> Registered:
    """Make the guests of a batch, and let its payloads name whom they mean."""
    arrived = set()
    for item in items:
        if isinstance(item.payload, GuestRegistered):
            number = item.payload.guest_id
            if await _register(connection, scene, item, item.payload):
                arrived.add(number)
    named = {guest for item in items if (guest := _guest_of(item)) is not None}
    merged = await read_merged(connection, scene.network, named | arrived)
    for item in items:
        guest = _guest_of(item)
        if guest in merged and item.payload is not None:
            item.payload = msgspec.structs.replace(item.payload, guest_id=merged[guest])
    return Registered(merged, {number: merged.get(number, number) for number in arrived})


def _guest_of(item: Item) -> int | None:
    if isinstance(item.payload, GuestRegistered):
        return None
    return getattr(item.payload, "guest_id", None)


async def _register(
    connection: asyncpg.Connection, scene: Scene, item: Item, payload: GuestRegistered
) -> bool:
    """Make one guest; False when nobody came: the event is set aside, or was here before."""
    event = item.link.envelope.event
    if payload.guest_id != guest_id_of(event):
        item.quarantine("the guest's number is not the one of this event")
        return False
    known = await connection.fetchrow(
        "SELECT registered_by FROM guests WHERE network_id = $1 AND id = $2", scene.network, payload.guest_id
    )
    if known is not None:
        if known["registered_by"] != event:
            item.quarantine(f"the guest's number {payload.guest_id} is taken")
        return False
    data = await _read(connection, scene, item, payload)
    if data is None:
        return False
    phone_digest = None
    if data.phone is not None:
        phone_digest = keyed_digest(scene.secrets.digest_key(scene.network), Subject.PHONE, data.phone)
    if not await _is_erased(
        connection, scene, item, payload, phone_digest=phone_digest
    ) and not await _insert(connection, scene, item, data, phone_digest=phone_digest):
        await _merge(connection, scene, item, data, phone_digest=phone_digest)
    await publish_guest(connection, scene.network, scene.secrets, payload.guest_id)
    return True


async def _is_erased(
    connection: asyncpg.Connection,
    scene: Scene,
    item: Item,
    payload: GuestRegistered,
    *,
    phone_digest: bytes | None,
) -> bool:
    """Whether whoever has this phone was erased after they had registered here; then the registration is theirs."""
    said_ms = _earliest_ms(item, payload)
    erased = await number_erased_since(connection, scene.secrets, scene.network, payload.guest_id, said_ms)
    if phone_digest is not None:
        await lock_phone(connection, phone_digest)
        if erased is None:
            erased = await erased_since(connection, scene.secrets, scene.network, phone_digest, said_ms)
    if erased is not None:
        await _insert_erased(connection, scene, item, payload, erased=erased)
    return erased is not None


def _earliest_ms(item: Item, payload: GuestRegistered) -> int:
    """Return the earliest instant at which a guest can have registered.

    A till whose clock is in doubt does not know whether it was before an erasure: then it was, because who is taken
    for erased may register again, and who comes back though they wanted to be forgotten cannot be asked first.
    """
    envelope = item.link.envelope
    stated = envelope.trusted_ms - envelope.uncertainty_ms
    return stated if payload.not_before_ms is None else min(stated, payload.not_before_ms)


async def _insert_erased(
    connection: asyncpg.Connection, scene: Scene, item: Item, payload: GuestRegistered, *, erased: int
) -> None:
    """Let a registration from before an erasure lead to whoever was erased; what was said there stays unreadable."""
    event = item.link.envelope.event
    await connection.execute(
        """INSERT INTO guests (network_id, id, name_cipher, registered_by, merged_into, blocked, erased_at)
        VALUES ($1, $2, '', $3, $4, true, $5)""",
        scene.network,
        payload.guest_id,
        event,
        erased,
        moment(clock_of(connection)),
    )
    await connection.execute(
        "DELETE FROM guest_keys WHERE network_id = $1 AND event = $2", scene.network, event
    )
    await merge_guest_limits(connection, scene.network, kept=erased, merged=payload.guest_id)


async def _read(
    connection: asyncpg.Connection, scene: Scene, item: Item, payload: GuestRegistered
) -> GuestData | None:
    """Open what the guest said; None, and the event set aside, where that cannot be."""
    event = item.link.envelope.event
    sealed = await connection.fetchval(
        "SELECT sealed FROM guest_keys WHERE network_id = $1 AND event = $2", scene.network, event
    )
    if sealed is None:
        item.quarantine("the key of what the guest said has not come", WaitsFor.REFERENCE)
        return None
    key = open_guest_key(scene.secrets.digest_key(scene.network), event, sealed)
    data = None if key is None else open_guest(key, event, payload.sealed)
    if data is None:
        item.quarantine("what the guest said cannot be opened")
        return None
    try:
        return _fit(data)
    except UserError as error:
        item.quarantine(f"what the guest said does not fit ({error.reason})")
        return None


def _fit(data: GuestData) -> GuestData:
    """Return what the guest said as it may be stored; raises :class:`UserError`."""
    email = (data.email or "").strip()[:_MAX_EMAIL_CHARS]
    return GuestData(
        name=fit_name(data.name),
        phone=None if data.phone is None else fit_phone(data.phone),
        email=email or None,
        children=tuple(
            msgspec.structs.replace(child, name=fit_name(child.name))
            for child in data.children[:MAX_CHILDREN]
        ),
    )


async def _insert(
    connection: asyncpg.Connection, scene: Scene, item: Item, data: GuestData, *, phone_digest: bytes | None
) -> bool:
    """Make the guest with a card; False, and nothing made, where somebody has the phone number."""
    if not await _insert_row(connection, scene, item, data, phone_digest=phone_digest, kept=None):
        return False
    payload = item.payload
    handed = None
    if isinstance(payload, GuestRegistered):
        await open_listed_limits(connection, scene.network, payload.guest_id)
    if isinstance(payload, GuestRegistered) and payload.card is not None and payload.card_digest is not None:
        handed = await adopt_card(
            connection, scene.network, payload.guest_id, payload.card, payload.card_digest
        )
        if not handed:
            item.raise_case(CaseKind.CARD_TAKEN, guest=payload.guest_id, card=payload.card)
    if not handed and isinstance(payload, GuestRegistered):
        await make_card(connection, scene.network, scene.secrets, payload.guest_id)
    return True


async def _merge(
    connection: asyncpg.Connection, scene: Scene, item: Item, data: GuestData, *, phone_digest: bytes | None
) -> None:
    """Let the registration lead to the guest who has its phone number."""
    kept = await connection.fetchrow(
        """SELECT id, name_cipher, data_key FROM guests WHERE network_id = $1 AND phone_digest = $2
        FOR NO KEY UPDATE""",
        scene.network,
        phone_digest,
    )
    payload = item.payload
    if not isinstance(payload, GuestRegistered):
        return
    await _insert_row(connection, scene, item, data, phone_digest=None, kept=kept["id"])
    exposure = await merge_guest_limits(connection, scene.network, kept=kept["id"], merged=payload.guest_id)
    if payload.card is not None and payload.card_digest is not None:
        handed = await adopt_card(connection, scene.network, kept["id"], payload.card, payload.card_digest)
        if not handed:
            item.raise_case(CaseKind.CARD_TAKEN, guest=kept["id"], card=payload.card)
    seal = seal_of(kept, await known_fields(connection, scene.secrets, scene.network))
    same = nearly_same_name(seal.open(GUEST_NAME_FIELD, kept["name_cipher"]), data.name)
    if exposure or not same:
        item.raise_case(
            CaseKind.GUEST_TWICE,
            guest=kept["id"],
            merged=payload.guest_id,
            same_name=same,
            exposure=exposure,
        )


async def _insert_row(
    connection: asyncpg.Connection,
    scene: Scene,
    item: Item,
    data: GuestData,
    *,
    phone_digest: bytes | None,
    kept: int | None,
) -> bool:
    payload = item.payload
    if not isinstance(payload, GuestRegistered):
        return False
    key = new_guest_key(await current_fields(connection, scene.secrets, scene.network))
    seal, digest_key = key.seal, scene.secrets.digest_key(scene.network)
    envelope = item.link.envelope
    consent = {
        "to": list(payload.consent[:_MAX_CONSENTS]),
        "text": payload.consent_text,
        "at_ms": envelope.trusted_ms,
        "staff": envelope.staff,
    }
    made = await connection.fetchval(
        """INSERT INTO guests (network_id, id, name_cipher, phone_cipher, phone_digest, phone_last4, email_cipher,
            email_digest, children_cipher, consent, referral_code_id, registered_by, merged_into, created_at,
            data_key)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, to_timestamp($14 / 1000.0), $15)
        ON CONFLICT (network_id, phone_digest) DO NOTHING RETURNING id""",
        scene.network,
        payload.guest_id,
        seal.seal(GUEST_NAME_FIELD, data.name),
        None if data.phone is None else seal.seal(GUEST_PHONE_FIELD, data.phone),
        phone_digest,
        "" if data.phone is None else data.phone[-LAST_DIGITS:],
        None if data.email is None else seal.seal(GUEST_EMAIL_FIELD, data.email),
        None if data.email is None else keyed_digest(digest_key, Subject.EMAIL, data.email.casefold()),
        seal.seal(GUEST_CHILDREN_FIELD, canonical(data.children).decode()) if data.children else None,
        consent,
        payload.referral_code,
        envelope.event,
        kept,
        min(envelope.trusted_ms, clock_of(connection).now_ms()),
        key.stored,
    )
    return made is not None
