"""Guests who register at a till, written by a till's pen with the key beside."""

import os
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sync.protocol.guest_data import GUEST_KEY_BYTES, GuestData, guest_id_of, seal_guest, seal_guest_key
from sync.protocol.payloads import GuestRegistered
from sync.protocol.upload import Ack, Batch
from sync.protocol.wire import unpack
from tests.builders.office import TillPen, new_event_id


@dataclass(frozen=True)
class Registered:
    """A registration in a till's journal, its key as it travels, and the number that the till gave the guest."""

    event: UUID
    guest: int
    sealed_key: bytes


def register(
    till: TillPen, name: str, *, phone: str | None = None, uncertainty_ms: int = 0, **fields: Any
) -> Registered:
    """Write a registration; ``children``, ``email`` are what the guest said, other fields those of the event.

    ``uncertainty_ms`` is that of the till's clock then.
    """
    data = GuestData(
        name=name, phone=phone, email=fields.pop("email", None), children=fields.pop("children", ())
    )
    event, key = new_event_id(), os.urandom(GUEST_KEY_BYTES)
    payload = {"guest_id": guest_id_of(event), "sealed": seal_guest(key, event, data), **fields}
    till.write(GuestRegistered(**payload), event=event, uncertainty_ms=uncertainty_ms)
    return Registered(event, payload["guest_id"], seal_guest_key(till.who.digest_key, event, key))


async def upload(till: TillPen, *keys: Registered, first: int = 1) -> Ack:
    """Hand a journal over with the keys of these registrations."""
    batch = Batch(
        incarnation=till.who.incarnation,
        from_seq=first,
        events=tuple(till.events[first - 1 :]),
        guest_keys={each.event: each.sealed_key for each in keys},
    )
    response = await till.post("/sync/v1/journal", batch)
    return unpack(response.raise_for_status().content, Ack)
